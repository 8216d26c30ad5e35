import type { IClientOptions, MqttClient } from 'mqtt';
import { DeliveryError, PermanentDeliveryError } from '../../errors.ts';
import { errorText, networkError } from '../shared/system-error.ts';
import { readTlsFiles, type TlsSettings } from '../shared/tls-files.ts';
import { untilAborted } from '../shared/until-aborted.ts';

/** The part of the package `mqtt` that is used. */
export type MqttModule = Pick<typeof import('mqtt'), 'connect'>;

/** Where a broker is and how to log in. */
export interface BrokerSettings extends TlsSettings {
  readonly url: string;
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
}

/** A message to publish. */
export interface MqttMessage {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

interface Session {
  readonly client: MqttClient;
  /** Rejects when the connection is gone. */
  readonly lost: Promise<never>;
}

const CONNECT_TIMEOUT = 10_000;
const CLOSE_TIMEOUT = 1000;
const KEEPALIVE_SECONDS = 30;
const SECURE = new Set(['ssl', 'tls', 'mqtts', 'tcps', 'mqtt+ssl']);
const UNACCEPTABLE_PROTOCOL = 1;
const BAD_CLIENT_ID = 2;
const AUTHENTICATION_CODES = new Set([4, 5]);

/**
 * A connection to one broker, opened at the first message and again after a loss. The client's own reconnecting
 * and queueing is off: what a lost connection leaves open is an error, and the delivery queue tries it again.
 */
export class MqttBroker {
  readonly #module: MqttModule;
  readonly #settings: BrokerSettings;
  #session: Promise<Session> | undefined;
  /** Gives up a connection that is not yet one. */
  #giveUp: (() => void) | undefined;

  constructor(module: MqttModule, settings: BrokerSettings) {
    this.#module = module;
    this.#settings = settings;
  }

  /** Publishes a message. It resolves when the broker has acknowledged it as its quality of service asks for. */
  async publish({ topic, payload, qos, retain }: MqttMessage, signal: AbortSignal): Promise<void> {
    const opening = this.#open();
    const { client, lost } = await untilAborted(opening, signal);
    const published = client.publishAsync(topic, payload, { qos, retain });
    // It may also fail after the wait for it is over.
    published.catch(() => undefined);
    try {
      await untilAborted(Promise.race([published, lost]), signal);
    } catch (error) {
      // An acknowledgement that does not come is the sign of a connection that is none.
      if (signal.aborted) {
        this.#forget(opening);
        client.end(true);
      }
      throw error instanceof DeliveryError ? error : networkError(`mqtt: ${topic}`, error);
    }
  }

  /** Says goodbye to the broker. */
  async close(): Promise<void> {
    const opening = this.#session;
    this.#session = undefined;
    // A broker that does not answer must not hold up whoever closes.
    this.#giveUp?.();
    const session = await opening?.catch(() => undefined);
    if (session === undefined) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => session.client.end(true, () => resolve()), CLOSE_TIMEOUT);
      session.client.end(false, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #open(): Promise<Session> {
    if (this.#session !== undefined) return this.#session;
    const opening = this.#connect();
    this.#session = opening;
    opening.then(({ lost }) => lost).catch(() => this.#forget(opening));
    return opening;
  }

  #forget(opening: Promise<Session>): void {
    if (this.#session === opening) this.#session = undefined;
  }

  async #connect(): Promise<Session> {
    try {
      return await this.#connectWith({ protocolId: 'MQTT', protocolVersion: 4 });
    } catch (error) {
      if (connackCode(error) !== UNACCEPTABLE_PROTOCOL) throw this.#connectError(error);
    }
    try {
      return await this.#connectWith({ protocolId: 'MQIsdp', protocolVersion: 3 });
    } catch (error) {
      throw this.#connectError(error);
    }
  }

  #connectWith(protocol: Pick<IClientOptions, 'protocolId' | 'protocolVersion'>): Promise<Session> {
    const { clientId, username, password } = this.#settings;
    const client = this.#module.connect(brokerUrl(this.#settings.url), {
      ...protocol,
      ...readTlsFiles('mqtt', this.#settings),
      clientId,
      // The protocol has no password without a user.
      ...(username && { username, ...(password && { password }) }),
      clean: true,
      keepalive: KEEPALIVE_SECONDS,
      reconnectPeriod: 0,
      connectTimeout: CONNECT_TIMEOUT,
      queueQoSZero: false,
      resubscribe: false,
    });
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        reject(new Error('the connection was given up'));
        client.end(true);
      };
      this.#giveUp = giveUp;
      const settle = (): void => {
        if (this.#giveUp === giveUp) this.#giveUp = undefined;
      };
      let lastError: Error | undefined;
      client.on('error', (error) => {
        lastError = error;
        settle();
        reject(error);
        client.end(true);
      });
      let lose: (error: Error) => void = reject;
      client.on('close', () => {
        settle();
        lose(lastError ?? new Error('the broker closed the connection'));
        client.end(true);
      });
      client.once('connect', () => {
        settle();
        const lost = new Promise<never>((_, rejectLost) => {
          lose = rejectLost;
        });
        lost.catch(() => undefined);
        resolve({ client, lost });
      });
    });
  }

  #connectError(error: unknown): Error {
    const code = connackCode(error);
    const what = `mqtt: broker ${this.#settings.clientId} at ${placeOf(this.#settings.url)}`;
    if (code !== undefined && AUTHENTICATION_CODES.has(code)) {
      return new PermanentDeliveryError(`${what} refused the login: ${errorText(error)}`, {
        failure: 'auth_error',
        cause: error,
      });
    }
    if (code === BAD_CLIENT_ID || code === UNACCEPTABLE_PROTOCOL) {
      return new PermanentDeliveryError(`${what} refused the connection: ${errorText(error)}`, {
        failure: 'config_error',
        cause: error,
      });
    }
    return networkError(what, error);
  }
}

function connackCode(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

/**
 * A broker's URL as the client wants it: `tcp://host:1883`, `ssl://host:8883`, `ws://…`, or just `host:1883`.
 *
 * @throws {RangeError} When it is none of these.
 */
export function brokerUrl(url: string): string {
  const { scheme, rest } = splitUrl(url);
  const wanted = SECURE.has(scheme) ? 'mqtts' : scheme === 'tcp' || scheme === 'mqtt' ? 'mqtt' : scheme;
  if (!['mqtt', 'mqtts', 'ws', 'wss'].includes(wanted) || !URL.canParse(`http://${rest}`)) {
    throw new RangeError('url is none of a broker, such as tcp://localhost:1883 or ssl://broker:8883');
  }
  return `${wanted}://${rest}`;
}

function splitUrl(url: string): { readonly scheme: string; readonly rest: string } {
  const match = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(url);
  return { scheme: match?.[1]?.toLowerCase() ?? 'tcp', rest: match?.[2] ?? url };
}

/** Host and port, without a password that may stand before them. */
function placeOf(url: string): string {
  const { rest } = splitUrl(url);
  return rest.slice(rest.lastIndexOf('@') + 1).replace(/[/?#].*$/, '');
}
