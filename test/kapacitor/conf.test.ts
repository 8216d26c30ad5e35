import fc from 'fast-check';
import { parse, stringify } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { KapacitorConfError } from '../../src/errors.ts';
import { KIND_SECTIONS } from '../../src/kapacitor/conf/conf-sections.ts';
import { KeyPlaces } from '../../src/kapacitor/conf/key-places.ts';
import {
  type KapacitorConf,
  type LoadKapacitorConfOptions,
  loadKapacitorConf,
  loadKapacitorConfFile,
  loadTickscript,
} from '../../src/kapacitor/index.ts';
import { HANDLER_PROPERTIES } from '../../src/kapacitor/nodes/alert/handler-properties.ts';
import { TopicRegistry } from '../../src/topic/index.ts';
import { point } from './run-script.ts';

const read = (text: string, env: LoadKapacitorConfOptions['env'] = {}): Promise<KapacitorConf> =>
  loadKapacitorConf(text, { env, file: 'kapacitor.conf' });

async function issuesOf(text: string, env?: LoadKapacitorConfOptions['env']) {
  const error = await read(text, env).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(KapacitorConfError);
  return (error as KapacitorConfError).issues.map(({ reason, position }) => [
    position?.line,
    position?.column,
    reason,
  ]);
}

describe('loadKapacitorConf', () => {
  it('takes an empty list of sections for none', async () => {
    const conf = await read('slack = []\ndiscord = []\nhttppost = []\nkafka = []\nmqtt = []\n');
    expect(conf.sections).toEqual([]);
    expect(conf.kinds.map(({ kind }) => kind)).toEqual((await read('')).kinds.map(({ kind }) => kind));
  });

  it('makes kinds of single and of repeated sections', async () => {
    const conf = await read(`
hostname = "kap-1"
data_dir = "/var/lib/kapacitor"

[http]
  bind-address = ":9092"

[alert]
  persist-topics = false
  topic-buffer-length = 7000

[smtp]
  enabled = true
  host = "mail.example.org"
  from = "kapacitor@example.org"
  to = ["ops@example.org"]
  idle-timeout = "30s"

[[slack]]
  enabled = true
  default = true
  workspace = "one"
  url = "https://hooks.slack.example/one"

[[slack]]
  enabled = false
  workspace = "two"
  url = "https://hooks.slack.example/two"

[[httppost]]
  endpoint = "crm"
  url = "https://crm.example.org"
  headers = { Example1 = "a" }
  [httppost.basic-auth]
  username = "me"
  password = "secret"

[telegram]
  token = "t"
`);
    expect(conf.sections).toEqual([
      expect.objectContaining({ section: 'httppost', kind: 'post', name: 'crm', enabled: true }),
      expect.objectContaining({ section: 'slack', kind: 'slack', name: 'one', default: true, enabled: true }),
      expect.objectContaining({
        section: 'slack',
        kind: 'slack',
        name: 'two',
        default: false,
        enabled: false,
      }),
      expect.objectContaining({ section: 'smtp', kind: 'smtp', enabled: true, global: false }),
      expect.objectContaining({ section: 'telegram', kind: 'telegram', enabled: false }),
    ]);
    expect(conf).toMatchObject({
      hostname: 'kap-1',
      persistTopics: false,
      topicBufferLength: 7000,
      ignored: ['data_dir', 'http'],
      overrides: [],
      alertDefaults: { globalKinds: [] },
    });
    expect(conf.kinds.map(({ kind }) => kind)).toEqual([
      'post',
      'slack',
      'smtp',
      'telegram',
      'aggregate',
      'exec',
      'log',
      'publish',
      'tcp',
    ]);
    const registry = new TopicRegistry({ kinds: conf.kinds });
    await registry.define({
      topic: 'a',
      id: 'b',
      kind: 'slack',
      options: { workspace: 'one', channel: '#c' },
    });
    await expect(
      registry.define({ topic: 'a', id: 'c', kind: 'slack', options: { workspace: 'three' } }),
    ).rejects.toThrow(/no workspace 'three'/);
    await registry.close();
  });

  it('heeds the environment, in each section or in one', async () => {
    const conf = await read(
      '[[slack]]\nenabled = true\ndefault = true\n[[httppost]]\nendpoint = "a"\nurl = "https://a.example"\n',
      {
        KAPACITOR_SLACK_0_URL: 'https://hooks.slack.example/env',
        KAPACITOR_SLACK_GLOBAL: 'true',
        KAPACITOR_SLACK_0_STATE_CHANGES_ONLY: 'true',
        KAPACITOR_HTTPPOST_0_HEADERS_Example1: 'header1',
        KAPACITOR_HTTPPOST_0_BASIC_AUTH_USERNAME: 'u',
        KAPACITOR_HTTPPOST_0_BASIC_AUTH_PASSWORD: 'p',
        KAPACITOR_PAGERDUTY2_ENABLED: 'true',
        KAPACITOR_PAGERDUTY2_ROUTING_KEY: 'k',
        KAPACITOR_SMTP_ENABLED: 'true',
        KAPACITOR_SMTP_FROM: 'a@b.example',
        KAPACITOR_SMTP_PORT: '2525',
        KAPACITOR_SMTP_TO: 'x@y.example,z@y.example',
        KAPACITOR_SMTP_TO_1: 'second@y.example',
        KAPACITOR_URL: 'http://the.cli.only',
        OTHER: 'x',
      },
    );
    expect(conf.sections.map(({ section, enabled }) => [section, enabled])).toEqual([
      ['httppost', true],
      ['pagerduty2', true],
      ['slack', true],
      ['smtp', true],
    ]);
    expect(conf.overrides).toHaveLength(13);
    expect(conf.alertDefaults).toEqual({ globalKinds: ['slack'], stateChangesOnlyBy: 'slack' });
    expect(await issuesOf('', { KAPACITOR_SLACK_0_CHANEL: 'x' })).toEqual([
      [undefined, undefined, 'the environment variable: there is no option chanel'],
    ]);
    const [issue] = await issuesOf('[smtp]\nenabled = false', { KAPACITOR_SMTP_PORT: 'secret-text' });
    expect(String(issue)).not.toContain('secret-text');
  });

  it('says everything that is wrong at once, each with its place', async () => {
    expect(
      await issuesOf(
        '[slak]\n[slack]\n  enabled = true\n  chanel = "#x"\n  # url = "a"\n  url = 5\n[alert]\n  persist = true\n[smtp]\n  enabled = true\n',
      ),
    ).toMatchObject([
      [1, 2, 'there is no section or setting slak'],
      [4, 3, "unknown option 'chanel'. Did you mean 'channel'?"],
      [6, 3, expect.stringMatching(/^url: expected/)],
      [8, 3, expect.stringMatching(/^unknown option 'persist'/)],
      [9, 2, expect.stringMatching(/from must be a mail address/)],
    ]);
    expect(
      await issuesOf('[[slack]]\nenabled = true\n[[slack]]\nenabled = true\nurl = true\n'),
    ).toMatchObject([[5, 1, expect.stringMatching(/^url/)]]);
    expect(await issuesOf('[[smtp]]\nenabled = false\n[[smtp]]\nenabled = false\n')).toMatchObject([
      [1, 3, expect.stringMatching(/one section only/)],
    ]);
    expect(await issuesOf('a = \n')).toMatchObject([
      [1, expect.any(Number), expect.stringMatching(/no TOML/)],
    ]);
    expect(await issuesOf('smtp = []\n')).toMatchObject([[1, 1, expect.stringMatching(/must be a section/)]]);
    expect(await issuesOf('slack = 5\n')).toMatchObject([[1, 1, expect.stringMatching(/must be a section/)]]);
    await expect(loadKapacitorConfFile('/nowhere/kapacitor.conf', { env: {} })).rejects.toThrow(
      /cannot be read/,
    );
  });

  it('knows every kind that a script can name, and the options that it can set', async () => {
    const text = Object.keys(KIND_SECTIONS)
      .map((section) => (section === 'httppost' ? '' : `[${section}]\nenabled = false\n`))
      .join('');
    const { kinds } = await read(text);
    const named = new Set(Object.values(HANDLER_PROPERTIES).map(({ kind }) => kind));
    for (const kind of named) expect(kinds.map((each) => each.kind)).toContain(kind);
    expect(named.size).toBe(25);
  });
});

