export { type ExecOptions, exec } from './exec.ts';
export { type LogOptions, log } from './log.ts';
export { type PushoverConfiguration, type PushoverOptions, pushover } from './pushover.ts';
export { type SlackConfiguration, type SlackOptions, slack } from './slack.ts';
export { type TcpOptions, tcp } from './tcp.ts';
export { type TeamsConfiguration, type TeamsOptions, teams } from './teams.ts';
export { type TelegramConfiguration, type TelegramOptions, telegram } from './telegram.ts';
