import type { Int64 } from '../../alert/int64.ts';
import { typedValue } from '../value/any-value.ts';
import { fromBytes } from '../value/bytes.ts';
import { BYTES, UINT8 } from '../value/go-type.ts';
import { mapEntries } from '../value/map-entries.ts';
import { type Complex, NIL, Value } from '../value/value.ts';
import { type Flags, pad } from './flags.ts';
import { boolText, bytesText, complexText, floatVerbText, integerText, stringText } from './scalar.ts';

/** What an address prints as: templates have no business with real ones. */
const ADDRESS = '0xc000000000';

/** Prints an argument of `printf` by a verb and its flags. */
export function argumentText(value: Value | undefined, verb: string, flags: Flags): string {
  if (value === undefined || value === NIL) {
    return verb === 'v' || verb === 'T' ? pad('<nil>', flags) : `%!${verb}(<nil>)`;
  }
  if (verb === 'T') return stringText(value.type.name, 's', flags) ?? '';
  const printer = new Printer(verb, flags);
  return verb === 'p' && !hasAddress(value) ? printer.wrongVerb(value) : printer.print(value, 0);
}

function hasAddress({ type }: Value): boolean {
  return type.kind === 'pointer' || type.kind === 'map' || type.kind === 'slice';
}

class Printer {
  readonly #verb: string;
  readonly #flags: Flags;
  /** A text that a type has of its own is left aside while a wrong verb is being told. */
  readonly #plain: boolean;

  constructor(verb: string, flags: Flags, plain = false) {
    this.#verb = verb;
    this.#flags = flags;
    this.#plain = plain;
  }

  print(value: Value, depth: number): string {
    // Of bytes, each is told by itself.
    const isBytes = depth === 0 && value.type === BYTES;
    if (!this.#plain && this.#verb === 'w' && !isBytes) return this.wrongVerb(value);
    return this.#ownText(value) ?? this.#byKind(value, depth) ?? this.wrongVerb(value);
  }

  #ownText({ type, raw }: Value): string | undefined {
    if (this.#plain || (raw === null && type.kind === 'pointer')) return undefined;
    if (this.#flags.sharpV) {
      return type.goText && stringText(type.goText(raw), 's', this.#flags);
    }
    return type.text && /^[vsxXq]$/.test(this.#verb)
      ? stringText(type.text(raw), this.#verb, this.#flags)
      : undefined;
  }

  #byKind(value: Value, depth: number): string | undefined {
    const { type, raw } = value;
    const [verb, flags] = [this.#verb, this.#flags];
    switch (type.kind) {
      case 'bool':
        return boolText(raw === true, verb, flags);
      case 'string':
        return stringText(String(raw), verb, flags);
      case 'int':
        if (type.loose && /^[eEfFgG]$/.test(verb)) return floatVerbText(Number(raw), 64, verb, flags);
        return integerText(raw as Int64, true, verb, flags);
      case 'uint':
        return integerText(raw as Int64, false, verb, flags);
      case 'float':
        return floatVerbText(raw as number, type.bits ?? 64, verb, flags);
      case 'complex':
        return complexText(raw as Complex, verb, flags);
      case 'interface':
        return flags.sharpV ? `${type.name}(nil)` : '<nil>';
      case 'map':
        return this.#map(value, depth);
      case 'slice':
        return this.#slice(value, depth);
      case 'struct':
        return this.#struct(value, depth);
      case 'pointer':
        return this.#pointer(value, depth);
    }
  }

  #map(value: Value, depth: number): string {
    const { type, raw } = value;
    if (this.#verb === 'p') return pad(raw === null ? '0x0' : ADDRESS, this.#flags);
    if (this.#flags.sharpV && raw === null) return `${type.name}(nil)`;
    const entries = mapEntries(value).map(
      ([key, member]) => `${this.print(key, depth + 1)}:${this.print(member, depth + 1)}`,
    );
    return this.#flags.sharpV ? `${type.name}{${entries.join(', ')}}` : `map[${entries.join(' ')}]`;
  }

  #slice({ type, raw }: Value, depth: number): string {
    if (this.#verb === 'p') return pad(raw === null ? '0x0' : ADDRESS, this.#flags);
    const list = (raw ?? []) as ArrayLike<unknown>;
    const elem = type.elem ?? UINT8;
    if (elem.name === 'uint8' && /^[sqxX]$/.test(this.#verb)) {
      const bytes = Array.from(list, Number);
      return bytesText(bytes, fromBytes(Uint8Array.from(bytes)), this.#verb, this.#flags);
    }
    if (this.#flags.sharpV && raw === null) return `${type.name}(nil)`;
    const members = Array.from(list, (member) => this.print(typedValue(elem, member), depth + 1));
    return this.#flags.sharpV ? `${type.name}{${members.join(', ')}}` : `[${members.join(' ')}]`;
  }

  #struct({ type, raw }: Value, depth: number): string {
    const inside = type.inside?.(raw);
    if (inside) return this.#struct(inside, depth);
    const { plusV, sharpV } = this.#flags;
    const members = (type.fields ?? []).map((field) => {
      const record = raw as Record<string, unknown>;
      const text = this.print(
        field.embedded ? new Value(field.type, record) : typedValue(field.type, record[field.name]),
        depth + 1,
      );
      return plusV || sharpV ? `${field.name}:${text}` : text;
    });
    return sharpV ? `${type.name}{${members.join(', ')}}` : `{${members.join(' ')}}`;
  }

  #pointer({ type, raw }: Value, depth: number): string | undefined {
    const { elem } = type;
    const composite = elem && (elem.kind === 'struct' || elem.kind === 'map' || elem.kind === 'slice');
    if (composite && raw !== null && depth === 0) return `&${this.print(new Value(elem, raw), depth + 1)}`;
    const [verb, flags] = [this.#verb, this.#flags];
    if (verb === 'v') {
      if (flags.sharpV) return `(${type.name})(${raw === null ? 'nil' : ADDRESS})`;
      return pad(raw === null ? '<nil>' : ADDRESS, flags);
    }
    if (verb === 'p') return pad(raw === null ? '0x0' : ADDRESS, flags);
    return /^[bodxX]$/.test(verb)
      ? integerText(raw === null ? 0 : Number(ADDRESS), false, verb, flags)
      : undefined;
  }

  /** What goes out where the verb is not for the value. */
  wrongVerb(value: Value): string {
    return `%!${this.#verb}(${value.type.name}=${new Printer('v', this.#flags, true).print(value, 0)})`;
  }
}
