import type { Document, Node, Pair, ParsedNode, Scalar } from 'yaml';
import { compareBytes } from '../alert/compare-bytes.ts';
import { excerptAt, HandlerSpecError, positionAt, type SpecIssue } from '../errors.ts';
import { matchTrap } from './match-trap.ts';
import { scalarOffset, scalarStyle } from './scalar-offset.ts';
import {
  type AlteredText,
  fieldOf,
  type Path,
  type Place,
  placeKey,
  type Range,
  SpecDocument,
} from './spec-document.ts';
import { readYamlScalar, type YamlScalar, yamlScalarText } from './yaml-scalar.ts';

type Yaml = typeof import('yaml');
type YamlDocument = Document.Parsed<ParsedNode>;

interface Entry {
  readonly key: string;
  readonly keyRange: Range;
  readonly node: Node | null;
}

const DEEPEST = 100;
const MOST_NODES = 20_000;
const TAG_PREFIX = 'tag:yaml.org,2002:';
const TIMESTAMP =
  /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|[ \t]+)\d{1,2}:\d\d:\d\d(?:\.\d*)?[ \t]*(?:Z|[-+]\d\d(?::?\d\d)?)?)?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4}|\s)*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\s*$/;
/** What no YAML may hold. */
const CONTROL = /[^\t\n\r\x20-\x7e\x85\xa0-\ufffd]/;

/**
 * Reads a handler file in YAML, as Kapacitor does: YAML 1.1, the first document counts, names of fields in any letter
 * case, of keys given twice the last one wins, scalars become texts where a text is expected.
 *
 * @throws {HandlerSpecError} When it is not YAML, with all that is wrong in it.
 */
export async function readYamlDocument(source: string, file: string): Promise<SpecDocument> {
  const yaml = await import('yaml');
  let text = source;
  const traps: SpecIssue[] = [];
  for (;;) {
    const reader = new YamlReader(yaml, text, file);
    const value = reader.read();
    if (reader.problems.length === 0)
      return new SpecDocument(text, file, value, reader.places, traps, reader.altered);
    // A mended line lets the rest of the file be checked too; each round mends one more line, so this ends.
    const trapped = reader.problems.find(({ position }) => position && matchTrap(text, position.line));
    const trap = trapped?.position && matchTrap(text, trapped.position.line);
    if (trapped === undefined || trap === undefined || trap.mended === text) {
      throw new HandlerSpecError([...traps, ...reader.problems], { file });
    }
    traps.push({ ...trapped, ...trap.issue, position: positionAt(text, trap.offset, file) });
    text = trap.mended;
  }
}

class YamlReader {
  readonly places = new Map<string, Place>();
  readonly problems: SpecIssue[] = [];
  readonly altered: AlteredText[] = [];
  readonly #yaml: Yaml;
  readonly #source: string;
  readonly #file: string;
  readonly #document: YamlDocument | undefined;
  readonly #anchors = new Map<string, Node>();
  #nodes = 0;
  #unbounded = false;

  constructor(yaml: Yaml, source: string, file: string) {
    this.#yaml = yaml;
    this.#source = source;
    this.#file = file;
    this.#document = this.#parse();
  }

