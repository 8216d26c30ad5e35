import { HandlerSpecError, type SpecIssue, TickscriptError } from '../errors.ts';
import { isMap } from '../handler/is-map.ts';
import { readHandlerText } from '../spec/handler-file.ts';
import type { PointOrigin } from './pipeline/node-host.ts';
import type { ScriptVar } from './tickscript/script-vars.ts';

/** A task that is made of a template, as a YAML or JSON file in `tasks/` says it. */
export interface TaskFile {
  /** The name of the task. */
  readonly id: string | undefined;
  /** The template that it is made of. */
  readonly template: string;
  readonly dbrps: readonly Required<PointOrigin>[];
  readonly vars: Readonly<Record<string, ScriptVar>>;
}

const KEYS = ['id', 'template-id', 'dbrps', 'vars', 'type', 'status'];

/**
 * Reads the file of a task that is made of a template: `template-id`, `vars`, `dbrps`.
 *
 * @throws {HandlerSpecError} When it is no YAML or JSON.
 * @throws {TickscriptError} When it says something else than a task.
 */
export async function readTaskFile(text: string, file: string): Promise<TaskFile> {
  const document = await readHandlerText(text, file);
  const issues: SpecIssue[] = [];
  const value: unknown = document.value;
  if (!isMap(value)) throw new TickscriptError(`${file}: a task is a map of ${KEYS.join(', ')}`);
  const own = (key: string): unknown => (Object.hasOwn(value, key) ? (value[key] ?? undefined) : undefined);
  const fail = (key: string, reason: string): undefined => {
    issues.push({ code: 'TICKSCRIPT', path: [key], reason });
    return undefined;
  };
  for (const key of Object.keys(value)) if (!KEYS.includes(key)) fail(key, `a task has no ${key}`);
  const template = own('template-id');
  if (typeof template !== 'string' || template === '')
    fail('template-id', 'template-id must name a template');
  const id = own('id');
  if (id !== undefined && typeof id !== 'string') fail('id', 'id must be a text');
  if (own('type') === 'batch') fail('type', 'batch tasks query InfluxDB, which is not here');
  const vars = own('vars') ?? {};
  if (typeof vars !== 'object' || Array.isArray(vars)) fail('vars', 'vars must be a map');
  const dbrps = readDbrps(own('dbrps') ?? [], () => fail('dbrps', 'dbrps must be a list of { db, rp }'));
  if (issues.length > 0) throw new HandlerSpecError(issues, { file });
  return {
    id: id as string | undefined,
    template: String(template),
    dbrps,
    vars: vars as Readonly<Record<string, ScriptVar>>,
  };
}

/** `[{ db: telegraf, rp: autogen }]`, or `['"telegraf"."autogen"']`. */
function readDbrps(given: unknown, fail: () => void): Required<PointOrigin>[] {
  const entries: readonly unknown[] = Array.isArray(given) ? given : [undefined];
  return entries.flatMap((entry) => {
    const text = typeof entry === 'string' ? /^"?([^".]+)"?\."?([^".]+)"?$/.exec(entry) : null;
    const { db = text?.[1], rp = text?.[2] } = (typeof entry === 'object' ? (entry ?? {}) : {}) as {
      readonly db?: unknown;
      readonly rp?: unknown;
    };
    if (typeof db === 'string' && typeof rp === 'string') return [{ database: db, retentionPolicy: rp }];
    fail();
    return [];
  });
}
