import type { ConstantNode } from '../syntax/node.ts';
import { type GoType, VALUE } from '../value/go-type.ts';
import { type Place, TemplateFailure } from '../value/template-failure.ts';
import { typePhrase, typeSubject } from '../value/type-phrase.ts';
import { NIL, Value } from '../value/value.ts';
import { pointed } from './member.ts';

/** A value as an argument of a type, or the failure that it does not fit. */
export function asArgument(value: Value | undefined, type: GoType, place: Place): Value | undefined {
  if (type === VALUE) return value;
  if (type.kind === 'interface') return value ?? NIL;
  if (value === undefined) {
    if (takesNil(type)) return new Value(type, null);
    throw new TemplateFailure(`${typeSubject(type)} is needed here, and there is no value`, undefined, place);
  }
  if (fits(value.type, type)) return value;
  if (value.type.kind === 'pointer' && value.type.elem && fits(value.type.elem, type)) {
    if (value.raw !== null) return pointed(value);
  }
  // An integral number of JavaScript is an integer of whatever kind is asked for.
  if (value.type.loose && value.type.kind === 'int' && type.kind === 'int') return new Value(type, value.raw);
  throw new TemplateFailure(
    `${typeSubject(type)} is needed here, not ${typePhrase(value.type)}`,
    undefined,
    place,
  );
}

/** A constant as an argument of a type: an integer can be a duration, a text nothing but a text. */
export function constantArgument(constant: ConstantNode, type: GoType): Value | undefined {
  const { value, integer } = constant;
  if (type === VALUE || type.kind === 'interface') return constantValue(constant);
  if (type.kind === 'int' && integer !== undefined) return new Value(type, integer);
  if (type.kind === value.type.kind && (type.kind === 'string' || type.kind === 'bool')) return value;
  throw new TemplateFailure(
    `${typeSubject(type)} is needed here, not ${typePhrase(value.type)}`,
    undefined,
    constant,
  );
}

/** A constant on its own. */
export function constantValue(constant: ConstantNode): Value {
  if (constant.fault !== undefined) throw new TemplateFailure(constant.fault, undefined, constant);
  return constant.value;
}

/** Whether `nil` can stand for a value of a type. */
export function takesNil({ kind }: GoType): boolean {
  return kind === 'interface' || kind === 'pointer' || kind === 'slice' || kind === 'map';
}

function fits(given: GoType, wanted: GoType): boolean {
  return given === wanted || (given.name === wanted.name && given.kind === wanted.kind);
}
