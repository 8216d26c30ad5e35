import * as v from 'valibot';
import { parseDuration } from '../alert/go-duration.ts';
import { HandlerSpecError, type SpecIssue } from '../errors.ts';
import type { HandleFunction, Handler } from '../handler/handler.ts';
import { type OptionEntries, optionsSchema } from '../handler/options.ts';
import type { StandardIssue } from '../handler/standard-schema.ts';
import type { Backoff } from './backoff.ts';
import { parseRateLimit, type RateLimit } from './rate-limit.ts';

/**
 * What to do with an event for which a full queue has no room.
 *
 * - `reject`: the new event is dropped.
 * - `drop-oldest`: the event that has waited longest is dropped.
 * - `coalesce`: of every id, only the newest event stays; if all ids are different, the oldest event is dropped.
 *
 * None of them drops a recovery whose firing was delivered.
 */
export type OverflowPolicy = 'reject' | 'drop-oldest' | 'coalesce';

/**
 * Which recoveries (events of level OK) a handler gets.
 *
 * - `match`: those that its match lets in.
 * - `always`: those as well whose firing was delivered, whatever the match says.
 * - `if-told`: those whose firing was delivered, and no others.
 */
export type RecoveryPolicy = 'match' | 'always' | 'if-told';

/** A length of time: milliseconds, or text such as `10s`. */
export type DurationInput = number | string;

/**
 * How events are brought to a handler. In a handler file they stand under `delivery:`, with names such as
 * `queue-limit`.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 *
 * const alerts = new TopicRegistry({ delivery: { timeout: '10s', maxAge: '1h' } });
 * alerts.handle('cpu', (event) => console.log(event.message), {
 *   id: 'console',
 *   delivery: { rateLimit: '10/1m', recoveries: 'always' },
 * });
 * ```
 */
export interface DeliveryOptions {
  /** How many events may wait. @default 5000 */
  readonly queueLimit?: number;
  /** How many are delivered at the same time; events of one id never are. @default 1 */
  readonly concurrency?: number;
  /** How long one try may take. @default '30s' */
  readonly timeout?: DurationInput;
  /** After how many tries a delivery is given up; `Infinity` for never. @default 12 */
  readonly maxTries?: number;
  /** At what age it is given up; `Infinity` for never. @default '24h' */
  readonly maxAge?: DurationInput;
  /** How long to wait between tries: anything from 0 to `first × factor^(tries - 1)`, at most `longest`. */
  readonly backoff?: {
    /** @default '1s' */
    readonly first?: DurationInput;
    /** @default 2 */
    readonly factor?: number;
    /** @default '5m' */
    readonly longest?: DurationInput;
  };
  /** What to do when the queue is full. @default 'reject' */
  readonly overflow?: OverflowPolicy;
  /** How many tries in how much time, such as `10/1m`; what is above waits. Default: no limit. */
  readonly rateLimit?: string;
  /** Which recoveries are delivered. @default 'match' */
  readonly recoveries?: RecoveryPolicy;
  /**
   * What takes an event that was given up on: the id of another handler of the same topic, or a handler in code.
   * Default: it is kept as a dead letter.
   */
  readonly fallback?: string | Handler | HandleFunction;
}

/** {@link DeliveryOptions} checked, with every default filled in and times in milliseconds. */
export interface ResolvedDeliveryOptions {
  readonly queueLimit: number;
  readonly concurrency: number;
  readonly timeout: number;
  readonly maxTries: number;
  readonly maxAge: number;
  readonly backoff: Backoff;
  readonly overflow: OverflowPolicy;
  readonly rateLimit: RateLimit | undefined;
  readonly recoveries: RecoveryPolicy;
  readonly fallback: string | Handler | undefined;
}

const DEFAULTS: ResolvedDeliveryOptions = {
  queueLimit: 5_000,
  concurrency: 1,
  timeout: 30_000,
  maxTries: 12,
  maxAge: 86_400_000,
  backoff: { first: 1_000, factor: 2, longest: 300_000 },
  overflow: 'reject',
  rateLimit: undefined,
  recoveries: 'match',
  fallback: undefined,
};

const backoffSchema = optionsSchema({
  first: milliseconds('backoff.first', false),
  factor: v.custom<number>(
    (value) => typeof value === 'number' && value >= 1 && value <= 100,
    'a number from 1 to 100',
  ),
  longest: milliseconds('backoff.longest', false),
});

