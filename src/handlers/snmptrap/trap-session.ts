import { isIPv6 } from 'node:net';
import type { Session } from 'net-snmp';
import { PermanentDeliveryError } from '../../errors.ts';
import type { Address } from '../shared/address.ts';
import { errorCode, networkError } from '../shared/system-error.ts';
import { untilAborted } from '../shared/until-aborted.ts';
import type { TrapValue } from './trap-value.ts';

/** The part of the package `net-snmp` that is used. */
export type SnmpModule = Pick<typeof import('net-snmp'), 'createSession'>;

/** Where traps go. */
export interface TrapSettings {
  readonly address: Address;
  readonly community: string;
  /** Whether to send informs, which are acknowledged. */
  readonly inform: boolean;
  /** How often an inform is sent again. */
  readonly retries: number;
}

/** One OID with its value. */
export type Varbind = TrapValue & { readonly oid: string };

const VERSION_2C = 1;
const INFORM_TIMEOUT = 5000;
const UPTIME = { upTime: 1000 };

/** A socket that traps are sent from, opened for the first of them and again after an error. */
export class TrapSession {
  readonly #module: SnmpModule;
  readonly #settings: TrapSettings;
  #session: Session | undefined;

  constructor(module: SnmpModule, settings: TrapSettings) {
    this.#module = module;
    this.#settings = settings;
  }

  /** Sends a trap. It resolves when it is on its way, or, an inform, when it is acknowledged. */
  async send(trapOid: string, varbinds: readonly Varbind[], signal: AbortSignal): Promise<void> {
    const { host, port } = this.#settings.address;
    const session = this.#open();
    const sent = new Promise<void>((resolve, reject) => {
      const done = (error: unknown): void => (error ? reject(error) : resolve());
      if (this.#settings.inform) session.inform(trapOid, [...varbinds], UPTIME, done);
      else session.trap(trapOid, [...varbinds], UPTIME, done);
    });
    sent.catch(() => undefined);
    try {
      await untilAborted(sent, signal);
    } catch (error) {
      this.close();
      if (errorCode(error) === 'EMSGSIZE') {
        throw new PermanentDeliveryError(
          `snmptrap: the trap for ${host}:${port} does not fit into a datagram`,
          {
            failure: 'client_error',
            cause: error,
            cure: 'Put less into data-list.',
          },
        );
      }
      throw networkError(`snmptrap: ${host}:${port}`, error);
    }
  }

  /** Closes the socket. */
  close(): void {
    const session = this.#session;
    this.#session = undefined;
    session?.close();
  }

  #open(): Session {
    if (this.#session !== undefined) return this.#session;
    const { address, community, retries } = this.#settings;
    const session = this.#module.createSession(address.host, community, {
      version: VERSION_2C,
      trapPort: address.port,
      transport: isIPv6(address.host) ? 'udp6' : 'udp4',
      retries,
      timeout: INFORM_TIMEOUT,
    });
    // The package makes `public` of an empty one.
    if (community === '') Object.assign(session, { community });
    session.on('error', () => {
      if (this.#session === session) this.close();
    });
    this.#session = session;
    return session;
  }
}
