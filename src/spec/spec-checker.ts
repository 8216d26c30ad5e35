import type { AlertEvent } from '../alert/event.ts';
import { nearest } from '../alert/nearest.ts';
import { HandlerOptionsError, type SpecIssue, TocsinError, UnknownHandlerKindError } from '../errors.ts';
import type { AnyHandlerKind } from '../handler/handler-kind.ts';
import { isMap } from '../handler/is-map.ts';
import { camelCase } from '../handler/options.ts';
import type { Redactor } from '../handler/redactor.ts';
import { resolveSecrets } from '../handler/secrets.ts';
import type { StandardIssue } from '../handler/standard-schema.ts';
import { checkSpecShape, type HandlerSpec } from './handler-spec.ts';

/** An issue that also says which part of the value at its path is meant. */
export interface PlacedIssue extends SpecIssue {
  /** The key is meant, not the value. */
  readonly atKey?: boolean;
  /** The character of the text that is meant, from 0. */
  readonly offset?: number;
  /** The error that it comes from. */
  readonly error?: unknown;
}

/** Makes something of a text, or throws a `TocsinError` with the position in the text. */
export type Compile<T> = (source: string) => T;

/** What a {@link SpecChecker} needs. */
export interface SpecCheckerParts<Match, Delivery> {
  /** The kinds by name in lower case. */
  readonly kinds: ReadonlyMap<string, AnyHandlerKind>;
  /** Takes note of secrets. */
  readonly redactor: Redactor;
  /** Compiles a match expression. */
  readonly match: (match: NonNullable<HandlerSpec['match']>) => Match;
  /** Compiles a template for messages. */
  readonly message: Compile<Render>;
  /** Compiles a template for details. */
  readonly details: Compile<Render>;
  /** Checks delivery options. */
  readonly delivery: (options: HandlerSpec['delivery']) => Delivery;
}

/** Renders a text for an event. */
export type Render = (event: AlertEvent) => string;

/** A spec of which everything is right, with what was made of its parts. */
export interface CheckedSpec<Match, Delivery> {
  /** The spec without anything that means nothing; its options as they were given. */
  readonly spec: HandlerSpec;
  readonly kind: AnyHandlerKind;
  /** What the kind's schema made of the options. */
  readonly options: unknown;
  readonly match: Match | undefined;
  readonly message: Render | undefined;
  readonly details: Render | undefined;
  readonly delivery: Delivery;
}

/** What came of a check: the checked spec, or everything that is wrong. */
export type CheckResult<Match, Delivery> =
  | { readonly checked: CheckedSpec<Match, Delivery>; readonly issues?: undefined }
  | { readonly checked?: undefined; readonly issues: readonly PlacedIssue[] };

/** Checks handler specs: all parts of them, and reports everything that is wrong at once. */
export class SpecChecker<Match, Delivery> {
  readonly #parts: SpecCheckerParts<Match, Delivery>;

  constructor(parts: SpecCheckerParts<Match, Delivery>) {
    this.#parts = parts;
  }

