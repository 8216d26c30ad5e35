/** Where in a text something is wrong. Lines and columns count from 1, offsets from 0, both in UTF-16 units. */
export interface SourcePosition {
  /** The file, when the text came from one. */
  readonly file?: string;
  /** The line, from 1. */
  readonly line: number;
  /** The column, from 1. */
  readonly column: number;
  /** The offset in the text, from 0. */
  readonly offset: number;
}

/** What every {@link TocsinError} may say beyond its reason. */
export interface TocsinErrorOptions {
  /** What to do about it, as a full sentence or a corrected text. */
  readonly cure?: string;
  /** Where it is wrong. */
  readonly position?: SourcePosition;
  /** The offending piece of the text. */
  readonly text?: string;
  /** Lines to show below the message: the text with a caret under the place. */
  readonly excerpt?: string;
  /** The error underneath. */
  readonly cause?: unknown;
}

/**
 * Every stable error code, with one line on what it stands for. `docs/errors.md` has a section for each.
 */
export const ERROR_CODES = {
  LAMBDA_SYNTAX: 'An expression cannot be parsed.',
  LAMBDA_TYPE: 'An expression uses a type, function or name that it cannot.',
  LAMBDA_EVALUATION: 'An expression failed on the values that it was given.',
  TEMPLATE_PARSE: 'A template cannot be parsed.',
  TEMPLATE_RENDER: 'A template failed on the data that it was given.',
  RULE_OPTIONS: 'The options of an alert rule or state tracker are wrong or do not fit together.',
  REGISTRY_OPTIONS: 'The options of a topic registry are wrong.',
  INVALID_POINT: 'A point lacks a name, a valid time or usable values.',
  INVALID_EVENT: 'An event lacks an id, a valid level or a valid time.',
  INVALID_QUERY: 'A pattern or level that selects topics, events or handlers is wrong.',
  HANDLER_SPEC: 'A handler spec or handler file is wrong.',
  HANDLER_OPTIONS: 'The options of a handler are wrong.',
  UNKNOWN_HANDLER_KIND: 'No handler kind of that name is registered.',
  UNKNOWN_HANDLER: 'No handler of that id is on that topic.',
  DUPLICATE_HANDLER: 'A handler of that id is already on that topic.',
  MISSING_DEPENDENCY: 'A handler kind needs a package that is not installed.',
  MISSING_SECRET: 'A secret that an option refers to is not there.',
  KIND_CONFIGURATION: 'The configuration given to a handler kind is wrong.',
  DELIVERY: 'A delivery failed.',
  DELIVERY_PERMANENT: 'A delivery failed in a way that no retry can heal.',
  DELIVERY_RETRY_LATER: 'The destination asked to be left alone for a while.',
  DELIVERY_TIMEOUT: 'A delivery took longer than its time.',
  HOP_LIMIT: 'Topics publish to each other in a cycle.',
  REGISTRY_CLOSED: 'The registry was closed before the call.',
  STORE: 'The store could not read or write.',
  TICKSCRIPT: 'A TICKscript is wrong, or asks for what is not there.',
  KAPACITOR_CONF: 'A kapacitor.conf is wrong.',
  KAPACITOR_FILES: 'Files of a Kapacitor directory are wrong.',
  EXPECTATION: 'A rule or handlers under test did something else than was expected.',
  RULE_TEST: 'A test of rules or handlers, or a file of such tests, is wrong.',
} as const;

/** A stable error code: the key of {@link ERROR_CODES}. */
export type TocsinErrorCode = keyof typeof ERROR_CODES;

/**
 * The base of every error that this library throws or reports. Its `message` says where, what is wrong and
 * what to do; the parts are there for programs.
 */
export class TocsinError extends Error {
  /** The stable code, to switch on. */
  readonly code: TocsinErrorCode;
  /** What is wrong, without position and cure. */
  readonly reason: string;
  /** What to do about it. */
  readonly cure?: string;
  /** Where it is wrong. */
  readonly position?: SourcePosition;
  /** The offending piece of text. */
  readonly text?: string;
  /** The text with a caret under the place. */
  readonly excerpt?: string;

