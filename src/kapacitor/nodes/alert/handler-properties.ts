import { formatDuration } from '../../../alert/go-duration.ts';
import type { Call } from '../../tickscript/call.ts';
import type { Span } from '../../tickscript/script.ts';
import type { TickValue } from '../../tickscript/value.ts';

/** The options of a handler that a script asks for, while it is read. */
export interface HandlerDraft {
  readonly options: Record<string, unknown>;
  /** Where each option was given. */
  readonly places: Map<string, Span>;
}

type Property = (draft: HandlerDraft, call: Call) => undefined;

/** A handler property of the alert node, and its own properties. */
export interface HandlerProperty {
  readonly kind: string;
  /** Reads the arguments of the property itself; left out, it has none. */
  readonly begin?: Property;
  readonly properties?: Readonly<Record<string, Property>>;
}

function set(draft: HandlerDraft, option: string, value: unknown, place: Span): undefined {
  draft.options[option] = value;
  draft.places.set(option, place);
}

/** A text. */
const text =
  (option: string): Property =>
  (draft, call) =>
    set(draft, option, call.onlyText(), call.span);

/** A whole number. */
const int =
  (option: string): Property =>
  (draft, call) =>
    set(draft, option, Number(call.count(1, 1, 'a number').int(0)), call.span);

/** On, or as its argument says. */
const flag =
  (option: string): Property =>
  (draft, call) =>
    set(draft, option, call.optionalFlag(), call.span);

/** A duration, in the text form that options have. */
const duration =
  (option: string): Property =>
  (draft, call) =>
    set(draft, option, formatDuration(call.onlyDuration()), call.span);

/** Texts, of which more can be added by saying it again. */
const texts =
  (option: string): Property =>
  (draft, call) => {
    const before = (draft.options[option] as readonly string[] | undefined) ?? [];
    return set(draft, option, [...before, ...call.texts()], call.span);
  };

/** A name and a value for it, of which more can be added by saying it again. */
const entry =
  (option: string, plain: 'text' | 'any' = 'text'): Property =>
  (draft, call) => {
    call.count(2, 2, 'a name and a value');
    const value = plain === 'text' ? call.text(1) : plainValue(call, 1);
    const before = (draft.options[option] as Readonly<Record<string, unknown>> | undefined) ?? {};
    return set(draft, option, { ...before, [call.text(0)]: value }, call.span);
  };

function plainValue(call: Call, index: number): unknown {
  const value = call.args[index]?.value;
  const plain = value && plainOf(value);
  return plain ?? call.failAt(index, 'A text, a number, TRUE, FALSE or a list is needed here');
}

function plainOf(value: TickValue): unknown {
  switch (value.type) {
    case 'string':
    case 'int':
    case 'float':
    case 'bool':
      return value.value;
    case 'duration':
      return formatDuration(value.value);
    case 'list':
      return value.value.map(plainOf);
    default:
      return undefined;
  }
}

/** A number as an option has it: as a level or by its name. */
const qos: Property = (draft, call) => {
  const { value } = call.count(1, 1, 'a number').args[0] ?? {};
  return set(draft, 'qos', value?.type === 'string' ? value.value : Number(call.int(0)), call.span);
};

const link: Property = (draft, call) => {
  call.count(1, 2, 'an address and a text');
  const links = (draft.options.links as readonly object[] | undefined) ?? [];
  const label = call.args.length > 1 ? { text: call.text(1) } : {};
  return set(draft, 'links', [...links, { href: call.text(0), ...label }], call.span);
};

const trapData: Property = (draft, call) => {
  call.count(3, 3, 'an OID, a type and a value');
  const data = (draft.options['data-list'] as readonly object[] | undefined) ?? [];
  const next = { oid: call.text(0), type: call.text(1), value: call.text(2) };
  return set(draft, 'data-list', [...data, next], call.span);
};

const teamsAndRecipients = { teams: texts('teams-list'), recipients: texts('recipients-list') };

