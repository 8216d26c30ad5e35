import type { CaseResult } from './suite.ts';
import type { Mismatch } from './suites/match.ts';

/** A rule by which we answer otherwise than the original, on purpose. */
export interface Difference {
  /** A short name, printed in the summary. */
  readonly name: string;
  /** Why we differ. */
  readonly reason: string;
  /** The files it can apply to. */
  readonly files: RegExp;
  /** Whether it explains this failed case. It looks at the rule that is at work, never at an id. */
  applies(result: CaseResult): boolean;
}

/** Every deliberate difference. Keep it short: parity is the promise. */
export const DIFFERENCES: readonly Difference[] = [
  {
    name: 'state-once',
    reason:
      'count(), sigma() and spread() advance once per evaluation; the original evaluates twice when types change',
    files: /^lambda$/,
    applies: ({ vector, expected, got }) => {
      const { expr, evals = [] } = vector as {
        readonly expr: string;
        readonly evals?: readonly { readonly scope?: Readonly<Record<string, { readonly type: string }>> }[];
      };
      const shapes = evals.map(({ scope = {} }) => Object.values(scope).map(({ type }) => type));
      const changing = new Set(shapes.map(String)).size > 1;
      return (
        /\b(count|sigma|spread)\(/.test(expr) &&
        changing &&
        'result' in Object(expected) &&
        'result' in Object(got)
      );
    },
  },
  {
    name: 'match-functions',
    reason: 'previousLevel(), id(), topic(), message(), group() and duration() are functions of a match',
    files: /^match$/,
    applies: ({ got }) =>
      mismatchesIn(got).every(
        ({ expected, got: answer }) =>
          typeof answer === 'boolean' &&
          /undefined function: "(previousLevel|id|topic|message|group)"|Cannot call function "duration" with args \(\)/.test(
            String(Object(expected).error),
          ),
      ),
  },
  {
    name: 'match-is-present',
    reason: 'isPresent() answers for a tag that is missing, where the original fails before it is asked',
    files: /^match$/,
    applies: ({ vector, got }) => {
      const { match } = vector as { readonly match: string };
      return mismatchesIn(got).every(({ expected, got: answer }) => {
        const tag = /^no tag exists for (.*)$/s.exec(String(Object(expected).error))?.[1];
        return typeof answer === 'boolean' && tag !== undefined && match.includes(`isPresent("${tag}")`);
      });
    },
  },
  {
    name: 'camel-case',
    reason: 'options may be written in camelCase too (routingKey), as they are in code',
    files: /^wire\//,
    applies: ({ vector, got }) => {
      const { handlerError = '' } = vector as { readonly handlerError?: string };
      const refused = /has invalid keys: ([\w, ]+)$/.exec(handlerError)?.[1]?.split(', ') ?? [];
      const isCamelCase = refused.length > 0 && refused.every((key) => /^[a-z]+([A-Z][a-z]+)+$/.test(key));
      return isCamelCase && (got as { readonly stage?: string }).stage === 'sent';
    },
  },
  {
    name: 'duration-text',
    reason: 'durations in options may be texts such as 10s',
    files: /^wire\//,
    applies: ({ vector, got }) =>
      /expected type 'time\.Duration', got unconvertible type 'string', value: '-?[\d.]+[a-zµ]/.test(
        (vector as { readonly handlerError?: string }).handlerError ?? '',
      ) && (got as { readonly stage?: string }).stage === 'sent',
  },
  {
    name: 'slack-refusal',
    reason: 'Slack says ok: false with status 200 when it did not take a message: that is a failure',
    files: /^wire\/slack$/,
    applies: ({ vector, got }) => {
      const { responses } = (
        vector as { readonly server: { readonly responses: readonly { body: string }[] } }
      ).server;
      const refused = /"ok":\s*false/.test(responses.at(-1)?.body ?? '');
      return refused && (got as { readonly stage?: string }).stage === 'event';
    },
  },
  {
    name: 'text-fallback',
    reason: 'a template that fails on a point is reported and the default text used; the original ends the task',
    files: /^alertnode$/,
    applies: ({ got }) => (got as { readonly goesOn?: boolean }).goesOn === true,
  },
  {
    name: 'inhibitors-go-with-their-group',
    reason: 'what a group inhibits is lifted when the group is deleted; the original leaves it in force for good',
    files: /^alertnode$/,
    applies: ({ vector }) =>
      ((vector as { readonly steps?: readonly { args?: { rule?: object } }[] }).steps ?? []).some(
        ({ args }) => args?.rule !== undefined && 'barrier' in args.rule && 'inhibit' in args.rule,
      ),
  },
];

function mismatchesIn(got: unknown): readonly Mismatch[] {
  return Array.isArray(got) ? got : [];
}
