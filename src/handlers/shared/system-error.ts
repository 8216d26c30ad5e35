import { DeliveryError, PermanentDeliveryError } from '../../errors.ts';

const TIMEOUTS = new Set(['ETIMEDOUT', 'ESOCKETTIMEDOUT', 'ESOCKET_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT']);

/** The code of an operating system's error, such as `ECONNREFUSED`. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // nodemailer puts a code of its own in place, and keeps the other.
  const { code, originalCode = code } = error as { readonly code?: unknown; readonly originalCode?: unknown };
  return typeof originalCode === 'string' ? originalCode : undefined;
}

/** What an error says; when it says nothing, as one of several addresses tried can, its code. */
export function errorText(error: unknown): string {
  if (error instanceof AggregateError && error.message === '' && error.errors.length > 0) {
    return errorText(error.errors[0]);
  }
  if (!(error instanceof Error)) return String(error);
  return error.message || errorCode(error) || error.name;
}

/** A network's failure as a {@link DeliveryError}. One that is a delivery error already stays as it is. */
export function networkError(what: string, error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const code = errorCode(error) ?? '';
  const reason = `${what}: ${errorText(error)}`;
  // A certificate that is wrong stays wrong until somebody changes something.
  return /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT)/.test(code)
    ? new PermanentDeliveryError(reason, { failure: 'config_error', cause: error })
    : new DeliveryError(reason, { failure: TIMEOUTS.has(code) ? 'timeout' : 'network', cause: error });
}