  constructor(code: TocsinErrorCode, reason: string, options: TocsinErrorOptions = {}) {
    super(
      composeMessage(reason, options),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = new.target.name;
    this.code = code;
    this.reason = reason;
    if (options.cure !== undefined) this.cure = options.cure;
    if (options.position !== undefined) this.position = options.position;
    if (options.text !== undefined) this.text = options.text;
    if (options.excerpt !== undefined) this.excerpt = options.excerpt;
  }

  /** The parts as plain data, for a log line or an HTTP answer. The cause is left out. */
  toJSON(): Record<string, unknown> {
    const { name, code, reason, cure, position, text } = this;
    return { name, code, reason, cure, position, text };
  }
}

function composeMessage(reason: string, { cure, position, excerpt }: TocsinErrorOptions): string {
  const where = position
    ? `${position.file ? `${position.file}:` : 'line '}${position.line}:${position.column}: `
    : '';
  const end = /[.!?:]$/.test(reason) ? '' : '.';
  return `${where}${reason}${cure ? `${end} ${cure}` : ''}${excerpt ? `\n${excerpt}` : ''}`;
}

/** The position of an offset in a text. */
export function positionAt(source: string, offset: number, file?: string): SourcePosition {
  const before = source.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - (before.lastIndexOf('\n') + 1) + 1;
  return file === undefined ? { line, column, offset } : { file, line, column, offset };
}

/** The line of an offset with carets under `length` characters of it, cut to a readable width. */
export function excerptAt(source: string, offset: number, length = 1): string {
  const start = offset === 0 ? 0 : source.lastIndexOf('\n', offset - 1) + 1;
  const newline = source.indexOf('\n', offset);
  const end = newline === -1 ? source.length : newline;
  const from = Math.max(start, offset - 60);
  const line = source.slice(from, Math.min(end, offset + 60)).replace(/\t/g, ' ');
  const width = Math.max(1, Math.min(length, from + line.length - offset));
  return `  ${line}\n  ${' '.repeat(offset - from)}${'^'.repeat(width)}`;
}

/** The place in a source that an error is about. */
export interface SourceSpan {
  /** The whole source. */
  readonly source: string;
  /** Where in it the offending piece begins. */
  readonly offset: number;
  /** How long the piece is. Default 1. */
  readonly length?: number;
  /** The file that the source came from. */
  readonly file?: string;
}

/** The error options that show a span of a source: position, offending text, caret excerpt. */
export function atSpan(span: SourceSpan): Pick<TocsinErrorOptions, 'position' | 'text' | 'excerpt'> {
  const { source, offset, length = 1, file } = span;
  return {
    position: positionAt(source, offset, file),
    text: source.slice(offset, offset + length),
    excerpt: excerptAt(source, offset, length),
  };
}

/** An expression cannot be parsed. */
export class LambdaSyntaxError extends TocsinError {
  constructor(reason: string, options?: TocsinErrorOptions) {
    super('LAMBDA_SYNTAX', reason, options);
  }
}

/** An expression uses a type, function or name that it cannot; found when it is compiled. */
export class LambdaTypeError extends TocsinError {
  constructor(reason: string, options?: TocsinErrorOptions) {
    super('LAMBDA_TYPE', reason, options);
  }
}

/** An expression failed on the values that it was given, such as a missing tag or a division by zero. */
export class LambdaEvaluationError extends TocsinError {
  constructor(reason: string, options?: TocsinErrorOptions) {
    super('LAMBDA_EVALUATION', reason, options);
  }
}

/** A template cannot be parsed (`TEMPLATE_PARSE`) or failed on its data (`TEMPLATE_RENDER`). */
export class TemplateError extends TocsinError {
  /** What had been written before the failure. */
  readonly partial: string;

  constructor(
    code: 'TEMPLATE_PARSE' | 'TEMPLATE_RENDER',
    reason: string,
    options: TocsinErrorOptions & { readonly partial?: string } = {},
  ) {
    super(code, reason, options);
    this.partial = options.partial ?? '';
  }
}

/** The options of an alert rule or of a state tracker are wrong or do not fit together. */
export class RuleOptionsError extends TocsinError {
  constructor(reason: string, options?: TocsinErrorOptions) {
    super('RULE_OPTIONS', reason, options);
  }
}

/** The options of a topic registry are wrong. */
export class RegistryOptionsError extends TocsinError {
  constructor(reason: string, options?: TocsinErrorOptions) {
    super('REGISTRY_OPTIONS', reason, options);
  }
}

/** A point that no rule can judge. */
export class InvalidPointError extends TocsinError {
  constructor(reason: string, options?: TocsinErrorOptions) {
    super('INVALID_POINT', reason, options);
  }
}

/** An event that no topic can take. */
export class InvalidEventError extends TocsinError {
  constructor(reason: string, options?: TocsinErrorOptions) {
    super('INVALID_EVENT', reason, options);
  }
}

/** A pattern or level that selects topics, events or handlers is wrong. */
export class InvalidQueryError extends TocsinError {
  constructor(reason: string, options?: TocsinErrorOptions) {
    super('INVALID_QUERY', reason, options);
  }
}

/** One thing that is wrong with a handler spec. */
export interface SpecIssue {
  /** Which kind of mistake it is. Left out: `HANDLER_SPEC`. */
  readonly code?: TocsinErrorCode;
  /** What is wrong. */
  readonly reason: string;
  /** What to do about it. */
  readonly cure?: string;
  /** Where in the spec: `['options', 'channel']`. */
  readonly path: readonly (string | number)[];
  /** Where in the file; without a file, where in the text at `path`. */
  readonly position?: SourcePosition;
  /** The line with a caret under the place. */
  readonly excerpt?: string;
}

function issueLines(issues: readonly SpecIssue[], file?: string): string {
  return issues.map((issue) => issueLine(issue, file)).join('\n');
}

function issueLine({ reason, cure, path, position, excerpt }: SpecIssue, file?: string): string {
  const name = position?.file ?? file;
  const place = position === undefined ? '' : `${position.line}:${position.column}`;
  const where = (name === undefined ? [path.join('.'), place] : [name, place]).filter((part) => part !== '');
  const end = /[.!?:]$/.test(reason) ? '' : '.';
  return `${where.length > 0 ? `${where.join(':')}: ` : ''}${reason}${cure ? `${end} ${cure}` : ''}${excerpt ? `\n${excerpt}` : ''}`;
}

/** A handler spec or handler file is wrong. All that is wrong with it comes at once, in `issues`. */
export class HandlerSpecError extends TocsinError {
  /** Everything that is wrong, in the order of the file. */
  readonly issues: readonly SpecIssue[];

