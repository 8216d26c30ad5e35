import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HandlerSpecError } from '../../src/errors.ts';
import type { AnyHandlerKind } from '../../src/handler/handler-kind.ts';
import { flag, integer, optionsSchema, text, textMap, texts } from '../../src/handler/options.ts';
import { TopicRegistry } from '../../src/topic/index.ts';

const log: AnyHandlerKind = {
  kind: 'log',
  options: optionsSchema({
    path: text,
    mode: integer,
    lines: texts,
    headers: textMap,
    quick: flag,
    token: text,
  }),
  secretOptions: ['token'],
  create: () => ({ handle: () => {} }),
};

async function failure(source: string, file = 'h.yaml'): Promise<HandlerSpecError> {
  const error: unknown = await new TopicRegistry({ kinds: [log] })
    .defineText(source, file)
    .catch((e: unknown) => e);
  if (!(error instanceof HandlerSpecError))
    throw new Error(`it was taken, or failed otherwise: ${String(error)}`);
  return error;
}

/** Each issue as `line:column reason`. */
async function issues(source: string, file?: string): Promise<string[]> {
  return (await failure(source, file)).issues.map(
    ({ position, reason }) => `${position?.line}:${position?.column} ${reason}`,
  );
}

const good = 'topic: t\nid: h\nkind: log\n';

