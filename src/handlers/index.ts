export { type AggregateOptions, aggregate } from './aggregate.ts';
export { type AlertaConfiguration, type AlertaOptions, alerta } from './alerta.ts';
export { type BigPandaConfiguration, type BigPandaOptions, bigpanda } from './bigpanda.ts';
export { type DiscordConfiguration, type DiscordOptions, discord } from './discord.ts';
export { type ExecOptions, exec } from './exec.ts';
export { type HipChatConfiguration, type HipChatOptions, hipchat } from './hipchat.ts';
export {
  type KafkaConfiguration,
  type KafkaMessage,
  type KafkaOptions,
  type KafkaProducer,
  kafka,
} from './kafka.ts';
export { type LogOptions, log } from './log.ts';
export { type MqttConfiguration, type MqttOptions, mqtt } from './mqtt.ts';
export { type OpsgenieConfiguration, type OpsgenieOptions, opsgenie } from './opsgenie.ts';
export { type Opsgenie2Configuration, type Opsgenie2Options, opsgenie2 } from './opsgenie2.ts';
export { type PagerDutyConfiguration, type PagerDutyOptions, pagerduty } from './pagerduty.ts';
export { type PagerDuty2Configuration, type PagerDuty2Options, pagerduty2 } from './pagerduty2.ts';
export { type PostConfiguration, type PostOptions, post } from './post.ts';
export { type PublishOptions, publish } from './publish.ts';
export { type PushoverConfiguration, type PushoverOptions, pushover } from './pushover.ts';
export { type SensuConfiguration, type SensuOptions, sensu } from './sensu.ts';
export { type ServiceNowConfiguration, type ServiceNowOptions, servicenow } from './servicenow.ts';
export { type SlackConfiguration, type SlackOptions, slack } from './slack.ts';
export { type SmtpConfiguration, type SmtpOptions, smtp } from './smtp.ts';
export { type SnmptrapConfiguration, type SnmptrapOptions, snmptrap } from './snmptrap.ts';
export { type TalkConfiguration, type TalkOptions, talk } from './talk.ts';
export { type TcpOptions, tcp } from './tcp.ts';
export { type TeamsConfiguration, type TeamsOptions, teams } from './teams.ts';
export { type TelegramConfiguration, type TelegramOptions, telegram } from './telegram.ts';
export { type VictorOpsConfiguration, type VictorOpsOptions, victorops } from './victorops.ts';
export { type ZenossConfiguration, type ZenossOptions, zenoss } from './zenoss.ts';