/** The handler properties of the alert node, by the names that scripts use. */
export const HANDLER_PROPERTIES: Readonly<Record<string, HandlerProperty>> = {
  alerta: {
    kind: 'alerta',
    properties: {
      token: text('token'),
      tokenPrefix: text('token-prefix'),
      resource: text('resource'),
      event: text('event'),
      environment: text('environment'),
      group: text('group'),
      value: text('value'),
      origin: text('origin'),
      services: texts('service'),
      correlated: texts('correlate'),
      attribute: entry('attributes', 'any'),
      timeout: duration('timeout'),
    },
  },
  bigPanda: {
    kind: 'bigpanda',
    properties: {
      appKey: text('app-key'),
      uRL: text('url'),
      url: text('url'),
      host: text('host'),
      primaryProperty: text('primary-property'),
      secondaryProperty: text('secondary-property'),
      attribute: entry('attributes', 'any'),
    },
  },
  discord: {
    kind: 'discord',
    properties: {
      workspace: text('workspace'),
      username: text('username'),
      avatarURL: text('avatar-url'),
      avatarUrl: text('avatar-url'),
      embedTitle: text('embed-title'),
    },
  },
  email: {
    kind: 'smtp',
    begin(draft, call) {
      return call.args.length === 0 ? undefined : set(draft, 'to', call.texts(), call.span);
    },
    properties: { to: texts('to'), toTemplates: texts('to-field') },
  },
  exec: {
    kind: 'exec',
    begin(draft, call) {
      const [prog, ...args] = call.texts();
      if (prog === undefined) call.fail(`${call.name}() needs a program`);
      set(draft, 'prog', prog, call.span);
      return args.length === 0 ? undefined : set(draft, 'args', args, call.span);
    },
  },
  hipChat: { kind: 'hipchat', properties: { room: text('room'), token: text('token') } },
  kafka: {
    kind: 'kafka',
    properties: {
      cluster: text('cluster'),
      kafkaTopic: text('topic'),
      template: text('template'),
      partitionAlgorithm: text('partitionAlgorithm'),
      partitionHashAlgorithm: text('partitionAlgorithm'),
      disablePartitionById: flag('disablePartitionById'),
    },
  },
  log: { kind: 'log', begin: text('path'), properties: { mode: int('mode') } },
  mqtt: {
    kind: 'mqtt',
    begin: text('topic'),
    properties: { brokerName: text('broker-name'), qos, retained: flag('retained') },
  },
  opsGenie: { kind: 'opsgenie', properties: teamsAndRecipients },
  opsGenie2: {
    kind: 'opsgenie2',
    properties: { ...teamsAndRecipients, recoveryAction: text('recovery_action') },
  },
  pagerDuty: { kind: 'pagerduty', properties: { serviceKey: text('service-key') } },
  pagerDuty2: { kind: 'pagerduty2', properties: { routingKey: text('routing-key'), link } },
  post: {
    kind: 'post',
    begin(draft, call) {
      call.count(0, 1, 'an address');
      return call.args.length === 0 ? undefined : set(draft, 'url', call.text(0), call.span);
    },
    properties: {
      endpoint: text('endpoint'),
      header: entry('headers'),
      captureResponse: flag('capture-response'),
      timeout: duration('timeout'),
      skipSSLVerification: flag('skip-ssl-verification'),
    },
  },
  pushover: {
    kind: 'pushover',
    properties: {
      userKey: text('user-key'),
      device: text('device'),
      title: text('title'),
      uRL: text('url'),
      url: text('url'),
      uRLTitle: text('url-title'),
      urlTitle: text('url-title'),
      sound: text('sound'),
    },
  },
  sensu: {
    kind: 'sensu',
    properties: {
      source: text('source'),
      handlers: texts('handlers'),
      metadata: entry('metadata', 'any'),
    },
  },
  serviceNow: {
    kind: 'servicenow',
    properties: {
      uRL: text('url'),
      url: text('url'),
      source: text('source'),
      node: text('node'),
      type: text('type'),
      resource: text('resource'),
      metricName: text('metricName'),
      messageKey: text('messageKey'),
      additionalInfo: entry('additional_info'),
      username: text('username'),
      password: text('password'),
    },
  },
  slack: {
    kind: 'slack',
    properties: {
      workspace: text('workspace'),
      channel: text('channel'),
      username: text('username'),
      iconEmoji: text('icon-emoji'),
    },
  },
  snmpTrap: { kind: 'snmptrap', begin: text('trap-oid'), properties: { data: trapData } },
  talk: { kind: 'talk' },
  tcp: { kind: 'tcp', begin: text('address') },
  teams: {
    kind: 'teams',
    properties: { channelURL: text('channel-url'), channelUrl: text('channel-url') },
  },
  telegram: {
    kind: 'telegram',
    properties: {
      chatId: text('chat-id'),
      parseMode: text('parse-mode'),
      disableWebPagePreview: flag('disable-web-page-preview'),
      disableNotification: flag('disable-notification'),
    },
  },
  victorOps: { kind: 'victorops', properties: { routingKey: text('routing-key') } },
  zenoss: {
    kind: 'zenoss',
    properties: {
      action: text('action'),
      method: text('method'),
      type: text('type'),
      tid: int('tid'),
      summary: text('summary'),
      device: text('device'),
      component: text('component'),
      eventClassKey: text('eventClassKey'),
      eventClass: text('eventClass'),
      collector: text('collector'),
      message: text('message'),
      customField: entry('customField', 'any'),
    },
  },
};
