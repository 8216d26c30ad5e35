import { Buffer } from 'node:buffer';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import type { Clock, Timer } from '../../alert/clock.ts';
import { DeliveryError, PermanentDeliveryError } from '../../errors.ts';
import { errorText, networkError } from '../shared/system-error.ts';
import { abortError, untilAborted } from '../shared/until-aborted.ts';
import { authMethod, type Login } from './auth-method.ts';

/** Where mail goes, and how. */
export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** `starttls`: TLS when the server offers it; `required`: or nothing is sent; `implicit`: TLS from the first byte. */
  readonly tls: 'starttls' | 'required' | 'implicit';
  readonly verify: boolean;
  readonly login?: Login;
  /** Milliseconds that a connection stays open after a mail. */
  readonly idleTimeout: number;
}

/** A mail ready to go. */
export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  /** Header and body. */
  readonly message: Uint8Array;
}

/** A recipient that the server would not take. */
export interface RefusedRecipient {
  readonly address: string;
  /** What the server said. */
  readonly response: string;
  /** Whether it may take it later. */
  readonly temporary: boolean;
}

/** What became of a mail. */
export interface MailOutcome {
  /** Those who have it. */
  readonly accepted: readonly string[];
  /** Those who have it not. */
  readonly refused: readonly RefusedRecipient[];
}

/** The class that nodemailer's connections are of. */
export type SmtpConnectionClass = new (
  options: ConstructorParameters<typeof SMTPConnection>[0],
) => SMTPConnection;

const CONNECT_TIMEOUT = 30_000;
const SILENCE_TIMEOUT = 60_000;
const QUIT_TIMEOUT = 1000;

/**
 * Sends mails one after the other over one connection, which is opened for the first of them, kept for a while
 * after each, and opened again when it was lost.
 */
