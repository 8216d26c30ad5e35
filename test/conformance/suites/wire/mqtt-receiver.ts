import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { generate, type Packet, parser } from 'mqtt-packet';

const TLS = join(import.meta.dirname, '../../../fixtures/tls');

/** How a broker behaves. */
export interface MqttBehaviour {
  readonly tls?: boolean;
  readonly clientCert?: boolean;
  /** Whether it closes each connection without an answer. */
  readonly drop?: boolean;
  /** What a CONNECT is answered with. Default 0: accepted. */
  readonly connack?: number;
}

/** A packet as the vectors show it. */
export type ReceivedPacket = Readonly<Record<string, unknown>>;

/** A broker that takes everything and writes down what it is sent. */
export interface MqttReceiver {
  readonly port: number;
  readonly connections: readonly { readonly packets: readonly ReceivedPacket[] }[];
  close(): Promise<void>;
}

/** Starts a broker on 127.0.0.1. */
export async function mqttReceiver({
  tls = false,
  clientCert = false,
  connack = 0,
  drop = false,
}: MqttBehaviour): Promise<MqttReceiver> {
  const connections: { packets: ReceivedPacket[] }[] = [];
  const sockets = new Set<Socket>();
  const onConnection = (socket: Socket): void => {
    sockets.add(socket);
    const packets: ReceivedPacket[] = [];
    connections.push({ packets });
    const stream = parser();
    stream.on('packet', (packet: Packet) => {
      const shown = show(packet, socket);
      if (shown !== undefined) packets.push(shown);
      if (drop) {
        socket.destroy();
        return;
      }
      const answer = answerTo(packet, connack);
      if (answer !== undefined) socket.write(generate(answer));
    });
    stream.on('error', () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => stream.parse(chunk));
  };
  const server = tls
    ? createTlsServer(
        {
          cert: readFileSync(join(TLS, 'server.pem')),
          key: readFileSync(join(TLS, 'server.key')),
          ca: readFileSync(join(TLS, 'ca.pem')),
          requestCert: clientCert,
          rejectUnauthorized: clientCert,
        },
        onConnection,
      )
    : createServer(onConnection);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function answerTo(packet: Packet, connack: number): Packet | undefined {
  switch (packet.cmd) {
    case 'connect':
      return { cmd: 'connack', returnCode: connack, sessionPresent: false };
    case 'publish':
      if (packet.qos === 0) return undefined;
      return { cmd: packet.qos === 1 ? 'puback' : 'pubrec', messageId: packet.messageId! };
    case 'pubrel':
      return { cmd: 'pubcomp', messageId: packet.messageId! };
    case 'pingreq':
      return { cmd: 'pingresp' };
    default:
      return undefined;
  }
}

function show(packet: Packet, socket: Socket): ReceivedPacket | undefined {
  switch (packet.cmd) {
    case 'connect': {
      const secure = socket instanceof TLSSocket ? socket : undefined;
      const certificate = secure?.getPeerCertificate();
      return {
        packet: 'CONNECT',
        cleanSession: packet.clean,
        clientId: packet.clientId,
        keepAlive: packet.keepalive,
        password: packet.password?.toString() ?? '',
        passwordFlag: packet.password !== undefined,
        protocol: packet.protocolId,
        protocolVersion: packet.protocolVersion,
        username: packet.username ?? '',
        usernameFlag: packet.username !== undefined,
        will: packet.will !== undefined,
        ...(secure && { tls: true }),
        ...(certificate?.subject && { tlsClientCertCN: certificate.subject.CN }),
      };
    }
    case 'publish':
      return {
        packet: 'PUBLISH',
        dup: packet.dup,
        payload: packet.payload.toString(),
        qos: packet.qos,
        retained: packet.retain,
        topic: packet.topic,
      };
    case 'pubrel':
      return { packet: 'PUBREL' };
    case 'disconnect':
      return { packet: 'DISCONNECT' };
    default:
      return undefined;
  }
}
