import { typedValue } from '../value/any-value.ts';
import type { GoType, Method } from '../value/go-type.ts';
import { mapValue } from '../value/map-entries.ts';
import { type Place, TemplateFailure } from '../value/template-failure.ts';
import { typePhrase } from '../value/type-phrase.ts';
import { NIL, Value } from '../value/value.ts';

/** The method of a value by name, with the receiver that it takes. */
export function methodOf(value: Value, name: string): { method: Method; receiver: Value } | undefined {
  const own = value.type.methods?.get(name);
  if (own) return { method: own, receiver: value };
  if (value.type.kind !== 'pointer' || value.raw === null) return undefined;
  const target = pointed(value);
  const method = target.type.methods?.get(name);
  return method && { method, receiver: target };
}

/** What a pointer points to. */
export function pointed(pointer: Value): Value {
  return pointer.type.elem ? new Value(pointer.type.elem, pointer.raw) : pointer;
}

/** The member of a struct or map; of no value, no value. */
export function memberOf(from: Value | undefined, name: string, place: Place): Value | undefined {
  if (from === undefined) return undefined;
  if (from === NIL) throw new TemplateFailure(`There is nothing to take ${name} from`, undefined, place);
  let value = from;
  if (from.type.kind === 'pointer') {
    if (from.raw === null && from.type.elem?.members?.has(name)) {
      throw new TemplateFailure(`There is nothing to take ${name} from`, undefined, place);
    }
    if (from.raw !== null) value = pointed(from);
  }
  const { type, raw } = value;
  if (type.kind === 'struct') {
    const member = type.members?.get(name);
    if (member) return structMember(member, raw, name);
  } else if (type.kind === 'map' && type.key?.kind === 'string') return mapValue(value, name);
  throw new TemplateFailure(`There is no ${name} in ${typePhrase(from.type)}`, known(type), place);
}

function structMember(type: GoType, raw: unknown, name: string): Value {
  const record = raw as Record<string, unknown>;
  return typedValue(type, Object.hasOwn(record, name) ? record[name] : undefined);
}

function known(type: GoType): string | undefined {
  const names = [...(type.members?.keys() ?? []), ...(type.methods?.keys() ?? [])];
  return names.length === 0 ? undefined : `There is: ${names.join(', ')}.`;
}
