import type { Complex, Value } from './value.ts';

/** Whether a value counts as true: not false, zero, empty or missing. */
export function isTrue(value: Value | undefined): boolean {
  if (!value) return false;
  const { type, raw } = value;
  switch (type.kind) {
    case 'bool':
      return raw === true;
    case 'int':
    case 'uint':
      return raw !== 0;
    case 'float':
      return raw !== 0 || Number.isNaN(raw);
    case 'complex':
      return (raw as Complex).real !== 0 || (raw as Complex).imaginary !== 0;
    case 'string':
      return raw !== '';
    case 'slice':
    case 'map':
      return sizeOf(raw) > 0;
    case 'struct':
      return true;
    default:
      return raw !== null;
  }
}

/** How many members a list or map has. */
export function sizeOf(raw: unknown): number {
  if (raw === null || raw === undefined) return 0;
  if (raw instanceof Map) return raw.size;
  return Array.isArray(raw) ? raw.length : Object.keys(raw).length;
}
