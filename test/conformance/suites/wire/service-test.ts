import type { Level } from '../../../../src/alert/level.ts';
import type { WireCase } from './case.ts';
import type { VectorEvent } from './event.ts';

type Given = Readonly<Record<string, unknown>>;

/** A service test, told as a handler and an event. */
export interface ServiceTest {
  readonly options: Given;
  readonly event: VectorEvent;
}

/**
 * Which of a service test's options belong to the event; the others are options of the handler. What is not
 * here is named alike everywhere.
 */
const EVENT_NAMES: Readonly<Record<string, string>> = {
  message: 'message',
  text: 'message',
  description: 'message',
  details: 'details',
  level: 'level',
  severity: 'level',
  'message-type': 'level',
  messageType: 'level',
  alert_id: 'id',
  'entity-id': 'id',
  entityID: 'id',
  'incident-key': 'id',
  alert_topic: 'topic',
  'time-val': 'time',
  timestamp: 'time',
  event_data: 'data',
};

/** Options of handlers that a service test writes otherwise; `undefined` for those that no handler has. */
const OPTION_NAMES: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
  bigpanda: {
    app_key: 'app-key',
    primary_property: 'primary-property',
    secondary_property: 'secondary-property',
  },
  teams: { channel_url: 'channel-url' },
  victorops: { routingKey: 'routing-key' },
  opsgenie: { teams: 'teams-list', recipients: 'recipients-list' },
  opsgenie2: { teams: 'teams-list', recipients: 'recipients-list' },
  servicenow: { metric_name: 'metricname', message_key: 'messagekey', source: 'source' },
  // The title of a Talk message is the id of the alert.
  talk: {},
  post: { endpoint: undefined },
  zenoss: { custom_fields: 'customField' },
};

const EMPTY: VectorEvent = {
  topic: '',
  id: '',
  message: '',
  details: '',
  time: '0001-01-01T00:00:00Z',
  durationNs: 0,
  level: 'OK',
  previousLevel: 'OK',
  recoverable: false,
  noExternal: false,
  name: '',
  taskName: '',
  category: '',
  group: '',
  tags: null,
  fields: null,
  data: null,
};

/**
 * There is no service test here: what it sends is sent by a handler with the same options and event.
 *
 * @param eventNames Which more options of this kind's test belong to the event.
 */
export function serviceTest(
  kind: string,
  vector: WireCase,
  eventNames: Readonly<Record<string, string>> = {},
): ServiceTest {
  const given = merge(
    vector.testOptions ?? {},
    (vector as { testOptionsGiven?: Given }).testOptionsGiven ?? {},
  );
  const options: Record<string, unknown> = {};
  let event: VectorEvent = EMPTY;
  for (const [name, value] of Object.entries(given)) {
    const part = kind === 'talk' && name === 'title' ? 'id' : (eventNames[name] ?? EVENT_NAMES[name]);
    if (part === 'data') event = { ...event, ...eventData(value as Given) };
    else if (part === 'level') event = { ...event, level: levelOf(String(value)) };
    else if (part === 'time')
      event = /^\d{4}-/.test(String(value)) ? { ...event, time: String(value) } : event;
    else if (part !== undefined) event = { ...event, [part]: value };
    else {
      const names = OPTION_NAMES[kind] ?? {};
      const option = Object.hasOwn(names, name) ? names[name] : name;
      if (option !== undefined) options[option] = value;
    }
  }
  return { options, event };
}

function eventData(given: Given): Partial<VectorEvent> {
  return {
    name: String(given.Name ?? ''),
    taskName: String(given.TaskName ?? ''),
    category: String(given.Category ?? ''),
    group: String(given.Group ?? ''),
    tags: (given.Tags ?? null) as VectorEvent['tags'],
    recoverable: given.Recoverable === true,
  };
}

/** Opsgenie and VictorOps call OK a recovery. */
function levelOf(text: string): Level {
  const level = text.toUpperCase();
  return level === 'RECOVERY' ? 'OK' : (level as Level);
}

/** What was changed, decoded over what was proposed: maps are filled up, anything else is replaced. */
function merge(proposed: Given, changed: Given): Given {
  const isMap = (value: unknown): value is Given =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const changes = Object.entries(changed).map(([name, value]) => {
    const before = proposed[name];
    return [name, isMap(before) && isMap(value) ? { ...before, ...value } : value] as const;
  });
  return { ...proposed, ...Object.fromEntries(changes) };
}
