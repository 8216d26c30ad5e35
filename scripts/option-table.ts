import * as v from 'valibot';

/** Option schemas by name, as a kind has them. */
export interface OptionTable {
  readonly entries: Readonly<Record<string, unknown>>;
}

/** The options of a kind as a Markdown table: name, type, default, meaning. */
export function optionTable({ entries }: OptionTable): string {
  const rows = Object.entries(entries).map(([name, schema]) => row(name, schema as v.GenericSchema));
  if (rows.length === 0) return 'None.';
  return ['| name | type | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function row(name: string, schema: v.GenericSchema): string {
  const text = v.getDescription(schema) ?? '';
  const fallback = /\s*(?:Default (.+)\.|(Required)\.)$/.exec(text);
  const meaning = fallback ? text.slice(0, fallback.index) : text;
  const cells = [`\`${name}\``, typeOf(schema), fallback?.[1] ?? fallback?.[2]?.toLowerCase() ?? '', meaning];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** What the schema expects, in the words of its own error message. */
function typeOf(schema: v.GenericSchema): string {
  const words = 'message' in schema && typeof schema.message === 'string' ? schema.message : 'any';
  return words.replace(/^an? /, '').replace(/^duration.*/, 'duration');
}
