import { int64 } from '../../../src/alert/int64.ts';
import { isLevel } from '../../../src/alert/level.ts';
import { NanoDate } from '../../../src/alert/nano-date.ts';
import { TemplateError } from '../../../src/errors.ts';
import { LEVEL, levelNumber } from '../../../src/template/data/data-type.ts';
import { compileTemplate, type DataTypeName, type TemplateOptions } from '../../../src/template/index.ts';
import { DURATION } from '../../../src/template/time/duration-type.ts';
import { GoTime } from '../../../src/template/time/go-time.ts';
import { TIME } from '../../../src/template/time/time-type.ts';
import { toBytes } from '../../../src/template/value/bytes.ts';
import * as go from '../../../src/template/value/go-type.ts';
import { NIL, Value } from '../../../src/template/value/value.ts';
import { type CaseResult, runCases, type Suite } from '../suite.ts';

interface Failure {
  readonly stage: 'parse' | 'exec';
  readonly message: string;
  readonly escape?: boolean;
}

interface Answer {
  readonly output?: string;
  readonly outputBase64?: string;
  readonly outputPattern?: string;
  readonly error?: Failure;
  readonly partial?: string;
}

interface Vector extends Answer {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly template: string;
  readonly dataType: string;
  readonly data: Record<string, unknown> | null;
  readonly newerGo?: readonly (Answer & { readonly go: string })[];
}

interface Typed {
  readonly type: string;
  readonly value?: unknown;
  readonly base64?: string;
  readonly zone?: string;
}

const KINDS: Readonly<Record<string, { readonly dataType: DataTypeName; html?: true; json?: true }>> = {
  'text-id': { dataType: 'id' },
  text: { dataType: 'message' },
  'html-details': { dataType: 'details', html: true, json: true },
  'httppost-json': { dataType: 'alertData', json: true },
  'httppost-row': { dataType: 'row', json: true },
  'httppost-nil': { dataType: 'alertData', json: true },
  'httppost-file': { dataType: 'alertData' },
  kafka: { dataType: 'alertData' },
  handler: { dataType: 'templateData' },
  'handler-ptr': { dataType: 'templateDataPointer' },
  'alerta-event': { dataType: 'alertaEvent' },
  servicenow: { dataType: 'servicenow' },
  zenoss: { dataType: 'zenoss' },
  'smtp-to': { dataType: 'eventData' },
  aggregate: { dataType: 'aggregate' },
  'sideload-order': { dataType: 'tags' },
};

/** Runs the Go template vectors, in strict mode. */
export const suite: Suite = async (vectors) => {
  const zone = process.env.TZ;
  // The zone in which the original's answers were measured, for `.Time.Local`.
  process.env.TZ = 'UTC';
  const results = await runCases(vectors as readonly Vector[], run);
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
  return results;
};

function run(vector: Vector): CaseResult {
  const expected = newest(vector);
  let got: { output?: string; stage?: string; partial?: string; error?: string };
  try {
    got = { output: render(vector) };
  } catch (error) {
    if (!(error instanceof TemplateError)) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { id: vector.id, passed: false, expected: vector, got: text, vector };
    }
    const { code, partial, message } = error;
    got = { stage: code === 'TEMPLATE_PARSE' ? 'parse' : 'exec', partial, error: message };
  }
  return {
    id: vector.id,
    passed: matches(expected, got),
    expected: { template: vector.template, ...expected },
    got,
    vector,
  };
}

function newest(vector: Vector): Answer {
  const { output, outputBase64, outputPattern, error, partial } = vector;
  const oldest = { output, outputBase64, outputPattern, error, partial };
  return vector.newerGo?.at(-1) ?? (JSON.parse(JSON.stringify(oldest)) as Answer);
}

function matches(expected: Answer, got: { output?: string; stage?: string; partial?: string }): boolean {
  const { error } = expected;
  if (error) {
    // An error may come earlier than the original's; what had been written by then is compared where it came then.
    if (got.stage === 'parse') return true;
    return got.stage === 'exec' && error.stage === 'exec' && got.partial === (expected.partial ?? '');
  }
  if (got.output === undefined) return false;
  if (expected.outputBase64 !== undefined) {
    return Buffer.from(toBytes(got.output)).toString('base64') === expected.outputBase64;
  }
  if (expected.outputPattern !== undefined) return new RegExp(expected.outputPattern).test(got.output);
  return got.output === expected.output;
}

function render(vector: Vector): string {
  const kind = KINDS[vector.kind];
  if (!kind) throw new Error(`the kind '${vector.kind}' is unknown`);
  const options: TemplateOptions = { ...kind, name: vector.name, strict: true };
  const template = compileTemplate(vector.template, options);
  return template.render(vector.data === null ? null : members(vector.data, vector.kind));
}

