import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../src/alert/event.ts';
import { TemplateError } from '../../src/errors.ts';
import {
  aggregateData,
  alertaEventData,
  alertData,
  compileTemplate,
  type DataTypeName,
  detailsData,
  eventData,
  idData,
  messageData,
  renderTemplate,
  rowData,
  servicenowData,
  tagsData,
  templateData,
  zenossData,
} from '../../src/template/index.ts';

const event: AlertEvent = {
  topic: 'cpu',
  id: 'cpu:host=web-1',
  level: 'CRITICAL',
  previousLevel: 'WARNING',
  message: 'it is high',
  details: '<b>high</b>',
  time: new Date('2020-06-01T12:00:00Z'),
  duration: 90_000,
  recoverable: true,
  noExternal: false,
  name: 'cpu',
  taskName: 'cpu_alert',
  group: '',
  category: 'system',
  tags: { host: 'web-1' },
  fields: { value: 97.5, count: 42n },
  series: [
    {
      name: 'cpu',
      tags: { host: 'web-1' },
      columns: ['time', 'value'],
      values: [
        [new Date(0), 97.5],
        [new Date(1000), null],
      ],
    },
  ],
};

const render = (source: string, dataType: DataTypeName, data: object, json = false): string =>
  compileTemplate(source, { name: 't', dataType, json }).render(data);

describe('what each template sees', () => {
  test('id: nil stands for no group', () => {
    expect(render('{{ . }}', 'id', idData(event))).toBe('{cpu cpu_alert nil map[host:web-1] {  }}');
    expect(render('{{ .Group }}', 'id', idData({ ...event, group: 'host=web-1' }))).toBe('host=web-1');
  });

  test('message and details', () => {
    const parts = { ...event, duration: 90_000_000_000 };
    expect(
      render('{{ .ID }} {{ .Level }} {{ .Duration }} {{ .Fields.value }}', 'message', messageData(parts)),
    ).toBe('cpu:host=web-1 CRITICAL 1m30s 97.5');
    expect(render('{{ .Message }}', 'details', detailsData(parts))).toBe('it is high');
  });

  test('handler options', () => {
    expect(
      render(
        '{{ .Message }} {{ .Details }} {{ .Tags.host }}{{ .Group }}',
        'templateData',
        templateData(event),
      ),
    ).toBe('it is high <b>high</b> web-1');
  });

  test('post: levels are numbers with names, the points are there', () => {
    const data = alertData(event);
    expect(
      render('{{ .Level }} {{ printf "%d" .Level }} {{ gt .Level .PreviousLevel }}', 'alertData', data),
    ).toBe('CRITICAL 3 true');
    expect(render('{{ range .Data.Series }}{{ .Name }}:{{ len .Values }}{{ end }}', 'alertData', data)).toBe(
      'cpu:2',
    );
    expect(render('{{ json . }}', 'alertData', data, true)).toBe(
      '{"id":"cpu:host=web-1","message":"it is high","details":"\\u003cb\\u003ehigh\\u003c/b\\u003e","time":"2020-06-01T12:00:00Z","duration":90000000000,"level":"CRITICAL","data":{"series":[{"name":"cpu","tags":{"host":"web-1"},"columns":["time","value"],"values":[["1970-01-01T00:00:00Z",97.5],["1970-01-01T00:00:01Z",null]]}]},"previousLevel":"WARNING","recoverable":true}\n',
    );
  });

  test('rows', () => {
    const [series] = event.series ?? [];
    if (!series) throw new Error('the event has a series');
    expect(render('{{ range .Values }}{{ .value }};{{ end }}', 'row', rowData(series))).toBe(
      '97.5;<no value>;',
    );
  });

  test('smtp, alerta, servicenow, zenoss, aggregate, orders', () => {
    expect(render('{{ .Category }} {{ .Recoverable }} {{ .Tags.host }}', 'eventData', eventData(event))).toBe(
      'system true web-1',
    );
    expect(render('{{ . }}', 'alertaEvent', alertaEventData(event))).toBe(
      '{cpu:host=web-1 cpu cpu_alert  map[host:web-1]}',
    );
    expect(render('{{ .Fields.count }}', 'servicenow', servicenowData(event))).toBe('42');
    expect(render('{{ .Level }} {{ .Duration }}', 'zenoss', zenossData(event))).toBe('CRITICAL 1m30s');
    expect(render('{{ .Count }} in {{ .Interval }}', 'aggregate', aggregateData(3, 10_000_000_000))).toBe(
      '3 in 10s',
    );
    expect(render('{{ .host }}', 'tags', tagsData(event.tags))).toBe('web-1');
  });
});

describe('renderTemplate', () => {
  test.each([
    ['x', { kind: 'handlr' }, "Did you mean 'handler'?"],
    ['x', { kind: 'kafka' }, 'The kinds are id, message, details, handler, body'],
    ['x', { kind: '__proto__' }, 'The kinds are'],
    [5, {}, 'must be a text'],
  ])('refuses %j with %j', (template, options, reason) => {
    const attempt = () =>
      renderTemplate(template as never, { topic: 't', id: 'a', level: 'OK' }, options as never);
    expect(attempt).toThrow(TemplateError);
    expect(attempt).toThrow(reason);
    expect(() => renderTemplate('x', null as never)).toThrow(TemplateError);
  });

  test('previews a message', () => {
    expect(renderTemplate('{{ .ID }} is {{ .Level }}', { topic: 't', id: 'a', level: 'OK' })).toBe('a is OK');
  });

  test.each([
    ['id', '{{ .Name }}:{{ .Group }}', 'cpu:nil'],
    ['message', '{{ .Duration }}', '1m30s'],
    ['details', '<b>{{ .Message }}</b>{{ .Tags.host }}', '<b>it is high</b>web-1'],
    ['handler', '{{ .Details }}', '<b>high</b>'],
    ['body', '{{ .PreviousLevel }}', 'WARNING'],
  ] as const)('of the kind %s', (kind, source, expected) => {
    expect(renderTemplate(source, event, { kind })).toBe(expected);
  });

  test('strict, as Go does it', () => {
    const big = { topic: 't', id: 'a', level: 'OK', fields: { v: 1e6 } } as const;
    expect(renderTemplate('{{ .Fields.v }}', big)).toBe('1000000');
    expect(renderTemplate('{{ .Fields.v }}', big, { strict: true })).toBe('1e+06');
  });
});

test('a direct action prints what the long way prints', () => {
  const data = messageData({
    ...event,
    duration: 5,
    fields: { ...event.fields, whole: 1e6, nothing: null as never },
  });
  for (const path of [
    '.ID',
    '.Time',
    '.Duration',
    '.Tags.host',
    '.Tags.no',
    '.Fields.value',
    '.Fields.whole',
    '.Fields.count',
    '.Fields.no',
    '.Fields.nothing',
  ]) {
    expect(render(`{{ ${path} }}`, 'message', data)).toBe(
      render(`{{ with 1 }}{{ $${path} }}{{ end }}`, 'message', data),
    );
  }
  for (const call of [
    'index .Tags "host"',
    'index .Tags "no"',
    'index .Fields "value"',
    'index .Fields "no"',
    'index .Fields "nothing"',
  ]) {
    expect(render(`{{ ${call} }}`, 'message', data)).toBe(render(`{{ (${call}) }}`, 'message', data));
  }
});
