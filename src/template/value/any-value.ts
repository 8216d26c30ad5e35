import { int64 } from '../../alert/int64.ts';
import { GoTime } from '../time/go-time.ts';
import { TIME } from '../time/time-type.ts';
import {
  ANY_MAP,
  ANY_SLICE,
  FLOAT64,
  type GoType,
  INT64,
  LOOSE_ANY_MAP,
  LOOSE_ANY_SLICE,
  LOOSE_FLOAT,
  LOOSE_INT,
  STRING,
} from './go-type.ts';
import { boolValue, NIL, Value } from './value.ts';

/** What data holds at a place of a type, as a value. What was left out is the type's zero. */
export function typedValue(type: GoType, raw: unknown): Value {
  if (type.kind === 'interface' && !type.methods) return anyValue(raw, type.loose === true);
  return new Value(type, raw ?? zero(type));
}

/** What a field of unknown type holds. */
export function anyValue(raw: unknown, loose: boolean): Value {
  switch (typeof raw) {
    case 'string':
      return new Value(STRING, raw);
    case 'boolean':
      return boolValue(raw);
    case 'bigint':
      return new Value(INT64, int64(raw));
    case 'number':
      if (!loose) return new Value(FLOAT64, raw);
      return new Value(Number.isSafeInteger(raw) ? LOOSE_INT : LOOSE_FLOAT, raw);
    case 'object':
      if (raw === null) return NIL;
      if (raw instanceof Value) return raw;
      if (raw instanceof Date || raw instanceof GoTime) return new Value(TIME, raw);
      if (Array.isArray(raw)) return new Value(loose ? LOOSE_ANY_SLICE : ANY_SLICE, raw);
      return new Value(loose ? LOOSE_ANY_MAP : ANY_MAP, raw);
    default:
      return NIL;
  }
}

function zero(type: GoType): unknown {
  switch (type.kind) {
    case 'bool':
      return false;
    case 'string':
      return '';
    case 'int':
    case 'uint':
    case 'float':
      return 0;
    case 'struct':
      return {};
    default:
      return null;
  }
}
