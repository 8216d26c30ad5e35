import type { FailureReason } from '../errors.ts';

/**
 * How a delivery ended, or what became of it for now. The words are the same in events, counters and dead letters.
 *
 * - `delivered`: the handler finished.
 * - `retry_scheduled`: a try failed, another one follows.
 * - `failed_permanent`: the handler said that no retry can heal it.
 * - `failed_exhausted`: as many tries failed as there may be.
 * - `expired`: it grew older than it may.
 * - `dropped_overflow`: the queue was full.
 * - `dropped_shutdown`: the handler was closed before it was delivered, and there is no store to keep it.
 * - `superseded`: a newer event of the same id took its place.
 * - `not_told`: a recovery whose firing never got out, which the handler asked not to get.
 */
export type DeliveryOutcome =
  | 'delivered'
  | 'retry_scheduled'
  | 'failed_permanent'
  | 'failed_exhausted'
  | 'expired'
  | 'dropped_overflow'
  | 'dropped_shutdown'
  | 'superseded'
  | 'not_told';

/** The outcomes that make a dead letter. */
export type DeadReason = Extract<DeliveryOutcome, 'failed_permanent' | 'failed_exhausted' | 'expired'>;

/** The outcomes by which an event leaves a queue without having been tried to the end. */
export type DropReason = Extract<
  DeliveryOutcome,
  'dropped_overflow' | 'dropped_shutdown' | 'superseded' | 'not_told'
>;

/** Every {@link DeliveryOutcome}, with one line on what it means. */
export const DELIVERY_OUTCOMES: Readonly<Record<DeliveryOutcome, string>> = {
  delivered: 'The handler finished.',
  retry_scheduled: 'A try failed, another one follows.',
  failed_permanent: 'The handler said that no retry can heal it.',
  failed_exhausted: 'As many tries failed as there may be.',
  expired: 'It grew older than it may.',
  dropped_overflow: 'The queue was full.',
  dropped_shutdown: 'The handler was closed before it was delivered, and there is no store to keep it.',
  superseded: 'A newer event of the same id took its place.',
  not_told: 'A recovery whose firing never got out, which the handler asked not to get.',
};

/** Every {@link FailureReason}, with one line on what it means. */
export const FAILURE_REASONS: Readonly<Record<FailureReason, string>> = {
  client_error: 'The destination refused the request (HTTP 4xx).',
  auth_error: 'The destination refused the credentials (HTTP 401, 403).',
  rate_limited: 'The destination asked to be left alone for a while (HTTP 429).',
  server_error: 'The destination failed (HTTP 5xx).',
  timeout: 'The try took longer than its time.',
  network: 'The destination could not be reached, or the connection broke.',
  aborted: 'The try was stopped, because the handler was closed.',
  template_error: 'A template failed on the event.',
  config_error: 'The handler is configured wrongly.',
  other: 'Any other error that the handler threw.',
};
