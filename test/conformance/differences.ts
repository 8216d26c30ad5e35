import type { CaseResult } from './suite.ts';
import type { Mismatch } from './suites/match.ts';
import type { StepMismatch } from './topics/topic-scenario.ts';

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
    files: /^(wire\/.*|specs)$/,
    applies: ({ vector, got }) => {
      const refused = /has invalid keys: ([\w, ]+)$/.exec(handlerErrorOf(vector))?.[1]?.split(', ') ?? [];
      const isCamelCase = refused.length > 0 && refused.every((key) => /^[a-z]+([A-Z][a-z]+)+$/.test(key));
      return isCamelCase && isTaken(got);
    },
  },
  {
    name: 'duration-text',
    reason: 'durations may be texts such as 10s in options too, and numbers of nanoseconds in configurations',
    files: /^(wire\/.*|specs)$/,
    applies: ({ vector, got }) =>
      /missing unit in duration "\d+"/.test((vector as { configError?: string }).configError ?? '') ||
      (/expected type 'time\.Duration', got unconvertible type 'string'(, value: '-?[\d.]+[a-zµ]|$)/.test(
        handlerErrorOf(vector),
      ) &&
        isTaken(got)),
  },
  {
    name: 'refused-with-200',
    reason:
      'Slack, Teams and Zenoss say with status 200 that they did not take a message: that is a failure, not a success',
    files: /^wire\/(slack|teams|zenoss)$/,
    applies: ({ vector, got }) => {
      const { responses } = (
        vector as { readonly server: { readonly responses?: readonly { readonly body?: string }[] } }
      ).server;
      const refused = /"(ok|success)":\s*false|^Webhook message delivery failed/.test(
        responses?.at(-1)?.body ?? '',
      );
      return refused && stageOf(got) === 'event';
    },
  },
  {
    name: 'cut-to-fit',
    reason: 'Discord, Telegram and Pushover refuse long texts: they are cut, with an ellipsis',
    files: /^wire\/(discord|telegram|pushover)$/,
    applies: ({ expected, got }) => {
      const [theirs, ours] = [JSON.stringify(requestsOf(expected)), JSON.stringify(requestsOf(got))];
      return ours.length < theirs.length && /…|%E2%80%A6/.test(ours) && stageOf(got) === 'sent';
    },
  },
  {
    name: 'markdown-v2',
    reason: 'Telegram knows the parse mode MarkdownV2 by now',
    files: /^wire\/telegram$/,
    applies: ({ vector, got }) =>
      errorsOf(vector).some((error) => /^parseMode markdownv2 is not valid/i.test(error)) &&
      stageOf(got) === 'sent',
  },
  {
    name: 'address-as-url',
    reason:
      'an address is written as URLs are: dots in its path are resolved, and what may not stand in its query is escaped, where the original makes an invalid request of a blank',
    files: /^wire\/.*$/,
    applies: ({ expected, got }) => {
      const [theirs, ours] = [requestsOf(expected), requestsOf(got)];
      if (ours.length === 0 || stageOf(got) !== 'sent') return false;
      if (theirs.length === 0) return ours.every(({ rawQuery }) => rawQuery.includes('%20'));
      const normal = (requests: readonly Request[]): string =>
        JSON.stringify(
          requests.map((request) => ({
            ...request,
            path: '',
            rawQuery: '',
            url: new URL(`http://host${request.path}?${request.rawQuery}`).href,
          })),
          (_, value) => sorted(value),
        );
      return normal(theirs) === normal(ours);
    },
  },
  {
    name: 'names-once',
    reason: 'two sections of a configuration with one name are refused; the original keeps the last one',
    files: /^wire\/.*$/,
    applies: ({ vector, got }) =>
      Object.values((vector as { readonly config: object }).config).some((sections: unknown) => {
        if (!Array.isArray(sections)) return false;
        const names = (sections as Readonly<Record<string, unknown>>[]).map(
          ({ workspace, endpoint, id, name }) => workspace ?? endpoint ?? id ?? name,
        );
        return new Set(names).size < names.length && stageOf(got) === 'config';
      }),
  },
  {
    name: 'early-close',
    reason:
      'a peer that closes the connection before it has everything is an error; the original does not look',
    files: /^wire\/tcp$/,
    applies: ({ vector, got }) =>
      (vector as { readonly server: { readonly drop?: boolean } }).server.drop === true &&
      stageOf(got) === 'event',
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
    name: 'topic-wildcards',
    reason: 'nothing is published to a topic with + or #, which brokers refuse by cutting the connection',
    files: /^wire\/mqtt$/,
    applies: ({ expected, got }) =>
      /"topic":"[^"]*[#+]/.test(JSON.stringify(expected)) && stageOf(got) === 'event',
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
      'a recipient template that cannot be parsed is refused with the handler, not skipped at each event; what one has written when it fails is no address',
    files: /^wire\/smtp$/,
    applies: ({ vector, got }) =>
      errorsOf(vector).some((error) => /^template: [\d:]+/.test(error)) &&
      ['handler', 'event'].includes(stageOf(got) ?? ''),
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
    files: /^(templates|alertnode)$/,
    applies: ({ got }) =>
      /cannot have (a <(script|style)> element|an event handler)/.test(
        (got as { readonly error?: string }).error ?? '',
      ),
  },
  {
    name: 'service-test',
    reason:
      "there is no service test here: a handler with the same settings sends the handler's own members too, and a refusal is an error",
    files: /^wire\/.*$/,
    applies: ({ vector }) => {
      const { via, testOptionsGiven } = vector as {
        readonly via?: string;
        readonly testOptionsGiven?: object;
      };
      const proposed = (vector as { readonly testOptions?: object }).testOptions ?? {};
      return (
        via === 'serviceTest' &&
        (testOptionsGiven !== undefined || 'host' in proposed || 'headers' in proposed)
      );
    },
  },
  {
    name: 'match-checked-early',
    reason:
      'a match that cannot work with any event is refused with its handler; the original takes it and fails at each event',
    files: /^(topics|specs)$/,
    applies: ({ vector, got }) => {
      if (!Array.isArray(got)) return isRefusedFor(got, vector, /\n {2}match: /);
      const [first, ...later] = got as readonly StepMismatch[];
      return (
        first?.step.observed?.status === 200 &&
        /^match/.test(String(Object(first.observed).error)) &&
        later.every(({ differs }) => !differs.includes('events'))
      );
    },
  },
  {
    name: 'match-scope',
    reason:
      'in a match duration() works, a reference can be a field, and isPresent() answers for a tag that is missing',
    files: /^topics$/,
    applies: ({ vector, got }) =>
      (got as readonly StepMismatch[]).every(
        ({ step }) =>
          errorsOf(step).length > 0 &&
          errorsOf(step).every((err) => {
            const tag = /^no tag exists for (.*)$/s.exec(err)?.[1];
            if (tag === undefined) return err.startsWith('Cannot call function "duration" with args ()');
            const { fields } = (step.observed?.event ?? {}) as { readonly fields?: object };
            return (
              Object.hasOwn(fields ?? {}, tag) || JSON.stringify(vector).includes(`isPresent(\\"${tag}\\")`)
            );
          }),
      ),
  },
  {
    name: 'handlers-outlive-topics',
    reason:
      'handlers are bound to the name of a topic, so they get events again when it was deleted and comes back',
    files: /^topics$/,
    applies: ({ vector, got }) => {
      const mismatches = got as readonly StepMismatch[];
      const { steps } = vector as { readonly steps: readonly { readonly do: string }[] };
      const deleted = steps.findIndex(({ do: what }) => what === 'deleteTopic' || what === 'deleteTask');
      return deleted !== -1 && mismatches.every((each) => each.number > deleted && onlyMoreEvents(each));
    },
  },
  {
    name: 'cycles-end',
    reason: 'an event goes through 16 topics at most, so topics that publish to each other come to rest',
    files: /^topics$/,
    applies: ({ got }) => (got as readonly StepMismatch[]).every(({ cycleCut }) => cycleCut),
  },
  {
    name: 'aggregate-hands-on',
    reason:
      'what an aggregate handler has gathered is handed on when it is removed or replaced; the original drops it',
    files: /^topics$/,
    applies: ({ vector, got }) => {
      const [first, ...later] = got as readonly StepMismatch[];
      const lists = later.every(({ step }) => /^(listTopics|topicState|eventStates?)$/.test(step.do));
      return (
        first !== undefined &&
        /^(deleteHandler|replaceHandler|patchHandler|restartDaemon)$/.test(first.step.do) &&
        JSON.stringify(vector).includes('"kind":"aggregate"') &&
        onlyMoreEvents(first) &&
        lists
      );
    },
  },
  {
    name: 'options-checked-early',
    reason:
      'options that cannot work are refused with their handler: a missing program, a broker that nobody configured',
    files: /^specs$/,
    applies: ({ vector, got }) =>
      isRefusedFor(
        got,
        vector,
        / (is missing;|is no OID|is no http or https URL|expected host:port|there is no (name|workspace|cluster|endpoint) |qos: expected)|a map of options, got null/,
      ),
  },
  {
    name: 'hidden-options',
    reason: "inner fields of the original's handlers (ec, tmpl, hrefTmpl) are no options",
    files: /^specs$/,
    applies: ({ vector, got }) => isRefusedFor(got, vector, /unknown option '(ec|tmpl|hrefTmpl|textTmpl)'/i),
  },
  {
    name: 'kind-letter-case',
    reason: 'kinds are known in any letter case: pagerDuty, hipChat',
    files: /^specs$/,
    applies: ({ vector, got }) => {
      const { stored = [] } = got as { readonly stored?: readonly { readonly kind: string }[] };
      const named = /unsupported action kind "(\w+)"$/.exec(handlerErrorOf(vector))?.[1];
      return named !== undefined && stored.some(({ kind }) => kind !== named && kind === named.toLowerCase());
    },
  },
  {
    name: 'topic-as-written',
    reason:
      "a topic that is missing or has a slash is refused, where the original's command line puts the handler on a topic that its URL happens to name",
    files: /^specs$/,
    applies: ({ vector, got }) => {
      const { stored = [] } = got as { readonly stored?: readonly { readonly topic: string }[] };
      return (
        isRefusedFor(got, vector, /: topic (is missing|"[^"]*\/[^"]*" may hold)/) ||
        stored.some(({ topic }) => /^\.\.?$/.test(topic))
      );
    },
  },
  {
    name: 'patch-copy',
    reason: 'a patch may copy, as RFC 6902 says',
    files: /^specs$/,
    applies: ({ vector }) => /^failed to apply patch: Unexpected kind: copy$/.test(handlerErrorOf(vector)),
  },
];

