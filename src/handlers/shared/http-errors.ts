import type { Clock } from '../../alert/clock.ts';
import {
  DeliveryError,
  type DeliveryErrorOptions,
  type FailureReason,
  PermanentDeliveryError,
} from '../../errors.ts';
import type { Redactor } from '../../handler/redactor.ts';
import { errorCode, errorText } from './system-error.ts';

const EXCERPT = 300;

/** An answer that means failure. */
export interface FailedAnswer {
  readonly status: number;
  readonly body: string;
  /** The service's own words, taken from the body. */
  readonly text?: string | undefined;
  /** Milliseconds to wait, as the service asked. */
  readonly retryAfter?: number | undefined;
  /** Whether the error keeps all of the body. */
  readonly wholeBody?: boolean | undefined;
}

/** What an HTTP status says about a delivery, and whether another try can succeed. */
export function classifyStatus(status: number): {
  readonly failure: FailureReason;
  readonly retryable: boolean;
} {
  if (status === 401 || status === 403) return { failure: 'auth_error', retryable: false };
  if (status === 408) return { failure: 'timeout', retryable: true };
  if (status === 429) return { failure: 'rate_limited', retryable: true };
  if (status === 425) return { failure: 'client_error', retryable: true };
  if (status >= 500) return { failure: 'server_error', retryable: true };
  return { failure: status >= 400 ? 'client_error' : 'other', retryable: false };
}

/** The error for an answer that means failure. `place` is all that is told of the address. */
export function answerError(place: string, answer: FailedAnswer, redactor: Redactor): DeliveryError {
  const { failure, retryable } = classifyStatus(answer.status);
  const body = excerpt(answer.body, redactor);
  const words = answer.text ? excerpt(answer.text, redactor) : body;
  const options: DeliveryErrorOptions = {
    failure,
    status: answer.status,
    body: answer.wholeBody ? redactor.redact(answer.body) : body,
    retryable,
    ...(answer.retryAfter !== undefined && retryable && { retryAfter: answer.retryAfter }),
    ...(failure === 'auth_error' && { cure: 'Check the token, the credentials or the webhook URL.' }),
  };
  return new DeliveryError(`${place} answered ${answer.status}${words && `: ${words}`}`, options);
}

/** The error for a request that got no answer. */
export function requestError(
  place: string,
  error: unknown,
  signal: AbortSignal,
  redactor: Redactor,
): DeliveryError {
  if (signal.aborted) return abortError(place, signal.reason);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = errorCode(cause) ?? '';
  if (code === 'UND_ERR_INVALID_ARG') {
    return new PermanentDeliveryError(`The request to ${place} is not valid`, { failure: 'config_error' });
  }
  if (cause instanceof Error && cause.message === 'bad port') {
    return new PermanentDeliveryError(`${place} has a port that fetch refuses, as browsers do`, {
      failure: 'config_error',
      cure: 'Let the service listen on another port, such as 8080.',
    });
  }
  // The cause itself is left out: fetch puts whole addresses into its errors, and those are secrets here.
  const reason = `${place} could not be reached: ${excerpt(errorText(cause), redactor)}`;
  if (/^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT)/.test(code)) {
    return new PermanentDeliveryError(reason, { failure: 'config_error' });
  }
  return new DeliveryError(reason, { failure: code.includes('TIMEOUT') ? 'timeout' : 'network' });
}

function abortError(place: string, reason: unknown): DeliveryError {
  if (reason instanceof DeliveryError) return reason;
  const late = reason instanceof Error && reason.name === 'TimeoutError';
  return new DeliveryError(`${place} ${late ? 'did not answer in time' : 'was not waited for'}`, {
    failure: late ? 'timeout' : 'aborted',
  });
}

/** The wait that a `Retry-After` header asks for, in milliseconds: seconds, or an HTTP date. */
export function parseRetryAfter(header: string | null, clock: Pick<Clock, 'now'>): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Math.round(Number(header) * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - clock.now());
}

/** The first piece of a text on one line, without secrets. */
function excerpt(text: string, redactor: Redactor): string {
  const line = redactor.redact(text).replace(/\s+/g, ' ').trim();
  return line.length > EXCERPT ? `${line.slice(0, EXCERPT).toWellFormed()}…` : line;
}
