import { DeliveryError, type DeliveryErrorOptions, TocsinError } from '../errors.ts';
import type { Redactor } from '../handler/redactor.ts';

const NETWORK_CODE = /^(?:E[A-Z_]+|UND_ERR_[A-Z_]+|ERR_SSL_[A-Z_]+|ERR_TLS_[A-Z_]+)$/;
const CUT_CODE = /^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_BODY_TIMEOUT|UND_ERR_HEADERS_TIMEOUT)$/;
const LONGEST_BODY = 2_000;

/**
 * What a handler threw as a {@link DeliveryError} with its kind of failure, whether another try can help, and every
 * secret struck out.
 */
export function classifyFailure(thrown: unknown, redactor: Redactor): DeliveryError {
  try {
    return classified(thrown, redactor);
  } catch {
    // A getter or a proxy threw while it was read.
    return new DeliveryError('The handler threw something that cannot be read');
  }
}

function classified(thrown: unknown, redactor: Redactor): DeliveryError {
  if (thrown instanceof DeliveryError) return redacted(thrown, redactor);
  const reason = redactor.redact(describeThrown(thrown));
  return new DeliveryError(reason, { ...classOf(thrown), ...safeCause(thrown, redactor) });
}

/** The cause of an error, unless a secret stands in it or in one of its own causes. */
function safeCause(cause: unknown, redactor: Redactor): { readonly cause?: unknown } {
  let error = cause;
  for (let depth = 0; depth < 10 && error !== undefined; depth++) {
    const text = error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : printed(error);
    if (redactor.redact(text) !== text) return {};
    error = error instanceof Error ? error.cause : undefined;
  }
  return cause === undefined ? {} : { cause };
}

/** Whether the destination may have got the event although the try failed. */
export function mayHaveArrived(error: DeliveryError): boolean {
  if (error.failure === 'timeout') return true;
  return error.failure === 'network' && CUT_CODE.test(systemCode(error) ?? '');
}

function classOf(thrown: unknown): DeliveryErrorOptions {
  if (thrown instanceof TocsinError) {
    switch (thrown.code) {
      case 'TEMPLATE_PARSE':
      case 'TEMPLATE_RENDER':
        return { failure: 'template_error', retryable: false };
      case 'HANDLER_OPTIONS':
      case 'MISSING_DEPENDENCY':
      case 'MISSING_SECRET':
      case 'KIND_CONFIGURATION':
        return { failure: 'config_error', retryable: false };
      default:
        return {};
    }
  }
  if (thrown instanceof Error && thrown.name === 'TimeoutError') return { failure: 'timeout' };
  if (thrown instanceof Error && thrown.name === 'AbortError') return { failure: 'aborted' };
  return NETWORK_CODE.test(systemCode(thrown) ?? '') ? { failure: 'network' } : {};
}

/** The code that Node gives an error of the system, such as `ECONNRESET`, on the error or on its causes. */
function systemCode(thrown: unknown): string | undefined {
  let error = thrown;
  for (let depth = 0; depth < 5 && error instanceof Error; depth++) {
    const code: unknown = 'code' in error ? error.code : undefined;
    if (typeof code === 'string' && !(error instanceof TocsinError)) return code;
    error = error.cause;
  }
  return undefined;
}

function printed(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'something that cannot be printed';
  }
}

function describeThrown(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `The handler threw ${printed(thrown)}`;
  const { cause } = thrown;
  const text = saidBy(thrown) || thrown.name;
  const why = cause instanceof Error ? saidBy(cause) : '';
  return why === '' ? text : `${text}: ${why}`;
}

/** What an error says. A connection that failed at several addresses has no message, only a code and their errors. */
function saidBy(error: Error): string {
  if (error.message !== '') return String(error.message);
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? String(first.message) : '';
}

function redacted(error: DeliveryError, redactor: Redactor): DeliveryError {
  const message = redactor.redact(error.message);
  const body = error.body === undefined ? undefined : redactor.redact(error.body).slice(0, LONGEST_BODY);
  const cause = safeCause(error.cause, redactor);
  const clean = message === error.message && body === error.body && cause.cause === error.cause;
  if (clean) return error;
  const { failure, retryable, retryAfter, status, cure } = error;
  const copy = new DeliveryError(
    redactor.redact(error.reason),
    {
      failure,
      retryable,
      ...cause,
      ...(cure === undefined ? {} : { cure: redactor.redact(cure) }),
      ...(status === undefined ? {} : { status }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
      ...(body === undefined ? {} : { body }),
    },
    error.code as 'DELIVERY',
  );
  copy.name = error.name;
  return copy;
}
