import type { Clock } from '../alert/clock.ts';
import { nearest } from '../alert/nearest.ts';
import { HandlerSpecError, KindConfigurationError, RegistryOptionsError, type SpecIssue } from '../errors.ts';
import { isMap } from '../handler/is-map.ts';
import type { HandleOptions, OpenOptions, RegistryLimits, TopicRegistryOptions } from './registry-options.ts';

const HANDLE_OPTIONS = Object.keys({
  id: 0,
  match: 0,
  message: 0,
  details: 0,
  delivery: 0,
  external: 0,
} satisfies Record<keyof HandleOptions, 0>);

const REGISTRY_OPTIONS = Object.keys({
  kinds: 0,
  delivery: 0,
  strict: 0,
  dialects: 0,
  limits: 0,
  clock: 0,
  random: 0,
} satisfies Record<keyof TopicRegistryOptions, 0>);

const LIMITS = Object.keys({ hops: 0, ids: 0, deadLetters: 0 } satisfies Record<keyof RegistryLimits, 0>);

/**
 * Checks the options of a registry, as far as nothing else does.
 *
 * @throws {RegistryOptionsError} With the first that is wrong.
 */
export function checkRegistryOptions(options: unknown): void {
  checkNames('', options, REGISTRY_OPTIONS);
  const {
    kinds = [],
    limits = {},
    delivery = {},
    dialects = {},
    clock,
    random = Math.random,
  } = options as Record<string, unknown>;
  if (!Array.isArray(kinds)) throw new RegistryOptionsError('kinds must be a list of handler kinds');
  mustBeMap('delivery', delivery);
  mustBeMap('dialects', dialects);
  const { now, setTimeout } = Object(clock) as Partial<Clock>;
  if (clock !== undefined && (typeof now !== 'function' || typeof setTimeout !== 'function'))
    throw new RegistryOptionsError('clock must be an object with the functions now and setTimeout');
  if (typeof random !== 'function') throw new RegistryOptionsError('random must be a function');
  checkNames('limits.', limits, LIMITS);
  for (const [name, value] of Object.entries(limits as object)) {
    if (value === undefined || value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && value >= 0))
      continue;
    throw new RegistryOptionsError(`limits.${name} must be a whole number from 0 on, got ${String(value)}`);
  }
}

/**
 * Checks what a registry that is opened needs beyond the options of every registry.
 *
 * @throws {RegistryOptionsError} When it has no store.
 */
export function checkOpenOptions(options: OpenOptions): OpenOptions {
  mustBeMap('the options of a registry', options);
  mustBeMap('store', options.store, 'Without one, write new TopicRegistry().');
  return options;
}

function mustBeMap(name: string, value: unknown, cure?: string): asserts value is object {
  if (isMap(value)) return;
  throw new RegistryOptionsError(`${name} must be an object`, { ...(cure && { cure }) });
}

function checkNames(prefix: string, options: unknown, names: readonly string[]): void {
  mustBeMap(prefix === '' ? 'the options of a registry' : 'limits', options);
  const name = Object.keys(options).find((key) => !names.includes(key));
  if (name === undefined) return;
  const meant = nearest(name, names);
  const cure = `Did you mean '${prefix}${meant}'?`;
  throw new RegistryOptionsError(`a registry has no option '${prefix}${name}'`, { ...(meant && { cure }) });
}

/**
 * Checks what a host puts on a topic, where no type checker did.
 *
 * @throws {HandlerSpecError} With everything that is wrong.
 */
export function checkHandle(topic: unknown, handler: unknown, options: unknown): void {
  const issues: SpecIssue[] = [];
  if (typeof topic !== 'string' || topic === '') {
    issues.push(issue('topic', 'a handler needs the name of a topic'));
  }
  if (typeof handler !== 'function' && !hasHandle(handler)) {
    issues.push(issue('handler', 'a handler is a function, or an object with a function handle'));
  }
  if (typeof options !== 'object' || options === null) {
    issues.push(issue('options', 'the options of handle() are an object'));
  } else {
    for (const name of Object.keys(options).filter((key) => !HANDLE_OPTIONS.includes(key))) {
      const meant = nearest(name, HANDLE_OPTIONS);
      issues.push(issue(name, `unknown option '${name}'`, meant && `Did you mean '${meant}'?`));
    }
  }
  if (issues.length > 0) throw new HandlerSpecError(issues);
}

/**
 * Checks a handler kind that a host registers.
 *
 * @throws {KindConfigurationError} When it is none.
 */
export function checkKind(kind: unknown): void {
  const { kind: name, options, create } = Object(kind) as Record<string, unknown>;
  if (
    typeof name === 'string' &&
    name !== '' &&
    Object(options) === options &&
    typeof create === 'function'
  ) {
    return;
  }
  const what = typeof kind === 'function' && kind.name !== '' ? kind.name : 'a handler kind';
  const cure = `Call the function: kinds: [${what}()].`;
  throw new KindConfigurationError(what, 'a kind is an object with kind, options and create', {
    ...(typeof kind === 'function' && { cure }),
  });
}

/** Whether what a kind made, or a host gave, is a handler. */
export function hasHandle(handler: unknown): boolean {
  return typeof (Object(handler) as Record<string, unknown>).handle === 'function';
}

function issue(key: string, reason: string, cure?: string): SpecIssue {
  return { code: 'HANDLER_SPEC', path: [key], reason, ...(cure && { cure }) };
}
