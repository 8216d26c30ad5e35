import { RuleTestError } from '../errors.ts';
import { checkKind } from '../topic/check-arguments.ts';
import { mustBeList, mustBeObject } from './must-be.ts';
import type { TopicsTestOptions } from './test-topics.ts';

/**
 * Makes sure that what `testTopics` was given has the right shape, as far as nothing else does.
 *
 * @throws {RuleTestError} When an option is no list, or no object, where it must be one.
 * @throws {KindConfigurationError} When a kind is none.
 */
export function checkTopicsOptions(options: TopicsTestOptions): void {
  mustBeObject('the options of testTopics()', options, "Write for example: { files: 'handlers' }.");
  const { files = [], specs = [], kinds = [], scripts = [], rules = [], handlers = {} } = options;
  const paths = typeof files === 'string' ? [files] : files;
  for (const [name, list] of Object.entries({ files: paths, specs, kinds, scripts })) mustBeList(name, list);
  for (const path of paths) {
    if (typeof path === 'string') continue;
    throw new RuleTestError(`a path in files must be a text, got ${String(path)}`);
  }
  for (const [name, list] of Object.entries({ specs, scripts }))
    for (const [n, one] of list.entries()) mustBeObject(`${name}[${n}]`, one);
  if (!Array.isArray(rules)) mustBeObject('rules', rules);
  mustBeObject('handlers', handlers);
  for (const kind of kinds) checkKind(kind);
}
