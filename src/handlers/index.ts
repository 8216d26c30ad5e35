export { type ExecOptions, exec } from './exec.ts';
export { type LogOptions, log } from './log.ts';
export { type SlackConfiguration, type SlackOptions, slack } from './slack.ts';
export { type TcpOptions, tcp } from './tcp.ts';
