import type { AnyHandlerKind } from '../../handler/handler-kind.ts';
import type { OptionEntries, OptionsSchema } from '../../handler/options.ts';

/** What a kind that was configured says of itself. */
export interface ConfiguredKindLike extends AnyHandlerKind {
  readonly configuration: Pick<OptionsSchema<OptionEntries>, 'entries' | 'names'>;
  readonly sections: readonly {
    readonly name: string;
    readonly default: boolean;
    readonly enabled: boolean;
    readonly global: boolean;
    readonly stateChangesOnly: boolean;
  }[];
}

/** Makes a kind of its configuration: one section or several. */
export type MakeKind = (configuration: never) => ConfiguredKindLike;

/** The sections that configure handler kinds, with the kind of each. */
export const KIND_SECTIONS = {
  alerta: 'alerta',
  bigpanda: 'bigpanda',
  discord: 'discord',
  hipchat: 'hipchat',
  httppost: 'post',
  kafka: 'kafka',
  mqtt: 'mqtt',
  opsgenie: 'opsgenie',
  opsgenie2: 'opsgenie2',
  pagerduty: 'pagerduty',
  pagerduty2: 'pagerduty2',
  pushover: 'pushover',
  sensu: 'sensu',
  servicenow: 'servicenow',
  slack: 'slack',
  smtp: 'smtp',
  snmptrap: 'snmptrap',
  talk: 'talk',
  teams: 'teams',
  telegram: 'telegram',
  victorops: 'victorops',
  zenoss: 'zenoss',
} as const;

/** A section that configures a handler kind. */
export type KindSection = keyof typeof KIND_SECTIONS;

/** The sections that can stand more than once in Kapacitor, and so have a number in environment variables. */
export const LIST_SECTIONS: ReadonlySet<string> = new Set(['slack', 'discord', 'httppost', 'kafka', 'mqtt']);

/** The sections of services that have no part in alerts. */
export const OTHER_SECTIONS: ReadonlySet<string> = new Set([
  'auth',
  'azure',
  'collectd',
  'config-override',
  'consul',
  'dns',
  'ec2',
  'file-discovery',
  'fluxtask',
  'gce',
  'graphite',
  'http',
  'influxdb',
  'k8s',
  'kubernetes',
  'load',
  'logging',
  'marathon',
  'nerve',
  'opentsdb',
  'replay',
  'reporting',
  'scraper',
  'serverset',
  'sideload',
  'static-discovery',
  'stats',
  'storage',
  'swarm',
  'task',
  'tls',
  'triton',
  'udf',
  'udp',
]);

/** The settings of the server that stand above all sections and mean nothing here. */
export const OTHER_SETTINGS: ReadonlySet<string> = new Set([
  'data_dir',
  'default-retention-policy',
  'skip-config-overrides',
]);
