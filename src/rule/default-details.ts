import { goJsonString } from '../alert/go-json.ts';
import { formatRFC3339 } from '../alert/nano-date.ts';
import type { FieldValue } from '../alert/point.ts';
import { compareBytes, valueJson } from '../alert/wire.ts';
import type { TemplateData } from './rule-texts.ts';

/**
 * What the template `{{ json . }}` gives as details: the data as JSON, escaped for HTML. It is written here without
 * the template, because every event of a rule without `details` of its own has it.
 *
 * @param serverInfo The server, already written by {@link htmlJson}.
 */
export function defaultDetails(data: TemplateData, serverInfo: string): string {
  return (
    `{&#34;Name&#34;:${htmlText(data.Name)},&#34;TaskName&#34;:${htmlText(data.TaskName)}` +
    `,&#34;Group&#34;:${htmlText(data.Group)},&#34;Tags&#34;:${htmlObject(data.Tags)}` +
    `,&#34;ServerInfo&#34;:${serverInfo},&#34;ID&#34;:${htmlText(data.ID)}` +
    `,&#34;Fields&#34;:${htmlObject(data.Fields)},&#34;Level&#34;:&#34;${data.Level}&#34;` +
    `,&#34;Time&#34;:&#34;${formatRFC3339(data.Time)}&#34;,&#34;Duration&#34;:${data.Duration}` +
    `,&#34;Message&#34;:${htmlText(data.Message)}}\n`
  );
}

/** A JSON text as it looks within HTML. */
export function htmlJson(json: string): string {
  return json.replace(/["'+]/g, (char) => (char === '"' ? '&#34;' : char === "'" ? '&#39;' : '&#43;'));
}

/** A character that JSON or HTML would escape, or that is not ASCII. */
const SPECIAL = /[^ !#$%(-*,-;=?-[\]-~]/;

function htmlText(text: string): string {
  return SPECIAL.test(text) ? htmlJson(goJsonString(text)) : `&#34;${text}&#34;`;
}

function htmlObject(values: Readonly<Record<string, FieldValue>>): string {
  const keys = Object.keys(values);
  if (keys.length > 1) keys.sort(compareBytes);
  let text = '{';
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? '';
    const value = values[key] ?? null;
    text += `${i === 0 ? '' : ','}${htmlText(key)}:${typeof value === 'string' ? htmlText(value) : htmlJson(valueJson(value))}`;
  }
  return `${text}}`;
}
