import * as v from 'valibot';
import { alertDataJson } from '../alert/wire.ts';
import type { HandlerKind } from '../handler/handler-kind.ts';
import {
  described,
  duration,
  integer,
  type OptionsOutput,
  optionsSchema,
  text,
  textMap,
  texts,
} from '../handler/options.ts';
import type { StandardIssue } from '../handler/standard-schema.ts';
import { runProgram } from './exec/run-program.ts';
import { refineOptions } from './shared/refine-options.ts';
import { SECRET_NAME } from './shared/secret-name.ts';

type OptionSchemas = {
  readonly prog: typeof text;
  readonly args: typeof texts;
  readonly environment: typeof textMap;
  readonly directory: typeof text;
  readonly timeout: typeof duration;
  readonly 'permanent-exit-codes': v.GenericSchema<(number | bigint)[], number[]>;
};

const entries: OptionSchemas = {
  prog: described(text, 'The program; looked for in PATH when it has no slash. There is no shell. Required.'),
  args: described(texts, 'Its arguments, as they are: no templates, no variables.'),
  environment: described(textMap, "Environment variables, on top of the host's."),
  directory: described(text, "The working directory. Default the host's."),
  timeout: described(
    duration,
    "How long it may run before its process group is killed. Default the delivery's timeout.",
  ),
  'permanent-exit-codes': described(
    v.array(integer, 'a list of exit codes'),
    'Exit codes after which no further try is made. Default none.',
  ),
};

const options = refineOptions(optionsSchema(entries), ({ prog = '', timeout }) => {
  const issues: StandardIssue[] = [];
  if (prog === '') issues.push({ message: 'prog: is missing; name the program to run', path: ['prog'] });
  if (timeout !== undefined && timeout <= 0) {
    issues.push({ message: 'timeout: must be more than 0', path: ['timeout'] });
  }
  return issues;
});

/** What an exec handler is told in its handler file, checked. */
export type ExecOptions = OptionsOutput<OptionSchemas>;

/**
 * The `exec` kind: runs a program for each event, with the alert data as JSON on its standard input.
 * Exit code 0 is a delivery; anything else is tried again. Needs Node.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { exec } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({ kinds: [exec()] });
 * await alerts.define({
 *   id: 'restart',
 *   topic: 'cpu',
 *   kind: 'exec',
 *   match: 'level() == CRITICAL',
 *   options: { prog: '/usr/local/bin/restart', args: ['--now'], timeout: '30s' },
 * });
 * ```
 */
export function exec(): HandlerKind<ExecOptions> {
  return {
    kind: 'exec',
    options,
    optionNames: options.names,
    secretKeys: { environment: SECRET_NAME },
    create({ prog = '', args = [], environment, directory, timeout, permanentExitCodes = [] }, host) {
      const program = {
        prog,
        args,
        permanentExitCodes,
        ...(environment && { environment }),
        ...(directory && { directory }),
        ...(timeout && { timeout }),
      };
      return {
        handle: (event, { signal }) => runProgram(program, `${alertDataJson(event)}\n`, signal, host),
      };
    },
  };
}
