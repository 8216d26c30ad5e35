import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TemplateError } from '../../src/errors.ts';
import { compileTemplate } from '../../src/template/index.ts';
import { failure, render } from './render.ts';

describe('a text that is no template', () => {
  test.each([
    ['{{ .Name', 'This action is never closed'],
    ['{{ if .Name }}x', 'A block is never closed'],
    ['{{ lower .Name }}', "There is no function 'lower'"],
    ['{{ }}', 'There is no value in an action'],
    ['{{ (.Name }}', 'A parenthesis is never closed'],
    ['{{ .Name ) }}', 'There is a closing parenthesis too many'],
    ['{{ "abc }}', 'This text is never closed'],
    ["{{ 'abc' }}", 'A character constant holds exactly one character; a text needs double quotes'],
    ['{{ .Fields["a"] }}', "The character '[' (U+005B) cannot follow a name"],
    ['{{ else }}', "Unexpected 'else': there is no block that it could belong to"],
    ['{{ break }}', 'A break can only stand inside a range'],
    [
      '{{ 99999999999999999999 }}',
      'The integer 99999999999999999999 is too big, or not a number of its base',
    ],
    ['{{/* c }}', 'This comment is never closed'],
  ])('%s', (source, reason) => {
    const error = failure(source);
    expect(error.code).toBe('TEMPLATE_PARSE');
    expect(error.reason).toBe(reason);
  });

  test('is shown with line, column and cure', () => {
    const error = failure('line one\n  {{ printff "x" }}', {}, { file: 'rule.yaml' });
    expect(error.position).toEqual({ file: 'rule.yaml', line: 2, column: 6, offset: 14 });
    expect(error.text).toBe('printff');
    expect(error.message).toBe(
      'rule.yaml:2:6: There is no function \'printff\'. Did you mean printf?\n    {{ printff "x" }}\n       ^^^^^^^',
    );
  });
});

describe('a template that fails on its data', () => {
  test.each([
    ['{{ .Nope }}', 'There is no Nope in the data'],
    ['{{ .idInfo }}', 'There is no idInfo in the data'],
    ['{{ len . }}', 'The data has no length'],
    ['{{ .Name.x }}', 'There is no x in a string'],
    ['{{ index .Tags 1 }}', 'index needs a string as a key, not an int'],
    ['{{ index "abc" 9 }}', 'index cannot go to 9: there are 0 to 2'],
    ['{{ len 3 }}', 'An int has no length'],
    ['{{ printf .Duration }}', 'A string is needed here, not a time.Duration'],
    ['{{ gt .Name 1 }}', 'A string cannot be compared with an int'],
    ['{{ len }}', 'len takes 1 argument, not 0'],
    ['{{ range .Name }}{{ end }}', 'A range needs a list, a map or a whole number, not a string'],
    ['{{ template "x" }}', 'There is no template "x"'],
    ['{{ .Name 1 }}', 'Name takes no arguments: it is no method'],
    ['{{ nil }}', 'nil is not a value on its own'],
  ])('%s', (source, reason) => {
    const error = failure(source, { Name: 'cpu' });
    expect(error.code).toBe('TEMPLATE_RENDER');
    expect(error.reason).toBe(reason);
  });

  test('keeps what was written, and says where it stopped', () => {
    const error = failure('{{ .Name }}\n and {{ .Nope }}', { Name: 'cpu' });
    expect(error.partial).toBe('cpu\n and ');
    expect(error.position).toMatchObject({ line: 2, column: 9 });
    expect(error.text).toBe('.Nope');
    expect(error.cure).toMatch(/^There is: Name, TaskName, Group, Tags, ServerInfo, /);
  });
});