  /** Checks a spec. Never throws for what is wrong with it. */
  async check(input: unknown): Promise<CheckResult<Match, Delivery>> {
    const issues: PlacedIssue[] = checkSpecShape(input);
    if (!isMap(input)) return { issues };
    const spec = cleanSpec(input as object as HandlerSpec);
    const wrong = (key: string): boolean => issues.some(({ path }) => path[0] === key);
    const attempt = <T>(key: string, make: () => T, path: readonly string[] = [key]): T | undefined => {
      if (wrong(key)) return undefined;
      try {
        return make();
      } catch (error) {
        issues.push(...this.issuesOf(error, path));
        return undefined;
      }
    };

    const kind = wrong('kind') ? undefined : this.#kind(spec.kind, issues);
    const options = kind && !wrong('options') ? await this.#options(kind, spec.options, issues) : undefined;
    const { match: source, message: messageSource, details: detailsSource } = spec;
    const match = attempt(
      'match',
      () => (source === undefined || source === '' ? undefined : this.#parts.match(source)),
      typeof source === 'object' ? ['match', ...Object.keys(source).slice(0, 1)] : ['match'],
    );
    const message = attempt('message', () => compileIfGiven(messageSource, this.#parts.message));
    const details = attempt('details', () => compileIfGiven(detailsSource, this.#parts.details));
    const delivery = attempt('delivery', () => ({ value: this.#parts.delivery(spec.delivery) }));
    if (issues.length > 0 || kind === undefined || delivery === undefined) return { issues };
    return {
      checked: {
        spec: { ...spec, kind: kind.kind },
        kind,
        options,
        match,
        message,
        details,
        delivery: delivery.value,
      },
    };
  }

  #kind(name: string, issues: PlacedIssue[]): AnyHandlerKind | undefined {
    const kind = this.#parts.kinds.get(name.toLowerCase());
    if (kind !== undefined) return kind;
    const names = [...this.#parts.kinds.values()].map((each) => each.kind);
    const reason = `there is no handler kind '${name}'`;
    const cure = cureOf(nearest(name, names), names);
    const error = new UnknownHandlerKindError(reason, { cure });
    issues.push({ code: error.code, path: ['kind'], reason, cure, error });
    return undefined;
  }

  async #options(
    kind: AnyHandlerKind,
    given: HandlerSpec['options'],
    issues: PlacedIssue[],
  ): Promise<unknown> {
    const found: PlacedIssue[] = [];
    const resolved: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(given ?? {})) {
      for (const text of secretTexts(kind, name, value)) this.#parts.redactor.add(text);
      try {
        Object.defineProperty(resolved, name, {
          value: await resolveSecrets(value, this.#parts.redactor),
          enumerable: true,
          writable: true,
          configurable: true,
        });
      } catch (error) {
        found.push(...this.issuesOf(error, ['options', name]));
      }
    }
    // A secret that is missing would be reported again as an option that is missing.
    if (found.length === 0) {
      try {
        const result = await kind.options['~standard'].validate(resolved);
        if (result.issues === undefined) return result.value;
        found.push(...result.issues.map((issue) => this.#optionIssue(kind, issue)));
      } catch (error) {
        found.push(...this.issuesOf(error, ['options']));
      }
    }
    issues.push(...found);
    return undefined;
  }

  #optionIssue(kind: AnyHandlerKind, { message, path = [] }: StandardIssue): PlacedIssue {
    const keys = path.map((part) => (typeof part === 'object' ? part.key : part));
    const [first] = keys;
    const names = optionNames(kind);
    const unknown = typeof first === 'string' && names !== undefined && !isOneOf(first, names);
    const meant = unknown && !message.startsWith('unknown option') ? nearest(first, names) : undefined;
    return {
      code: 'HANDLER_OPTIONS',
      path: ['options', ...keys.map((key) => (typeof key === 'number' ? key : String(key)))],
      reason: this.#parts.redactor.redact(message),
      ...(meant === undefined ? {} : { cure: `Did you mean '${meant}'?` }),
      ...(unknown ? { atKey: true } : {}),
    };
  }

  /** What was thrown for a part of a spec, as issues, with secrets struck out. */
  issuesOf(error: unknown, path: readonly string[]): PlacedIssue[] {
    const nested = (error as { readonly issues?: readonly SpecIssue[] } | null)?.issues;
    if (error instanceof TocsinError && Array.isArray(nested)) {
      const place = error instanceof HandlerOptionsError ? belowOptions : withKey;
      return (nested as SpecIssue[]).map((issue) => ({ code: error.code, error, ...place(issue) }));
    }
    if (!(error instanceof TocsinError)) {
      const reason = error instanceof Error ? error.message : String(error);
      return [{ code: 'HANDLER_SPEC', path, reason: this.#parts.redactor.redact(reason), error }];
    }
    const { code, reason, cure, position, excerpt } = error;
    return [
      {
        code,
        path,
        reason: this.#parts.redactor.redact(reason),
        error,
        ...(cure === undefined ? {} : { cure }),
        ...(position === undefined ? {} : { position, offset: position.offset }),
        ...(excerpt === undefined ? {} : { excerpt }),
      },
    ];
  }
}

/** An issue of options, whose path is below them, as one of the spec. */
function belowOptions(issue: SpecIssue): PlacedIssue {
  return {
    ...issue,
    code: issue.code ?? 'HANDLER_OPTIONS',
    path: ['options', ...issue.path],
    ...(issue.position === undefined ? {} : { offset: issue.position.offset }),
  };
}

/** A spec of which only what is known is left, without what is not set. */
function cleanSpec(input: HandlerSpec): HandlerSpec {
  const own = <Key extends keyof HandlerSpec>(key: Key): HandlerSpec[Key] | undefined =>
    Object.hasOwn(input, key) ? (input[key] ?? undefined) : undefined;
  const optional = {
    match: own('match'),
    message: own('message'),
    details: own('details'),
    delivery: own('delivery'),
  };
  return {
    topic: own('topic') ?? '',
    id: own('id') ?? '',
    kind: own('kind') ?? '',
    ...Object.fromEntries(
      Object.entries(optional).filter(([, value]) => value !== undefined && value !== ''),
    ),
    options: own('options') ?? null,
  };
}

function compileIfGiven<T>(source: string | undefined, compile: Compile<T>): T | undefined {
  return source === undefined ? undefined : compile(source);
}

function optionNames(kind: AnyHandlerKind): readonly string[] | undefined {
  if (kind.optionNames !== undefined) return kind.optionNames;
  return 'names' in kind.options && Array.isArray(kind.options.names) ? kind.options.names : undefined;
}

function isOneOf(name: string, names: readonly string[]): boolean {
  const plain = (text: string): string => camelCase(text).toLowerCase();
  return names.some((each) => plain(each) === plain(name));
}

/** What of the value of an option is secret: all of it, the values under keys of a pattern, or nothing. */
export function secretPartOf(kind: AnyHandlerKind, name: string): 'all' | RegExp | undefined {
  if (isOneOf(name, kind.secretOptions ?? [])) return 'all';
  return Object.entries(kind.secretKeys ?? {}).find(([option]) => isOneOf(name, [option]))?.[1];
}

function secretTexts(kind: AnyHandlerKind, name: string, value: unknown): string[] {
  const part = secretPartOf(kind, name);
  if (part === undefined) return [];
  if (part === 'all') return textsIn(value);
  return Object.entries(Object(value)).flatMap(([key, inner]) =>
    key.search(part) === -1 ? [] : textsIn(inner),
  );
}

function cureOf(meant: string | undefined, names: readonly string[]): string {
  if (meant !== undefined) return `Did you mean '${meant}'?`;
  if (names.length === 0) return 'The registry was given no kinds: new TopicRegistry({ kinds: [log()] }).';
  return `Known kinds: ${[...names].sort().join(', ')}.`;
}

/** An unknown name is shown at the name, anything else at the value. */
function withKey(issue: SpecIssue): PlacedIssue {
  return issue.reason.startsWith('unknown option') ? { ...issue, atKey: true } : issue;
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
