import { mqtt } from '../../../../src/handlers/mqtt.ts';
import type { Suite } from '../../suite.ts';
import { type WireCase, wireSuite } from './case.ts';
import { fillPlaceholders } from './event.ts';
import { copyCertificates } from './files.ts';
import { type MqttBehaviour, mqttReceiver, type ReceivedPacket } from './mqtt-receiver.ts';
import { sectionsOf } from './section.ts';
import { serviceTest } from './service-test.ts';
import { closedPort } from './tcp-receiver.ts';

interface Connection {
  readonly packets: readonly ReceivedPacket[];
}

export const suite: Suite = wireSuite(
  async (raw, directory) => {
    await copyCertificates(directory);
    const behaviour = raw.server as MqttBehaviour;
    const receiver = await mqttReceiver(behaviour);
    const closed = await closedPort();
    const vector = fillPlaceholders(raw, {
      '@URL@': `${behaviour.tls ? 'ssl' : 'tcp'}://127.0.0.1:${receiver.port}`,
      '@ADDR@': `127.0.0.1:${receiver.port}`,
      '@HOST@': '127.0.0.1',
      '@PORT@': String(receiver.port),
      '@CLOSEDADDR@': `127.0.0.1:${closed}`,
      '@CLOSEDPORT@': String(closed),
    });
    const test = vector.via === 'serviceTest' ? serviceTest('mqtt', vector) : undefined;
    return {
      kind: () => mqtt(sectionsOf(vector.config.mqtt ?? []) as Parameters<typeof mqtt>[0]),
      options: test?.options ?? vector.options,
      ...(test && { events: [test.event] }),
      captured: () => ({ connections: compared(receiver.connections) }),
      close: () => receiver.close(),
    };
  },
  ({ captured }: WireCase) => ({
    connections: compared((captured.connections ?? []) as readonly Connection[]),
  }),
);

/** Connections that nothing was published over do not count: ours is opened for the first message. */
function compared(connections: readonly Connection[]): unknown {
  return connections.filter(({ packets }) => packets.some(({ packet }) => packet === 'PUBLISH'));
}
