import { describe, expect, test } from 'vitest';
import { failure, render } from './render.ts';

const data = {
  Name: 'cpu',
  Level: 'CRITICAL',
  Tags: { host: 'web-1', cpu: 'cpu0', region: 'eu' },
  Fields: { idle: 4.25, ok: true, list: ['a', 'b', 'c'] },
};

describe('actions', () => {
  test.each([
    ['text without actions', 'a { b } }} c', 'a { b } }} c'],
    ['a member', '{{ .Name }}', 'cpu'],
    ['a tag', '{{ .Tags.host }}', 'web-1'],
    ['a tag by its name', '{{ index .Tags "host" }}', 'web-1'],
    ['a tag that is missing', '{{ .Tags.nope }}|{{ index .Tags "nope" }}', '<no value>|'],
    ['a field that is missing', '{{ .Fields.nope }}|{{ index .Fields "nope" }}', '<no value>|<no value>'],
    ['something taken from what is missing', '{{ .Tags.nope.more }}', '<no value>'],
    ['a member that data leaves out', '[{{ .ID }}][{{ .Duration }}]', '[][0s]'],
    ['constants', '{{ "a\\tb" }}{{ `c\\t` }}{{ 1 }}{{ 0x1F }}{{ 1.50 }}{{ true }}', 'a\tbc\\t1311.5true'],
    ['a character, which is a number', "{{ 'a' }}", '97'],
    ['a pipeline', '{{ .Name | printf "%s-%s" "x" | len }}', '5'],
    ['parentheses', '{{ len (index .Tags "host") }}', '5'],
    ['a comment', 'a{{/* b */}}c', 'ac'],
    ['trim markers', 'a \n {{- .Name -}} \n b', 'acpub'],
    ['a minus that is no marker', '{{-3 }}', '-3'],
  ])('%s', (_, source, expected) => {
    expect(render(source, data)).toBe(expected);
  });
});

describe('if, with and range', () => {
  test.each([
    ['if', '{{ if .Name }}yes{{ end }}', 'yes'],
    ['else', '{{ if .ID }}yes{{ else }}no{{ end }}', 'no'],
    ['else if', '{{ if .ID }}a{{ else if .Name }}b{{ else }}c{{ end }}', 'b'],
    [
      'false values',
      '{{ range $v := .Fields.list }}{{ end }}{{ if or 0 0.0 "" nil false }}T{{ else }}F{{ end }}',
      'F',
    ],
    ['with moves the dot', '{{ with .Tags }}{{ .host }}{{ $.Name }}{{ end }}', 'web-1cpu'],
    ['else with', '{{ with .Tags.nope }}a{{ else with .Name }}{{ . }}{{ end }}', 'cpu'],
    [
      'range over a map in the order of its keys',
      '{{ range $k, $v := .Tags }}{{ $k }}={{ $v }};{{ end }}',
      'cpu=cpu0;host=web-1;region=eu;',
    ],
    [
      'range over a list',
      '{{ range $i, $v := .Fields.list }}{{ $i }}{{ . }}{{ $v }} {{ end }}',
      '0aa 1bb 2cc ',
    ],
    ['range over a number', '{{ range 3 }}{{ . }}{{ end }}', '012'],
    ['range over nothing', '{{ range .Fields.nope }}x{{ else }}none{{ end }}', 'none'],
    ['break', '{{ range .Fields.list }}{{ if eq . "b" }}{{ break }}{{ end }}{{ . }}{{ end }}', 'a'],
    ['continue', '{{ range .Fields.list }}{{ if eq . "b" }}{{ continue }}{{ end }}{{ . }}{{ end }}', 'ac'],
  ])('%s', (_, source, expected) => {
    expect(render(source, data)).toBe(expected);
  });
});

describe('variables', () => {
  test.each([
    ['declared', '{{ $x := .Name }}{{ $x }}', 'cpu'],
    ['assigned within a block', '{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}', '2'],
    ['shadowed within a block', '{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}', '1'],
    ['with members', '{{ $t := .Tags }}{{ $t.host }}', 'web-1'],
    [
      'assigned by a range',
      '{{ $k := "" }}{{ $v := "" }}{{ range $k, $v = .Tags }}{{ end }}{{ $k }}={{ $v }}',
      'region=eu',
    ],
  ])('%s', (_, source, expected) => {
    expect(render(source, data)).toBe(expected);
  });

  test('end with their block', () => {
    expect(failure('{{ with $x := 1 }}{{ end }}{{ $x }}').reason).toBe('There is no variable $x here');
  });
});

describe('templates within templates', () => {
  test.each([
    ['define and template', '{{ define "t" }}[{{ . }}]{{ end }}{{ template "t" .Name }}', '[cpu]'],
    ['a template without data', '{{ define "t" }}[{{ . }}]{{ end }}{{ template "t" }}', '[<no value>]'],
    ['block', '{{ block "b" .Tags }}{{ .host }}{{ end }}', 'web-1'],
    [
      '$ is the data of the template that runs',
      '{{ define "t" }}{{ $ }}{{ end }}{{ template "t" .Name }}',
      'cpu',
    ],
    [
      'recursion',
      '{{ define "r" }}{{ if . }}{{ slice . 0 1 }}.{{ template "r" (slice . 1) }}{{ end }}{{ end }}{{ template "r" .Name }}',
      'c.p.u.',
    ],
  ])('%s', (_, source, expected) => {
    expect(render(source, data)).toBe(expected);
  });

  test('an empty definition does not replace one', () => {
    expect(render('{{ define "message" }}self{{ end }}\n')).toBe('self');
  });
});

describe('functions', () => {
  test.each([
    ['{{ eq .Level "WARNING" "CRITICAL" }}', 'true'],
    ['{{ ne .Level "OK" }}', 'true'],
    ['{{ and .Name .Level }}', 'CRITICAL'],
    ['{{ or .ID "none" }}', 'none'],
    ['{{ not .Name }}', 'false'],
    ['{{ and false (index .Tags 1) }}', 'false'],
    ['{{ lt "a" "b" }}{{ le 1 1 }}{{ gt 2 1 }}{{ ge 1 2 }}', 'truetruetruefalse'],
    ['{{ len "é" }}{{ len .Tags }}', '23'],
    ['{{ index "abc" 0 }}', '97'],
    ['{{ index .Fields.list 1 }}', 'b'],
    ['{{ slice "abc" 1 2 }}', 'b'],
    ['{{ print 1 2 "a" 3 }}', '1 2a3'],
    ['{{ println "a" 1 }}', 'a 1\n'],
    ['{{ html "<a> & \'b\'" }}', '&lt;a&gt; &amp; &#39;b&#39;'],
    ['{{ js "it\'s <b>" }}', "it\\'s \\u003Cb\\u003E"],
    ['{{ urlquery "a b/ü" }}', 'a+b%2F%C3%BC'],
  ])('%s', (source, expected) => {
    expect(render(source, data)).toBe(expected);
  });

  test('half a character is a lone surrogate, and two halves are the character again', () => {
    expect(render('{{ slice "é" 0 1 }}').isWellFormed()).toBe(false);
    expect(render('{{ slice "é" 0 1 }}{{ slice "é" 1 2 }}')).toBe('é');
  });
});