describe('what a configuration says of all alert nodes', () => {
  it('gives global handlers to rules without one, and has them tell changes only, visibly', async () => {
    const conf = await read(
      '[slack]\nenabled = true\nurl = "https://x.example/s"\nglobal = true\nstate-changes-only = true\n[smtp]\nenabled = true\nfrom = "a@b.example"\nglobal = true\n[telegram]\nenabled = false\nglobal = true\n',
    );
    const task = loadTickscript(
      `stream|from()|alert().crit(lambda: "x" > 1).slack().channel('#own')
       stream|from()|alert().crit(lambda: "x" > 1).stateChangesOnly(1h).topic('t')`,
      { name: 'a', conf, clock: 'points' },
    );
    expect(task.alerts).toMatchObject([
      {
        stateChangesOnlyBy: 'slack',
        handlers: [
          { kind: 'slack', options: { channel: '#own' }, global: false },
          { kind: 'smtp', options: {}, global: true },
        ],
      },
      {
        stateChangesOnlyBy: 'slack',
        handlers: [
          { kind: 'slack', options: {}, global: true },
          { kind: 'smtp', options: {}, global: true },
        ],
      },
    ]);
    expect(task.observe(point(0, { x: 2 }))).toHaveLength(2);
    expect(task.observe(point(1, { x: 3 }))).toHaveLength(0);
    expect(task.observe(point(3601, { x: 3 }))).toHaveLength(1);
  });
});

