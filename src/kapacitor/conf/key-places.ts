import { positionAt, type SourcePosition } from '../../errors.ts';

/** Where the keys and tables of a TOML text are, by path: `slack.0.url`. */
export class KeyPlaces {
  readonly #text: string;
  readonly #file: string | undefined;
  readonly #offsets = new Map<string, number>();
  #at = 0;

  /** @param text A text that a TOML parser took. */
  constructor(text: string, file?: string) {
    this.#text = text;
    this.#file = file;
    this.#scan();
  }

  /** The position of the longest part of a path that stands in the text. */
  position(path: readonly (string | number)[]): SourcePosition | undefined {
    for (let length = path.length; length > 0; length--) {
      const offset = this.#offsets.get(keyOf(path.slice(0, length)));
      if (offset !== undefined) return positionAt(this.#text, offset, this.#file);
    }
    return undefined;
  }

  #scan(): void {
    const counts = new Map<string, number>();
    let table: (string | number)[] = [];
    while (this.#at < this.#text.length) {
      const char = this.#text.charAt(this.#at);
      if (/\s/.test(char)) this.#at++;
      else if (char === '#') this.#skipLine();
      else if (char === '[') {
        const isList = this.#text.charAt(this.#at + 1) === '[';
        this.#at += isList ? 2 : 1;
        const offset = this.#at;
        table = this.#place(this.#keys(), counts, isList);
        this.#note(table, offset);
        this.#skipLine();
      } else {
        const offset = this.#at;
        const keys = this.#keys();
        if (keys.length === 0) this.#skipLine();
        else {
          this.#note([...table, ...keys], offset);
          this.#skipValue();
        }
      }
    }
  }

  /** The path of a table's header, with the numbers of the lists on the way. */
  #place(keys: readonly string[], counts: Map<string, number>, isList: boolean): (string | number)[] {
    const path: (string | number)[] = [];
    for (const [i, key] of keys.entries()) {
      path.push(key);
      const list = keyOf(path);
      const last = i === keys.length - 1;
      if (last && isList) {
        const count = counts.get(list) ?? 0;
        counts.set(list, count + 1);
        path.push(count);
      } else {
        const count = counts.get(list);
        if (count !== undefined) path.push(count - 1);
      }
    }
    return path;
  }

  #note(path: readonly (string | number)[], offset: number): void {
    const key = keyOf(path);
    if (!this.#offsets.has(key)) this.#offsets.set(key, offset);
  }

  /** Reads `a.'b'."c"`, up to what ends it. */
  #keys(): string[] {
    const keys: string[] = [];
    const part = /[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([\w-]+))[ \t]*(\.?)/y;
    for (;;) {
      part.lastIndex = this.#at;
      const found = part.exec(this.#text);
      if (found === null) return keys;
      keys.push(found[1] ?? found[2] ?? found[3] ?? '');
      this.#at = part.lastIndex;
      if (found[4] === '') return keys;
    }
  }

  #skipLine(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end === -1 ? this.#text.length : end + 1;
  }

  /** Goes behind a value: to the end of its line, or of the lines that its brackets and texts take. */
  #skipValue(): void {
    let depth = 0;
    while (this.#at < this.#text.length) {
      const char = this.#text.charAt(this.#at);
      if (char === '\n' && depth === 0) return;
      if (char === '#') {
        this.#skipLine();
        if (depth === 0) return;
        continue;
      }
      if (char === '"' || char === "'") {
        this.#skipText(char);
        continue;
      }
      if (char === '[' || char === '{') depth++;
      if (char === ']' || char === '}') depth--;
      this.#at++;
    }
  }

  #skipText(quote: string): void {
    const width = this.#text.startsWith(quote.repeat(3), this.#at) ? 3 : 1;
    this.#at += width;
    while (this.#at < this.#text.length) {
      if (quote === '"' && this.#text.charAt(this.#at) === '\\') this.#at += 2;
      else if (this.#text.startsWith(quote.repeat(width), this.#at)) {
        this.#at += width;
        // A text in triple quotes may end with quotes of its own.
        while (width === 3 && this.#text.charAt(this.#at) === quote) this.#at++;
        return;
      } else this.#at++;
    }
  }
}

function keyOf(path: readonly (string | number)[]): string {
  return JSON.stringify(path);
}
