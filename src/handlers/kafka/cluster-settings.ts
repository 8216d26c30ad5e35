import type { TlsFiles } from '../shared/tls-files.ts';

/** How to log in to a cluster. */
export type SaslSettings =
  | {
      readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
      readonly username: string;
      readonly password: string;
    }
  | {
      readonly mechanism: 'OAUTHBEARER';
      readonly extensions: Readonly<Record<string, string>>;
      /** The access token of the moment. */
      token(): Promise<string>;
    };

/** Where a cluster is, and how to speak to it. */
export interface ClusterSettings {
  readonly clientId: string;
  readonly brokers: readonly string[];
  /** Milliseconds that connecting, or an answer, may take. */
  readonly timeout: number;
  readonly tls?: TlsFiles;
  readonly sasl?: SaslSettings;
}

/** Milliseconds that the broker may take to write a batch. */
export const PRODUCE_TIMEOUT = 10_000;
/** How often a client itself tries again, to learn of new leaders and topics; the queue does the rest. */
export const CLIENT_RETRIES = 2;
/** Milliseconds before a client tries again. */
export const CLIENT_RETRY_DELAY = 100;
/** Only the leader has to have it. */
export const ACKS = 1;
