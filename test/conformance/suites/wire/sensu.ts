import { sensu } from '../../../../src/handlers/sensu.ts';
import type { Suite } from '../../suite.ts';
import { wireSuite } from './case.ts';
import { fillPlaceholders } from './event.ts';
import { sectionOf } from './section.ts';
import { serviceTest } from './service-test.ts';
import { closedPort, tcpReceiver } from './tcp-receiver.ts';

export const suite: Suite = wireSuite(async (raw) => {
  const { reply, drop } = raw.server ?? {};
  const receiver = await tcpReceiver(typeof reply === 'string' ? reply : undefined, drop === true);
  const vector = fillPlaceholders(raw, {
    '@ADDR@': `127.0.0.1:${receiver.port}`,
    '@HOST@': '127.0.0.1',
    '@PORT@': String(receiver.port),
    '@CLOSEDADDR@': `127.0.0.1:${await closedPort()}`,
  });
  const test =
    vector.via === 'serviceTest'
      ? serviceTest('sensu', vector, { name: 'id', output: 'message' })
      : undefined;
  return {
    kind: () => sensu(sectionOf(vector.config.sensu)),
    options: test?.options ?? vector.options,
    ...(test && { events: [test.event] }),
    captured: () => ({ connections: receiver.connections }),
    close: () => receiver.close(),
  };
});
