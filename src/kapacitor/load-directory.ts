import type { AlertEvent } from '../alert/event.ts';
import type { Point } from '../alert/point.ts';
import { KapacitorFilesError, TickscriptError, TocsinError } from '../errors.ts';
import type { AnyHandlerKind } from '../handler/handler-kind.ts';
import { TopicRegistry } from '../topic/index.ts';
import type { KapacitorConf } from './conf/kapacitor-conf.ts';
import { loadKapacitorConfFile } from './conf/load-kapacitor-conf.ts';
import { type LoadTickscriptOptions, loadTickscript } from './load-tickscript.ts';
import type { PointOrigin } from './pipeline/node-host.ts';
import { readTaskFile } from './task-file.ts';
import { parseScript } from './tickscript/parse-script.ts';
import { ScriptSource } from './tickscript/script-source.ts';
import type { ScriptVar } from './tickscript/script-vars.ts';
import type { TickscriptTask } from './tickscript-task.ts';

/** What `loadDirectory` may be told. */
export interface LoadDirectoryOptions extends Omit<LoadTickscriptOptions, 'name' | 'vars' | 'file' | 'conf'> {
  /** The registry that takes the handlers and the events. @default a new one */
  readonly registry?: TopicRegistry;
  /** The handler kinds of a new registry. @default those of `conf`, or those that need no configuration */
  readonly kinds?: readonly AnyHandlerKind[];
  /** What `loadKapacitorConf` gave, or the path of a `kapacitor.conf`. */
  readonly conf?: KapacitorConf | string;
  /** The environment, for overrides of a `kapacitor.conf`. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Values of variables, by the name of the task. */
  readonly vars?: Readonly<Record<string, Readonly<Record<string, ScriptVar>>>>;
}

/** What a directory came to: tasks that run, and the registry that they publish to. */
export interface KapacitorDirectory {
  /** The registry. */
  readonly registry: TopicRegistry;
  /** The tasks by name. */
  readonly tasks: ReadonlyMap<string, TickscriptTask>;
  /** The names of the templates. */
  readonly templates: readonly string[];
  /** The configuration, when there was one. */
  readonly conf: KapacitorConf | undefined;
  /**
   * Gives a point to all tasks.
   *
   * @returns The events that it made.
   */
  observe(point: Point, origin?: PointOrigin): readonly AlertEvent[];
  /** Closes the tasks, and the registry if it was made here. */
  close(): Promise<void>;
}

/**
 * Loads a directory in the layout of Kapacitor's `load` service: handler files in `handlers/`, scripts in `tasks/`
 * (`.tick`, or `.yaml` and `.json` files that fill a template), templates in `templates/`. Each can be missing.
 * Needs Node.
 *
 * @throws {KapacitorFilesError} With everything that is wrong with any file. Nothing runs then.
 *
 * @example
 * ```ts
 * import { loadDirectory } from 'tocsin/kapacitor';
 *
 * const kapacitor = await loadDirectory('/etc/kapacitor/load', { conf: '/etc/kapacitor/kapacitor.conf' });
 * kapacitor.observe({ name: 'cpu', tags: { host: 'web-1' }, fields: { usage_idle: 3 }, time: new Date() });
 * await kapacitor.close();
 * ```
 */
export async function loadDirectory(
  directory: string,
  options: LoadDirectoryOptions = {},
): Promise<KapacitorDirectory> {
  const errors: TocsinError[] = [];
  const gather = async <T>(work: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof KapacitorFilesError) errors.push(...error.errors);
      else if (error instanceof TocsinError) errors.push(error);
      else throw error;
      return undefined;
    }
  };
  const conf = await gather(() => readConf(options));
  const files = await gather(() => listFiles(directory));
  const registry = options.registry ?? (await newRegistry(options, conf));
  /** A template that cannot be parsed has no script. */
  const templates = new Map<string, Script | undefined>();
  for (const file of files?.templates ?? []) {
    const script = await gather(() => readScript(file));
    if (script === undefined) continue;
    const parsed = await gather(() => parseScript(new ScriptSource(script.text, script.file)));
    templates.set(script.name, parsed && script);
  }
  const tasks = new Map<string, TickscriptTask>();
  for (const file of files?.tasks ?? []) {
    const task = await gather(() => loadTask(file, templates, options, conf));
    if (task === undefined) continue;
    if (tasks.has(task.name))
      errors.push(new TickscriptError(`${file}: there is a task ${task.name} already`, { text: task.name }));
    else tasks.set(task.name, task);
  }
  const specs =
    files?.handlers === undefined ? [] : await gather(() => registry.defineDirectory(files.handlers ?? ''));
  // Without a configuration, a kind that is not there would be told of as often as it is used.
  if (conf !== undefined || typeof options.conf !== 'string')
    for (const task of tasks.values()) await gather(() => task.publishTo(registry));
  const close = async (): Promise<void> => {
    for (const task of tasks.values()) await task.close();
    if (options.registry === undefined) await registry.close();
  };
  if (errors.length > 0) {
    if (options.registry !== undefined)
      for (const { topic, id } of specs ?? []) await registry.remove(topic, id);
    await close();
    throw new KapacitorFilesError(errors);
  }
  return {
    registry,
    tasks,
    templates: [...templates.keys()],
    conf,
    observe: (point, origin) => [...tasks.values()].flatMap((task) => task.observe(point, origin)),
    close,
  };
}

