import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A trap as the vectors show it. */
export interface ReceivedTrap {
  readonly version: string;
  readonly community: string;
  readonly pdu: string;
  readonly requestId: string | number;
  readonly errorStatus: number;
  readonly errorIndex: number;
  readonly varbinds: readonly Varbind[];
}

interface Varbind {
  readonly oid: string;
  readonly type: string;
  readonly value: string | number | null;
  readonly valueHex: string;
}

/** A UDP server that decodes what it gets. */
export interface TrapReceiver {
  readonly port: number;
  /** What arrived so far. */
  readonly received: readonly ReceivedTrap[];
  /** What arrived, waiting a moment for as many as are expected. */
  datagrams(expected: number): Promise<readonly ReceivedTrap[]>;
  close(): Promise<void>;
}

const PATIENCE = 1000;
const PATIENCE_FOR_NONE = 30;

/** Starts a receiver on 127.0.0.1. */
export async function trapReceiver(): Promise<TrapReceiver> {
  const socket = createSocket('udp4');
  const received: ReceivedTrap[] = [];
  socket.on('message', (bytes) => received.push(decodeTrap(bytes)));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    received,
    async datagrams(expected) {
      // Nothing tells when a datagram that should not come is not coming.
      const patience = expected === 0 ? PATIENCE_FOR_NONE : PATIENCE;
      for (let waited = 0; (received.length < expected || expected === 0) && waited < patience; waited += 5) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return received;
    },
    async close() {
      socket.close();
      await once(socket, 'close');
    },
  };
}

interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

const VERSIONS = ['v1', 'v2c'];
const PDUS: Readonly<Record<number, string>> = { 166: 'InformRequest', 167: 'SNMPv2-Trap' };
const TYPES: Readonly<Record<number, string>> = {
  2: 'Integer',
  4: 'OctetString',
  5: 'Null',
  6: 'OID',
  64: 'IpAddress',
  65: 'Counter32',
  66: 'Gauge32',
  67: 'TimeTicks',
  70: 'Counter64',
};

/** Decodes an SNMP message, which is ASN.1 in its basic encoding. */
export function decodeTrap(bytes: Buffer): ReceivedTrap {
  const [message] = elements(bytes);
  const [version, community, pdu] = elements(message!.content);
  const [requestId, errorStatus, errorIndex, list] = elements(pdu!.content);
  const id = integer(requestId!.content);
  return {
    version: VERSIONS[Number(integer(version!.content))] ?? 'unknown',
    community: community!.content.toString(),
    pdu: PDUS[pdu!.tag] ?? String(pdu!.tag),
    requestId: id > 0n ? '<RANDOM>' : Number(id),
    errorStatus: Number(integer(errorStatus!.content)),
    errorIndex: Number(integer(errorIndex!.content)),
    varbinds: elements(list!.content).map(({ content }) => varbind(elements(content))),
  };
}

function varbind([name, value]: readonly Element[]): Varbind {
  const type = TYPES[value!.tag] ?? String(value!.tag);
  return {
    oid: oid(name!.content),
    type,
    value: decode(type, value!.content),
    valueHex: value!.content.toString('hex'),
  };
}

function decode(type: string, content: Buffer): string | number | null {
  if (type === 'Null') return null;
  if (type === 'OID') return oid(content);
  if (type === 'OctetString') return content.toString();
  if (type === 'IpAddress') return [...content].join('.');
  const value = integer(content);
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

function elements(bytes: Buffer): Element[] {
  const found: Element[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at]!;
    let length = bytes[at + 1]!;
    at += 2;
    if (length >= 0x80) {
      const size = length & 0x7f;
      length = bytes.readUIntBE(at, size);
      at += size;
    }
    found.push({ tag, content: bytes.subarray(at, at + length) });
    at += length;
  }
  return found;
}

function integer(content: Buffer): bigint {
  return BigInt.asIntN(content.length * 8, BigInt(`0x${content.toString('hex') || '0'}`));
}

function oid(content: Buffer): string {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of content) {
    number = number * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      numbers.push(number);
      number = 0;
    }
  }
  const [first = 0, ...rest] = numbers;
  const area = Math.min(2, Math.floor(first / 40));
  return [area, first - area * 40, ...rest].join('.');
}
