import { describe, expect, it } from 'vitest';
import { KindConfigurationError } from '../../../src/errors.ts';
import { described, flag, type OptionsInput, optionsSchema, text } from '../../../src/handler/options.ts';
import { noteSecret } from '../../../src/handlers/shared/note-secret.ts';
import { configure } from '../../../src/handlers/shared/sections.ts';
import { urlProblem } from '../../../src/handlers/shared/url-problem.ts';
import { testContext } from '../../../src/testing/handler-kind-suite.ts';
import { testEvent } from '../../../src/testing/test-event.ts';
import { testHost } from '../../../src/testing/test-host.ts';

const schema = optionsSchema({
  name: described(text, 'The name.'),
  url: described(text, 'Where.'),
  token: text,
  enabled: flag,
  default: flag,
  global: flag,
  'state-changes-only': flag,
});
type Section = OptionsInput<typeof schema.entries>;

function sections(given?: Section | readonly Section[]) {
  return configure(
    {
      kind: 'test',
      schema,
      secrets: ['token', 'url'],
      name: 'name',
      check: ({ url }) => urlProblem('url', url),
    },
    given,
  );
}

const url = 'https://example.com/hook';
const nothing = { handle: () => undefined };

describe('configure', () => {
  it('takes one section without a name for the default one', () => {
    expect(sections({ url }).info).toEqual([
      { name: '', default: true, enabled: true, global: false, stateChangesOnly: false },
    ]);
  });

  it('keeps what rules may want to know', () => {
    const [info] = sections({ url, default: true, global: true, stateChangesOnly: true }).info;
    expect(info).toMatchObject({ global: true, stateChangesOnly: true });
  });

  it.each<[string, Section | readonly Section[] | undefined, string]>([
    ['nothing', undefined, 'test: url is required'],
    ['an unknown name', { ulr: url } as Section, "unknown option 'ulr'. Did you mean 'url'?"],
    ['a bad url', { url: 'example.com' }, 'test: url is no http or https URL'],
    [
      'one of several',
      [{ url, name: 'a', default: true }, { name: 'b' }],
      'test: section 2: url is required',
    ],
    [
      'no name among several',
      [
        { url, default: true },
        { url, name: 'b' },
      ],
      'section 1 needs a name',
    ],
    [
      'the same name twice',
      [
        { url, name: 'a', default: true },
        { url, name: 'a' },
      ],
      'two sections have the name "a"',
    ],
    [
      'no default among several',
      [
        { url, name: 'a' },
        { url, name: 'b' },
      ],
      'default: true',
    ],
    ['global without default', { url, global: true }, 'only the section with default: true may be global'],
    ['state changes alone', { url, default: true, stateChangesOnly: true }, 'state-changes-only needs'],
  ])('refuses %s', (_, given, message) => {
    expect(() => sections(given)).toThrow(KindConfigurationError);
    expect(() => sections(given)).toThrow(message);
  });

  it('asks nothing of a section that is switched off', () => {
    expect(sections({ enabled: false }).info[0]).toMatchObject({ enabled: false });
  });

  it('takes several sections only where they can be chosen', () => {
    const options = { kind: 'test', schema: optionsSchema({ url: text }), secrets: [] };
    expect(() => configure(options, [{ url }, { url }])).toThrow('takes one section only');
  });
});

describe('connect', () => {
  const several = () =>
    sections([
      { name: 'a', url: `${url}/a`, default: true },
      { name: 'b', url: `${url}/b`, token: 'tell-nobody' },
      { name: 'c', url: `${url}/c`, default: true },
      { name: 'off', enabled: false },
    ]);
  const chosen = async (name?: string) => {
    let found: string | undefined;
    await several().connect(testHost(), name, (section) => {
      found = section.name;
      return nothing;
    });
    return found;
  };

  it('chooses by name, or the last default', async () => {
    expect(await chosen('b')).toBe('b');
    expect(await chosen()).toBe('c');
    expect(await chosen('')).toBe('c');
  });

  it('names what could have been meant', async () => {
    await expect(chosen('of')).rejects.toThrow("there is no name 'of'. Did you mean 'off'?");
    await expect(chosen('elsewhere')).rejects.toThrow('Configured: a, b, c, off.');
  });

  it('makes a handler that fails at each event when the section is switched off', async () => {
    const handler = await several().connect(testHost(), 'off', () => nothing);
    expect(() => handler.handle(testEvent(), testContext())).toThrow(
      'test is not enabled in its configuration',
    );
  });

  it('makes secrets known to the redactor', async () => {
    const host = testHost();
    await several().connect(host, 'b', () => nothing);
    expect(host.redactor.redact(`tell-nobody at ${url}/b`)).toBe('*** at ***');
  });
});

describe('noteSecret', () => {
  it('knows the pieces of a webhook address too', () => {
    const host = testHost();
    noteSecret(host, 'https://hooks.example.com/services/T0AB/xYz123456?sig=aBcD12345');
    const told = host.redactor.redact('no hook xYz123456 in services, signature aBcD12345 is wrong');
    expect(told).toBe('no hook *** in services, signature *** is wrong');
  });
});
