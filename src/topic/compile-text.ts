import type { AlertEvent } from '../alert/event.ts';
import { compileTemplate, detailsData, templateData } from '../template/index.ts';

/**
 * Compiles a handler's own template for a text of its events. Both have the members that templates of handler options
 * have; details are HTML.
 */
export function compileText(
  source: string,
  part: 'message' | 'details',
  strict: boolean,
): (event: AlertEvent) => string {
  if (part === 'message') {
    const template = compileTemplate(source, {
      name: 'message',
      dataType: 'templateData',
      json: true,
      strict,
    });
    return (event) => template.render(templateData(event));
  }
  const template = compileTemplate(source, {
    name: 'details',
    dataType: 'details',
    html: true,
    json: true,
    strict,
  });
  return (event) =>
    template.render(
      detailsData({ ...event, duration: event.durationNs ?? Math.round(event.duration * 1e6) }),
    );
}
