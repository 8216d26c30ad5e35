import { compareBytes } from '../../alert/compare-bytes.ts';
import type { AlertEvent } from '../../alert/event.ts';
import { goJson, RawJson } from '../../alert/go-json.ts';
import type { Level } from '../../alert/level.ts';
import { resultJson } from '../../alert/wire.ts';
import { PermanentDeliveryError } from '../../errors.ts';
import type { HandlerHost } from '../../handler/handler.ts';
import type { AlertaOptions } from '../alerta.ts';
import { type EventText, optionTemplate } from '../shared/option-template.ts';

const DAY = 86_400_000;
const SEVERITIES: Readonly<Record<Level, string>> = {
  OK: 'ok',
  INFO: 'informational',
  WARNING: 'warning',
  CRITICAL: 'critical',
};

/** Makes the body of a request from the options of a handler: the members in the order of Kapacitor's. */
export function alertOf(
  given: AlertaOptions,
  section: { readonly environment?: string; readonly origin?: string },
  host: HandlerHost,
): (event: AlertEvent) => object {
  const template = (name: string, source: string): EventText => optionTemplate('alerta', name, source, host);
  const list = (name: string, sources: readonly string[] = []): ((event: AlertEvent) => string[]) => {
    const items = sources.map((source) => template(name, source));
    return items.length > 0 ? (event) => items.map((item) => item(event)) : ({ name }) => [name];
  };
  const resource = template('resource', given.resource ?? '{{ .Name }}');
  const eventName = optionTemplate('alerta', 'event', given.event ?? '{{ .ID }}', host, {
    data: 'alertaEvent',
  });
  const environment = template('environment', given.environment ?? '');
  const group = template('group', given.group ?? '{{ .Group }}');
  const value = template('value', given.value ?? '');
  const service = list('service', given.service);
  const correlate = list('correlate', given.correlate);
  const attributes = Object.entries(given.attributes ?? {}).map(([name, attribute]) => {
    const render =
      typeof attribute === 'string' ? template(`attributes.${name}`, attribute) : () => attribute;
    return [name, render] as const;
  });
  // Adding 0 makes the -0 of a small negative one a 0.
  const timeout = Math.trunc((given.timeout ?? DAY) / 1000) + 0;

  return (event) => {
    const alert = {
      attributes:
        attributes.length > 0 ? sorted(attributes.map(([name, render]) => [name, render(event)])) : undefined,
      correlate: correlate(event),
      environment: environment(event) || section.environment || '',
      event: eventName(event),
      group: group(event),
      origin: given.origin || section.origin || '',
      rawData: new RawJson(resultJson(event)),
      resource: resource(event),
      service: service(event),
      severity: SEVERITIES[event.level],
      tags: Object.entries(event.tags)
        .map(([name, tag]) => `${name}=${tag}`)
        .sort(compareBytes),
      text: event.message,
      timeout,
      value: value(event),
    };
    if (alert.resource === '' || alert.event === '') {
      throw new PermanentDeliveryError(
        'Alerta needs a resource and an event, and one of them came out empty',
        {
          failure: 'config_error',
        },
      );
    }
    return alert;
  };
}

function sorted(members: readonly (readonly [string, unknown])[]): RawJson {
  return new RawJson(goJson(Object.fromEntries(members), { sortKeys: true }));
}
