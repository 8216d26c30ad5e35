/** A line of a table: its cells, and a mark that goes before them. */
export interface TableLine {
  readonly cells: readonly string[];
  readonly mark?: string;
  /** Goes below the line, as it is. */
  readonly notes?: readonly string[];
}

/** How many lines are shown before and after the marked ones. */
const CONTEXT = 15;
const WIDEST = 60;

/**
 * A table as text: columns aligned, those that are empty left out, and of a long table only what is near the marked
 * lines, or, when none is, its beginning and end.
 */
export function tableText(head: readonly string[], lines: readonly TableLine[]): string {
  const used = head.map((_, column) => lines.some(({ cells }) => (cells[column] ?? '') !== ''));
  const widths = head.map((title, column) =>
    lines.reduce((width, { cells }) => Math.max(width, short(cells[column]).length), title.length),
  );
  const row = (cells: readonly string[], mark = ' '): string =>
    `${mark} ${cells
      .map((cell, column) => short(cell).padEnd(widths[column] ?? 0))
      .filter((_, column) => used[column])
      .join('  ')}`.trimEnd();

  const shown = visible(lines);
  const text = [row(head.map((title) => title))];
  let before = -1;
  for (const index of shown) {
    if (index > before + 1) text.push(`  … ${index - before - 1} more`);
    const line = lines[index];
    if (line !== undefined)
      text.push(row(line.cells, line.mark), ...(line.notes ?? []).map((note) => `    ${note}`));
    before = index;
  }
  if (before < lines.length - 1) text.push(`  … ${lines.length - 1 - before} more`);
  return text.join('\n');
}

function visible(lines: readonly TableLine[]): number[] {
  const marked = lines.flatMap(({ mark }, index) => (mark === undefined ? [] : [index]));
  const centers = marked.length > 0 ? marked : [0, lines.length - 1];
  const near = (index: number): boolean => centers.some((center) => Math.abs(center - index) <= CONTEXT);
  return lines.flatMap((_, index) => (near(index) ? [index] : []));
}

function short(cell = ''): string {
  const line = cell.replace(/\s+/g, ' ');
  return line.length > WIDEST ? `${line.slice(0, WIDEST - 1)}…` : line;
}