describe('a broken handler file', () => {
  it('is told of all at once, each with its place and cure', async () => {
    const error = await failure(
      'topic: a b\nid: x/y\nkind: logg\nmatch: changed( AND\noptions:\n  pth: 5\nmessage: "{{ .ID "\n',
      'handlers/cpu.yaml',
    );
    expect(error.message).toBe(
      [
        `handlers/cpu.yaml:1:8: topic "a b" may hold only letters, digits, and '-', '.', '_', ':'. Write, for example: topic: a-b`,
        '  topic: a b',
        '         ^',
        `handlers/cpu.yaml:2:5: id "x/y" may hold only letters, digits, and '-', '.', '_'. Write, for example: id: x-y`,
        '  id: x/y',
        '      ^',
        "handlers/cpu.yaml:3:7: there is no handler kind 'logg'. Did you mean 'log'?",
        '  kind: logg',
        '        ^',
        ...error.message.split('\n').slice(9),
      ].join('\n'),
    );
    expect(error.issues.map(({ code, path }) => [code, path.join('.')])).toEqual([
      ['HANDLER_SPEC', 'topic'],
      ['HANDLER_SPEC', 'id'],
      ['UNKNOWN_HANDLER_KIND', 'kind'],
      ['LAMBDA_SYNTAX', 'match'],
      ['TEMPLATE_PARSE', 'message'],
    ]);
    expect(error.position).toMatchObject({ file: 'handlers/cpu.yaml', line: 1, column: 8 });
  });

  it('names missing parts', async () => {
    expect(await issues('options: {}\n')).toEqual([
      '1:1 topic is missing',
      '1:1 id is missing',
      '1:1 kind is missing',
    ]);
    expect(await issues('topic:\nid: ""\nkind: ~\n')).toEqual([
      '1:7 topic is missing',
      '2:5 id is missing',
      '3:7 kind is missing',
    ]);
    expect(await issues('')).toHaveLength(3);
  });

  it('shows unknown options at their name and wrong values at the value', async () => {
    expect(
      await issues(`${good}options:\n  pathh: /x\n  mode: yes\n  lines: [a, 5]\n  headers:\n    a: {}\n`),
    ).toEqual([
      "5:3 unknown option 'pathh'. Did you mean 'path'?",
      '6:9 mode: expected a whole number, got the boolean "true"',
      '7:14 lines.1: expected a text, got the number "5"',
      '9:8 headers.a: expected a text, got a map',
    ]);
    expect(await issues(`${good}options:\n  headers: [a]\n`)).toEqual([
      '5:12 headers: expected a map of texts, got a list',
    ]);
    expect(await issues(`${good}options: text\n`)).toEqual(['4:10 options must be a map, not a text']);
  });

  it.each([
    ['plain', 'match: changed() AND nosuch()', 4, 22],
    ['single quotes', "match: 'name() == ''a'' AND nosuch()'", 4, 29],
    ['double quotes', 'match: "name() == \\"a\\" AND nosuch()"', 4, 29],
    ['a block', 'match: |\n  changed()\n    AND nosuch()', 6, 9],
    ['a folded block', 'match: >\n  changed()\n  AND nosuch()', 6, 7],
    ['a plain scalar on two lines', 'match: changed()\n  AND nosuch()', 5, 7],
  ])('shows where in a match in %s something is wrong', async (_, match, line, column) => {
    const [issue, ...more] = (await failure(`${good}${match}\n`)).issues;
    expect(more).toEqual([]);
    expect(issue?.reason).toContain('nosuch');
    expect(issue?.position).toMatchObject({ line, column });
    expect(issue?.excerpt).toContain('nosuch');
  });

  it('shows where in a match of another dialect something is wrong', async () => {
    const [issue] = (await failure(`${good}match:\n  expr: level >= nosuch(1)\n`)).issues;
    expect(issue?.position?.line).toBe(5);
    expect(issue?.path).toEqual(['match', 'expr']);
  });

  it('shows where in a match in JSON something is wrong', async () => {
    const source =
      '{\n "topic": "t", "id": "h", "kind": "log",\n "match": "\\"a\\" == \\u0027b\\u0027 AND nosuch()"\n}';
    const [issue] = (await failure(source, 'h.json')).issues;
    expect(issue?.position).toMatchObject({ line: 3, column: source.split('\n')[2]!.indexOf('nosuch') + 1 });
  });

  it.each([
    [`match: "host" == 's001'`, `match: '"host" == ''s001'''`],
    [`match: 's001' == "host"`, `match: '''s001'' == "host"'`],
    [`  match : "a" =~ /x/ AND changed()  `, `match : '"a" =~ /x/ AND changed()'`],
    ['match: !changed()', `match: '!changed()'`],
    ['match: !isPresent("x")', `match: '!isPresent("x")'`],
  ])('recognises %s and prints the line as it should be', async (line, corrected) => {
    const indent = line.startsWith('  ') ? '  ' : '';
    const source = `topic: t\nid: h\nkind: log\n${line.trimStart()}\noptions:\n  nope: 1\n`;
    const error = await failure(source);
    expect(error.issues[0]?.cure).toContain(`\n  ${corrected}`);
    expect(error.issues.map(({ position }) => position?.line)).toEqual([4, 6]);
    expect(indent).toBeDefined();
    await new TopicRegistry({ kinds: [log] }).defineText(
      source.replace(line.trimStart(), corrected).replace('  nope: 1', '  mode: 1'),
      'h.yaml',
    );
  });

  it('is not mended over and over where a map of another dialect stands in it', async () => {
    const line = `match: { expr: 'level == "OK"' }`;
    expect(await issues(`topic: t\nid: h\n}}kind: log\n${line}\n`)).toHaveLength(1);
    expect((await issues(`\ntopic: :\nidh\nkind: log\n${line}\n`)).length).toBeGreaterThan(0);
    expect((await issues(`${good}match: { expr: 'it''s' \n}}\n`)).join()).not.toContain('quoted as a whole');
    expect((await failure(`${good}match: {{ x }}\n`)).issues[0]?.cure).toContain(`match: '{{ x }}'`);
  });

  it('says what YAML cannot be read, all of it', async () => {
    expect(await issues(`${good}options: *nope\n`)).toEqual(["4:10 there is no anchor 'nope'"]);
    expect(await issues('topic: [1\nid: h\n')).toHaveLength(1);
    expect(await issues(`${good}options:\n  ~: x\n`)).toEqual(['5:3 a key must not be null']);
    expect(await issues(`${good}options:\n  mode: .inf\n`)).toEqual([
      '5:9 .inf is no number that a handler can be given',
    ]);
    expect(await issues('- a\n- b\n')).toEqual([
      '1:1 a handler spec is a map of topic, id, kind, match, options, message, details, delivery, not a list',
    ]);
  });

  it('says what JSON cannot be read', async () => {
    expect(await issues('{"topic":"t",\n}', 'h.json')).toEqual([
      '2:1 a name in double quotes is expected here',
    ]);
    expect(await issues('{"topic" "t"}', 'h.json')).toEqual(["1:10 a ':' is expected here"]);
    expect(await issues('{"topic": tru}', 'h.json')).toEqual(['1:11 a value is expected here']);
    expect(await issues('', 'h.json')).toEqual(['1:1 the file ends here, a value is missing']);
    expect(await issues('{"topic": "a\nb"}', 'h.json')).toEqual([
      '1:11 this text is not closed, or holds a character that must be escaped',
    ]);
    expect(await issues('// no\n{}', 'h.json')).toEqual(['1:1 a value is expected here']);
    expect((await failure('\ufeff{}', 'h.json')).message).toContain('byte order mark');
  });

  it('is refused when it unfolds into too much or nests too deeply', async () => {
    let bomb = 'a0: &a0 [x, x]\n';
    for (let n = 1; n < 40; n++) bomb += `a${n}: &a${n} [*a${n - 1}, *a${n - 1}]\n`;
    expect((await failure(good + bomb)).message).toContain('unfolds into too much');
    expect(
      (await failure(`${good}options:\n  lines: ${'['.repeat(300)}${']'.repeat(300)}\n`)).message,
    ).toContain('nested too deeply');
    expect((await failure(`${good}options: ${'['.repeat(50_000)}`)).message).toContain('nested too deeply');
    expect((await failure(`{"options": ${'['.repeat(50_000)}`, 'h.json')).message).toContain(
      'nested too deeply',
    );
    expect((await failure(`${good}a: &a\n  <<: *a\n`)).message).toBeDefined();
    expect((await failure(`# ${'x'.repeat(1_000_001)}`)).message).toContain('longer than');
  });

  it('shows what a kind throws when it makes the handler', async () => {
    const kind: AnyHandlerKind = {
      kind: 'picky',
      options: optionsSchema({ token: text }),
      secretOptions: ['token'],
      create: () => {
        throw new Error('cannot log in with secret-token');
      },
    };
    const alerts = new TopicRegistry({ kinds: [kind] });
    await expect(
      alerts.defineText('topic: t\nid: h\nkind: picky\noptions:\n  token: secret-token\n', 'h.yaml'),
    ).rejects.toThrow('h.yaml:5:3: cannot log in with ***');
    expect(alerts.specs()).toEqual([]);
    expect(alerts.topic('t')).toBeUndefined();
  });

  it('never crashes, whatever the text', async () => {
    const piece = fc.constantFrom(
      'topic',
      'id',
      'kind',
      'match',
      'options',
      ':',
      ' ',
      '\n',
      '"',
      "'",
      '[',
      ']',
      '{',
      '}',
      '&a',
      '*a',
      '!',
      '|',
      '>',
      '-',
      '#',
      ',',
      'x',
      '<<',
      '\t',
      '%',
      '~',
    );
    const alerts = new TopicRegistry({ kinds: [log] });
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 40 }),
        fc.constantFrom('a.yaml', 'a.json'),
        async (pieces, file) => {
          const error = await alerts
            .defineText(pieces.join(''), file, { replace: true })
            .catch((e: unknown) => e);
          if (error instanceof Error) expect(error).toBeInstanceOf(HandlerSpecError);
        },
      ),
      { numRuns: 1500 },
    );
  });
});