export class SmtpClient {
  readonly #Connection: SmtpConnectionClass;
  readonly #settings: SmtpSettings;
  readonly #clock: Clock;
  #connection: SMTPConnection | undefined;
  #transactionOpen = false;
  #idle: Timer | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(Connection: SmtpConnectionClass, settings: SmtpSettings, clock: Clock) {
    this.#Connection = Connection;
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Sends a mail when its turn has come. */
  async send(mail: Mail, signal: AbortSignal): Promise<MailOutcome> {
    const before = this.#turn;
    let done = (): void => undefined;
    this.#turn = new Promise<void>((resolve) => {
      done = resolve;
    });
    try {
      await untilAborted(before, signal);
      return await this.#sendNow(mail, signal);
    } finally {
      // Those who gave up waiting let the next one wait for whom they waited for.
      before.then(done);
    }
  }

  /** Says goodbye to the server. */
  async close(): Promise<void> {
    await this.#turn;
    await this.#quit();
  }

  async #sendNow(mail: Mail, signal: AbortSignal): Promise<MailOutcome> {
    this.#idle?.cancel();
    const abort = (): void => this.#drop();
    signal.addEventListener('abort', abort, { once: true });
    try {
      const connection = this.#connection ?? (await this.#open());
      if (this.#transactionOpen) await this.#reset(connection);
      return await this.#transact(connection, mail);
    } catch (error) {
      if (signal.aborted) throw abortError(signal);
      throw error instanceof DeliveryError ? error : this.#failure(error);
    } finally {
      signal.removeEventListener('abort', abort);
      const { idleTimeout } = this.#settings;
      if (this.#connection !== undefined) {
        this.#idle = this.#clock.setTimeout(() => void this.#quit(), idleTimeout);
      }
    }
  }

  async #open(): Promise<SMTPConnection> {
    const { host, port, tls, verify, login, idleTimeout } = this.#settings;
    const connection = new this.#Connection({
      host,
      port,
      name: 'localhost',
      secure: tls === 'implicit',
      requireTLS: tls === 'required',
      tls: { rejectUnauthorized: verify },
      connectionTimeout: CONNECT_TIMEOUT,
      greetingTimeout: CONNECT_TIMEOUT,
      socketTimeout: Math.max(SILENCE_TIMEOUT, idleTimeout + QUIT_TIMEOUT),
    });
    this.#connection = connection;
    this.#transactionOpen = false;
    const forget = (): void => {
      if (this.#connection === connection) this.#connection = undefined;
    };
    connection.on('end', forget);
    connection.on('error', forget);
    await settled(connection, (done) => connection.connect(done));
    try {
      if (login !== undefined) await this.#login(connection, login);
    } catch (error) {
      this.#drop();
      throw error;
    }
    return connection;
  }

  async #login(connection: SMTPConnection, login: Login): Promise<void> {
    const { host, port } = this.#settings;
    const method = authMethod(String(connection.lastServerResponse));
    // As in Kapacitor, a server that offers no login is not asked for one.
    if (method === undefined) return;
    if (method !== 'CRAM-MD5' && !connection.secure && !/^(localhost|127\.0\.0\.1|::1)$/.test(host)) {
      throw new PermanentDeliveryError(
        `smtp: ${host}:${port} offers no TLS, so the password would be sent in the open`,
        { failure: 'auth_error', cure: 'Use a server with TLS, or leave out username and password.' },
      );
    }
    const { username: user, password: pass } = login;
    const auth = { method, user, pass, credentials: { user, pass } };
    await settled(connection, (done) => connection.login(auth, done));
  }

  async #reset(connection: SMTPConnection): Promise<void> {
    await settled(connection, (done) => connection.reset(done));
    this.#transactionOpen = false;
  }

  async #transact(connection: SMTPConnection, { from, to, message }: Mail): Promise<MailOutcome> {
    this.#transactionOpen = true;
    const envelope = { from, to: [...to], use8BitMime: true };
    try {
      const info = await settled<SMTPConnectionSendInfo>(connection, (done) =>
        connection.send(envelope, Buffer.from(message), done),
      );
      this.#transactionOpen = false;
      return { accepted: info?.accepted ?? [], refused: (info?.rejectedErrors ?? []).map(refusedRecipient) };
    } catch (error) {
      const refused = (error as { readonly rejectedErrors?: readonly unknown[] }).rejectedErrors ?? [];
      if (refused.length === 0) throw error;
      return { accepted: [], refused: refused.map(refusedRecipient) };
    }
  }

  #failure(error: unknown): DeliveryError {
    const { host, port } = this.#settings;
    const what = `smtp: ${host}:${port}`;
    const { code, responseCode } = error as { readonly code?: string; readonly responseCode?: number };
    if (responseCode === undefined) return networkError(what, error);
    const auth = code === 'EAUTH';
    const options = { failure: auth ? 'auth_error' : 'client_error', cause: error } as const;
    // A refusal of the connection itself may be of the moment; one of the mail or of the login is not.
    return responseCode >= 500 && (auth || code === 'EENVELOPE' || code === 'EMESSAGE')
      ? new PermanentDeliveryError(`${what}: ${errorText(error)}`, options)
      : new DeliveryError(`${what}: ${errorText(error)}`, { failure: 'server_error', cause: error });
  }

  async #quit(): Promise<void> {
    this.#idle?.cancel();
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined) return;
    await new Promise<void>((resolve) => {
      const timer = this.#clock.setTimeout(() => {
        connection.close();
        resolve();
      }, QUIT_TIMEOUT);
      connection.once('end', () => {
        timer.cancel();
        resolve();
      });
      connection.quit();
    });
  }

  #drop(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.close();
  }
}

/** A call of the connection as a promise, which also ends when the connection does: the callback then may never come. */
function settled<T>(
  connection: SMTPConnection,
  start: (done: (error?: unknown, value?: T) => void) => void,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const done = (error?: unknown, value?: T): void => {
      connection.off('error', done);
      connection.off('end', ended);
      if (error) reject(error);
      else resolve(value);
    };
    const ended = (): void => done(new Error('the server closed the connection'));
    connection.on('error', done);
    connection.on('end', ended);
    start(done);
  });
}

function refusedRecipient(error: unknown): RefusedRecipient {
  const {
    recipient = '',
    response,
    responseCode = 0,
  } = error as {
    readonly recipient?: string;
    readonly response?: string;
    readonly responseCode?: number;
  };
  return { address: recipient, response: response ?? errorText(error), temporary: responseCode < 500 };
}
