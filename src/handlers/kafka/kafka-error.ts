import { DeliveryError, PermanentDeliveryError } from '../../errors.ts';
import { errorText, networkError } from '../shared/system-error.ts';

const REFUSED_RECORD = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'POLICY_VIOLATION',
]);
const REFUSED_TOPIC = new Set(['INVALID_TOPIC_EXCEPTION']);
const REFUSED_CLIENT = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'ILLEGAL_SASL_STATE',
]);

/** A client's failure as a {@link DeliveryError}, by the code that the broker gave, if it did. */
export function kafkaError(topic: string, error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const chain = errorChain(error);
  const known = chain.find((one) => one instanceof DeliveryError);
  if (known instanceof DeliveryError) return known;
  const codes = chain.map(brokerCode).filter((code) => code !== undefined);
  const reason = `kafka: ${topic}: ${chain.map(errorText).find((text) => text !== '') ?? 'unknown error'}`;
  const has = (set: ReadonlySet<string>): boolean => codes.some((code) => set.has(code));
  if (has(REFUSED_CLIENT)) {
    return new PermanentDeliveryError(reason, { failure: 'auth_error', cause: error });
  }
  if (has(REFUSED_TOPIC)) {
    return new PermanentDeliveryError(reason, { failure: 'config_error', cause: error });
  }
  if (has(REFUSED_RECORD)) {
    return new PermanentDeliveryError(reason, { failure: 'client_error', cause: error });
  }
  if (codes.length > 0) return new DeliveryError(reason, { failure: 'server_error', cause: error });
  return networkError(`kafka: ${topic}`, error);
}

/** An error with all that is underneath it. */
function errorChain(error: unknown, depth = 0): unknown[] {
  if (!(error instanceof Error) || depth > 8) return [error];
  const below = [...(error instanceof AggregateError ? error.errors : []), error.cause].filter(
    (one) => one !== undefined && one !== null,
  );
  return [error, ...below.flatMap((one) => errorChain(one, depth + 1))];
}

/** The name of a broker's error code: `type` in kafkajs, `apiId` in @platformatic/kafka. */
function brokerCode(error: unknown): string | undefined {
  const { type, apiId } = error as { readonly type?: unknown; readonly apiId?: unknown };
  const code = apiId ?? type;
  return typeof code === 'string' && /^[A-Z_]+$/.test(code) ? code : undefined;
}