describe('KeyPlaces', () => {
  it('finds keys behind every form of value', () => {
    const text = [
      'a = """x',
      'b = 1 # "" # "',
      '"""" # c = 1',
      "d = '''",
      "e = 1'''",
      'f = [ "[", # ]',
      '  { g = 1 }, ]',
      '[ t . "u.v" ]',
      '  h.i = { j = "}" }',
      '[[ l ]]',
      'k = 1',
      '[[l]]',
      'k = 2',
      '[l.m]',
      'n = 1',
    ].join('\n');
    const places = new KeyPlaces(text);
    expect(parse(text)).toBeTypeOf('object');
    const lineOf = (...path: (string | number)[]) => places.position(path)?.line;
    expect(lineOf('a')).toBe(1);
    expect(lineOf('b')).toBeUndefined();
    expect(lineOf('d')).toBe(4);
    expect(lineOf('f')).toBe(6);
    expect(lineOf('t', 'u.v', 'h', 'i')).toBe(9);
    expect(lineOf('l', 1, 'k')).toBe(13);
    expect(lineOf('l', 1, 'm', 'n')).toBe(15);
    expect(lineOf('l', 1, 'nope')).toBe(12);
  });

  it('ends with any text, and finds every key of any table', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void new KeyPlaces(text)));
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string()));
    const table = fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), value, { maxKeys: 5 });
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), table, { maxKeys: 4 }), (tables) => {
        const text = stringify(tables);
        const places = new KeyPlaces(text);
        for (const [name, keys] of Object.entries(tables)) {
          for (const key of Object.keys(keys)) {
            const { offset = 0 } = places.position([name, key]) ?? {};
            expect(text.slice(offset)).toMatch(new RegExp(`^"?${key}"? *=`));
          }
        }
      }),
    );
  });
});
