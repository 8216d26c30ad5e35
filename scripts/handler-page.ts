import type { AnyHandlerKind } from '../src/handler/handler-kind.ts';
import { type OptionTable, optionTable } from './option-table.ts';

/** The page of a kind with its tables made from the schemas. */
export function handlerPage(page: string, kind: AnyHandlerKind): string {
  const updated = replaceTable(page, 'options', kind.options as unknown as OptionTable);
  if (!('configuration' in kind)) return updated;
  return replaceTable(updated, 'configuration', kind.configuration as OptionTable);
}

/** Puts a table between its marks, `<!-- options -->` and `<!-- /options -->`. */
function replaceTable(page: string, name: string, table: OptionTable): string {
  const marks = new RegExp(`<!-- ${name} -->[\\s\\S]*?<!-- /${name} -->`);
  if (!marks.test(page)) throw new Error(`the page lacks the marks <!-- ${name} --> and <!-- /${name} -->`);
  return page.replace(marks, () => `<!-- ${name} -->\n${optionTable(table)}\n<!-- /${name} -->`);
}
