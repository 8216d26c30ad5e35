import { goJsonString } from '../alert/go-json.ts';
import { formatRFC3339 } from '../alert/nano-date.ts';
import type { FieldValue } from '../alert/point.ts';
import { valueJson } from '../alert/wire.ts';
import type { TemplateData } from './rule-texts.ts';
import { SortedNames } from './sorted-names.ts';

/** What is the same in all default details of an alert: what stands before the tags, and between tags and fields. */
export interface DetailsFrame {
  readonly name: string;
  readonly id: string;
  readonly beforeTags: string;
  readonly beforeFields: string;
}

/** Where the frame of a group's details is kept while its alert goes on. */
export interface DetailsGroup {
  detailsFrame: DetailsFrame | undefined;
}

/**
 * Writes what the template `{{ json . }}` gives as details: the data as JSON, escaped for HTML. It is written here
 * without the template, because every event of a rule without `details` of its own has it.
 */
export class DefaultDetails {
  readonly #taskName: string;
  readonly #serverInfo: string;
  readonly #tags = new HtmlMembers();
  readonly #fields = new HtmlMembers();

  constructor(data: Pick<TemplateData, 'TaskName' | 'ServerInfo'>) {
    const { Hostname, ClusterID, ServerID } = data.ServerInfo;
    this.#taskName = htmlText(data.TaskName);
    this.#serverInfo =
      `{&#34;Hostname&#34;:${htmlText(Hostname)},&#34;ClusterID&#34;:${htmlText(ClusterID)}` +
      `,&#34;ServerID&#34;:${htmlText(ServerID)}}`;
  }

  of(data: TemplateData, group: DetailsGroup): string {
    const known = group.detailsFrame;
    const frame =
      known !== undefined && known.id === data.ID && known.name === data.Name ? known : this.#frameOf(data);
    // Most groups are OK most of the time, and need no memory for it then.
    group.detailsFrame = data.Level === 'OK' ? undefined : frame;
    return (
      `${frame.beforeTags}${this.#tags.of(data.Tags)}${frame.beforeFields}${this.#fields.of(data.Fields)}` +
      `},&#34;Level&#34;:&#34;${data.Level}&#34;,&#34;Time&#34;:&#34;${formatRFC3339(data.Time)}&#34;` +
      `,&#34;Duration&#34;:${data.Duration},&#34;Message&#34;:${htmlText(data.Message)}}\n`
    );
  }

  #frameOf({ Name: name, Group: group, ID: id }: TemplateData): DetailsFrame {
    return {
      name,
      id,
      beforeTags:
        `{&#34;Name&#34;:${htmlText(name)},&#34;TaskName&#34;:${this.#taskName}` +
        `,&#34;Group&#34;:${htmlText(group)},&#34;Tags&#34;:{`,
      beforeFields: `},&#34;ServerInfo&#34;:${this.#serverInfo},&#34;ID&#34;:${htmlText(id)},&#34;Fields&#34;:{`,
    };
  }
}

/** Writes the members of an object; how their names are written is kept. */
class HtmlMembers {
  readonly #names = new SortedNames((sorted) =>
    sorted.map((name, i) => ({ name, written: `${i === 0 ? '' : ','}${htmlText(name)}:` })),
  );

  of(values: Readonly<Record<string, FieldValue>>): string {
    let text = '';
    for (const { name, written } of this.#names.of(values)) {
      const value = values[name] ?? null;
      text += written;
      text += typeof value === 'string' ? htmlText(value) : htmlNumber(valueJson(value));
    }
    return text;
  }
}

/** A JSON text as it looks within HTML. */
function htmlJson(json: string): string {
  return json.replace(/["'+]/g, (char) => (char === '"' ? '&#34;' : char === "'" ? '&#39;' : '&#43;'));
}

/** A character that JSON or HTML would escape, or that is not ASCII. */
const SPECIAL = /[^ !#$%(-*,-;=?-[\]-~]/;

/** A number, a bool or `null` has nothing that HTML would escape, but the `+` of an exponent. */
function htmlNumber(json: string): string {
  return json.includes('+') ? htmlJson(json) : json;
}

function htmlText(text: string): string {
  return SPECIAL.test(text) ? htmlJson(goJsonString(text)) : `&#34;${text}&#34;`;
}
