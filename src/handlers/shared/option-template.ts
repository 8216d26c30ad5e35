import type { AlertEvent } from '../../alert/event.ts';
import { HandlerOptionsError, PermanentDeliveryError, TemplateError } from '../../errors.ts';
import type { HandlerHost } from '../../handler/handler.ts';
import {
  alertaEventData,
  alertData,
  compileTemplate,
  eventData,
  servicenowData,
  type Template,
  templateData,
  zenossData,
} from '../../template/index.ts';

/** Makes a text of an event. */
export type EventText = (event: AlertEvent) => string;

/** Where an option stands: `['links', 0, 'href']`. */
export type OptionPath = readonly (string | number)[];

/** What a template is rendered over, by the name of its type. */
type OptionData =
  | 'templateData'
  | 'templateDataPointer'
  | 'alertData'
  | 'alertaEvent'
  | 'eventData'
  | 'servicenow'
  | 'zenoss';

/** How {@link optionTemplate} reads a template. */
export interface OptionTemplateOptions {
  /** What the template is rendered over. Default `templateData`, as with most kinds. */
  readonly data?: OptionData;
  /**
   * Whether a template that fails on an event counts for what it has written until then; the operator is told
   * once. By default the event is not sent.
   */
  readonly lenient?: boolean;
  /** Whether it has the functions `json` and `jsonCompact`. Default false. */
  readonly json?: boolean;
}

const DATA: Readonly<Record<OptionData, (event: AlertEvent) => object>> = {
  templateData,
  templateDataPointer: templateData,
  alertData,
  alertaEvent: alertaEventData,
  eventData,
  servicenow: servicenowData,
  zenoss: zenossData,
};

/**
 * An option that is a template over the event. The result throws a `PermanentDeliveryError` when the template
 * fails on an event, unless it is lenient.
 *
 * @param kind The handler kind, for errors.
 * @param option The option, for errors: its name, or the path to it.
 * @throws {HandlerOptionsError} When the text is no template.
 */
export function optionTemplate(
  kind: string,
  option: string | OptionPath,
  source: string,
  host: Pick<HandlerHost, 'strict' | 'warn'>,
  { data: dataType = 'templateData', lenient = false, json = false }: OptionTemplateOptions = {},
): EventText {
  if (!source.includes('{{')) return () => source;
  const path = typeof option === 'string' ? [option] : option;
  const name = path.join('.');
  const template = compile(kind, path, () =>
    compileTemplate(source, { name, dataType, json, strict: host.strict }),
  );
  const data = DATA[dataType];
  let told = false;
  return (event) => {
    try {
      return template.render(data(event));
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const reason = `${kind}: the template of ${name} failed: ${error.reason}`;
      if (!lenient) throw new PermanentDeliveryError(reason, { failure: 'template_error', cause: error });
      if (!told) host.warn(`${reason}; what it wrote until then is used`);
      told = true;
      return error.partial;
    }
  };
}

/** A value as Go's `%v` prints it: `[a 1]`, `map[k:v]`, `<nil>`; strict, a number as a float64: `1e+06`. */
export function printedValue(value: unknown, { strict }: Pick<HandlerHost, 'strict'>): string {
  const template = compileTemplate('{{ printf "%v" .Fields.v }}', {
    name: 'value',
    dataType: 'templateData',
    strict,
  });
  return template.render({ Fields: { v: value } });
}

function compile(kind: string, path: OptionPath, make: () => Template): Template {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const { reason, cure, position, excerpt } = error;
    throw new HandlerOptionsError(
      kind,
      [
        {
          reason,
          path,
          ...(cure !== undefined && { cure }),
          ...(position !== undefined && { position }),
          ...(excerpt !== undefined && { excerpt }),
        },
      ],
      { cause: error },
    );
  }
}
