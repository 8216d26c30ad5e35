export { type SlackConfiguration, type SlackOptions, slack } from './slack.ts';
