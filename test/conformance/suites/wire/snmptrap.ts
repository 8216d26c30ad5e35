import { snmptrap } from '../../../../src/handlers/snmptrap.ts';
import type { Suite } from '../../suite.ts';
import { wireSuite } from './case.ts';
import { fillPlaceholders } from './event.ts';
import { sectionOf } from './section.ts';
import { serviceTest } from './service-test.ts';
import { trapReceiver } from './trap-receiver.ts';

export const suite: Suite = wireSuite(async (raw) => {
  const receiver = await trapReceiver();
  const vector = fillPlaceholders(raw, {
    '@ADDR@': `127.0.0.1:${receiver.port}`,
    '@HOST@': '127.0.0.1',
    '@PORT@': String(receiver.port),
  });
  const test = vector.via === 'serviceTest' ? serviceTest('snmptrap', vector) : undefined;
  return {
    kind: () => snmptrap(sectionOf(vector.config.snmptrap)),
    options: test?.options ?? vector.options,
    ...(test && { events: [test.event] }),
    async captured() {
      const expected = (vector.captured.datagrams ?? []) as readonly unknown[];
      return { datagrams: await receiver.datagrams(expected.length) };
    },
    close: () => receiver.close(),
  };
});
