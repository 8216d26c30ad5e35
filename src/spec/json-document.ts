import { atSpan, HandlerSpecError, type SpecIssue } from '../errors.ts';
import { isMap } from '../handler/is-map.ts';
import { scalarOffset } from './scalar-offset.ts';
import { type Field, fieldOf, type Path, type Place, placeKey, SpecDocument } from './spec-document.ts';

const DEEPEST = 100;
const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const WORD = /true|false|null/y;

/**
 * Reads a handler file in JSON, as Kapacitor does: the first value counts, what follows it is ignored; names of fields
 * in any letter case, the last one wins; `options` given twice are merged; `null` leaves a field unset.
 *
 * @throws {HandlerSpecError} When it is not JSON.
 */
export function readJsonDocument(source: string, file: string): SpecDocument {
  const reader = new JsonReader(source, file);
  return new SpecDocument(source, file, reader.read(), reader.places);
}

class JsonReader {
  readonly places = new Map<string, Place>();
  readonly #source: string;
  readonly #file: string;
  #at = 0;

  constructor(source: string, file: string) {
    this.#source = source;
    this.#file = file;
  }

  read(): unknown {
    this.#space();
    if (this.#source[this.#at] === '{') return this.#spec();
    const value = this.#value([], 0);
    return value === null ? {} : value;
  }

  #spec(): Record<string, unknown> {
    const spec = new Map<string, unknown>();
    this.#entries((key, keyStart, keyEnd) => {
      const field = fieldOf(key);
      if (field === undefined) {
        spec.set(key, this.#value([key], 1, [keyStart, keyEnd]));
        return;
      }
      const value = this.#value([field.name], 1, [keyStart, keyEnd]);
      const earlier = spec.get(field.name);
      if (field.type === 'text' && value === null) return;
      // What is wrong stays wrong, also when the field is given again.
      if (earlier !== undefined && earlier !== null && !isOfType(earlier, field)) return;
      spec.set(field.name, isMap(earlier) && isMap(value) ? { ...earlier, ...value } : value);
    });
    return Object.fromEntries(spec);
  }

  #value(path: Path, depth: number, key?: readonly [number, number]): unknown {
    this.#space();
    const start = this.#at;
    if (depth > DEEPEST) this.#fail('this is nested too deeply');
    const place = (inner?: Place['inner']): void => {
      const value: [number, number] = [start, this.#at];
      this.places.set(placeKey(path), {
        value,
        ...(key === undefined ? {} : { key }),
        ...(inner === undefined ? {} : { inner }),
      });
    };
    const char = this.#source[start];
    if (char === '{') {
      const entries: [string, unknown][] = [];
      this.#entries((name, from, to) => {
        entries.push([name, this.#value([...path, name], depth + 1, [from, to])]);
      });
      place();
      return Object.fromEntries(entries);
    }
    if (char === '[') {
      const items: unknown[] = [];
      this.#at++;
      this.#list(']', () => items.push(this.#value([...path, items.length], depth + 1)));
      place();
      return items;
    }
    if (char === '"') {
      const text = this.#string();
      const range = [start, this.#at] as const;
      place((offset) => scalarOffset(this.#source, range, 'double', offset));
      return text;
    }
    const token = this.#take(NUMBER) ?? this.#take(WORD);
    if (token === undefined)
      this.#fail(char === undefined ? 'the file ends here, a value is missing' : 'a value is expected here');
    const value: unknown = JSON.parse(token);
    const isRead = fieldOf(String(path[0])) !== undefined;
    if (isRead && (value === Infinity || value === -Infinity)) {
      this.#at = start;
      this.#fail('this number is too large');
    }
    place();
    return value;
  }

  #entries(entry: (key: string, start: number, end: number) => void): void {
    this.#at++;
    this.#list('}', () => {
      this.#space();
      const start = this.#at;
      if (this.#source[start] !== '"') this.#fail('a name in double quotes is expected here');
      const key = this.#string();
      const end = this.#at;
      this.#space();
      if (this.#source[this.#at] !== ':') this.#fail("a ':' is expected here");
      this.#at++;
      entry(key, start, end);
    });
  }

  #list(end: string, item: () => void): void {
    this.#space();
    if (this.#source[this.#at] === end) {
      this.#at++;
      return;
    }
    for (;;) {
      item();
      this.#space();
      const char = this.#source[this.#at];
      if (char !== ',' && char !== end) this.#fail(`a ',' or '${end}' is expected here`);
      this.#at++;
      if (char === end) return;
    }
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#source.length && this.#source[end] !== '"') end += this.#source[end] === '\\' ? 2 : 1;
    try {
      const text: string = JSON.parse(this.#source.slice(start, end + 1));
      this.#at = end + 1;
      return text.toWellFormed();
    } catch {
      this.#fail('this text is not closed, or holds a character that must be escaped');
    }
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#source);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match[0];
  }

  #space(): void {
    this.#take(SPACE);
  }

  #fail(reason: string): never {
    const span = atSpan({ source: this.#source, offset: this.#at, file: this.#file });
    const issue: SpecIssue = { code: 'HANDLER_SPEC', path: [], reason, ...span };
    throw new HandlerSpecError([issue], { file: this.#file });
  }
}

function isOfType(value: unknown, { name, type }: Field): boolean {
  if (type === 'text' && typeof value === 'string') return true;
  // A match in another dialect is a map.
  return (type === 'map' || name === 'match') && isMap(value);
}
