/** `var import_x = require("…");` as the bundler writes an import of some names. */
const NAMED_REQUIRE = /^var (import_\w+) = require\("([^"]+)"\);$/gm;

/**
 * Puts off what a built file requires until something of it is used, and leaves that file's code otherwise alone:
 *
 * - a package, or another unit: required when one of its names is first read;
 * - the core: its names are read once, since it is there before anything else and hot code uses them;
 * - a module of Node: asked of Node, so that an application can be bundled to ESM, where there is no `require`.
 *
 * @param code A CommonJS file, in which other units are required as `unit:` and their name.
 * @param pathTo How this file finds another unit.
 */
export function loadOnUse(code: string, pathTo: (unit: string) => string): string {
  const required = new Map<string, { module: string; names: Set<string> }>();
  for (const [, name = '', module = ''] of code.matchAll(NAMED_REQUIRE))
    required.set(name, { module, names: new Set() });
  const isCore = (module: string): boolean => module === 'unit:rooms/core';

  return (
    code
      .replace(/(\bnew )?\b(import_\w+)\.(\w+)/g, (text, make = '', variable: string, name: string) => {
        const from = required.get(variable);
        if (from === undefined) return text;
        from.names.add(name);
        if (isCore(from.module)) return `${make}${variable}_${name}`;
        return make === '' ? `${variable}().${name}` : `new (${variable}().${name})`;
      })
      .replace(NAMED_REQUIRE, (_, variable: string, module: string) => {
        const names = [...(required.get(variable)?.names ?? [])];
        if (isCore(module)) {
          const taken = names.map((name) => `${name}: ${variable}_${name}`).join(', ');
          return `const { ${taken} } = require("${module}");`;
        }
        const found = module.startsWith('node:')
          ? `process.getBuiltinModule("${module}")`
          : `require("${module}")`;
        return `let ${variable}_; const ${variable} = () => ${variable}_ ??= ${found};`;
      })
      // What `import * as` gives is what `require` gives: there is no default export to add to a copy of it.
      .replace(/^var (\w+) = __toESM\((require\("[^"]+"\))(?:, 1)?\);$/gm, 'const $1 = $2;')
      .replace(/\bimport\("(unit:[^"]+)"\)/g, 'Promise.resolve().then(() => require("$1"))')
      .replace(/require\("unit:([^"]+)"\)/g, (_, unit: string) => `require("${pathTo(unit)}")`)
      // Names that Node could foresee it would read, all of them, as soon as the file is imported.
      .replace(/^\/\/ Annotate the CommonJS export names[\s\S]*/m, '')
      // Without the mark of a transpiled module, the default import is the module itself for Node and for every bundler.
      .replace(/^module\.exports = __toCommonJS\((\w+)\);$/m, 'module.exports = $1;')
  );
}