describe('limits', () => {
  test.each([
    ['output', '{{ range 1000 }}0123456789{{ end }}', { output: 100 }, /longer than 100 characters/],
    ['rounds', '{{ range 1000 }}{{ end }}', { rounds: 100 }, /more than 100 times/],
    [
      'rounds within rounds',
      '{{ range 50 }}{{ range 50 }}{{ end }}{{ end }}',
      { rounds: 100 },
      /more than 100 times/,
    ],
    [
      'calls',
      '{{ define "a" }}{{ template "b" }}{{ template "b" }}{{ end }}{{ define "b" }}{{ end }}{{ range 60 }}{{ template "a" }}{{ end }}',
      { rounds: 100 },
      /more than 100 times/,
    ],
    ['long bodies', `{{ range 100000 }}{{ $.Tags${'.a'.repeat(10_000)} }}{{ end }}`, {}, /too much text/],
    ['depth', '{{ define "t" }}{{ template "t" }}{{ end }}{{ template "t" }}', {}, /more than 250 deep/],
    [
      'work',
      '{{ $x := printf "%10000d" 1 }}{{ range 100000 }}{{ $y := len $x }}{{ end }}',
      {},
      /too much text/,
    ],
    ['widths', '{{ printf "%9999999d" 1 }}', {}, /up to 100000/],
  ])('%s', (_, source, limits, reason) => {
    expect(failure(source, {}, { limits }).reason).toMatch(reason);
  });

  test('blocks cannot be nested without end', () => {
    const deep = (open: string, close: string): string => open.repeat(100_000) + close.repeat(100_000);
    expect(failure(deep('{{ if 1 }}', '{{ end }}')).reason).toMatch(/200 deep/);
    expect(failure(`{{ ${deep('(', ')')} }}`).reason).toMatch(/200 deep/);
  });
});

describe('own properties only', () => {
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s', (name) => {
    expect(render(`{{ .Tags.${name} }}|{{ index .Tags "${name}" }}`, { Tags: {} })).toBe('<no value>|');
    expect(render(`{{ .Fields.${name} }}`, { Fields: {} })).toBe('<no value>');
    expect(failure(`{{ .${name} }}`).reason).toBe(`There is no ${name} in the data`);
    const own = JSON.parse(`{"${name}": "mine"}`);
    expect(render(`{{ .Tags.${name} }}`, { Tags: own })).toBe('mine');
  });
});

describe('whatever the text is', () => {
  const data = {
    Name: 'cpu',
    Tags: { host: 'a' },
    Fields: { value: 1.5, count: 3n, s: 'é', list: [1, 'x', null], map: { a: 1 } },
    Time: new Date(0),
    Duration: 5,
  };
  const piece = fc.constantFrom(
    ...'{{ {{- }} -}} ( ) | := = $x $ . , "a" `b` \'c\' 1 -2.5 0x1F 1i nil true .Name .Tags .Tags.host .Fields .Fields.list .Fields.s .Time .Duration'.split(
      ' ',
    ),
    ...'if else end range with define template block break continue and or not eq lt index len slice print printf html js urlquery json'.split(
      ' ',
    ),
    ...[
      '.Format "2006"',
      '.Seconds',
      '"%[1]*.3x"',
      '"%-08.3v%"',
      '$x := 1',
      ' ',
      '\n',
      'é',
      '/*',
      '*/',
      '\\',
    ],
    ...[
      '<a href="',
      '">',
      "<p style='",
      '<!--',
      '-->',
      '<title>',
      '</title>',
      '<script>',
      '<b',
      '=',
      '?',
      'onclick=',
      '&amp;',
    ],
  );
  const template = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(' '));
  const action = fc.array(piece, { maxLength: 8 }).map((pieces) => `{{ ${pieces.join(' ')} }}`);
  const source = fc.oneof(
    template,
    fc.array(fc.oneof(action, piece), { maxLength: 8 }).map((all) => all.join('')),
  );

  test.each([
    ['as text', { dataType: 'message' }],
    ['as HTML', { dataType: 'details', html: true, json: true }],
  ] as const)('%s, it renders or throws a TemplateError', (_, options) => {
    fc.assert(
      fc.property(fc.oneof(source, fc.string({ unit: 'binary' })), (text) => {
        try {
          expect(typeof compileTemplate(text, { name: 'fuzz', ...options }).render(data)).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
