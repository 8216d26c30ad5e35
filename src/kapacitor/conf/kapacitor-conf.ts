import type { AnyHandlerKind } from '../../handler/handler-kind.ts';
import type { DeadmanTexts } from '../nodes/deadman.ts';
import type { AlertDefaults } from '../pipeline/node-host.ts';

/** One section of a configuration that says how a handler kind sends. */
export interface ConfSection {
  /** The section, such as `httppost`. */
  readonly section: string;
  /** The handler kind, such as `post`. */
  readonly kind: string;
  /** The name by which handlers choose it; empty where there is only one. */
  readonly name: string;
  /** Whether it sends. */
  readonly enabled: boolean;
  /** Whether handlers that name none get it. */
  readonly default: boolean;
  /** Whether every alert node of a TICKscript gets a handler of the kind. */
  readonly global: boolean;
  /** Whether, being global, it makes every alert node of a TICKscript tell changes only. */
  readonly stateChangesOnly: boolean;
}

/** The `[deadman]` section. */
export interface DeadmanConf extends DeadmanTexts {
  /** Whether Kapacitor would watch every task. Nothing here acts on it: write `|deadman(…)` where it is wanted. */
  readonly global: boolean;
  /** The number of points of such a switch. */
  readonly threshold: number;
  /** Its interval in milliseconds. */
  readonly interval: number;
}

/** What a `kapacitor.conf` says of alerts. */
export interface KapacitorConf {
  /** The handler kinds: those that are configured, and those that need no configuration. */
  readonly kinds: readonly AnyHandlerKind[];
  /** The sections that configure kinds, in the order of the kinds. */
  readonly sections: readonly ConfSection[];
  /** What the sections say of the alert nodes of TICKscripts. */
  readonly alertDefaults: AlertDefaults;
  /** The texts of deadman alerts. */
  readonly deadman: DeadmanConf;
  /** The name of the host, for templates. */
  readonly hostname: string | undefined;
  /** `persist-topics` of the `[alert]` section: whether states are to survive a restart, as with a store. */
  readonly persistTopics: boolean;
  /** `topic-buffer-length` of the `[alert]` section: how many events may wait for a handler. */
  readonly topicBufferLength: number | undefined;
  /** The sections and settings of other services, which mean nothing here. */
  readonly ignored: readonly string[];
  /** The environment variables that were heeded. */
  readonly overrides: readonly string[];
}
