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

/** How {@link optionTemplate} reads a template. */
export interface OptionTemplateOptions {
  /** What the template is rendered over. Default `templateData`, as with most kinds. */
  readonly data?: keyof typeof DATA;
  /**
   * Whether a template that fails on an event counts for what it has written until then; the operator is told
   * once. By default the event is not sent.
   */
  readonly lenient?: boolean;
}

const DATA = {
  templateData,
  templateDataPointer: templateData,
  alertData,
  alertaEvent: alertaEventData,
  eventData,
  servicenow: servicenowData,
  zenoss: zenossData,
} as const;

/**
 * An option that is a template over the event. The result throws a `PermanentDeliveryError` when the template
 * fails on an event, unless it is lenient.
 *
 * @param kind The handler kind, for errors.
 * @param name The option, for errors.
 * @throws {HandlerOptionsError} When the text is no template.
 */
export function optionTemplate(
  kind: string,
  name: string,
  source: string,
  host: Pick<HandlerHost, 'strict' | 'warn'>,
  { data: dataType = 'templateData', lenient = false }: OptionTemplateOptions = {},
): EventText {
  if (!source.includes('{{')) return () => source;
  const template = compile(kind, name, () =>
    compileTemplate(source, { name, dataType, strict: host.strict }),
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

function compile(kind: string, name: string, make: () => Template): Template {
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
          path: [name],
          ...(cure !== undefined && { cure }),
          ...(position !== undefined && { position }),
          ...(excerpt !== undefined && { excerpt }),
        },
      ],
      { cause: error },
    );
  }
}
