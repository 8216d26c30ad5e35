import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const PROGRAM = `
import { compileLambda } from '${import.meta.dirname}/../../src/lambda/index.ts';
import { compileMatch } from '${import.meta.dirname}/../../src/match/index.ts';
let forbidden = false;
try { new Function('return 1')(); } catch { forbidden = true; }
const event = { topic: 't', id: 'i', level: 'CRITICAL', previousLevel: 'OK', message: '', details: '', time: new Date(),
  duration: 0, recoverable: true, noExternal: false, name: 'cpu', taskName: '', group: '', category: '',
  tags: { host: 'web-1' }, fields: {}, series: null };
const lambda = compileLambda('strLength("s") + 1 > 3 AND "s" =~ /^a(b|c)+$/ AND hour("time") >= 0');
const matches = [compileMatch('changed() AND "host" =~ /web/'), compileMatch({ expr: 'changed and tags.host == "web-1"' })];
console.log(JSON.stringify([forbidden, lambda.evaluate({ s: 'abc', time: new Date() }), ...matches.map((m) => m.matches(event))]));
`;

describe('where code generation is forbidden', () => {
  it('expressions work', () => {
    const out = execFileSync(
      process.execPath,
      [
        '--disallow-code-generation-from-strings',
        '--import',
        'tsx',
        '--input-type=module',
        '--eval',
        PROGRAM,
      ],
      { encoding: 'utf8', cwd: `${import.meta.dirname}/../..` },
    );
    expect(JSON.parse(out)).toEqual([true, true, true, true]);
  });
});
