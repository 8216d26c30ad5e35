// A handler kind of your own: writes alerts into a room of Matrix, the chat protocol.
import { DeliveryError, defineHandlerKind, type HandlerKind, RetryLaterError } from 'tocsin';
import * as v from 'valibot'; // or zod, arktype: any Standard Schema

/** Where the server is, and who writes. The same for all handlers, so it is given in code. */
export interface MatrixConfiguration {
  readonly url: string;
  readonly token: string;
}

export function matrix({ url, token }: MatrixConfiguration): HandlerKind<{ readonly room: string }> {
  return defineHandlerKind({
    kind: 'matrix',
    options: v.strictObject({ room: v.pipe(v.string(), v.startsWith('!', 'a room begins with !')) }),
    optionNames: ['room'],
    create({ room }, host) {
      // From here on, the token is struck out of every error and dead letter.
      host.redactor.add(token);
      return {
        async handle(event, { signal, deliveryId }) {
          // The id is the same on every try, so a message that arrived although its answer was lost is not written twice.
          const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${deliveryId}`;
          const answer = await fetch(url + path, {
            method: 'PUT',
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
            body: JSON.stringify({ msgtype: 'm.text', body: event.message }),
            signal,
          }).catch((cause: unknown) => {
            throw new DeliveryError('the Matrix server cannot be reached', { failure: 'network', cause });
          });
          if (answer.ok) return;
          const body = (await answer.json().catch(() => ({}))) as { error?: string; retry_after_ms?: number };
          const reason = `the Matrix server answered ${answer.status}: ${body.error ?? 'nothing'}`;
          if (answer.status === 429) throw new RetryLaterError(reason, body.retry_after_ms ?? 1000);
          // What the caller did wrong does not heal; what the server did wrong may.
          throw new DeliveryError(reason, { status: answer.status, retryable: answer.status >= 500 });
        },
      };
    },
  });
}
