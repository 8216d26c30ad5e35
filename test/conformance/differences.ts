import type { CaseResult } from './suite.ts';

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
];
