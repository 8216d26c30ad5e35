import type { Handler, HandlerHost } from './handler.ts';
import type { StandardSchema } from './standard-schema.ts';

/**
 * A handler kind: the plugin that makes handlers of one kind from their options.
 *
 * @typeParam Options What `create` receives: the output of the options schema.
 */
export interface HandlerKind<Options = unknown> {
  /** The name that handler files use in `kind:`. */
  readonly kind: string;
  /**
   * Whether its handlers leave the process. Such handlers are spared events flagged `noExternal`.
   * Default true.
   */
  readonly external?: boolean;
  /** Checks the options of a handler and gives them the form that `create` wants. */
  readonly options: StandardSchema<unknown, Options>;
  /** The names that options may have, for suggestions when one is misspelled. */
  readonly optionNames?: readonly string[];
  /** The names of options whose values are secrets: struck out of everything that is reported. */
  readonly secretOptions?: readonly string[];
  /**
   * Options that are maps of which some values are secrets, with a pattern for the keys of those:
   * `{ headers: /auth|token/i }`.
   */
  readonly secretKeys?: Readonly<Record<string, RegExp>>;
  /**
   * The topics that a handler of these options puts events into by `host.collect`. The registry warns when topics
   * publish to each other in a circle.
   */
  publishes?(options: Options): readonly string[];
  /**
   * Makes a handler.
   *
   * @throws Whatever keeps the handler from being made; `define` reports it.
   */
  create(options: Options, host: HandlerHost): Handler | Promise<Handler>;
  /** Closes what the handlers of this kind share, such as a connection. Called once, by the registry's `close()`. */
  close?(): void | Promise<void>;
}

/** A kind of any options: what a registry takes. */
export type AnyHandlerKind = HandlerKind<unknown>;

/**
 * Defines a handler kind of your own. It returns what it is given; it is there for the types: `create` gets the
 * output of the options schema, which may be of any library that speaks Standard Schema.
 *
 * @example
 * ```ts
 * import { defineHandlerKind } from 'tocsin';
 * import * as v from 'valibot';
 *
 * const sms = defineHandlerKind({
 *   kind: 'sms',
 *   options: v.strictObject({ to: v.string() }),
 *   create: ({ to }) => ({
 *     handle: async (event, { signal }) => {
 *       await fetch(`https://sms.example/send?to=${encodeURIComponent(to)}`, { method: 'POST', body: event.message, signal });
 *     },
 *   }),
 * });
 * ```
 */
export function defineHandlerKind<Options>(
  kind: Omit<HandlerKind<Options>, 'options'> & { readonly options: StandardSchema<unknown, Options> },
): HandlerKind<Options> {
  return kind;
}
