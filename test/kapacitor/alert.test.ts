import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RegistryClosedError } from '../../src/errors.ts';
import { exec, log, mqtt, post, slack, smtp } from '../../src/handlers/index.ts';
import { KIND_SECTIONS } from '../../src/kapacitor/conf/conf-sections.ts';
import { loadKapacitorConf, loadTickscript } from '../../src/kapacitor/index.ts';
import { HANDLER_PROPERTIES } from '../../src/kapacitor/nodes/alert/handler-properties.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';
import { TopicRegistry } from '../../src/topic/index.ts';
import { at, point, run } from './run-script.ts';

const handlersOf = (properties: string) =>
  loadTickscript(`stream|from()|alert()${properties}`, { clock: 'points' }).alerts[0]?.handlers.map(
    ({ kind, options }) => ({ kind, options }),
  );

describe('handler properties', () => {
  const cases: readonly [script: string, kind: string, options: object][] = [
    ['.slack()', 'slack', {}],
    [
      `.slack().workspace('w').channel('#c').username('u').iconEmoji(':x:')`,
      'slack',
      { workspace: 'w', channel: '#c', username: 'u', 'icon-emoji': ':x:' },
    ],
    [`.email('a@b.c', 'd@e.f').to('g@h.i')`, 'smtp', { to: ['a@b.c', 'd@e.f', 'g@h.i'] }],
    [`.email().toTemplates('{{ .Name }}@x.y')`, 'smtp', { 'to-field': ['{{ .Name }}@x.y'] }],
    [
      `.post('http://x/').header('a', 'b').header('c', 'd').captureResponse().timeout(10s).skipSSLVerification()`,
      'post',
      {
        url: 'http://x/',
        headers: { a: 'b', c: 'd' },
        'capture-response': true,
        timeout: '10s',
        'skip-ssl-verification': true,
      },
    ],
    [`.post().endpoint('crm')`, 'post', { endpoint: 'crm' }],
    [`.tcp('x:1')`, 'tcp', { address: 'x:1' }],
    [`.exec('/bin/x', '-a', 'b')`, 'exec', { prog: '/bin/x', args: ['-a', 'b'] }],
    [`.log('/tmp/x').mode(0644)`, 'log', { path: '/tmp/x', mode: 0o644 }],
    [`.victorOps().routingKey('k')`, 'victorops', { 'routing-key': 'k' }],
    [`.pagerDuty().serviceKey('k')`, 'pagerduty', { 'service-key': 'k' }],
    [
      `.pagerDuty2().routingKey('k').link('http://a', 'A').link('http://b')`,
      'pagerduty2',
      { 'routing-key': 'k', links: [{ href: 'http://a', text: 'A' }, { href: 'http://b' }] },
    ],
    [`.hipChat().room('r').token('t')`, 'hipchat', { room: 'r', token: 't' }],
    [
      `.alerta().token('t').tokenPrefix('P').resource('r').event('e').environment('v').group('g').value('x').origin('o').services('a', 'b').correlated('c').attribute('k', 5).timeout(1m)`,
      'alerta',
      {
        token: 't',
        'token-prefix': 'P',
        resource: 'r',
        event: 'e',
        environment: 'v',
        group: 'g',
        value: 'x',
        origin: 'o',
        service: ['a', 'b'],
        correlate: ['c'],
        attributes: { k: 5 },
        timeout: '1m0s',
      },
    ],
    [
      `.sensu().source('s').handlers('a', 'b').metadata('k', TRUE)`,
      'sensu',
      { source: 's', handlers: ['a', 'b'], metadata: { k: true } },
    ],
    [
      `.pushover().userKey('u').device('d').title('t').uRL('x').uRLTitle('y').sound('z')`,
      'pushover',
      { 'user-key': 'u', device: 'd', title: 't', url: 'x', 'url-title': 'y', sound: 'z' },
    ],
    [
      `.telegram().chatId('1').parseMode('HTML').disableWebPagePreview().disableNotification()`,
      'telegram',
      {
        'chat-id': '1',
        'parse-mode': 'HTML',
        'disable-web-page-preview': true,
        'disable-notification': true,
      },
    ],
    [`.opsGenie().teams('a').recipients('b')`, 'opsgenie', { 'teams-list': ['a'], 'recipients-list': ['b'] }],
    [
      `.opsGenie2().teams('a', 'b').recoveryAction('close')`,
      'opsgenie2',
      { 'teams-list': ['a', 'b'], recovery_action: 'close' },
    ],
    ['.talk()', 'talk', {}],
    [
      `.mqtt('t').brokerName('b').qos(1).retained(TRUE)`,
      'mqtt',
      { topic: 't', 'broker-name': 'b', qos: 1, retained: true },
    ],
    [
      `.snmpTrap('1.2').data('1.3', 's', '{{ .Level }}').data('1.4', 'i', '1')`,
      'snmptrap',
      {
        'trap-oid': '1.2',
        'data-list': [
          { oid: '1.3', type: 's', value: '{{ .Level }}' },
          { oid: '1.4', type: 'i', value: '1' },
        ],
      },
    ],
    [
      `.kafka().cluster('c').kafkaTopic('t').template('x')`,
      'kafka',
      { cluster: 'c', topic: 't', template: 'x' },
    ],
    [`.teams().channelURL('http://x')`, 'teams', { 'channel-url': 'http://x' }],
    [
      `.discord().workspace('w').username('u').avatarURL('a').embedTitle('e')`,
      'discord',
      { workspace: 'w', username: 'u', 'avatar-url': 'a', 'embed-title': 'e' },
    ],
    [`.bigPanda().appKey('k').primaryProperty('p')`, 'bigpanda', { 'app-key': 'k', 'primary-property': 'p' }],
    [
      `.serviceNow().node('n').type('t').metricName('m').additionalInfo('a', 'b')`,
      'servicenow',
      { node: 'n', type: 't', metricName: 'm', additional_info: { a: 'b' } },
    ],
    [`.zenoss().action('a').customField('k', 'v')`, 'zenoss', { action: 'a', customField: { k: 'v' } }],
  ];

  it.each(cases)('%s', (script, kind, options) => {
    expect(handlersOf(`${script}.crit(lambda: TRUE)`)).toEqual([{ kind, options }]);
  });

  it('name options that their kinds have', async () => {
    const sections = Object.keys(KIND_SECTIONS).filter((section) => section !== 'httppost');
    const text = sections.map((section) => `[${section}]\nenabled = false\n`).join('');
    const { kinds } = await loadKapacitorConf(text, { env: {} });
    const seen = new Set<string>();
    for (const [script, kind, options] of cases) {
      const names = kinds.find((each) => each.kind === kind)?.optionNames ?? [];
      for (const option of Object.keys(options)) expect(names, `${script}: ${option}`).toContain(option);
      seen.add(kind);
    }
    expect(seen.size).toBe(Object.keys(HANDLER_PROPERTIES).length);
  });

  it('stack up, and the properties of the alert node go on behind them', () => {
    expect(
      handlersOf(`.slack().channel('#a').slack().channel('#b').email('a@b.c').topic('t').id('x')`),
    ).toEqual([
      { kind: 'slack', options: { channel: '#a' } },
      { kind: 'slack', options: { channel: '#b' } },
      { kind: 'smtp', options: { to: ['a@b.c'] } },
    ]);
  });
});

