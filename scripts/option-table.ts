/** Option schemas by name, as a kind has them. */
export interface OptionTable {
  readonly entries: Readonly<Record<string, unknown>>;
}

interface Described {
  readonly message?: unknown;
  readonly pipe?: readonly { readonly type: string; readonly description?: string }[];
}

/** The options of a kind as a Markdown table: name, type, default, meaning. */
export function optionTable({ entries }: OptionTable): string {
  const rows = Object.entries(entries).map(([name, schema]) => row(name, schema as Described));
  if (rows.length === 0) return 'None.';
  return ['| name | type | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function row(name: string, schema: Described): string {
  const text = descriptionOf(schema);
  const fallback = /\s*(?:Default (.+)\.|(Required)\.)$/.exec(text);
  const meaning = fallback ? text.slice(0, fallback.index) : text;
  const cells = [`\`${name}\``, typeOf(schema), fallback?.[1] ?? fallback?.[2]?.toLowerCase() ?? '', meaning];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function descriptionOf({ pipe = [] }: Described): string {
  for (const part of [...pipe].reverse()) {
    if (part.type === 'description' && part.description !== undefined) return part.description;
    if ('pipe' in part) {
      const inner = descriptionOf(part as Described);
      if (inner !== '') return inner;
    }
  }
  return '';
}

/** What the schema expects, in the words of its own error message. */
function typeOf(schema: Described): string {
  const words = typeof schema.message === 'string' ? schema.message : 'any';
  return words.replace(/^an? /, '').replace(/^duration.*/, 'duration');
}
