import { tcp } from '../../../../src/handlers/tcp.ts';
import type { Suite } from '../../suite.ts';
import { wireSuite } from './case.ts';
import { fillPlaceholders } from './event.ts';
import { closedPort, tcpReceiver } from './tcp-receiver.ts';

export const suite: Suite = wireSuite(async (vector) => {
  const receiver = await tcpReceiver(undefined, vector.server.drop === true);
  const placeholders = {
    '@ADDR@': `127.0.0.1:${receiver.port}`,
    '@HOST@': '127.0.0.1',
    '@PORT@': String(receiver.port),
    '@CLOSEDADDR@': `127.0.0.1:${await closedPort()}`,
  };
  return {
    kind: () => tcp(),
    options: fillPlaceholders(vector.options, placeholders),
    captured: () => ({ connections: receiver.connections }),
    close: () => receiver.close(),
  };
});