describe('a task that publishes', () => {
  const script = (path: string) => `stream|from().groupBy('h')
    |alert().id('{{ .Group }}').crit(lambda: "x" > 1).topic('shared').log('${path}')`;

  it('defines its handlers on a topic of its own, and takes them off again', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'tocsin-tick-')), 'out.jsonl');
    const registry = new TopicRegistry({ kinds: [log()] });
    const task = loadTickscript(script(path), { name: 'cpu' });
    await task.publishTo(registry);
    expect(registry.specs('main:cpu:alert2')).toMatchObject([
      { id: 'log-1', kind: 'log', options: { path } },
    ]);
    task.observe(point(0, { x: 2 }, { h: 'a' }));
    task.observe(point(1, { x: 0 }, { h: 'a' }));
    await registry.flush();
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(['CRITICAL', 'OK']);
    expect(registry.eventState('shared', 'h=a')?.level).toBe('OK');
    await task.close();
    expect(registry.specs('main:cpu:alert2')).toEqual([]);
    await registry.close();
  });

  it('says where in the script a handler is wrong, and leaves nothing behind', async () => {
    const registry = new TopicRegistry({ kinds: [log(), exec(), post()] });
    const relative = loadTickscript(`stream|from()\n|alert().log('/tmp/x')\n.log('nope')`, {
      name: 'a',
      file: 'a.tick',
    });
    await expect(relative.publishTo(registry)).rejects.toMatchObject({
      code: 'TICKSCRIPT',
      position: { file: 'a.tick', line: 3, column: 2 },
      reason: expect.stringMatching(/absolute/),
    });
    expect(registry.specs()).toEqual([]);
    const unknown = loadTickscript(`stream|from()|alert()\n.crit(lambda: TRUE)\n.slack()`, { name: 'b' });
    await expect(unknown.publishTo(registry)).rejects.toMatchObject({ position: { line: 3, column: 2 } });
    await registry.close();
  });

  it('shares inhibitions with the other tasks of the registry', async () => {
    const registry = new TopicRegistry();
    const host = loadTickscript(
      `stream|from().measurement('host').groupBy('h')|alert().crit(lambda: "x" > 1).topic('t').inhibit('app', 'h')`,
      { name: 'host' },
    );
    const app = loadTickscript(
      `stream|from().measurement('app').groupBy('h')|alert().crit(lambda: "x" > 1).topic('t').category('app')`,
      { name: 'app' },
    );
    await host.publishTo(registry);
    await app.publishTo(registry);
    host.observe(point(0, { x: 2 }, { h: 'a' }, 'host'));
    expect(app.observe(point(1, { x: 2 }, { h: 'a' }, 'app'))).toEqual([]);
    expect(app.observe(point(1, { x: 2 }, { h: 'b' }, 'app'))).toHaveLength(1);
    await registry.close();
  });

  it('takes kinds of the host too: the names are those of the registry', async () => {
    const registry = new TopicRegistry({
      kinds: [
        slack({ url: 'https://x.example/a' }),
        smtp({ from: 'a@b.c' }),
        mqtt({ url: 'tcp://x:1', default: true }),
      ],
    });
    const task = loadTickscript(
      `stream|from()|alert().crit(lambda: TRUE).slack().channel('#c').email('a@b.c').mqtt('t').qos(1)`,
      { name: 'x' },
    );
    await task.publishTo(registry);
    expect(registry.specs().map(({ kind }) => kind)).toEqual(['mqtt', 'slack', 'smtp']);
    await task.close();
    await registry.close();
  });
});

