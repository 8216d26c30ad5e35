import { DeliveryError } from '../../errors.ts';

/** What a wait ends with when its signal is aborted. */
export function abortError(signal: AbortSignal): Error {
  return signal.reason instanceof DeliveryError
    ? signal.reason
    : new DeliveryError('The delivery was aborted', {
        failure:
          signal.reason instanceof Error && signal.reason.name === 'TimeoutError' ? 'timeout' : 'aborted',
        cause: signal.reason,
      });
}

/**
 * Waits for a promise, but no longer than until the signal is aborted: for clients that cannot be told to
 * stop. What the promise comes to afterwards is nobody's concern any more.
 */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(abortError(signal));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
