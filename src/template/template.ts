import { excerptAt, positionAt, TemplateError } from '../errors.ts';
import { type DataTypeName, dataType } from './data/data-type.ts';
import { type Escaped, type Render, TemplateCompiler } from './execute/compiler.ts';
import { Execution, type TemplateLimits } from './execute/execution.ts';
import { BUILTINS, forHtml, withJson } from './functions/builtins.ts';
import { JS } from './html/content-type.ts';
import { escapeTemplates } from './html/escape-templates.ts';
import type { TemplateNode } from './syntax/node.ts';
import { parseTemplate } from './syntax/parser.ts';
import type { TemplateOrigin } from './syntax/template-syntax-error.ts';
import { mend } from './value/bytes.ts';
import { STRING } from './value/go-type.ts';
import { TemplateFailure } from './value/template-failure.ts';
import { Value } from './value/value.ts';

export type { DataTypeName } from './data/data-type.ts';
export type { TemplateLimits } from './execute/execution.ts';

/** How {@link compileTemplate} reads a template. */
export interface TemplateOptions {
  /** What the template is, in error texts and for `{{ template }}`: `message`. */
  readonly name: string;
  /** What it is rendered over: which members its dot has. */
  readonly dataType: DataTypeName;
  /** Whether values are escaped for the place of HTML that they stand in, as in details. Default false. */
  readonly html?: boolean;
  /** Whether it has the functions `json` and `jsonCompact`. Default false. */
  readonly json?: boolean;
  /**
   * Whether a `number` is always a float64, as in Go. By default one that is integral is an int where an int is
   * needed: it prints `1000000` and not `1e+06`. A `bigint` is an int64 in any case. Default false.
   */
  readonly strict?: boolean;
  /** The file that the template comes from, for errors. */
  readonly file?: string;
  /** How much the template may do. */
  readonly limits?: TemplateLimits;
}

/** A compiled template. */
export interface Template {
  /** The text that it was compiled from. */
  readonly source: string;
  /**
   * Renders it over data: an object by member name, such as `{ ID: 'cpu', Level: 'CRITICAL' }`. What is left out
   * is empty, zero or false.
   *
   * @throws {TemplateError} `TEMPLATE_RENDER`, with what was written so far as `partial`.
   */
  render(data: object | null): string;
}

const DEFAULT_LIMITS: Required<TemplateLimits> = { output: 1_000_000, rounds: 100_000, depth: 250 };

/**
 * Compiles a Go template to closures.
 *
 * A byte that is no UTF-8 (half of an `é`, cut by `slice`) is a lone surrogate in the result, which becomes U+FFFD
 * as soon as the text is encoded.
 *
 * @throws {TemplateError} `TEMPLATE_PARSE` when the text is no template.
 */
export function compileTemplate(source: string, options: TemplateOptions): Template {
  const { name, html = false, json = false, strict = false, file } = options;
  const origin: TemplateOrigin = file === undefined ? { source } : { source, file };
  const functions = json ? withJson(html ? JS : STRING) : BUILTINS;
  const parsed = parseTemplate(origin, name, new Set(functions.keys()));
  const templates = html ? escapeTemplates(parsed, name, origin) : unescaped(parsed);
  const compiler = new TemplateCompiler(templates, html ? forHtml(functions) : functions);
  const type = dataType(options.dataType, strict);
  const render = compiler.compile(name, type);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  let renderNothing: Render | undefined;
  return {
    source,
    render(data) {
      const run = new Execution(limits);
      try {
        if (data === null) {
          renderNothing ??= compiler.compile(name);
          renderNothing(run, undefined);
        } else render(run, new Value(type, data));
      } catch (error) {
        throw renderError(origin, error, mend(run.out));
      }
      return mend(run.out);
    },
  };
}

function unescaped(parsed: ReadonlyMap<string, TemplateNode>): ReadonlyMap<string, Escaped> {
  const none = new Map<never, never>();
  return new Map(
    [...parsed].map(([name, template]) => [name, { template, actions: none, texts: none, calls: none }]),
  );
}

function renderError(origin: TemplateOrigin, error: unknown, partial: string): unknown {
  // Deep blocks within deep calls can use up the stack before the limits are reached.
  if (error instanceof RangeError) {
    return new TemplateError('TEMPLATE_RENDER', 'The template goes too deep', { partial, cause: error });
  }
  if (!(error instanceof TemplateFailure)) return error;
  const { cure, place } = error;
  return new TemplateError('TEMPLATE_RENDER', error.message, {
    partial,
    ...(cure === undefined ? {} : { cure }),
    ...(place === undefined
      ? {}
      : {
          position: positionAt(origin.source, place.offset, origin.file),
          text: origin.source.slice(place.offset, place.end),
          excerpt: excerptAt(origin.source, place.offset, place.end - place.offset),
        }),
  });
}