interface Files {
  readonly tasks: readonly string[];
  readonly templates: readonly string[];
  /** The directory, when there is one. */
  readonly handlers: string | undefined;
}

interface Script {
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

async function readConf({ conf, env }: LoadDirectoryOptions): Promise<KapacitorConf | undefined> {
  return typeof conf === 'string' ? loadKapacitorConfFile(conf, env === undefined ? {} : { env }) : conf;
}

async function newRegistry(
  { kinds }: LoadDirectoryOptions,
  conf: KapacitorConf | undefined,
): Promise<TopicRegistry> {
  const queueLimit = conf?.topicBufferLength;
  const delivery = queueLimit === undefined ? {} : { delivery: { queueLimit } };
  if (kinds !== undefined || conf !== undefined)
    return new TopicRegistry({ kinds: kinds ?? conf?.kinds ?? [], ...delivery });
  const { aggregate, exec, log, post, publish, tcp } = await import('../handlers/index.ts');
  return new TopicRegistry({ kinds: [aggregate(), exec(), log(), post(), publish(), tcp()] });
}

async function listFiles(directory: string): Promise<Files> {
  const { readdir } = await import('node:fs/promises');
  const { join } = await import('node:path');
  const names = async (path: string): Promise<string[]> => {
    try {
      return await readdir(path);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new TocsinError('KAPACITOR_FILES', `${path} cannot be read: ${why}`, { cause });
    }
  };
  const folders = await names(directory);
  const inside = async (folder: string, ending: RegExp): Promise<string[]> => {
    if (!folders.includes(folder)) return [];
    const path = join(directory, folder);
    return (await names(path))
      .filter((name) => ending.test(name))
      .sort()
      .map((name) => join(path, name));
  };
  return {
    tasks: await inside('tasks', /\.(tick|ya?ml|json)$/),
    templates: await inside('templates', /\.tick$/),
    handlers: folders.includes('handlers') ? join(directory, 'handlers') : undefined,
  };
}

async function readScript(file: string): Promise<Script> {
  const { readFile } = await import('node:fs/promises');
  const name = file.replace(/^.*[/\\]/, '').replace(/\.[^.]*$/, '');
  try {
    return { name, file, text: await readFile(file, 'utf8') };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TickscriptError(`${file} cannot be read: ${why}`, { cause });
  }
}

async function loadTask(
  path: string,
  templates: ReadonlyMap<string, Script | undefined>,
  options: LoadDirectoryOptions,
  conf: KapacitorConf | undefined,
): Promise<TickscriptTask | undefined> {
  const script = await readScript(path);
  const { registry: _registry, kinds: _kinds, conf: _conf, env: _env, vars = {}, ...shared } = options;
  const load = (
    { text, file }: Script,
    name: string,
    more: Readonly<Record<string, ScriptVar>>,
    dbrps: readonly Required<PointOrigin>[] = [],
  ): TickscriptTask =>
    loadTickscript(text, {
      dbrps,
      ...shared,
      name,
      file,
      vars: { ...more, ...(Object.hasOwn(vars, name) ? vars[name] : {}) },
      ...(conf && { conf }),
      ...(conf?.hostname !== undefined && { serverInfo: { hostname: conf.hostname, ...shared.serverInfo } }),
    });
  if (path.endsWith('.tick')) return load(script, script.name, {});
  const task = await readTaskFile(script.text, path);
  const template = templates.get(task.template);
  if (!templates.has(task.template))
    throw new TickscriptError(`${path}: there is no template ${task.template}`, { text: task.template });
  return template && load(template, task.id ?? script.name, task.vars, task.dbrps);
}
