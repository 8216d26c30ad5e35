import { isAbsolute } from 'node:path';
import { alertDataJson } from '../alert/wire.ts';
import type { HandlerKind } from '../handler/handler-kind.ts';
import { described, flag, integer, type OptionsOutput, optionsSchema, text } from '../handler/options.ts';
import type { StandardIssue } from '../handler/standard-schema.ts';
import { LogFile } from './log/log-file.ts';
import { refineOptions } from './shared/refine-options.ts';

const DEFAULT_MODE = 0o600;
const OWNER_WRITE = 0o200;

type OptionSchemas = {
  readonly path: typeof text;
  readonly mode: typeof integer;
  readonly 'create-directory': typeof flag;
};

const entries: OptionSchemas = {
  path: described(text, 'The file to append to, an absolute path. Required.'),
  mode: described(
    integer,
    'The mode of a file that has to be made, as a plain number: 384 is octal 0600, 420 is 0644. Default 384.',
  ),
  'create-directory': described(flag, 'Makes the directory of the file when there is none. Default false.'),
};

const options = refineOptions(optionsSchema(entries), ({ path = '', mode = DEFAULT_MODE }) => {
  const issues: StandardIssue[] = [];
  if (path.includes('\0')) issues.push({ message: 'path: holds a NUL, which no path can', path: ['path'] });
  if (!isAbsolute(path)) {
    issues.push({ message: `path: must be absolute, got '${path}'`, path: ['path'] });
  }
  if (mode < 0 || (mode & OWNER_WRITE) === 0) {
    issues.push({
      message: `mode: ${mode} lets not even the owner write; 384 is octal 0600, 420 is 0644`,
      path: ['mode'],
    });
  }
  return issues;
});

/** What a log handler is told in its handler file, checked. */
export type LogOptions = OptionsOutput<OptionSchemas>;

/**
 * The `log` kind: appends each event to a file, as one line of JSON. Needs Node.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { log } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({ kinds: [log()] });
 * await alerts.define({ id: 'audit', topic: 'cpu', kind: 'log', options: { path: '/var/log/alerts.jsonl' } });
 * ```
 */
export function log(): HandlerKind<LogOptions> {
  // Handlers of one path share a file, so that what they write at the same time becomes one write.
  const files = new Map<string, LogFile>();
  return {
    kind: 'log',
    options,
    optionNames: options.names,
    create({ path = '', mode = DEFAULT_MODE, createDirectory = false }) {
      const key = JSON.stringify([path, mode, createDirectory]);
      const file = files.get(key) ?? new LogFile(path, { mode, createDirectory });
      files.set(key, file);
      return {
        handle: (event, { signal }) => file.append(`${alertDataJson(event)}\n`, signal),
      };
    },
    async close() {
      await Promise.all([...files.values()].map((file) => file.settled()));
      files.clear();
    },
  };
}
