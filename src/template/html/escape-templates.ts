import type { Escaped, EscapedAction } from '../execute/compiler.ts';
import { displayText } from '../fmt/display.ts';
import type { BranchNode, CallNode, StatementNode, TemplateNode, TextNode } from '../syntax/node.ts';
import { type TemplateOrigin, templateSyntaxError } from '../syntax/template-syntax-error.ts';
import { afterText } from './after-text.ts';
import { atAction, type Context, contextKey, DEAD, join, TEXT } from './context.ts';
import { escapeAction } from './escape-action.ts';
import { ESCAPERS, textOf } from './escapers.ts';
import { HtmlFault } from './html-fault.ts';

/**
 * Decides for every action of a template how its value is escaped, by following the HTML around it. A template that
 * is called from different places gets a variant for each.
 *
 * @throws {TemplateError} `TEMPLATE_PARSE` where the HTML does not say what a value is.
 */
export function escapeTemplates(
  templates: ReadonlyMap<string, TemplateNode>,
  name: string,
  origin: TemplateOrigin,
): ReadonlyMap<string, Escaped> {
  return new HtmlEscaping(templates, origin).run(name);
}

/** What was decided about the pieces of one variant of a template. */
interface Notes {
  readonly actions: Map<StatementNode, EscapedAction>;
  readonly texts: Map<StatementNode, string>;
  readonly calls: Map<StatementNode, string>;
}

/** The contexts at the `break`s and `continue`s of a range. */
type Jumps = Context[];

/** What a variant of a template ends in, as far as is known. */
interface Variant {
  /** Where it ends, or where it is assumed to end while it is looked at. */
  end: Context;
  /** Whether it was called from inside itself. */
  recursive: boolean;
}

/** How deep templates may call each other: deeper than any could be rendered. */
const MAX_DEPTH = 500;

class HtmlEscaping {
  readonly #templates: ReadonlyMap<string, TemplateNode>;
  readonly #origin: TemplateOrigin;
  readonly #variants = new Map<string, Variant>();
  /** The keys of the variants in the order in which they were met. */
  readonly #met: string[] = [];
  /** Where the body of a range ends that begins in a context. */
  readonly #rounds = new Map<BranchNode, Map<string, Context>>();
  #depth = 0;
  readonly #escaped = new Map<string, Escaped>();

  constructor(templates: ReadonlyMap<string, TemplateNode>, origin: TemplateOrigin) {
    this.#templates = templates;
    this.#origin = origin;
  }

  run(name: string): ReadonlyMap<string, Escaped> {
    const template = this.#templates.get(name);
    if (!template) return this.#escaped;
    const end = this.#variant(template, TEXT, name);
    if (end.state !== 'text' && end.state !== 'dead') {
      const { length } = this.#origin.source;
      throw this.#error(length, 0, `The HTML ends ${described(end)}`, 'Close what is open.');
    }
    return this.#escaped;
  }

