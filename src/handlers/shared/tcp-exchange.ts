import { Buffer } from 'node:buffer';
import { connect } from 'node:net';
import type { Clock } from '../../alert/clock.ts';
import { DeliveryError } from '../../errors.ts';
import type { Address } from './address.ts';
import { networkError } from './system-error.ts';
import { abortError } from './until-aborted.ts';

/** How long the parts of an exchange may take, in milliseconds. */
export interface ExchangeTimeouts {
  readonly connect: number;
  /** From the connection to the end. */
  readonly exchange: number;
}

/** One connection, one message, and what is to be seen of the answer. */
export interface TcpExchange {
  readonly kind: string;
  readonly address: Address;
  readonly payload: string;
  readonly timeouts: ExchangeTimeouts;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether to say at once that nothing follows. Else that is said when `answered` is content. */
  readonly endAfterWrite: boolean;
  /** Whether the answer so far is all that was waited for. */
  answered(answer: Buffer): boolean;
}

const LONGEST_ANSWER = 64 * 1024;

/**
 * Connects, writes, and waits until the peer closes. It resolves to what the peer answered.
 *
 * A peer that has all it was sent, and leaves the connection open, is let go when the time is over. A peer
 * that resets the connection, or closes it before everything is written, is an error.
 */
export function tcpExchange(exchange: TcpExchange): Promise<Buffer> {
  const { kind, address, payload, timeouts, clock, signal } = exchange;
  const where = `${kind}: ${address.host}:${address.port}`;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortError(signal));
      return;
    }
    const socket = connect({ host: address.host, port: address.port });
    const answer: Buffer[] = [];
    let length = 0;
    let written = false;
    let settled = false;
    const settle = (end: () => void): void => {
      if (settled) return;
      settled = true;
      timer.cancel();
      signal.removeEventListener('abort', abort);
      socket.destroy();
      end();
    };
    const fail = (error: Error): void => settle(() => reject(error));
    const succeed = (): void => settle(() => resolve(Buffer.concat(answer)));
    const abort = (): void => fail(abortError(signal));
    signal.addEventListener('abort', abort, { once: true });
    const tooLong = (what: string): DeliveryError =>
      new DeliveryError(`${where} ${what}`, { failure: 'timeout' });
    let timer = clock.setTimeout(
      () => fail(tooLong(`did not accept the connection within ${timeouts.connect} ms`)),
      timeouts.connect,
    );

    socket.on('connect', () => {
      timer.cancel();
      timer = clock.setTimeout(() => {
        if (written && exchange.answered(Buffer.concat(answer))) succeed();
        else fail(tooLong(`did not take the event within ${timeouts.exchange} ms`));
      }, timeouts.exchange);
      socket.write(payload, () => {
        written = true;
      });
      if (exchange.endAfterWrite) socket.end();
    });
    socket.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > LONGEST_ANSWER) {
        fail(
          new DeliveryError(`${where} answered more than ${LONGEST_ANSWER} bytes`, {
            failure: 'server_error',
          }),
        );
        return;
      }
      answer.push(chunk);
      if (!exchange.endAfterWrite && exchange.answered(Buffer.concat(answer))) socket.end();
    });
    socket.on('error', (error) => fail(networkError(where, error)));
    socket.on('end', () => {
      if (written) return;
      fail(
        new DeliveryError(`${where} closed the connection before the event was written`, {
          failure: 'network',
        }),
      );
    });
    socket.on('close', succeed);
  });
}