/** A vector's data, in the form that templates take. */
function members(data: Record<string, unknown>, kind: string): object {
  // Here the dot is the map of tags itself.
  if (kind === 'sideload-order') return plain(data.Tags ?? {}) as object;
  const numberedLevels = kind !== 'text' && kind !== 'html-details' && !kind.startsWith('handler');
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      if (name === 'Time') return [name, time(value)];
      if (name === 'Duration' || name === 'Interval') return [name, integer(value)];
      if (name === 'Count') return [name, integer((value as Typed).value)];
      if (name.endsWith('Level') && numberedLevels)
        return [name, isLevel(value) ? levelNumber(value) : value];
      return [name, plain(value)];
    }),
  );
}

/** Plain JSON as it is; what has a type in it as a typed value. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if (isTyped(value)) return typed(value);
  return copy(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

function isTyped(value: object): value is Typed {
  return 'type' in value && ('value' in value || 'base64' in value || value.type === 'nil');
}

function typed(given: Typed): unknown {
  const { type, value } = given;
  if (type === 'nil') return NIL;
  if (type === 'int' && typeof value === 'string') return new Value(go.INT, integer(value));
  const goType = typeOf(type);
  if (given.base64 !== undefined) return new Value(goType, [...Buffer.from(given.base64, 'base64')]);
  return new Value(goType, raw(goType, value, given));
}

function raw(type: go.GoType, value: unknown, given?: Typed): unknown {
  if (value === null || value === undefined) return null;
  if (type === TIME) return time(given?.zone === undefined ? value : { time: value, zone: given.zone });
  if (type === LEVEL) return isLevel(value) ? levelNumber(value) : value;
  if (type === ERROR) return { s: value };
  switch (type.kind) {
    case 'int':
    case 'uint':
      return integer(value);
    case 'float':
      return type.bits === 32 ? Math.fround(float(value)) : float(value);
    case 'slice':
      return (value as unknown[]).map((member) => element(type.elem ?? go.ANY, member));
    case 'map': {
      const entries = Object.entries(value as object).map(
        ([key, member]) => [key, element(type.elem ?? go.ANY, member)] as const,
      );
      const key = type.key ?? go.STRING;
      return key.kind === 'string' ? copy(entries) : new Map(entries.map(([k, v]) => [keyOf(key, k), v]));
    }
    default:
      return value;
  }
}

/** A member of a list or map: bare where the list says what it holds, with its type where it holds anything. */
function element(type: go.GoType, member: unknown): unknown {
  if (type.kind === 'interface') return plain(member);
  if (Array.isArray(member)) return raw(type, member);
  const given = member as Typed;
  return typeof member === 'object' && member !== null && isTyped(member)
    ? raw(type, given.value, given)
    : member;
}

function keyOf(type: go.GoType, key: string): unknown {
  if (type.kind === 'bool') return key === 'true';
  return type.kind === 'float' ? float(key) : integer(key);
}

function typeOf(name: string): go.GoType {
  switch (name) {
    case 'string':
      return go.STRING;
    case 'bool':
      return go.BOOL;
    case 'int64':
      return go.INT64;
    case 'float64':
      return go.FLOAT64;
    case 'interface {}':
      return go.ANY;
    case 'time.Time':
      return TIME;
    case 'time.Duration':
      return DURATION;
    case 'alert.Level':
      return LEVEL;
    case 'error':
      return ERROR;
  }
  const number = /^(u?int|float)(\d*)$/.exec(name);
  if (number) return { name, kind: number[1] as 'int' | 'uint' | 'float', bits: Number(number[2]) || 64 };
  if (name.startsWith('*')) return go.pointerTo(typeOf(name.slice(1)));
  if (name.startsWith('[]')) return name === '[]uint8' ? go.BYTES : go.sliceOf(typeOf(name.slice(2)));
  const map = /^map\[([^\]]+)\](.+)$/.exec(name);
  if (map) return go.mapOf(typeOf(map[1] ?? ''), typeOf(map[2] ?? ''));
  throw new Error(`the type '${name}' is unknown`);
}

const ERROR: go.GoType = {
  ...go.pointerTo(go.structOf('errors.errorString', [{ name: 's', type: go.STRING }])),
  text: (raw) => String((raw as { s: string }).s),
  json: () => '{}',
};

function time(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && 'time' in value) {
    const { time: text, zone } = value as { time: string; zone: string };
    return zoned(text, zone);
  }
  const text = String(value);
  return text.endsWith('Z') ? NanoDate.fromRFC3339(text) : zoned(text, '');
}

function zoned(text: string, name: string): GoTime {
  const moment = NanoDate.fromRFC3339(text);
  const match = /([+-])(\d\d):(\d\d)$/.exec(text);
  const size = match ? (Number(match[2]) * 60 + Number(match[3])) * 60 : 0;
  const offset = match?.[1] === '-' ? -size : size;
  return new GoTime(moment.getTime(), moment.nanoseconds, { name, offset, location: name });
}

function integer(value: unknown): unknown {
  return int64Of(String(value));
}

function int64Of(text: string): number | bigint {
  const value = BigInt(text);
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value > 0n && value >= 2n ** 63n ? value : int64(value);
}

function float(value: unknown): number {
  return Number(String(value).replace('Inf', 'Infinity'));
}

/** An object with every key as its own, `__proto__` too. */
function copy(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries);
}
