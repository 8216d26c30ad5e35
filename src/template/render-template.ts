import type { AlertEvent, AlertEventInput } from '../alert/event.ts';
import type { Int64 } from '../alert/int64.ts';
import { nearest } from '../alert/nearest.ts';
import { TemplateError } from '../errors.ts';
import { alertData, detailsData, idData, messageData, templateData } from './data/event-data.ts';
import { TEMPLATE_KINDS } from './data/template-kinds.ts';
import { compileTemplate } from './template.ts';

/** What {@link renderTemplate} takes a template for. */
export interface RenderTemplateOptions {
  /**
   * Where the template would stand: as the `id`, `message` or `details` of a rule, as an option of most handlers
   * (`handler`), or as the `body` of a post. Default `message`.
   */
  readonly kind?: 'id' | 'message' | 'details' | 'handler' | 'body';
  /** Whether a `number` is always a float64, as in Go. Default false. */
  readonly strict?: boolean;
}

/**
 * Renders a template over an event, to see what it looks like before it is used.
 *
 * @throws {TemplateError} When the text is no template, or asks for what is not there.
 *
 * @example
 * ```ts
 * import { renderTemplate } from 'tocsin';
 *
 * renderTemplate('{{ index .Tags "host" }} is {{ .Level }}', {
 *   topic: 'cpu',
 *   id: 'cpu:host=web-1',
 *   level: 'CRITICAL',
 *   tags: { host: 'web-1' },
 * }); // 'web-1 is CRITICAL'
 * ```
 */
export function renderTemplate(
  template: string,
  event: AlertEventInput,
  options: RenderTemplateOptions = {},
): string {
  const { kind = 'message', strict = false } = options;
  check(template, event, kind);
  return compileTemplate(template, { ...TEMPLATE_KINDS[kind], strict }).render(dataOf(complete(event), kind));
}

const KINDS: readonly string[] = Object.keys({
  id: 0,
  message: 0,
  details: 0,
  handler: 0,
  body: 0,
} satisfies Record<NonNullable<RenderTemplateOptions['kind']>, 0>);

function check(template: unknown, event: unknown, kind: string): void {
  if (typeof template !== 'string') throw new TemplateError('TEMPLATE_PARSE', 'A template must be a text');
  if (typeof event !== 'object' || event === null)
    throw new TemplateError('TEMPLATE_RENDER', 'A template is rendered over an event');
  if (KINDS.includes(kind)) return;
  const meant = nearest(String(kind), KINDS);
  throw new TemplateError('TEMPLATE_RENDER', `There is no kind of template '${String(kind)}'`, {
    cure: meant ? `Did you mean '${meant}'?` : `The kinds are ${KINDS.join(', ')}.`,
  });
}

function dataOf(event: AlertEvent, kind: NonNullable<RenderTemplateOptions['kind']>): object {
  const duration: Int64 = event.durationNs ?? Math.round(event.duration * 1e6);
  switch (kind) {
    case 'id':
      return idData(event);
    case 'message':
      return messageData({ ...event, duration });
    case 'details':
      return detailsData({ ...event, duration });
    case 'handler':
      return templateData(event);
    case 'body':
      return alertData(event);
  }
}

function complete(event: AlertEventInput): AlertEvent {
  return {
    previousLevel: 'OK',
    message: `${event.id} is ${event.level}`,
    details: '',
    time: new Date(0),
    duration: 0,
    recoverable: true,
    noExternal: false,
    name: '',
    taskName: '',
    group: '',
    category: '',
    tags: {},
    fields: {},
    series: null,
    ...event,
  };
}
