import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { systemClock } from '../../../../src/alert/clock.ts';
import type { AnyHandlerKind, Handler, HandlerHost } from '../../../../src/handler/index.ts';
import { Redactor } from '../../../../src/handler/redactor.ts';
import type { CaseResult, Suite } from '../../suite.ts';
import { decodeEvent, fillPlaceholders, type VectorEvent } from './event.ts';

/** One case of a wire file; what only some kinds have is left to their own suites. */
export interface WireCase {
  readonly id: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly event?: VectorEvent;
  readonly events?: readonly VectorEvent[];
  readonly via?: string;
  readonly testOptions?: Readonly<Record<string, unknown>>;
  readonly server: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly modes?: Readonly<Record<string, number>>;
  readonly umask?: number;
  readonly captured: Readonly<Record<string, unknown>>;
  readonly errors?: readonly { readonly msg?: string; readonly err?: string }[];
  readonly configError?: string;
  readonly serviceError?: string;
  readonly handlerError?: string;
  readonly testError?: string;
  readonly notes?: readonly string[];
}

/** Where a case went wrong, in the order in which the original can fail; `sent` when it did not. */
export type Stage = 'config' | 'handler' | 'event' | 'sent';

/** What our side did with a case. */
export interface Outcome {
  readonly stage: Stage;
  readonly errors: readonly string[];
}

/** What a kind's suite gives for one case. */
export interface Rig {
  /** Makes the kind with the configuration of the case. What it throws counts as a refused configuration. */
  kind(): AnyHandlerKind;
  /** Options of the handler, when they are not those of the case. */
  readonly options?: unknown;
  /** What to deliver, when it is not the events of the case. */
  readonly events?: readonly VectorEvent[];
  /** What arrived, in the form of `captured`. Called when all is delivered and the kind is closed. */
  captured(outcome: Outcome): unknown | Promise<unknown>;
  /** Takes the servers down. */
  close?(): void | Promise<void>;
}

const DEADLINE = 5000;
/** No case takes longer than this; one that does has failed. */
const CASE_DEADLINE = 60_000;
const STAGES: readonly Stage[] = ['config', 'handler', 'event', 'sent'];

function expectedStage(vector: WireCase): Stage {
  if (vector.configError !== undefined || vector.serviceError !== undefined) return 'config';
  if (vector.handlerError !== undefined) return 'handler';
  if ((vector.errors ?? []).length > 0 || vector.testError !== undefined) return 'event';
  return 'sent';
}

async function deliver(
  kind: AnyHandlerKind,
  options: unknown,
  events: readonly VectorEvent[],
): Promise<Outcome> {
  const result = await kind.options['~standard'].validate(options ?? {});
  if (result.issues) return { stage: 'handler', errors: result.issues.map(({ message }) => message) };
  const host: HandlerHost = {
    topic: events[0]?.topic ?? 'topic',
    id: 'handler',
    clock: systemClock,
    strict: true,
    redactor: new Redactor(),
    collect: () => undefined,
    warn: () => undefined,
  };
  let handler: Handler;
  try {
    handler = await kind.create(result.value as never, host);
  } catch (error) {
    return { stage: 'handler', errors: [String(error)] };
  }
  const errors: string[] = [];
  for (const [index, event] of events.entries()) {
    if (event.noExternal && kind.external !== false) continue;
    const signal = AbortSignal.timeout(DEADLINE);
    try {
      await handler.handle(decodeEvent(event), { signal, deliveryId: `delivery-${index}`, attempt: 1 });
    } catch (error) {
      errors.push(String(error));
    }
  }
  await handler.flush?.();
  await handler.close?.();
  return { stage: errors.length > 0 ? 'event' : 'sent', errors };
}

/**
 * Makes the suite of a kind from a function that sets a case up. An error is expected where the original has
 * one, at the same stage or an earlier one; what arrived must equal `captured`.
 *
 * @param expected What of `captured` is compared.
 * @param delivered The part of it that counts when our error comes earlier than the original's, which by then
 * has connected or logged in.
 */
export function wireSuite(
  setUp: (vector: WireCase, directory: string) => Rig | Promise<Rig>,
  expected: (vector: WireCase) => unknown = ({ captured }) => captured,
  delivered: (captured: unknown) => unknown = (captured) => captured,
): Suite {
  return async (vectors) => {
    const results: CaseResult[] = [];
    for (const raw of (vectors as { cases: readonly WireCase[] }).cases) {
      try {
        results.push(await judge(raw));
      } catch (error) {
        // What the suite cannot work with is one failure, and not the end of the run.
        results.push({
          id: raw.id,
          passed: false,
          expected: {},
          got: { failure: String(error) },
          vector: raw,
        });
      }
    }
    return results;
  };

  async function judge(raw: WireCase): Promise<CaseResult> {
    const directory = await mkdtemp(join(tmpdir(), 'tocsin-wire-'));
    const vector = fillPlaceholders(raw, { '@DIR@': directory });
    const oldMask = process.umask(vector.umask ?? 0o022);
    let got: Awaited<ReturnType<typeof runCase>>;
    try {
      got = await within(CASE_DEADLINE, runCase(vector, directory, setUp));
    } finally {
      process.umask(oldMask);
      await rm(directory, { recursive: true, force: true });
    }
    // Where the original hangs, an error is expected, and nothing of what led to the hanging.
    const hangs = vector.notes?.some((note) => note.includes('did not return')) === true;
    const want = hangs
      ? { stage: 'event' as const, captured: got.captured }
      : { stage: expectedStage(vector), captured: expected(vector) };
    const stageFits =
      want.stage === 'sent'
        ? got.stage === 'sent'
        : got.stage !== 'sent' && STAGES.indexOf(got.stage) <= STAGES.indexOf(want.stage);
    const part = STAGES.indexOf(got.stage) < STAGES.indexOf(want.stage) ? delivered : (all: unknown) => all;
    return {
      id: raw.id,
      passed: stageFits && isDeepStrictEqual(asNewestGo(part(got.captured)), asNewestGo(part(want.captured))),
      expected: want,
      got,
      vector: raw,
    };
  }
}

/** Backspace and form feed in JSON, which Go writes as \b and \f since 1.22, and the vectors in the older way. */
function asNewestGo(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\\u0008', '\\b').replaceAll('\\u000c', '\\f');
  if (Array.isArray(value)) return value.map(asNewestGo);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, asNewestGo(part)]));
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function runCase(
  vector: WireCase,
  directory: string,
  setUp: (vector: WireCase, directory: string) => Rig | Promise<Rig>,
): Promise<{ stage: Stage; errors: readonly string[]; captured: unknown }> {
  const rig = await setUp(vector, directory);
  try {
    let outcome: Outcome;
    try {
      const kind = rig.kind();
      const events = rig.events ?? vector.events ?? (vector.event ? [vector.event] : []);
      outcome = await deliver(kind, rig.options ?? vector.options, events);
      await kind.close?.();
    } catch (error) {
      outcome = { stage: 'config', errors: [String(error)] };
    }
    return { ...outcome, captured: await rig.captured(outcome) };
  } finally {
    await rig.close?.();
  }
}
