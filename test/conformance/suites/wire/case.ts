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
      const directory = await mkdtemp(join(tmpdir(), 'tocsin-wire-'));
      const vector = fillPlaceholders(raw, { '@DIR@': directory });
      const oldMask = process.umask(vector.umask ?? 0o022);
      let got: { stage: Stage; errors: readonly string[]; captured: unknown };
      try {
        got = await runCase(vector, directory, setUp);
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
      results.push({
        id: raw.id,
        passed: stageFits && isDeepStrictEqual(part(got.captured), part(want.captured)),
        expected: want,
        got,
        vector: raw,
      });
    }
    return results;
  };
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
