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
];
