import { posix } from 'node:path';
import { formatDuration } from '../../../src/alert/go-duration.ts';
import { formatRFC3339 } from '../../../src/alert/nano-date.ts';
import { durationNsText } from '../../../src/alert/wire.ts';
import { HandlerSpecError, TocsinError } from '../../../src/errors.ts';
import type { HandlerSpec } from '../../../src/spec/handler-spec.ts';
import { readJsonDocument } from '../../../src/spec/json-document.ts';
import type { JsonPatch } from '../../../src/spec/json-patch.ts';
import type { EventState, TopicRegistry, TopicState } from '../../../src/topic/index.ts';

/** An answer of Kapacitor's API: the status and the body, or the error. */
export interface Answer {
  readonly status: number;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly error?: string;
}

const ROOT = '/kapacitor/v1';
const TOPICS = '/alerts/topics';

/** The part of Kapacitor's HTTP API that is about topics and handlers, on top of a registry. */
export class TopicsApi {
  readonly #registry: () => TopicRegistry;

  constructor(registry: () => TopicRegistry) {
    this.#registry = registry;
  }

  /** Answers a request. `path` is below the root of the API, its segments as they are, without escapes. */
  async request(
    method: string,
    path: string,
    body = '',
    query: Readonly<Record<string, string | undefined>> = {},
  ): Promise<Answer> {
    const clean = posix.normalize(path);
    if (clean !== TOPICS && !clean.startsWith(`${TOPICS}/`)) return { status: 404, error: 'Not Found' };
    const segments = clean
      .slice(TOPICS.length)
      .split('/')
      .filter((segment) => segment !== '');
    try {
      if (method === 'GET') return this.#get(segments, query);
      if (method === 'POST') return await this.#create(segments, body);
      if (method === 'PUT') return await this.#replace(segments, body);
      if (method === 'PATCH') return await this.#patch(segments, body);
      return await this.#delete(segments);
    } catch (error) {
      return refusal(error, method);
    }
  }

  #get(segments: readonly string[], query: Readonly<Record<string, string | undefined>>): Answer {
    const registry = this.#registry();
    const [topic, part, name, ...deeper] = segments;
    if (topic === undefined) {
      const topics = registry.topics({
        ...(query.pattern !== undefined && { pattern: query.pattern }),
        ...(query.minLevel !== undefined && { minLevel: query.minLevel }),
      });
      return { status: 200, body: { link: link('self'), topics: topics.map(topicJson) } };
    }
    if (part === 'events' && name === undefined) {
      if (registry.topic(topic) === undefined) return { status: 500, error: `unknown topic "${topic}"` };
      const states = registry.eventStates(
        topic,
        query.minLevel === undefined ? {} : { minLevel: query.minLevel },
      );
      return {
        status: 200,
        body: {
          link: link('self', topic, 'events'),
          topic,
          events: states.map((state) => eventJson(topic, state)),
        },
      };
    }
    if (part === 'events' && name !== undefined && deeper.length === 0) {
      const state = registry.eventState(topic, name);
      return state ? { status: 200, body: eventJson(topic, state) } : { status: 404, error: 'unknown event' };
    }
    if (part === 'handlers' && name === undefined) {
      const handlers = registry.specs(topic, query.pattern ?? '').map(specJson);
      return { status: 200, body: { link: link('self', topic, 'handlers'), topic, handlers } };
    }
    if (part === 'handlers' && name !== undefined && deeper.length === 0) {
      const spec = registry.spec(topic, name);
      return spec ? { status: 200, body: specJson(spec) } : { status: 404, error: 'unknown handler' };
    }
    const state = registry.topic(topic);
    return state
      ? { status: 200, body: topicJson(state) }
      : { status: 404, error: `unknown topic: "${topic}"` };
  }

  async #create([topic = '']: readonly string[], body: string): Promise<Answer> {
    const spec = { ...(readJson(body) as object), topic } as HandlerSpec;
    return { status: 200, body: specJson(await this.#registry().define(spec)) };
  }

  async #replace([topic = '', , id = '']: readonly string[], body: string): Promise<Answer> {
    const spec = readJson(body) as HandlerSpec;
    return { status: 200, body: specJson(await this.#registry().update(topic, id, spec)) };
  }

  async #patch([topic = '', , id = '']: readonly string[], body: string): Promise<Answer> {
    if (this.#registry().spec(topic, id) === undefined) return { status: 404, error: 'unknown handler' };
    const patch = readJson(body);
    if (!Array.isArray(patch)) return { status: 400, error: 'a patch is a list of steps' };
    return { status: 200, body: specJson(await this.#registry().update(topic, id, patch as JsonPatch)) };
  }

  async #delete([topic = '', part, id]: readonly string[]): Promise<Answer> {
    if (part === 'handlers' && id !== undefined) await this.#registry().remove(topic, id);
    else this.#registry().deleteTopic(topic);
    return { status: 204 };
  }
}

/** The JSON of a request, by the rules of Kapacitor's reader; not JSON is an error of status 400. */
function readJson(body: string): unknown {
  if (body.trim() === '') throw new HandlerSpecError([{ path: [], reason: 'the body is empty' }]);
  return readJsonDocument(body, 'body').value;
}

function refusal(error: unknown, method: string): Answer {
  if (!(error instanceof TocsinError)) throw error;
  const answer = (status: number): Answer => ({ status, error: error.message });
  if (error.code === 'UNKNOWN_HANDLER') return answer(404);
  if (error.code === 'INVALID_QUERY') return answer(400);
  if (!(error instanceof HandlerSpecError)) return answer(500);
  const shape = error.issues.some(({ code = 'HANDLER_SPEC' }) => code === 'HANDLER_SPEC');
  // What a patch makes of a spec is read again, and an error of that is one of the server there.
  const unreadable = error.issues.some(({ reason }) => / must be (a|an) /.test(reason));
  return answer(shape && !(method === 'PATCH' && unreadable) ? 400 : 500);
}

function topicJson({ id, level, collected }: TopicState): Record<string, unknown> {
  return {
    link: link('self', id),
    id,
    level,
    collected,
    'events-link': link('events', id, 'events'),
    'handlers-link': link('handlers', id, 'handlers'),
  };
}

function eventJson(topic: string, state: EventState): Record<string, unknown> {
  return {
    link: link('self', topic, 'events', state.id),
    id: state.id,
    state: {
      message: state.message,
      details: state.details,
      time: formatRFC3339(state.time),
      duration: formatDuration(BigInt(durationNsText(state))),
      level: state.level,
    },
  };
}

/** A handler as the API shows it. */
export function specJson({
  topic,
  id,
  kind,
  options = null,
  match = '',
}: HandlerSpec): Record<string, unknown> {
  return { link: link('self', topic, 'handlers', id), id, kind, options, match };
}

function link(rel: string, ...segments: readonly string[]): { rel: string; href: string } {
  return { rel, href: [`${ROOT}${TOPICS}`, ...segments].join('/') };
}