const entries = {
  'queue-limit': wholeNumber(1, 10_000_000, false),
  concurrency: wholeNumber(1, 10_000, false),
  timeout: milliseconds('timeout', false),
  'max-tries': wholeNumber(1, 1_000_000, true),
  'max-age': milliseconds('max-age', true),
  backoff: v.pipe(
    v.unknown(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const result = backoffSchema['~standard'].validate(dataset.value);
      if ('then' in result) return NEVER;
      if (result.issues === undefined) return result.value;
      for (const { message } of result.issues) addIssue({ message });
      return NEVER;
    }),
  ),
  overflow: v.picklist(
    ['reject', 'drop-oldest', 'coalesce'] as const,
    "one of 'reject', 'drop-oldest' and 'coalesce'",
  ),
  'rate-limit': v.pipe(
    v.string('a text such as 10/1m'),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const limit = parseRateLimit(dataset.value);
      if (limit !== undefined) return limit;
      addIssue({
        message: `'${dataset.value}' is no rate limit; write how many in how much time, such as 10/1m or 1/s`,
      });
      return NEVER;
    }),
  ),
  recoveries: v.picklist(['match', 'always', 'if-told'] as const, "one of 'match', 'always' and 'if-told'"),
  fallback: v.pipe(
    v.custom<string | Handler | HandleFunction>(isFallback, 'the id of a handler, a function or a handler'),
    v.transform((value): string | Handler =>
      typeof value === 'function'
        ? { handle: (event, context) => value(event, context) as void | Promise<void> }
        : value,
    ),
  ),
} satisfies OptionEntries;

/** Checks {@link DeliveryOptions}, in code or from the `delivery:` of a handler file. */
const deliveryOptionsSchema = optionsSchema(entries);

/** The names of the delivery options, as in a handler file. */
export const DELIVERY_OPTION_NAMES: readonly string[] = deliveryOptionsSchema.names;

/**
 * Checks options and fills in what they leave out, from `base` or the defaults.
 *
 * @throws {HandlerSpecError} With all that is wrong; paths begin with `delivery`.
 */
export function resolveDeliveryOptions(
  options: DeliveryOptions | undefined,
  base: ResolvedDeliveryOptions = DEFAULTS,
): ResolvedDeliveryOptions {
  if (options === undefined) return base;
  const result = deliveryOptionsSchema['~standard'].validate(options);
  if ('then' in result) throw new HandlerSpecError([{ reason: 'delivery: unreadable', path: ['delivery'] }]);
  if (result.issues !== undefined) throw new HandlerSpecError(result.issues.map(specIssue));
  const given = result.value;
  const resolved = { ...base, ...given, backoff: { ...base.backoff, ...given.backoff } };
  const { first, longest } = resolved.backoff;
  if (first > longest) {
    throw new HandlerSpecError([
      {
        reason: `backoff: first (${first} ms) is longer than longest (${longest} ms)`,
        path: ['delivery', 'backoff'],
      },
    ]);
  }
  return resolved;
}

function specIssue({ message, path = [] }: StandardIssue): SpecIssue {
  const keys = path.map((part) => (typeof part === 'object' ? part.key : part));
  return {
    reason: message,
    path: ['delivery', ...keys.map((key) => (typeof key === 'number' ? key : String(key)))],
  };
}

function wholeNumber(least: number, most: number, endless: boolean): v.GenericSchema<number> {
  const valid = (value: unknown): boolean =>
    (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) ||
    (endless && value === Number.POSITIVE_INFINITY);
  return v.custom<number>(valid, `a whole number from ${least} to ${most}${endless ? ', or Infinity' : ''}`);
}

function milliseconds(name: string, endless: boolean): v.GenericSchema<DurationInput, number> {
  const wanted = `milliseconds, or a text such as 10s${endless ? ', or Infinity' : ''}`;
  return v.pipe(
    v.custom<DurationInput>((value) => typeof value === 'number' || typeof value === 'string', wanted),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const { value } = dataset;
      const length = typeof value === 'number' ? value : Number(parseDuration(value) ?? Number.NaN) / 1e6;
      if (length > 0 && (endless || length < Number.POSITIVE_INFINITY)) return length;
      addIssue({ message: `'${value}' is no length of time for ${name}; write ${wanted}, more than 0` });
      return NEVER;
    }),
  );
}

function isFallback(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  if (typeof value === 'function') return true;
  return (
    typeof value === 'object' && value !== null && 'handle' in value && typeof value.handle === 'function'
  );
}