  constructor(issues: readonly SpecIssue[], options: TocsinErrorOptions & { readonly file?: string } = {}) {
    const position = issues[0]?.position;
    super('HANDLER_SPEC', issueLines(issues, options.file), options);
    this.issues = issues;
    if (position !== undefined)
      Object.defineProperty(this, 'position', { value: position, enumerable: true });
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), issues: this.issues };
  }
}

/** The options of a handler are wrong. All that is wrong comes at once, in `issues`. */
export class HandlerOptionsError extends TocsinError {
  /** Everything that is wrong; paths are below the options. */
  readonly issues: readonly SpecIssue[];

  constructor(kind: string, issues: readonly SpecIssue[], options?: TocsinErrorOptions) {
    super('HANDLER_OPTIONS', `Options of the ${kind} handler are wrong: ${issueLines(issues)}`, options);
    this.issues = issues;
  }
}

/** No handler kind of that name is registered. */
export class UnknownHandlerKindError extends TocsinError {
  constructor(reason: string, options?: TocsinErrorOptions) {
    super('UNKNOWN_HANDLER_KIND', reason, options);
  }
}

/** A topic has no handler of that id (`UNKNOWN_HANDLER`), or has one already (`DUPLICATE_HANDLER`). */
export class HandlerLookupError extends TocsinError {
  constructor(code: 'UNKNOWN_HANDLER' | 'DUPLICATE_HANDLER', reason: string, options?: TocsinErrorOptions) {
    super(code, reason, options);
  }
}

/** A handler kind needs a package that is not installed. */
export class MissingDependencyError extends TocsinError {
  /** @param what Who needs it, such as `lmdb store`. */
  constructor(what: string, packageName: string, cause?: unknown) {
    super('MISSING_DEPENDENCY', `The ${what} needs the package ${packageName}, which is not installed`, {
      cure: `Run: npm install ${packageName}`,
      cause,
    });
  }
}

/** A secret that an option refers to, such as `${env:SLACK_URL}`, is not there. */
export class MissingSecretError extends TocsinError {
  constructor(reason: string, options?: TocsinErrorOptions) {
    super('MISSING_SECRET', reason, options);
  }
}

/** The configuration given to a handler kind in code is wrong. */
export class KindConfigurationError extends TocsinError {
  constructor(kind: string, reason: string, options?: TocsinErrorOptions) {
    super('KIND_CONFIGURATION', `${kind}: ${reason}`, options);
  }
}

/** Why a delivery failed, in the words that events, counters and dead letters share. */
export type FailureReason =
  | 'client_error'
  | 'auth_error'
  | 'rate_limited'
  | 'server_error'
  | 'timeout'
  | 'network'
  | 'aborted'
  | 'template_error'
  | 'config_error'
  | 'other';

/** What a {@link DeliveryError} may say beyond its reason. */
export interface DeliveryErrorOptions extends TocsinErrorOptions {
  /** Which kind of failure. Default `other`. */
  readonly failure?: FailureReason;
  /** The HTTP status, where there was one. */
  readonly status?: number;
  /** A short piece of the answer's body. */
  readonly body?: string;
  /** Whether another try can succeed. Default true. */
  readonly retryable?: boolean;
  /** Milliseconds to wait before the next try, as the destination asked. */
  readonly retryAfter?: number;
}

/**
 * A delivery failed. A handler that throws it tells the queue whether to try again; any other error counts
 * as retryable.
 */
