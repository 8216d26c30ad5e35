import { compareBytes } from '../../alert/compare-bytes.ts';
import type { TemplateFunction } from '../execute/template-function.ts';
import { goTime, type Zone } from '../time/go-time.ts';
import { TIME } from '../time/time-type.ts';
import { typedValue } from '../value/any-value.ts';
import { type GoType, VALUE } from '../value/go-type.ts';
import { TemplateFailure } from '../value/template-failure.ts';
import { typePhrase, typeSubject } from '../value/type-phrase.ts';
import { boolValue, type Complex, NIL, type Value } from '../value/value.ts';

type Compared = Value | undefined;

/** `eq`: whether the first equals any of the others; it stops at the first that does. */
export const eq: TemplateFunction = {
  parameters: [VALUE],
  rest: VALUE,
  call([first, ...others]) {
    if (others.length === 0) throw new TemplateFailure('eq needs something to compare with');
    return boolValue(others.some((other) => equal(first, other)));
  },
};

export const ne: TemplateFunction = pair((a, b) => !equal(a, b));
export const lt: TemplateFunction = pair((a, b) => order(a, b, 'lt') === -1);
export const le: TemplateFunction = pair((a, b) => {
  const result = order(a, b, 'le');
  return result === -1 || result === 0;
});
export const gt: TemplateFunction = pair((a, b) => {
  const result = order(a, b, 'gt');
  return result !== -1 && result !== 0;
});
export const ge: TemplateFunction = pair((a, b) => order(a, b, 'ge') !== -1);

function pair(compare: (a: Compared, b: Compared) => boolean): TemplateFunction {
  return { parameters: [VALUE, VALUE], call: ([a, b]) => boolValue(compare(a, b)) };
}

function equal(a: Compared, b: Compared): boolean {
  if (isNothing(a) || isNothing(b)) {
    // What has no value is equal to what is nil, and to nothing else.
    return isNil(a) && isNil(b);
  }
  if (isNumber(a) && isNumber(b)) {
    checkNumbers(a, b);
    return Number.isNaN(a.raw) ? false : sameNumber(a.raw, b.raw);
  }
  const [x, y] = [a.type, b.type];
  if (x.kind !== y.kind) {
    throw incompatible(a, b);
  }
  switch (x.kind) {
    case 'string':
    case 'bool':
      return a.raw === b.raw;
    case 'complex': {
      const [p, q] = [a.raw as Complex, b.raw as Complex];
      return p.real === q.real && p.imaginary === q.imaginary;
    }
    case 'slice':
    case 'map':
      if (a.raw === null || b.raw === null) return a.raw === b.raw;
      throw new TemplateFailure(`Values of type ${x.name} cannot be compared`);
    case 'pointer':
      return x.name === y.name && a.raw === b.raw;
    default:
      return equalStructs(a, b);
  }
}

function equalStructs(a: Value, b: Value): boolean {
  if (!isComparable(b.type)) {
    throw new TemplateFailure(`${typeSubject(b.type)} cannot be compared`);
  }
  if (a.type.name !== b.type.name) return false;
  if (a.type === TIME) {
    const [p, q] = [goTime(a.raw), goTime(b.raw)];
    return p.unixNano === q.unixNano && sameZone(p.zone, q.zone);
  }
  return (a.type.fields ?? []).every(({ name, type, embedded }) => {
    const [p, q] = [a, b].map(({ raw }) => (embedded ? raw : (raw as Record<string, unknown>)[name]));
    return equal(typedValue(type, p), typedValue(type, q));
  });
}

function isComparable({ kind, fields }: GoType): boolean {
  if (kind === 'map' || kind === 'slice') return false;
  return kind !== 'struct' || (fields ?? []).every(({ type }) => isComparable(type));
}

/** Zones with the same name and offset can still be two. */
function sameZone(a: Zone, b: Zone): boolean {
  return a === b || (a.location === 'Local' && b.location === 'Local');
}

/** -1, 0 or 1, or NaN where there is no order. */
function order(a: Compared, b: Compared, name: string): number {
  if (isNothing(a) || isNothing(b)) throw new TemplateFailure(`${name} cannot compare what has no value`);
  if (isNumber(a) && isNumber(b)) {
    checkNumbers(a, b);
    const [x, y] = [a.raw as number, b.raw as number];
    return x < y ? -1 : sameNumber(x, y) ? 0 : 1;
  }
  if (a.type.kind !== b.type.kind) {
    throw isBasic(a) || isBasic(b) ? incompatible(a, b) : unordered(a, name);
  }
  if (a.type.kind !== 'string') throw unordered(a, name);
  return Math.sign(compareBytes(String(a.raw), String(b.raw)));
}

/** An int64 may be a bigint and a float is a number, so that a loose comparison can meet both. */
function sameNumber(a: unknown, b: unknown): boolean {
  return (
    a === b || (typeof a !== typeof b && !((a as number) < (b as number)) && !((a as number) > (b as number)))
  );
}

function isNothing(value: Compared): value is undefined {
  return value === undefined || value === NIL;
}

function isNil(value: Compared): boolean {
  return isNothing(value) || (value.raw === null && value.type.kind !== 'string');
}

function isNumber({ type }: Value): boolean {
  return type.kind === 'int' || type.kind === 'uint' || type.kind === 'float';
}

function isBasic(value: Value): boolean {
  return (
    isNumber(value) ||
    value.type.kind === 'string' ||
    value.type.kind === 'bool' ||
    value.type.kind === 'complex'
  );
}

function checkNumbers(a: Value, b: Value): void {
  const mixed = (a.type.kind === 'float') !== (b.type.kind === 'float');
  if (mixed && !a.type.loose && !b.type.loose) throw incompatible(a, b);
}

function incompatible(a: Value, b: Value): TemplateFailure {
  const numbers = isNumber(a) && isNumber(b);
  return new TemplateFailure(
    `${typeSubject(a.type)} cannot be compared with ${typePhrase(b.type)}`,
    numbers ? 'Write a float with a point, such as 90.0, and an int without.' : undefined,
  );
}

function unordered(value: Value, name: string): TemplateFailure {
  return new TemplateFailure(`${name} cannot compare values of type ${value.type.name}: they have no order`);
}
