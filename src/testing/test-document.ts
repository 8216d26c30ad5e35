import type { Document, Node, ParsedNode } from 'yaml';
import { excerptAt, positionAt, RuleTestError, type SpecIssue } from '../errors.ts';
import { scalarOffset, scalarStyle } from '../spec/scalar-offset.ts';
import { type Path, type Place, placeKey, type Range, SpecDocument } from '../spec/spec-document.ts';

type Yaml = typeof import('yaml');

/** The longest file of rule tests, in characters. */
const LONGEST = 2_000_000;
const DEEPEST = 50;
const MOST_NODES = 200_000;

/**
 * Reads a file of rule tests: YAML 1.2, in which `!int 5` is an int64.
 *
 * @throws {RuleTestError} When it is not YAML, with all that is wrong in it.
 */
export async function readTestDocument(source: string, file: string): Promise<SpecDocument> {
  const yaml = await import('yaml');
  if (source.length > LONGEST)
    throw new RuleTestError(`${file}: the file is longer than ${LONGEST} characters`);
  const int64 = {
    tag: '!int',
    resolve: (text: string, onError: (message: string) => void): bigint => {
      if (/^[-+]?\d{1,19}$/.test(text)) return BigInt(text);
      onError(`'${text}' is no int64`);
      return 0n;
    },
  };
  const document = yaml.parseDocument(source, {
    customTags: [int64],
    logLevel: 'silent',
    prettyErrors: false,
  });
  const issue = (message: string, offset: number): SpecIssue => ({
    path: [],
    reason: message,
    position: positionAt(source, offset, file),
    excerpt: excerptAt(source, offset),
  });
  if (document.errors.length > 0)
    throw new RuleTestError(document.errors.map(({ message, pos }) => issue(message, pos[0])));
  const reader = new PlaceReader(yaml, source, document);
  const value = reader.read(document.contents, [], 0);
  if (reader.overflow)
    throw new RuleTestError([issue('this is nested too deeply, or unfolds into too much', 0)]);
  return new SpecDocument(source, file, value, reader.places);
}

/** Makes plain values of the nodes of a document, and notes where each stands. */
class PlaceReader {
  readonly places = new Map<string, Place>();
  /** Whether the document was too deep or too large. */
  overflow = false;
  readonly #yaml: Yaml;
  readonly #source: string;
  readonly #document: Document.Parsed<ParsedNode>;
  #nodes = 0;

  constructor(yaml: Yaml, source: string, document: Document.Parsed<ParsedNode>) {
    this.#yaml = yaml;
    this.#source = source;
    this.#document = document;
  }

  read(node: Node | null, path: Path, depth: number, key?: Range): unknown {
    if (++this.#nodes > MOST_NODES || depth > DEEPEST) {
      this.overflow = true;
      return null;
    }
    const { isAlias, isMap, isSeq, isScalar } = this.#yaml;
    const value = rangeOf(node) ?? key ?? [0, 0];
    this.places.set(placeKey(path), { value, ...(key && { key }) });
    const target = isAlias(node) ? (node.resolve(this.#document) ?? null) : node;
    if (isMap(target)) {
      return Object.fromEntries(
        target.items.map(({ key: keyNode, value: item }) => {
          const name = String(isScalar(keyNode) ? keyNode.value : keyNode);
          const place = rangeOf(keyNode as Node);
          return [name, this.read(item as Node | null, [...path, name], depth + 1, place)];
        }),
      );
    }
    if (isSeq(target)) return target.items.map((item, n) => this.read(item as Node, [...path, n], depth + 1));
    if (!isScalar(target)) return null;
    if (typeof target.value === 'string' && target === node) {
      const style = scalarStyle(target);
      const inner = (offset: number): number => scalarOffset(this.#source, value, style, offset);
      this.places.set(placeKey(path), { value, inner, ...(key && { key }) });
    }
    return target.value;
  }
}

function rangeOf(node: Node | null | undefined): Range | undefined {
  return node?.range ? [node.range[0], node.range[1]] : undefined;
}