describe('a handler file', () => {
  it.each([
    ['YAML', 'TOPIC: 5\nId: yes\nkind: Log\noptions: {PATH: /x, mode: 0644, quick: on}\nmatch: ~\n', 'h.yml'],
    [
      'JSON',
      '{"Topic":"5","ID":"true","kind":"LOG","options":{"PATH":"/x"},"options":{"mode":420,"quick":true},"match":null} rest',
      'h.json',
    ],
  ])('in %s is read as Kapacitor reads it', async (_, source, file) => {
    expect(await new TopicRegistry({ kinds: [log] }).defineText(source, file)).toEqual({
      topic: '5',
      id: 'true',
      kind: 'log',
      options: { PATH: '/x', mode: 420, quick: true },
    });
  });

  it('counts its first document, merges maps, knows anchors, takes the last of a key given twice', async () => {
    const source =
      'base: &b {path: /x, mode: 1}\ntopic: t\nid: h\nid: g\nkind: log\noptions:\n  <<: *b\n  mode: 2\n---\nid: other\n';
    expect(await new TopicRegistry({ kinds: [log] }).defineText(source, 'h.yaml')).toEqual({
      topic: 't',
      id: 'g',
      kind: 'log',
      options: { path: '/x', mode: 2 },
    });
  });

  it('merges maps where the << stands', async () => {
    const base = 'base: &b {path: /b, mode: 1}\n';
    const optionsOf = async (options: string): Promise<unknown> => {
      const registry = new TopicRegistry({ kinds: [log] });
      await registry.defineText(`${base}${good}options: ${options}\n`, 'h.yaml');
      return registry.specs()[0]?.options;
    };
    expect(await optionsOf('{<<: *b, mode: 2}')).toEqual({ path: '/b', mode: 2 });
    expect(await optionsOf('{mode: 2, <<: *b}')).toEqual({ path: '/b', mode: 1 });
    expect(await optionsOf('{<<: [{mode: 3}, *b]}')).toEqual({ path: '/b', mode: 3 });
  });

  it('may have tags of its own, and those of YAML 1.1', async () => {
    const registry = new TopicRegistry({ kinds: [log] });
    await registry.defineText('topic: !mine 5\nid: !!binary aGVsbG8=\nkind: ! log\n', 'h.yaml');
    expect(registry.specs()[0]).toMatchObject({ topic: '5', id: 'hello', kind: 'log' });
  });

  it('in JSON holds no number too large, and what is wrong once is not mended by a second', async () => {
    const json = (rest: string): string => `{"topic":"t","id":"h","kind":"log",${rest}}`;
    expect(await issues(json('"options":{"mode":1e400}'), 'h.json')).toEqual([
      '1:54 this number is too large',
    ]);
    expect(await issues(json('"kind":5,"kind":"log"'), 'h.json')).toEqual([
      '1:52 kind must be a text, not the number 5',
    ]);
  });

  it('in YAML holds no control characters', async () => {
    expect(await issues(`${good}match: "a\u0007"\n`)).toEqual([
      '4:10 a control character cannot stand in YAML',
    ]);
  });

  it('warns of keys that mean nothing', async () => {
    const alerts = new TopicRegistry({ kinds: [log] });
    const warnings = vi.fn();
    alerts.on('warning', warnings);
    await alerts.defineText(`${good}optoins: {}\ncolour: red\n`, 'h.yaml');
    expect(warnings.mock.calls.map(([{ message }]) => message)).toEqual([
      "h.yaml:5:1: the key 'colour' means nothing in a handler spec",
      "h.yaml:4:1: the key 'optoins' means nothing in a handler spec; did you mean 'options'?",
    ]);
  });

  it('warns of texts that YAML takes for something else', async () => {
    const alerts = new TopicRegistry({ kinds: [log] });
    const warnings = vi.fn();
    alerts.on('warning', warnings);
    const rest = 'kind: log\noptions: {path: /x}\n';
    const spec = await alerts.defineText(`id: n\ntopic: 010\nmessage: On\n${rest}`, 'h.yaml');
    expect(spec).toMatchObject({ id: 'false', topic: '8', message: 'true' });
    expect(warnings.mock.calls.map(([{ message }]) => message)).toEqual([
      "h.yaml:1:5: the id is 'false': YAML reads the bare n so. Put it in quotes: id: 'n'",
      "h.yaml:3:10: the message is 'true': YAML reads the bare On so. Put it in quotes: message: 'On'",
      "h.yaml:2:8: the topic is '8': YAML reads the bare 010 so. Put it in quotes: topic: '010'",
    ]);
    for (const id of ['true', '12', "'on'", '"n"', '!!str yes', 'web-1'])
      await alerts.defineText(`id: ${id}\ntopic: cpu\n${rest}`, 'h.yaml');
    expect(warnings).toHaveBeenCalledTimes(3);
  });

  it('may say how events are delivered and have templates of its own', async () => {
    const alerts = new TopicRegistry({ kinds: [log] });
    await alerts.defineText(
      `${good}message: "{{ .ID }}"\ndelivery:\n  max-tries: 3\n  timeout: 5s\n`,
      'h.yaml',
    );
    expect(alerts.spec('t', 'h')).toMatchObject({
      message: '{{ .ID }}',
      delivery: { 'max-tries': 3, timeout: '5s' },
    });
    expect(await issues(`${good}delivery:\n  max-trys: 3\n  timeout: soon\n`)).toEqual([
      "5:3 unknown option 'max-trys'. Did you mean 'max-tries'?",
      expect.stringContaining('6:12 '),
    ]);
  });
});

