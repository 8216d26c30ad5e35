import type { TemplateOptions } from '../template.ts';

/** A name of {@link TEMPLATE_KINDS}. */
export type TemplateKind = 'id' | 'message' | 'details' | 'handler' | 'body' | 'kafka' | 'aggregate';

/** What the templates of a rule and of the handlers are compiled with. */
export const TEMPLATE_KINDS: Readonly<Record<TemplateKind, TemplateOptions>> = {
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
};