  /** The spec; what is wrong goes to `problems`. */
  read(): unknown {
    const contents = this.#document?.contents;
    if (!contents || this.problems.length > 0) return {};
    if (!this.#yaml.isMap(contents)) {
      const value = this.#value(contents, [], 0);
      return value === null ? {} : value;
    }
    return Object.fromEntries(this.#fields(contents.items));
  }

  #parse(): YamlDocument | undefined {
    const control = this.#source.search(CONTROL);
    if (control !== -1) {
      this.#problem([], 'a control character cannot stand in YAML', control);
      return undefined;
    }
    const { Composer, Parser } = this.#yaml;
    // Scalars are read here and not by the library: its YAML 1.1 and that of Kapacitor's reader are two.
    const composer = new Composer<ParsedNode, true>({
      version: '1.1',
      schema: 'failsafe',
      uniqueKeys: false,
      logLevel: 'silent',
    });
    try {
      for (const document of composer.compose(new Parser().parse(this.#source))) {
        const { errors } = document;
        let lost = false;
        for (const { message, pos } of errors) {
          // Nesting that overflows the library's stack comes as one of these, without sense in its message.
          if (message.includes('call stack')) return this.#tooDeep();
          // Once the reader has lost its place, it stumbles over every word that follows.
          const stray = message.includes('in YAML stream');
          if (stray && lost) continue;
          lost ||= stray;
          this.#problem([], message.split(' at line ')[0] ?? message, pos[0]);
        }
        return document as YamlDocument;
      }
    } catch (error) {
      if (error instanceof RangeError) return this.#tooDeep();
      throw error;
    }
    return undefined;
  }

  #tooDeep(): undefined {
    this.problems.length = 0;
    this.#problem([], 'this is nested too deeply', 0);
    return undefined;
  }

  /** The top level: what is known there gets its proper name and, where a text is expected, becomes one. */
  #fields(items: readonly Pair<ParsedNode, ParsedNode | null>[]): [string, unknown][] {
    const pairs = this.#pairs(items, [], 0);
    // Kapacitor reads the keys in this order, so that of `Topic` and `topic` the latter wins.
    pairs.sort((a, b) => compareBytes(a.key, b.key));
    return pairs.map(({ key, keyRange, node }) => {
      const field = fieldOf(key);
      const name = field?.name ?? key;
      return [name, this.#value(node, [name], 1, keyRange, field?.type === 'text')];
    });
  }

  #value(node: Node | null, path: Path, depth: number, key?: Range, asText = false): unknown {
    if (node === null) {
      if (key !== undefined) this.#place(path, key, { value: key });
      return null;
    }
    const range = rangeOf(node);
    if (!this.#isWithinBounds(path, depth, range)) return null;
    const { isMap, isSeq, isScalar } = this.#yaml;
    const target = this.#resolve(node);
    this.#place(path, key, { value: range });
    if (isMap(target)) {
      const pairs = this.#pairs(target.items as Pair<ParsedNode, ParsedNode | null>[], path, depth);
      return Object.fromEntries(
        pairs.map((pair) => [
          pair.key,
          this.#value(pair.node, [...path, pair.key], depth + 1, pair.keyRange),
        ]),
      );
    }
    if (isSeq(target)) {
      return target.items.map((item, n) => this.#value(item as Node | null, [...path, n], depth + 1));
    }
    if (!isScalar(target)) {
      this.#problem(path, `there is no anchor '${'source' in node ? node.source : ''}'`, range[0]);
      return null;
    }
    const value = this.#scalar(target, path);
    if (typeof value === 'string' && target === node) {
      const style = scalarStyle(target);
      const inner = (offset: number): number => scalarOffset(this.#source, range, style, offset);
      this.#place(path, key, { value: range, inner });
    }
    if (value === null || typeof value === 'string') return value;
    if (asText) {
      const meant = yamlScalarText(value);
      const { source: written = '', tag } = target;
      if (meant !== written && tag === undefined)
        this.altered.push({ field: String(path[0]), written, meant });
      return meant;
    }
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.#problem(path, `${target.source} is no number that a handler can be given`, range[0]);
    }
    return typeof value === 'bigint' ? Number(value) : value;
  }

  /** Aliases and nesting can make much of a short file. */
  #isWithinBounds(path: Path, depth: number, [start]: Range): boolean {
    if (this.#unbounded) return false;
    if (++this.#nodes <= MOST_NODES && depth <= DEEPEST) return true;
    this.#unbounded = true;
    this.#problem(
      path,
      depth > DEEPEST ? 'this is nested too deeply' : 'this file unfolds into too much',
      start,
    );
    return false;
  }

  /** Keys as texts, merged (`<<`) maps unfolded, the last of each key. */
  #pairs(items: readonly Pair<ParsedNode, ParsedNode | null>[], path: Path, depth: number): Entry[] {
    const pairs = new Map<string, Entry>();
    for (const { key: keyNode, value } of items) {
      const target = this.#resolve(keyNode);
      const range = rangeOf(keyNode);
      if (!this.#yaml.isScalar(target)) {
        this.#problem(path, 'a key must be a text', range[0]);
        continue;
      }
      if (target.type === 'PLAIN' && target.source === '<<') {
        // Kapacitor's reader merges where the << stands: over what comes before, under what comes after.
        for (const pair of this.#merge(value, path, depth)) pairs.set(pair.key, pair);
        continue;
      }
      const key = this.#scalar(target, path);
      if (key === null) {
        this.#problem(path, 'a key must not be null', range[0]);
        continue;
      }
      const name = typeof key === 'string' ? key : yamlScalarText(key);
      pairs.set(name, { key: name, keyRange: range, node: value });
    }
    return [...pairs.values()];
  }

  #merge(node: Node | null, path: Path, depth: number, isItem = false): Entry[] {
    const { isMap, isSeq } = this.#yaml;
    const target = this.#resolve(node);
    if (isMap(target) && this.#isWithinBounds(path, depth, rangeOf(target as Node))) {
      return this.#pairs(target.items as Pair<ParsedNode, ParsedNode | null>[], path, depth + 1);
    }
    if (!isItem && isSeq(target) && this.#isWithinBounds(path, depth, rangeOf(target as Node))) {
      // Of several maps, the earlier count more.
      return [...target.items].reverse().flatMap((item) => this.#merge(item as Node, path, depth + 1, true));
    }
    this.#problem(path, "'<<' takes a map, or a list of maps", node === null ? 0 : rangeOf(node)[0]);
    return [];
  }

  #scalar(node: Scalar, path: Path = []): YamlScalar {
    const source = node.source ?? '';
    if (node.tag === undefined) return node.type === 'PLAIN' ? readYamlScalar(source) : source;
    const isStandard = node.tag.startsWith(TAG_PREFIX);
    const tag = isStandard ? node.tag.slice(TAG_PREFIX.length) : node.tag;
    // A tag of one's own says no more than that this is a text; before a match it is a slip: !changed().
    if (tag === 'str' || (!isStandard && path[0] !== 'match')) return source;
    if (tag === 'timestamp' && TIMESTAMP.test(source)) return source;
    if (tag === 'binary' && BASE64.test(source)) {
      return new TextDecoder().decode(Uint8Array.from(atob(source), (char) => char.charCodeAt(0)));
    }
    const value = readYamlScalar(source);
    const fits =
      (tag === 'int' && typeof value === 'bigint') ||
      (tag === 'float' && (typeof value === 'number' || typeof value === 'bigint')) ||
      (tag === 'bool' && typeof value === 'boolean') ||
      (tag === 'null' && value === null);
    if (!fits) this.#problem(path, `the tag ${node.tag} does not fit here`, rangeOf(node)[0]);
    return value;
  }

  /** What an alias stands for; any other node itself. */
  #resolve(node: Node | null): Node | null | undefined {
    if (!this.#yaml.isAlias(node) || this.#document === undefined) return node;
    const known = this.#anchors.get(node.source);
    if (known !== undefined) return known;
    const target = node.resolve(this.#document);
    if (target !== undefined) this.#anchors.set(node.source, target);
    return target;
  }

  #place(path: Path, key: Range | undefined, place: Place): void {
    this.places.set(placeKey(path), key === undefined ? place : { ...place, key });
  }

  #problem(path: Path, reason: string, offset: number): void {
    this.problems.push({
      code: 'HANDLER_SPEC',
      path: path.map((step) => (typeof step === 'number' ? step : String(step))),
      reason,
      position: positionAt(this.#source, offset, this.#file),
      excerpt: excerptAt(this.#source, offset),
    });
  }
}

function rangeOf(node: Node): Range {
  return node.range ? [node.range[0], node.range[1]] : [0, 0];
}