describe('barrier', () => {
  const script = `stream|from().groupBy('h')|barrier().idle(10s).delete(TRUE)
    |stateCount(lambda: TRUE)|alert().crit(lambda: TRUE).id('{{ .Group }}')|log()`;

  it('forgets groups that get no points', () => {
    const { seen } = run(script).give(
      point(0, { x: 1 }, { h: 'a' }),
      point(5, { x: 1 }, { h: 'a' }),
      point(9, { x: 1 }, { h: 'b' }),
      point(16, { x: 1 }, { h: 'a' }),
      point(17, { x: 1 }, { h: 'b' }),
    );
    expect(seen.map(({ tags, fields }) => [tags?.h, fields?.state_count])).toEqual([
      ['a', 1n],
      ['a', 2n],
      ['b', 1n],
      ['a', 1n],
      ['b', 2n],
    ]);
  });

  it('closes windows, and drops what comes too late', () => {
    const result = run(`stream|from()|barrier().idle(10s)|window().period(5s).every(5s)|log()`)
      .give(point(0, { x: 1 }), point(4, { x: 1 }))
      .advance(20);
    expect(result.seen).toMatchObject([{ time: 5, points: [{ time: 0 }, { time: 4 }] }]);
    result.give(point(3, { x: 1 }), point(30, { x: 1 }));
    expect(result.seen).toHaveLength(3);
  });

  it('goes on from the time of the last point, whatever the clock says', async () => {
    const clock = new FakeClock(at(100_000));
    const { seen, task } = run('stream|from()|barrier().idle(10s)|window().period(5s).every(5s)|log()', {
      clock,
    });
    task.observe(point(0, { x: 1 }));
    await clock.advance('10s');
    expect(seen).toMatchObject([{ time: 5, points: [{ time: 0 }] }]);
    task.observe(point(12, { x: 1 }));
    await clock.advance('10s');
    expect(seen.at(-1)).toMatchObject({ points: [{ time: 12 }] });
    await task.close();
  });

  it('can be periodic', () => {
    const { seen } = run(
      `stream|from()|barrier().period(10s)|window().period(10s).every(10s)|count('x')|log()`,
    )
      .give(point(0, { x: 1 }))
      .advance(35);
    expect(seen).toMatchObject([
      { time: 10, fields: { count: 1n } },
      { time: 20, fields: { count: 0n } },
      { time: 30, fields: { count: 0n } },
    ]);
  });

  it('goes by the clock that it is given', async () => {
    const clock = new FakeClock(at(0));
    const { seen, task } = run(script, { clock });
    task.observe(point(0, { x: 1 }, { h: 'a' }));
    task.observe(point(100, { x: 1 }, { h: 'a' }));
    expect(seen.at(-1)?.fields?.state_count).toBe(2n);
    await clock.advance('10s');
    task.observe(point(101, { x: 1 }, { h: 'a' }));
    expect(seen.at(-1)?.fields?.state_count).toBe(1n);
    expect(() => task.advance(at(5))).toThrow(/clock: 'points'/);
    await task.close();
    expect(clock.timers).toBe(0);
  });
});