export class DeliveryError extends TocsinError {
  /** Which kind of failure. */
  readonly failure: FailureReason;
  /** The HTTP status, where there was one. */
  readonly status?: number;
  /** A short piece of the answer's body. */
  readonly body?: string;
  /** Whether another try can succeed. */
  readonly retryable: boolean;
  /** Milliseconds to wait before the next try, as the destination asked. */
  readonly retryAfter?: number;

  constructor(
    reason: string,
    options: DeliveryErrorOptions = {},
    code: Extract<TocsinErrorCode, `DELIVERY${string}` | 'HOP_LIMIT'> = 'DELIVERY',
  ) {
    super(code, reason, options);
    this.failure = options.failure ?? 'other';
    this.retryable = options.retryable ?? true;
    if (options.status !== undefined) this.status = options.status;
    if (options.body !== undefined) this.body = options.body;
    if (options.retryAfter !== undefined) this.retryAfter = options.retryAfter;
  }

  override toJSON(): Record<string, unknown> {
    const { failure, status, body, retryable, retryAfter } = this;
    return { ...super.toJSON(), failure, status, body, retryable, retryAfter };
  }
}

/**
 * Thrown by a handler when no retry can heal the failure: the event goes to the dead letters at once.
 *
 * @example
 * ```ts
 * import { PermanentDeliveryError } from 'tocsin';
 *
 * throw new PermanentDeliveryError('the number +1 555 is not a mobile phone');
 * ```
 */
export class PermanentDeliveryError extends DeliveryError {
  constructor(reason: string, options: DeliveryErrorOptions = {}) {
    super(reason, { ...options, retryable: false }, 'DELIVERY_PERMANENT');
  }
}

/** Thrown by a handler when the destination asked to be left alone for `retryAfter` milliseconds. */
export class RetryLaterError extends DeliveryError {
  constructor(reason: string, retryAfter: number, options: DeliveryErrorOptions = {}) {
    super(
      reason,
      { failure: 'rate_limited', ...options, retryAfter, retryable: true },
      'DELIVERY_RETRY_LATER',
    );
  }
}

/** A delivery took longer than its time. */
export class DeliveryTimeoutError extends DeliveryError {
  constructor(milliseconds: number) {
    super(`The handler did not finish within ${milliseconds} ms`, { failure: 'timeout' }, 'DELIVERY_TIMEOUT');
  }
}

/** The registry was closed before the call. */
export class RegistryClosedError extends TocsinError {
  constructor(call: string) {
    super('REGISTRY_CLOSED', `${call} was called after close()`, { cure: 'Make a new TopicRegistry.' });
  }
}

/** The store could not read or write. */
export class StoreError extends TocsinError {
  constructor(reason: string, options?: TocsinErrorOptions) {
    super('STORE', reason, options);
  }
}

/** A TICKscript is wrong, or asks for a node or property that is not there. */
export class TickscriptError extends TocsinError {
  constructor(reason: string, options?: TocsinErrorOptions) {
    super('TICKSCRIPT', reason, options);
  }
}

/** A `kapacitor.conf` is wrong. All that is wrong with it comes at once, in `issues`. */
export class KapacitorConfError extends TocsinError {
  /** Everything that is wrong, in the order of the file. */
  readonly issues: readonly SpecIssue[];

  constructor(issues: readonly SpecIssue[], options: TocsinErrorOptions & { readonly file?: string } = {}) {
    super('KAPACITOR_CONF', issueLines(issues, options.file), options);
    this.issues = issues;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), issues: this.issues };
  }
}

/** Files of a Kapacitor directory are wrong. What is wrong with each comes at once, in `errors`. */
export class KapacitorFilesError extends TocsinError {
  /** What is wrong, in the order of the files. */
  readonly errors: readonly TocsinError[];

  constructor(errors: readonly TocsinError[]) {
    super('KAPACITOR_FILES', errors.map(({ message }) => message).join('\n'));
    this.errors = errors;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), errors: this.errors };
  }
}

/** A rule or handlers under test did something else than was expected. The message shows all that happened. */
export class ExpectationError extends TocsinError {
  constructor(reason: string, options?: TocsinErrorOptions) {
    super('EXPECTATION', reason, options);
  }
}

/** A test of rules or handlers, or a file of such tests, is wrong. */
export class RuleTestError extends TocsinError {
  /** Everything that is wrong with a file, in its order; empty when the test is code. */
  readonly issues: readonly SpecIssue[];

  /** @param what What is wrong, or the list of it. */
  constructor(what: string | readonly SpecIssue[], options?: TocsinErrorOptions) {
    super('RULE_TEST', typeof what === 'string' ? what : issueLines(what), options);
    this.issues = typeof what === 'string' ? [] : what;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), issues: this.issues };
  }
}
