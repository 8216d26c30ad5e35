import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TemplateError } from '../../src/errors.ts';
import { failure, renderHtml } from './render.ts';

const data = {
  ID: `id<1>&"two"'three'+`,
  Level: 'CRITICAL',
  Tags: { url: 'http://example.com/p?a=b c#f', js: 'javascript:alert(1)', color: 'red', on: 'onclick' },
};

describe('values are escaped for their place', () => {
  test.each([
    ['text', '<b>{{ .ID }}</b>', '<b>id&lt;1&gt;&amp;&#34;two&#34;&#39;three&#39;&#43;</b>'],
    [
      'a quoted attribute',
      '<a title="{{ .ID }}">',
      '<a title="id&lt;1&gt;&amp;&#34;two&#34;&#39;three&#39;&#43;">',
    ],
    [
      'an attribute without quotes',
      '<a title={{ .Tags.url }}>',
      '<a title=http://example.com/p?a&#61;b&#32;c#f>',
    ],
    ['a URL', '<a href="{{ .Tags.url }}">', '<a href="http://example.com/p?a=b%20c#f">'],
    ['a URL with a scheme that runs', '<a href="{{ .Tags.js }}">', '<a href="#ZgotmplZ">'],
    [
      'a part of a query',
      '<a href="/?u={{ .Tags.url }}">',
      '<a href="/?u=http%3a%2f%2fexample.com%2fp%3fa%3db%20c%23f">',
    ],
    ['a style', '<p style="color: {{ .Tags.color }}">', '<p style="color: red">'],
    ['a style that would run', '<p style="x: {{ .Tags.js }}">', '<p style="x: ZgotmplZ">'],
    [
      'a text in a style',
      `<p style="font-family: '{{ .ID }}'">`,
      `<p style="font-family: 'id\\3c 1\\3e\\26\\22two\\22\\27three\\27\\2b '">`,
    ],
    [
      'a title',
      '<title>{{ .ID }}</title>',
      '<title>id&lt;1&gt;&amp;&#34;two&#34;&#39;three&#39;&#43;</title>',
    ],
    ['a comment, which is dropped', 'a<!-- {{ .ID }} -->b', 'ab'],
    ['the name of an attribute', '<a {{ .Tags.on }}="1">', '<a ZgotmplZ="1">'],
    ['srcset', '<img srcset="{{ .Tags.js }} 2x">', '<img srcset="#ZgotmplZ 2x">'],
  ])('%s', (_, source, expected) => {
    expect(renderHtml(source, data)).toBe(expected);
  });

  test('html and urlquery do not replace what a place needs besides', () => {
    const url = { ID: 'http://a/b?c=d&e' };
    expect(renderHtml('<a href={{ .ID | html }}>', url)).toBe('<a href=http://a/b?c&#61;d&amp;amp;e>');
    expect(renderHtml('<a href="{{ .ID | html }}">', url)).toBe('<a href="http://a/b?c=d&amp;e">');
    expect(renderHtml('<a href="/?{{ .ID | urlquery }}">', url)).toBe(
      '<a href="/?http%3A%2F%2Fa%2Fb%3Fc%3Dd%26e">',
    );
  });

  test('html of nothing is nothing', () => {
    expect(renderHtml('[{{ html }}][{{ urlquery }}]')).toBe('[][]');
  });

  test('an urlquery behind a pipe takes its arguments too', () => {
    expect(renderHtml('{{ "b" | urlquery "a" }}')).toBe('ab');
    expect(() => renderHtml('{{ .ID | urlquery len }}', { ID: 'a' })).toThrow(TemplateError);
  });

  test('what has no value is nothing', () => {
    expect(renderHtml('[{{ .Tags.nope }}]')).toBe('[]');
  });

  test('a stray < in the template opens no tag', () => {
    expect(renderHtml('1 < 2')).toBe('1 &lt; 2');
  });

  test('branches may open different values of one attribute', () => {
    expect(renderHtml('<a class="{{ if .ID }}a{{ else }}b{{ end }}">', data)).toBe('<a class="a">');
  });

  test('a template that is called from two places is escaped for both', () => {
    const source =
      '{{ define "t" }}{{ . }}{{ end }}<a href="/?q={{ template "t" .ID }}">{{ template "t" .Level }}</a>';
    expect(renderHtml(source, { ID: 'a&b', Level: 'OK' })).toBe('<a href="/?q=a%26b">OK</a>');
  });
});

describe('json', () => {
  test('is escaped like any other text', () => {
    expect(renderHtml('{{ jsonCompact .Tags }}', { Tags: { a: '<' } })).toBe(
      '{&#34;a&#34;:&#34;\\u003c&#34;}',
    );
  });

  test('has the members of the data in their order, and a newline', () => {
    expect(renderHtml('{{ json .ServerInfo }}').replaceAll('&#34;', '"')).toBe(
      '{"Hostname":"","ClusterID":"","ServerID":""}\n',
    );
  });
});

describe('what cannot be escaped is refused', () => {
  const refused = (source: string) =>
    failure(source, {}, { name: 'details', dataType: 'details', html: true, json: true });

  test.each([
    ['<script>var x = {{ .ID }}</script>', 'HTML in a template cannot have a <script> element'],
    ['<style>p { color: red }</style>', 'HTML in a template cannot have a <style> element'],
    ['<a onclick="f()">', 'HTML in a template cannot have an event handler such as onclick'],
    ['<a href="', "The HTML ends inside an attribute's value"],
    [
      '{{ if .ID }}<a href="{{ end }}',
      "The branches of this if end in different places: inside an attribute's value and in plain text",
    ],
    ['<a href="{{ if .ID }}?{{ end }}{{ .ID }}">', 'It is not sure which part of a URL this is in'],
    ['<a title=a"b>', 'An attribute value without quotes cannot have a " in it'],
    ['{{ .ID | html | print }}', 'html can only be the last of a pipeline in HTML'],
    ['{{ template "nope" }}', 'There is no template "nope"'],
  ])('%s', (source, reason) => {
    const error = refused(source);
    expect(error.code).toBe('TEMPLATE_PARSE');
    expect(error.reason).toBe(reason);
  });

  test('with the place', () => {
    expect(refused('a\n<b onclick="f()">').position).toMatchObject({ line: 2, column: 4 });
  });
});

test('no value gets out of its place', () => {
  const places: [source: string, forbidden: RegExp][] = [
    ['{{ .ID }}', /[<>"']/],
    ['<a title="{{ .ID }}">', /[<>"']/],
    ["<a title='{{ .ID }}'>", /[<>"']/],
    ['<a title={{ .ID }}>', /[<>"'\s=`]/],
    ['<a href="{{ .ID }}">', /[<>"'\s]|^(?!https?:|mailto:)[^/?#]*:/i],
    ['<a href="/?q={{ .ID }}">', /[<>"'\s&=#?]/],
    ['<p style="a: {{ .ID }}">', /[<>"';(){}]/],
    ['<title>{{ .ID }}</title>', /[<>"']/],
  ];
  for (const [source, forbidden] of places) {
    const [before = '', after = ''] = source.split('{{ .ID }}');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (ID) => {
        const output = renderHtml(source, { ID });
        const value = output.slice(before.length, output.length - after.length);
        expect(output.startsWith(before) && output.endsWith(after)).toBe(true);
        expect(value.replace(/&#?\w+;/g, '')).not.toMatch(forbidden);
      }),
    );
  }
});