describe('deadman and stats', () => {
  const script = `stream|from().groupBy('h')|deadman(1.0, 10s)|log()`;

  it('tells that too few points come, and that they come again', () => {
    const { events, task } = run(`var data = stream|from().groupBy('h')
      data|deadman(1.0, 10s)`)
      .give(...[0, 4, 8, 12, 16].map((s) => point(s, { x: 1 }, { h: 'a' })))
      .advance(40)
      .give(...[41, 43, 45, 47].map((s) => point(s, { x: 1 }, { h: 'a' })))
      .advance(50);
    expect(task.nodes).toEqual(['stream0', 'from1', 'stats2', 'noop3', 'derivative4', 'alert5']);
    expect(events.map(({ id, level, message, time }) => [id, level, message, time])).toEqual([
      [
        "node 'from1' in task 'task'",
        'CRITICAL',
        "node 'from1' in task 'task' is dead: 0.000 points/10s.",
        at(30),
      ],
      [
        "node 'from1' in task 'task'",
        'CRITICAL',
        "node 'from1' in task 'task' is dead: 0.000 points/10s.",
        at(40),
      ],
      [
        "node 'from1' in task 'task'",
        'OK',
        "node 'from1' in task 'task' is alive: 4.000 points/10s.",
        at(50),
      ],
    ]);
    expect(events[0]).toMatchObject({
      name: 'stats',
      group: 'h=a',
      tags: { h: 'a' },
      fields: { emitted: 0 },
    });
  });

  it('tells so when no point ever came', () => {
    const { events } = run(script).advance(0).advance(30);
    expect(events.map(({ time, group }) => [time, group])).toEqual([
      [at(20), ''],
      [at(30), ''],
    ]);
  });

  it('heeds further conditions, and can be changed like any alert node', () => {
    const { events } = run(
      `stream|from()|deadman(0.0, 10s, lambda: hour("time") >= 8).id('dead').stateChangesOnly().message('{{ .ID }}')`,
    )
      .advance(0)
      .advance(8 * 3600 + 30);
    expect(events.map(({ message, time }) => [message, time])).toEqual([['dead', at(8 * 3600)]]);
  });

  it('takes its texts from the configuration', () => {
    const conf = {
      alertDefaults: { globalKinds: [] },
      deadman: { id: 'NODE_NAME gone', message: 'no INTERVAL' },
    };
    const { events } = run(script, { conf }).advance(0).advance(20);
    expect(events[0]).toMatchObject({ id: 'from1 gone', message: 'no 10s' });
  });

  it('is written out as stats, derivative and alert', () => {
    const { seen } = run(`var d = stream|from()
      d|stats(10s).align()|derivative('emitted').unit(10s).nonNegative()|log()`)
      .give(...[3, 6, 12, 14].map((s) => point(s, { x: 1 })))
      .advance(20);
    expect(seen).toEqual([{ time: 20, name: 'stats', tags: {}, fields: { emitted: 2 } }]);
  });

  it('goes by the clock on the wall in a service, without points', async () => {
    const clock = new FakeClock(at(3));
    const registry = new TopicRegistry({ clock });
    const told: string[] = [];
    registry.handle('dead', ({ message }) => told.push(message));
    const task = loadTickscript(`stream|from()|deadman(0.0, 10s).topic('dead')`, { name: 'n', clock });
    await task.publishTo(registry);
    await clock.advance('30s');
    await registry.flush();
    expect(told).toHaveLength(2);
    await task.close();
    await registry.close();
  });

  it('is not disturbed by listeners that throw or reject', async () => {
    const task = loadTickscript('stream|from()|log()|where(lambda: "x" > 1)|alert()', { clock: 'points' });
    const errors: unknown[] = [];
    task.on('error', (error) => errors.push(error));
    task.on('error', async () => Promise.reject(new Error('again')));
    task.on('log', async () => Promise.reject(new Error('log')));
    task.on('failure', () => {
      throw new Error('failure');
    });
    task.observe(point(0, { y: 1 }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(errors).toEqual([new Error('failure'), new Error('log')]);
  });

  it('tells what its timers come upon, such as a registry that is closed already', async () => {
    const clock = new FakeClock(at(3));
    const registry = new TopicRegistry({ clock });
    const task = loadTickscript(`stream|from()|deadman(0.0, 10s).topic('dead')`, { name: 'n', clock });
    const errors: unknown[] = [];
    task.on('error', (error) => errors.push(error));
    await task.publishTo(registry);
    await registry.close();
    await clock.advance('20s');
    expect(errors).toEqual([expect.any(RegistryClosedError)]);
    await task.close();
  });
});

describe('documented scripts', () => {
  it('cpu: window, mean, eval, sigma', () => {
    const script = `
      // cpu_alert.tick
      var data = stream
        // Select the CPU measurement from the \`telegraf\` database.
        |from()
          .measurement('cpu')
          .groupBy('service', 'datacenter')
        // Sigma is the number of standard deviations
        |eval(lambda: 100.0 - "usage_idle")
          .as('used')
        |window()
          .period(1m)
          .every(1m)
        |percentile('used', 95.0)
        |eval(lambda: sigma("percentile"))
          .as('sigma')
          .keep('percentile', 'sigma')
        |alert()
          .id('{{ .Name }}/{{ index .Tags "service" }}/{{ index .Tags "datacenter"}}')
          .message('{{ .ID }} is {{ .Level }} cpu-95th:{{ index .Fields "percentile" }}')
          .warn(lambda: "sigma" > 2.5)
          .crit(lambda: "sigma" > 3.0)
          .log('/tmp/alerts.log')
    `;
    const points = Array.from({ length: 31 }, (_, i) =>
      point(i * 60, { usage_idle: i < 29 ? 90 + (i % 2) : 10 }, { service: 'web', datacenter: 'a' }, 'cpu'),
    );
    const { events, failures } = run(script).give(...points);
    expect(failures).toEqual([]);
    expect(events).toMatchObject([
      { level: 'CRITICAL', id: 'cpu/web/a', message: 'cpu/web/a is CRITICAL cpu-95th:90', time: at(30 * 60) },
    ]);
  });

  it('stateDuration: alert after five minutes', () => {
    const script = `
      stream
        |from().measurement('cpu').where(lambda: "cpu" == 'cpu-total').groupBy('host')
        |stateDuration(lambda: "usage_idle" <= 10).unit(1m)
        |alert()
          // Warn after 1 minute
          .warn(lambda: "state_duration" >= 1)
          // Critical after 5 minutes
          .crit(lambda: "state_duration" >= 5)
          .stateChangesOnly()
    `;
    const { events } = run(script).give(
      ...Array.from({ length: 8 }, (_, i) =>
        point(i * 60, { usage_idle: i < 7 ? 5 : 50 }, { cpu: 'cpu-total', host: 'a' }, 'cpu'),
      ),
    );
    expect(events.map(({ level, time }) => [level, time])).toEqual([
      ['WARNING', at(60)],
      ['CRITICAL', at(300)],
      ['OK', at(420)],
    ]);
  });
});
