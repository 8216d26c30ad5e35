import { Buffer } from 'node:buffer';
import { isIPv4 } from 'node:net';
import { PermanentDeliveryError } from '../../errors.ts';
import { parseOid } from './oid.ts';

/** SNMP's numbers for the types that a value can have. */
export const SNMP_TYPE = {
  Integer: 2,
  OctetString: 4,
  Null: 5,
  ObjectIdentifier: 6,
  IpAddress: 64,
  Gauge32: 66,
  TimeTicks: 67,
  Counter64: 70,
} as const;

/** A value as the package `net-snmp` writes it. */
export interface TrapValue {
  readonly type: number;
  readonly value: string | number | Buffer | null;
}

const INT64 = { from: -(2n ** 63n), to: 2n ** 63n - 1n };

/** How a text becomes a value, by the letter that stands for the type. */
const TYPES: ReadonlyMap<string, (text: string) => TrapValue> = new Map<string, (text: string) => TrapValue>([
  ['a', (text) => ({ type: SNMP_TYPE.IpAddress, value: ipAddress(text) })],
  ['c', (text) => ({ type: SNMP_TYPE.Counter64, value: counter64(integer(text)) })],
  ['d', (text) => ({ type: SNMP_TYPE.OctetString, value: decimalBytes(text) })],
  ['i', (text) => ({ type: SNMP_TYPE.Integer, value: Number(BigInt.asIntN(32, integer(text))) })],
  ['n', () => ({ type: SNMP_TYPE.Null, value: null })],
  ['o', (text) => ({ type: SNMP_TYPE.ObjectIdentifier, value: objectIdentifier(text) })],
  ['s', (text) => ({ type: SNMP_TYPE.OctetString, value: Buffer.from(text) })],
  ['t', (text) => ({ type: SNMP_TYPE.TimeTicks, value: Number(BigInt.asUintN(32, integer(text))) })],
  ['u', (text) => ({ type: SNMP_TYPE.Gauge32, value: Number(BigInt.asUintN(32, integer(text))) })],
  ['x', (text) => ({ type: SNMP_TYPE.OctetString, value: hexBytes(text) })],
]);

/** The letters that stand for types. */
export const TRAP_TYPES: readonly string[] = [...TYPES.keys()];

/**
 * The value that a rendered text stands for. As in Kapacitor, whole numbers up to 64 bits are taken, and what is
 * too long for the type wraps around.
 *
 * @throws {PermanentDeliveryError} When the text is none of the type.
 */
export function trapValue(type: string, text: string): TrapValue {
  const read = TYPES.get(type);
  if (read === undefined) throw unfit(text, `a type; known are ${TRAP_TYPES.join(', ')}`);
  return read(text);
}

function integer(text: string): bigint {
  const value = /^[+-]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined;
  if (value === undefined || value < INT64.from || value > INT64.to)
    throw unfit(text, 'a whole number of 64 bits');
  return value;
}

/** The bytes of an unsigned integer, no more than needed, the first bit never set: that would make it negative. */
function counter64(value: bigint): Buffer {
  const hex = BigInt.asUintN(64, value).toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  const bytes = Buffer.from(even, 'hex');
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
}

function ipAddress(text: string): string {
  if (!isIPv4(text)) throw unfit(text, 'an IPv4 address');
  return text;
}

function objectIdentifier(text: string): string {
  const oid = parseOid(text);
  if (oid === undefined) throw unfit(text, 'an OID');
  return oid;
}

/** Bytes as decimal numbers, `222 173 190`. */
function decimalBytes(text: string): Buffer {
  const numbers = text.split(/[\s.]+/).filter((part) => part !== '');
  if (!numbers.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) {
    throw unfit(text, 'a row of bytes such as 222 173 190');
  }
  return Buffer.from(numbers.map(Number));
}

/** Bytes as hexadecimal digits, `DE AD BE`. */
function hexBytes(text: string): Buffer {
  const digits = text.replace(/[\s:]+/g, '');
  if (!/^([0-9a-f]{2})*$/i.test(digits)) throw unfit(text, 'a row of bytes such as DE AD BE');
  return Buffer.from(digits, 'hex');
}

function unfit(text: string, wanted: string): PermanentDeliveryError {
  return new PermanentDeliveryError(`snmptrap: '${text}' is not ${wanted}`, {
    failure: 'template_error',
    cure: "Correct the value, or its type, in the handler's data-list.",
  });
}
