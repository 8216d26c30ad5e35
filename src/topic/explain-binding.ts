import type { AlertEvent } from '../alert/event.ts';
import type { HandlerBinding } from './handler-binding.ts';
import type { HandlerExplanation } from './registry-options.ts';

/** Whether a handler would get an event, and why. */
export function explainBinding(binding: HandlerBinding, event: AlertEvent): HandlerExplanation {
  const { id, match, external, delivery } = binding;
  const handler = { handler: id, kind: delivery.target.kind };
  if (event.noExternal && external) return { ...handler, matched: false, reason: 'no_external' };
  if (match === undefined) return { ...handler, matched: true, reason: 'matched' };
  const explanation = match.explain(event);
  const matched = explanation.error === undefined && explanation.value === true;
  const reason = matched ? 'matched' : explanation.error === undefined ? 'no_match' : 'match_error';
  return { ...handler, matched, reason, match: explanation };
}
