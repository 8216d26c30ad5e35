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
    reason:
      'a template that fails on a point is reported and the default text used; the original ends the task',
    files: /^alertnode$/,
    applies: ({ got }) => (got as { readonly goesOn?: boolean }).goesOn === true,
  },
  {
    name: 'inhibitors-go-with-their-group',
    reason:
      'what a group inhibits is lifted when the group is deleted; the original leaves it in force for good',
    files: /^alertnode$/,
    applies: ({ vector }) =>
      ((vector as { readonly steps?: readonly { args?: { rule?: object } }[] }).steps ?? []).some(
        ({ args }) => args?.rule !== undefined && 'barrier' in args.rule && 'inhibit' in args.rule,
      ),
  },
  {
    name: 'connect-when-needed',
    reason:
      'a broker that is away at the start does not stop the host: connections are opened for the first event',
    files: /^wire\/mqtt$/,
    applies: ({ vector, got }) =>
      /^failed to connect to MQTT broker/.test(
        (vector as { readonly serviceError?: string }).serviceError ?? '',
      ) && stageOf(got) === 'event',
  },
  {
    name: 'exactly-once',
    reason: 'qos exactly-once is taken beside exactly-one, which is a slip of the pen',
    files: /^wire\/mqtt$/,
    applies: ({ vector, got }) =>
      (vector as { readonly options?: { readonly qos?: unknown } }).options?.qos === 'exactly-once' &&
      stageOf(got) === 'sent',
  },
  {
    name: 'trap-types',
    reason: 'the types a, d, o, u and x of trap values, which Kapacitor knows but cannot send, can be sent',
    files: /^wire\/snmptrap$/,
    applies: ({ vector, got }) =>
      errorsOf(vector).some((error) => /^Snmptrap Datatype .* not supported$/.test(error)) &&
      stageOf(got) === 'sent',
  },
  {
    name: 'display-names',
    reason: 'the display name of a mail address may have any letters',
    files: /^wire\/smtp$/,
    applies: ({ vector, got }) =>
      errorsOf(vector).some((error) => error.includes('gomail: invalid address "=?UTF-8?')) &&
      stageOf(got) === 'sent',
  },
  {
    name: 'one-bad-recipient',
    reason:
      'a recipient that is refused, or no address, does not keep the mail from the others; it is an error still',
    files: /^wire\/smtp$/,
    applies: ({ vector, got }) =>
      errorsOf(vector).some((error) => /could not send email .*(: 5\d\d |invalid address)/.test(error)) &&
      stageOf(got) === 'event' &&
      JSON.stringify(got).includes('"DATA"'),
  },
  {
    name: 'recipient-templates',
    reason:
      'a recipient template that cannot be parsed is refused with the handler, not skipped at each event',
    files: /^wire\/smtp$/,
    applies: ({ vector, got }) =>
      errorsOf(vector).some((error) => /^template: [\d:]+ (?!executing)/.test(error)) &&
      stageOf(got) === 'handler',
  },
  {
    name: 'kafka-enabled',
    reason: 'enabled: false switches a cluster off, as it does everywhere else',
    files: /^wire\/kafka$/,
    applies: ({ vector, got }) => {
      const { kafka = [] } = (
        vector as { readonly config: { readonly kafka?: readonly { enabled?: boolean }[] } }
      ).config;
      return kafka.some(({ enabled }) => enabled !== true) && stageOf(got) === 'event';
    },
  },
  {
    name: 'kafka-broken-template',
    reason: 'a template that fails on an event is an error, and no empty message is sent for it',
    files: /^wire\/kafka$/,
    applies: ({ vector, got }) =>
      errorsOf(vector).some((error) => error.startsWith('failed to execute alert template')) &&
      stageOf(got) === 'event',
  },
  {
    name: 'kafka-access-token',
    reason: 'sasl-access-token can be used',
    files: /^wire\/kafka$/,
    applies: ({ vector, got }) => {
      const { config, configError } = vector as {
        readonly config: { readonly kafka?: readonly Readonly<Record<string, unknown>>[] };
        readonly configError?: string;
      };
      const given = config.kafka?.some((section) => Object.hasOwn(section, 'sasl-access-token')) === true;
      return given && configError !== undefined && stageOf(got) !== 'config';
    },
  },
  {
    name: 'no-scripts',
    reason: 'details with script or style elements or event handlers are refused: no mail or chat runs them',
    files: /^templates$/,
    applies: ({ got }) =>
      /cannot have (a <(script|style)> element|an event handler)/.test(
        (got as { readonly error?: string }).error ?? '',
      ),
  },
  {
    name: 'service-test',
    reason:
      "there is no service test here: a handler with the same settings sends the handler's own members too, and a refusal is an error",
    files: /^wire\/(bigpanda|post)$/,
    applies: ({ vector }) => (vector as { readonly via?: string }).via === 'serviceTest',
  },
];

function mismatchesIn(got: unknown): readonly Mismatch[] {
  return Array.isArray(got) ? got : [];
}

function stageOf(got: unknown): string | undefined {
  return (got as { readonly stage?: string }).stage;
}

function errorsOf(vector: unknown): readonly string[] {
  const { errors = [] } = vector as { readonly errors?: readonly { readonly err?: string }[] };
  return errors.map(({ err = '' }) => err);
}