/** Whether a handler was refused, for a reason that reads like that, which the original takes. */
function isRefusedFor(got: unknown, vector: unknown, reason: RegExp): boolean {
  const { accepted, error = '' } = got as { readonly accepted?: boolean; readonly error?: string };
  return (
    (vector as { readonly accepted?: boolean }).accepted === true && accepted === false && reason.test(error)
  );
}

function isTaken(got: unknown): boolean {
  const { stage, accepted } = got as { readonly stage?: string; readonly accepted?: boolean };
  return stage === 'sent' || accepted === true;
}

function handlerErrorOf(vector: unknown): string {
  const { handlerError, error } = vector as { readonly handlerError?: string; readonly error?: string };
  return handlerError ?? error ?? '';
}

/** Whether all that was expected came, and more. */
function onlyMoreEvents({ differs, events, step }: StepMismatch): boolean {
  const expected = Object.entries(step.events ?? {});
  const came = expected.every(([sink, list]) => {
    const texts = new Set((events[sink] ?? []).map((event) => JSON.stringify(sorted(event))));
    return list.every((event) => texts.has(JSON.stringify(sorted(event))));
  });
  return differs.length === 1 && differs[0] === 'events' && came;
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, sorted(part)]));
}

function mismatchesIn(got: unknown): readonly Mismatch[] {
  return Array.isArray(got) ? got : [];
}

interface Request {
  readonly path: string;
  readonly rawQuery: string;
}

function requestsOf(side: unknown): readonly Request[] {
  return (Object(side) as { captured?: { requests?: readonly Request[] } }).captured?.requests ?? [];
}

function stageOf(got: unknown): string | undefined {
  return (got as { readonly stage?: string }).stage;
}

function errorsOf(vector: unknown): readonly string[] {
  const { errors = [] } = vector as { readonly errors?: readonly { readonly err?: string }[] };
  return errors.map(({ err = '' }) => err);
}
