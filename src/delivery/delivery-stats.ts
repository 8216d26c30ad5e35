import type { DeliveryError } from '../errors.ts';

/** Figures of one handler since it was defined. */
export interface HandlerStats {
  /** Events that its match let in. */
  readonly matched: number;
  /** Events delivered. */
  readonly delivered: number;
  /** Tries that failed and were followed by another. */
  readonly retried: number;
  /** Deliveries given up on: dead letters, or handed to the fallback. */
  readonly failed: number;
  /** Events dropped because the queue was full or the handler was closed. */
  readonly dropped: number;
  /** Events let go because a newer one took their place, or because the handler was not told that it fires. */
  readonly suppressed: number;
  /** Events that wait for their first try. */
  readonly queued: number;
  /** Events that are being tried or wait for another try. */
  readonly active: number;
  /** Recoveries kept until the destination answers again. */
  readonly pendingRecoveries: number;
  /** Ids that the handler was told about and that have not recovered there. */
  readonly firing: number;
  /** Milliseconds that the oldest event has been waiting; 0 when none does. */
  readonly oldestAge: number;
  /** The last failure, with secrets struck out. */
  readonly lastError?: { readonly error: DeliveryError; readonly at: Date };
}

/** What became of the events that waited when a handler or a registry was closed. */
export interface CloseReport {
  /** Delivered while closing. */
  readonly delivered: number;
  /** Given up while closing, with an error that no further try could heal: now dead letters. */
  readonly failed: number;
  /** Kept by the store for the next start. */
  readonly kept: number;
  /** Still waiting when the time was over, and dropped, because there is no store. */
  readonly dropped: number;
}

/** The sum of several reports. */
export function sumCloseReports(reports: Iterable<CloseReport>): CloseReport {
  let [delivered, failed, kept, dropped] = [0, 0, 0, 0];
  for (const report of reports) {
    delivered += report.delivered;
    failed += report.failed;
    kept += report.kept;
    dropped += report.dropped;
  }
  return { delivered, failed, kept, dropped };
}