describe('handler files on disk', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tocsin-files-'));
  });
  afterEach(() => rm(directory, { recursive: true }));
  const write = (name: string, content: string): Promise<void> => writeFile(join(directory, name), content);

  it('are defined together, or none of them', async () => {
    const alerts = new TopicRegistry({ kinds: [log] });
    await write('a.yaml', good);
    await write('b.json', '{"topic":"t","id":"g","kind":"log"}');
    await write('c.yml', 'topic: t\nid: h\nkind: nope\n');
    await write('d.yaml', 'topic: [\n');
    await write('notes.txt', 'not a handler file');
    const error: unknown = await alerts.defineDirectory(directory).catch((e: unknown) => e);
    const found = (error as HandlerSpecError).issues.map(({ position, reason }) => [position?.file, reason]);
    expect(found).toEqual([
      [join(directory, 'd.yaml'), expect.any(String)],
      [join(directory, 'c.yml'), `topic 't' has a handler 'h' already, from ${join(directory, 'a.yaml')}:2`],
      [join(directory, 'c.yml'), "there is no handler kind 'nope'"],
    ]);
    expect(alerts.specs()).toEqual([]);

    await rm(join(directory, 'c.yml'));
    await rm(join(directory, 'd.yaml'));
    expect((await alerts.defineDirectory(directory)).map(({ id }) => id)).toEqual(['h', 'g']);
  });

  it('are refused twice, unless they may replace', async () => {
    const alerts = new TopicRegistry({ kinds: [log] });
    const path = join(directory, 'a.yaml');
    await write('a.yaml', good);
    await alerts.defineFile(path);
    await expect(alerts.defineFile(path)).rejects.toThrow(`${path}:2:5: topic 't' has a handler 'h' already`);
    await alerts.defineFile(path, { replace: true });
  });

  it('that are not there are an error', async () => {
    const alerts = new TopicRegistry({ kinds: [log] });
    await expect(alerts.defineFile(join(directory, 'no.yaml'))).rejects.toThrow(
      /no\.yaml: the file cannot be read/,
    );
    await expect(alerts.defineFile(join(directory, 'no.toml'))).rejects.toThrow('.yaml, .yml, .json');
    await expect(alerts.defineDirectory(join(directory, 'no'))).rejects.toThrow(
      'the directory cannot be read',
    );
  });
});
