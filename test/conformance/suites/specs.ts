import { TocsinError } from '../../../src/errors.ts';
import type { AnyHandlerKind } from '../../../src/handler/handler-kind.ts';
import * as handlers from '../../../src/handlers/index.ts';
import { TopicRegistry } from '../../../src/topic/index.ts';
import { sameJson } from '../alertnode/compare.ts';
import { type CaseResult, runCases, type Suite } from '../suite.ts';
import { type Answer, specJson, TopicsApi } from '../topics/api.ts';
import { runCommand } from '../topics/cli.ts';

/** A record of `specs.json`. */
export interface SpecVector {
  readonly id: string;
  readonly format: 'yaml' | 'json' | 'http' | 'cli';
  readonly fileName?: string;
  readonly text?: string;
  readonly before?: readonly string[];
  readonly accepted?: boolean;
  readonly error?: string;
  readonly stored?: readonly StoredHandler[];
  readonly daemonDied?: string;
  readonly method?: string;
  readonly path?: string;
  readonly body?: string;
  readonly status?: number;
  readonly noResponse?: boolean;
  readonly response?: unknown;
  readonly args?: readonly string[];
  readonly stdout?: string;
}

interface StoredHandler {
  readonly topic: string;
  readonly id: string;
  readonly kind: string;
  readonly options: Readonly<Record<string, unknown>> | null;
  readonly match: string;
}

/** What came of a record. */
export interface SpecOutcome {
  readonly accepted: boolean;
  readonly error?: string;
  readonly stored?: unknown;
  readonly answer?: Answer;
  readonly stdout?: string;
}

export const suite: Suite = (vectors) => runCases(vectors as SpecVector[], run);

async function run(vector: SpecVector): Promise<CaseResult> {
  const kinds = allKinds();
  const registry = new TopicRegistry({ kinds, strict: true });
  for (const text of vector.before ?? []) await registry.defineText(text, 'before.yaml');
  const got = await outcome(vector, registry);
  const stored = registry.specs().map((spec) => {
    const { link: _, ...rest } = specJson(spec);
    return { topic: spec.topic, ...rest };
  });
  await registry.close();
  return {
    id: vector.id,
    passed:
      isAsExpected(vector, got) && (vector.stored === undefined || sameStored(stored, vector.stored, kinds)),
    expected: vector,
    got: { ...got, stored },
    vector,
  };
}

async function outcome(vector: SpecVector, registry: TopicRegistry): Promise<SpecOutcome> {
  const { format, fileName = 'handler.yaml', text, method = '', path = '', body = '', args = [] } = vector;
  if (format === 'http') {
    const segments = path.split('/').map(decodeURIComponent).join('/');
    const answer = await new TopicsApi(() => registry).request(method, segments, body);
    return { accepted: answer.status < 300, answer };
  }
  if (format === 'cli') return runCommand(registry, args);
  try {
    if (text === undefined) await registry.defineFile(`/nonexistent/${fileName}`, { replace: true });
    else await registry.defineText(text, fileName, { replace: true });
    return { accepted: true };
  } catch (error) {
    if (error instanceof TocsinError) return { accepted: false, error: error.message };
    throw error;
  }
}

function isAsExpected(vector: SpecVector, got: SpecOutcome): boolean {
  // Where the original dies, or cuts the connection, an error is what is right.
  if (vector.daemonDied !== undefined || vector.noResponse) return !got.accepted;
  if (got.accepted !== vector.accepted) return false;
  if (vector.format === 'cli') return got.stdout === collapse(vector.stdout ?? '');
  if (vector.format !== 'http') return true;
  return (
    got.answer?.status === vector.status &&
    (vector.response === undefined || sameJson(got.answer?.body, vector.response))
  );
}

/** A text without what only lines up columns. */
export function collapse(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim().replace(/ {2,}/g, ' '))
    .join('\n');
}

/** Whether what is stored is the same, but for secrets, which are shown masked here. */
function sameStored(
  got: readonly unknown[],
  expected: readonly StoredHandler[],
  kinds: readonly AnyHandlerKind[],
): boolean {
  const masked = expected.map((handler) => {
    const { secretOptions = [], secretKeys = {} } = kinds.find(({ kind }) => kind === handler.kind) ?? {};
    const options = Object.entries(handler.options ?? {}).map(([name, value]) => [
      name,
      secretOptions.includes(name.toLowerCase())
        ? mask(value)
        : maskKeys(value, secretKeys[name.toLowerCase()]),
    ]);
    return { ...handler, options: handler.options && Object.fromEntries(options) };
  });
  return sameJson(got, masked);
}

function maskKeys(value: unknown, secret: RegExp | undefined): unknown {
  if (secret === undefined || typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, part]) => [key, secret.test(key) ? mask(part) : part]);
  return Object.fromEntries(entries);
}

function mask(value: unknown): unknown {
  if (typeof value === 'string') return value === '' ? '' : '***';
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, part]) => [key, mask(part)]);
  return Array.isArray(value) ? value.map(mask) : Object.fromEntries(entries);
}

const URL = 'http://service.example';

/** Every kind, configured as the vectors' daemon was: a Kafka cluster `default`, an HTTP endpoint `ep`. */
function allKinds(): AnyHandlerKind[] {
  return [
    handlers.aggregate(),
    handlers.exec(),
    handlers.log(),
    handlers.publish(),
    handlers.tcp(),
    handlers.alerta({ url: URL }),
    handlers.bigpanda({ appKey: 'k', token: 't', url: URL }),
    handlers.discord({ url: URL }),
    handlers.hipchat({ url: URL }),
    handlers.kafka({ id: 'default', brokers: ['localhost:9092'] }),
    handlers.mqtt({ name: 'default', url: 'tcp://localhost:1883' }),
    handlers.opsgenie({ apiKey: 'k', url: URL }),
    handlers.opsgenie2({ apiKey: 'k', url: URL }),
    handlers.pagerduty({ url: URL }),
    handlers.pagerduty2({ url: URL }),
    handlers.post([{ endpoint: 'ep', url: URL }]),
    handlers.pushover({ token: 't', userKey: 'u', url: URL }),
    handlers.sensu({ addr: 'localhost:3030' }),
    handlers.servicenow({ url: URL }),
    handlers.slack({ url: URL }),
    handlers.smtp({ host: 'localhost', from: 'tocsin@service.example' }),
    handlers.snmptrap({ addr: 'localhost:162' }),
    handlers.talk({ url: URL }),
    handlers.teams({ channelUrl: URL }),
    handlers.telegram({ token: 't', url: URL }),
    handlers.victorops({ url: URL }),
    handlers.zenoss({ url: URL }),
  ] as AnyHandlerKind[];
}
