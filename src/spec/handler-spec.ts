import { nearest } from '../alert/nearest.ts';
import type { DeliveryOptions } from '../delivery/index.ts';
import type { SpecIssue } from '../errors.ts';
import { isMap } from '../handler/is-map.ts';
import type { MatchSource } from '../match/index.ts';

/** What a handler file holds, and what `define` takes: which handler acts on which events of a topic. */
export interface HandlerSpec {
  /** The topic whose events it gets. Letters, digits, and `-`, `.`, `_`, `:`. */
  readonly topic: string;
  /** Its name on the topic. Letters, digits, and `-`, `.`, `_`. */
  readonly id: string;
  /** The kind of handler, such as `slack`. Letter case does not matter. */
  readonly kind: string;
  /**
   * A match expression: only events for which it is true reach the handler. Left out or empty, all do. In place of the
   * text there can be an object that names another dialect, such as `{ expr: 'level >= WARNING' }`.
   */
  readonly match?: MatchSource;
  /** The options of the kind. */
  readonly options?: Readonly<Record<string, unknown>> | null;
  /** A template that replaces the message of events, for this handler only. */
  readonly message?: string;
  /** A template that replaces the details of events, for this handler only. */
  readonly details?: string;
  /** How events are brought to it: queue, retries, rate limit. In a file with names such as `max-tries`. */
  readonly delivery?: DeliveryOptions;
}

/** The keys of a handler spec. */
export const SPEC_KEYS: readonly string[] = [
  'topic',
  'id',
  'kind',
  'match',
  'options',
  'message',
  'details',
  'delivery',
];

const NAMES = {
  id: { allowed: "letters, digits, and '-', '.', '_'", other: /[^-._\p{L}0-9]+/gu },
  topic: { allowed: "letters, digits, and '-', '.', '_', ':'", other: /[^-._:\p{L}0-9]+/gu },
} as const;

const MISSING = {
  topic: 'Say whose events it gets, such as: topic: cpu',
  id: 'Give it a name of its own on the topic, such as: id: slack-ops',
  kind: 'Say what it does, such as: kind: slack',
} as const;

/**
 * Checks the shape of a spec: which keys it has, of which types, and the characters of its names. Kind, options and
 * expressions are for those to check who know them.
 */
export function checkSpecShape(spec: unknown): SpecIssue[] {
  if (!isMap(spec)) {
    return [problem([], `a handler spec is a map of ${SPEC_KEYS.join(', ')}, not ${typeName(spec)}`)];
  }
  const issues: SpecIssue[] = [];
  for (const key of ['topic', 'id', 'kind'] as const) {
    const value = ownValue(spec, key);
    if (value === undefined || value === null || value === '') {
      issues.push(problem([key], `${key} is missing`, MISSING[key]));
    } else if (typeof value !== 'string') {
      issues.push(problem([key], `${key} must be a text, not ${typeName(value)}`, MISSING[key]));
    } else if (key !== 'kind' && value.search(NAMES[key].other) !== -1) {
      issues.push(badName(key, value));
    }
  }
  const match = ownValue(spec, 'match');
  if (
    !(
      match === undefined ||
      match === null ||
      typeof match === 'string' ||
      typeof match === 'function' ||
      isMap(match)
    )
  ) {
    issues.push(problem(['match'], `match must be an expression, not ${typeName(match)}`));
  }
  for (const key of ['message', 'details'] as const) {
    const value = ownValue(spec, key);
    if (value !== undefined && value !== null && typeof value !== 'string') {
      issues.push(problem([key], `${key} must be a text, not ${typeName(value)}`));
    }
  }
  for (const key of ['options', 'delivery'] as const) {
    const value = ownValue(spec, key);
    if (value !== undefined && value !== null && !isMap(value)) {
      issues.push(problem([key], `${key} must be a map, not ${typeName(value)}`));
    }
  }
  return issues;
}

/** The keys of a spec that mean nothing, each with the one that was probably meant. */
export function unknownSpecKeys(spec: object): readonly { readonly key: string; readonly meant?: string }[] {
  return Object.keys(spec)
    .filter((key) => !SPEC_KEYS.includes(key))
    .map((key) => {
      const meant = nearest(key, SPEC_KEYS);
      return meant === undefined ? { key } : { key, meant };
    });
}

function badName(key: 'id' | 'topic', value: string): SpecIssue {
  const { allowed, other } = NAMES[key];
  const better = value.replace(other, '-').replace(/^-+|-+$/g, '');
  return problem(
    [key],
    `${key} ${JSON.stringify(value)} may hold only ${allowed}`,
    better === '' ? undefined : `Write, for example: ${key}: ${better}`,
  );
}

function problem(path: readonly string[], reason: string, cure?: string): SpecIssue {
  return cure === undefined
    ? { code: 'HANDLER_SPEC', path, reason }
    : { code: 'HANDLER_SPEC', path, reason, cure };
}

function ownValue(map: object, key: string): unknown {
  return Object.hasOwn(map, key) ? (map as Record<string, unknown>)[key] : undefined;
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') return 'a text';
  return `the ${typeof value} ${String(value)}`;
}
