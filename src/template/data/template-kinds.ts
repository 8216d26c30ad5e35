import type { TemplateOptions } from '../template.ts';

/** What the templates of a rule and of the handlers are compiled with. */
export const TEMPLATE_KINDS = {
  /** The id of an alert rule. */
  id: { name: 'id', dataType: 'id' },
  /** The message of an alert rule. */
  message: { name: 'message', dataType: 'message' },
  /** The details of an alert rule. */
  details: { name: 'details', dataType: 'details', html: true, json: true },
  /** Most handler options. */
  handler: { name: 'template', dataType: 'templateData' },
  /** The `alert-template` and URL of `post`. */
  body: { name: 'body', dataType: 'alertData', json: true },
  /** The `template` of `kafka`. */
  kafka: { name: 'kafka alert template', dataType: 'alertData' },
  /** The message of `aggregate`. */
  aggregate: { name: 'message', dataType: 'aggregate' },
} as const satisfies Record<string, TemplateOptions>;

/** A name of {@link TEMPLATE_KINDS}. */
export type TemplateKind = keyof typeof TEMPLATE_KINDS;
