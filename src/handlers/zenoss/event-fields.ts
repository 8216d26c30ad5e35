import type { AlertEvent } from '../../alert/event.ts';
import type { Level } from '../../alert/level.ts';
import type { HandlerHost } from '../../handler/handler.ts';
import { cutBytes } from '../shared/cut-bytes.ts';
import { type EventText, type OptionPath, optionTemplate } from '../shared/option-template.ts';
import type { ZenossOptions } from '../zenoss.ts';

/** Bytes that Zenoss's fields hold. */
const SUMMARY = 256;
const MESSAGE = 4096;

/** What the configuration adds to the fields. */
export interface FieldDefaults {
  readonly collector?: string;
  readonly severityMap?: Readonly<Partial<Record<'OK' | 'Info' | 'Warning' | 'Critical', unknown>>>;
}

/** Makes the fields of an event as Zenoss takes them; custom fields win over the others. */
export function eventFields(
  given: ZenossOptions,
  { collector: configuredCollector = 'Kapacitor', severityMap = {} }: FieldDefaults,
  host: HandlerHost,
): (event: AlertEvent) => object {
  const template = (name: string | OptionPath, text = ''): EventText =>
    optionTemplate('zenoss', name, text, host, { data: 'zenoss', lenient: true });
  const summary = template('summary', given.summary);
  const device = template('device', given.device);
  const component = template('component', given.component);
  const evclasskey = template('eventClassKey', given.eventClassKey);
  const evclass = template('eventClass', given.eventClass);
  const collector = template('collector', given.collector);
  const message = template('message', given.message);
  const severities: Readonly<Record<Level, unknown>> = {
    OK: severityMap.OK ?? 'Clear',
    INFO: severityMap.Info ?? 'Info',
    WARNING: severityMap.Warning ?? 'Warning',
    CRITICAL: severityMap.Critical ?? 'Critical',
  };
  const custom = Object.entries(given.customField ?? {}).map(([name, value]) => {
    if (typeof value !== 'string') return [name, () => value] as const;
    const render = template(['customField', name], value);
    return [name, (event: AlertEvent) => jsonOrText(render(event))] as const;
  });
  return (event) =>
    Object.fromEntries<unknown>([
      ['summary', cutBytes(summary(event) || event.message, SUMMARY)],
      ['device', device(event)],
      ['component', component(event)],
      ['severity', severities[event.level]],
      ['evclasskey', evclasskey(event)],
      ['evclass', evclass(event)],
      ['collector', collector(event) || configuredCollector || undefined],
      ['message', cutBytes(message(event), MESSAGE) || undefined],
      ...custom.map(([name, value]) => [name, value(event)] as const),
    ]);
}

/** What a text that is a JSON object or list stands for; any other text itself. */
function jsonOrText(text: string): unknown {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    // It only began like JSON.
    return text;
  }
}