  /** Where a template ends that is called in a context. */
  #variant(template: TemplateNode, start: Context, key: string): Context {
    const known = this.#variants.get(key);
    if (known) {
      known.recursive = true;
      return known.end;
    }
    if (++this.#depth > MAX_DEPTH) {
      throw this.#error(0, 0, `Templates call each other more than ${MAX_DEPTH} deep`);
    }
    const end = this.#newVariant(template, start, key);
    this.#depth--;
    return end;
  }

  #newVariant(template: TemplateNode, start: Context, key: string): Context {
    const met = this.#met.length;
    const first = this.#tryVariant(template, start, key, start);
    if (first.consistent) return first.end;
    // What was found out since then took for granted what has turned out wrong.
    for (const later of this.#met.splice(met)) this.#variants.delete(later);
    this.#rounds.clear();
    const second = this.#tryVariant(template, start, key, first.end);
    if (second.consistent) return second.end;
    const { offset, end } = template.body[0] ?? { offset: 0, end: 0 };
    const reason = `It cannot be said where the template "${template.name}" ends, which calls itself`;
    throw this.#error(offset, end - offset, reason);
  }

  #tryVariant(
    template: TemplateNode,
    start: Context,
    key: string,
    assumed: Context,
  ): { readonly end: Context; readonly consistent: boolean } {
    const variant: Variant = { end: assumed, recursive: false };
    this.#variants.set(key, variant);
    this.#met.push(key);
    const notes: Notes = { actions: new Map(), texts: new Map(), calls: new Map() };
    const end = this.#list(template.body, start, notes, []);
    const consistent = !variant.recursive || contextKey(end) === contextKey(assumed);
    // Once it is known, a later call is no recursion any more.
    this.#variants.set(key, { end, recursive: false });
    this.#escaped.set(key, { template, ...notes });
    return { end, consistent };
  }

  #list(body: readonly StatementNode[], start: Context, notes: Notes, jumps: Jumps): Context {
    let context = start;
    for (const node of body) {
      if (context.state === 'dead') break;
      context = this.#statement(node, context, notes, jumps);
    }
    return context;
  }

  #statement(node: StatementNode, context: Context, notes: Notes, jumps: Jumps): Context {
    switch (node.kind) {
      case 'text':
        return this.#text(node, context, notes);
      case 'action': {
        if (node.pipeline.variables.length > 0) return context;
        const place = atAction(context);
        const { pipeline, escapers } = this.#placed(node, 0, () => escapeAction(node, place));
        const chain = escapers.map((name) => ESCAPERS[name]);
        // The functions that a template can name print what has no value, the others leave it out.
        const read = escapers[0] === 'html' || escapers[0] === 'urlquery' ? displayText : textOf;
        notes.actions.set(node, {
          pipeline,
          write: (value) => chain.reduce((text, escaper) => escaper(text), read(value)),
        });
        return place;
      }
      case 'if':
      case 'with':
        return this.#join(
          this.#list(node.body, context, notes, jumps),
          this.#list(node.otherwise, context, notes, jumps),
          node,
        );
      case 'range':
        return this.#range(node, context, notes, jumps);
      case 'template':
        return this.#call(node, context, notes);
      case 'break':
      case 'continue':
        jumps.push(context);
        return DEAD;
    }
  }

  #text(node: TextNode, start: Context, notes: Notes): Context {
    const { text } = node;
    let context = start;
    let written = '';
    let from = 0;
    while (from < text.length) {
      const [next, to] = this.#placed(node, node.offset, () => afterText(context, text, from));
      written += visibleText(context, next, text.slice(from, to));
      context = next;
      from = to;
    }
    if (written !== text) notes.texts.set(node, written);
    return context;
  }

  #range(node: BranchNode, context: Context, notes: Notes, jumps: Jumps): Context {
    const once = this.#round(node, context, notes);
    // A body that runs again must find itself in the place where it began.
    const again = this.#join(once, this.#roundAgain(node, once), node);
    return this.#join(again, this.#list(node.otherwise, context, notes, jumps), node);
  }

  #round(node: BranchNode, context: Context, notes: Notes): Context {
    const jumps: Jumps = [];
    const body = this.#list(node.body, context, notes, jumps);
    const end = jumps.reduce((joined, jump) => this.#join(joined, jump, node), body);
    const known = this.#rounds.get(node) ?? new Map<string, Context>();
    this.#rounds.set(node, known.set(contextKey(context), end));
    return end;
  }

  /** Where a further round ends. Ranges within ranges would be gone through ever so often without a memory. */
  #roundAgain(node: BranchNode, context: Context): Context {
    const known = this.#rounds.get(node)?.get(contextKey(context));
    return known ?? this.#round(node, context, { actions: new Map(), texts: new Map(), calls: new Map() });
  }

  #call(node: CallNode, context: Context, notes: Notes): Context {
    const template = this.#templates.get(node.name);
    if (!template) {
      const { offset, end, name } = node;
      throw this.#error(
        offset,
        end - offset,
        `There is no template "${name}"`,
        'Define it with {{ define }}.',
      );
    }
    const place = contextKey(context);
    const key = place === contextKey(TEXT) ? node.name : `${node.name} in ${place}`;
    notes.calls.set(node, key);
    return this.#variant(template, context, key);
  }

  #join(a: Context, b: Context, { offset, end, kind }: BranchNode): Context {
    const joined = join(a, b);
    if (joined) return joined;
    throw this.#error(
      offset,
      end - offset,
      `The branches of this ${kind} end in different places: ${described(a)} and ${described(b)}`,
      'Open and close tags and quotes within the same branch.',
    );
  }

  /** Makes the faults of work on a node errors of the source; their places count from a base. */
  #placed<Result>({ offset, end }: StatementNode, base: number, work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof HtmlFault)) throw error;
      const at = error.at === undefined ? offset : base + error.at;
      const length = error.at === undefined ? end - offset : 1;
      throw this.#error(at, length, error.message, error.cure);
    }
  }

  #error(offset: number, length: number, reason: string, cure?: string): Error {
    return templateSyntaxError(this.#origin, offset, length, reason, cure);
  }
}

/** What of a template's own text goes out: no comments, and a stray `<` so that it opens no tag. */
function visibleText(before: Context, after: Context, text: string): string {
  if (before.state === 'comment') return '';
  if (before.state !== 'text' && before.state !== 'rcdata') return text;
  if (after.state === 'comment') return withoutStrayTags(text.slice(0, -'<!--'.length));
  const tag = after.state === before.state ? text.length : text.lastIndexOf('<');
  const end = tag === -1 ? text.length : tag;
  return withoutStrayTags(text.slice(0, end)) + text.slice(end);
}

function withoutStrayTags(text: string): string {
  return text.replace(/<(?!!DOCTYPE)/gi, '&lt;');
}

function described({ state, delimiter }: Context): string {
  if (delimiter !== 'none') return "inside an attribute's value";
  switch (state) {
    case 'text':
      return 'in plain text';
    case 'comment':
      return 'inside a comment';
    case 'rcdata':
      return 'inside a title or textarea';
    default:
      return 'inside a tag';
  }
}
