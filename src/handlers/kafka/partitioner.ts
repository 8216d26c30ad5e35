import { Buffer } from 'node:buffer';

/** Chooses the partition of a key, from 0 to one less than there are. */
export type Partitioner = (key: string, partitions: number) => number;

/** The name of a partitioner. */
export type PartitionAlgorithm = 'crc32' | 'murmur2' | 'murmur3' | 'fnv-1a';

/** The ways to spread keys over partitions, by the names that handler files use. */
export const PARTITIONERS: Readonly<Record<PartitionAlgorithm, Partitioner>> = {
  // An empty key says nothing about where to go.
  crc32: (key, partitions) =>
    key === '' ? Math.floor(Math.random() * partitions) : crc32(Buffer.from(key)) % partitions,
  murmur2: (key, partitions) => (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions,
  murmur3: (key, partitions) => Math.abs((murmur3(Buffer.from(key)) | 0) % partitions),
  'fnv-1a': (key, partitions) => Math.abs((fnv1a(Buffer.from(key)) | 0) % partitions),
};

const MURMUR2_SEED = 0x9747b28c;
const MURMUR2_FACTOR = 0x5bd1e995;

/** MurmurHash 2 of 32 bits, with the seed that Kafka's own clients use. */
function murmur2(bytes: Buffer): number {
  const { length } = bytes;
  const whole = length - (length % 4);
  let hash = MURMUR2_SEED ^ length;
  for (let i = 0; i < whole; i += 4) {
    let word = Math.imul(bytes.readInt32LE(i), MURMUR2_FACTOR);
    word ^= word >>> 24;
    hash = Math.imul(hash, MURMUR2_FACTOR) ^ Math.imul(word, MURMUR2_FACTOR);
  }
  if (whole < length) hash = Math.imul(hash ^ tail(bytes, whole), MURMUR2_FACTOR);
  hash = Math.imul(hash ^ (hash >>> 13), MURMUR2_FACTOR);
  return hash ^ (hash >>> 15);
}

/** MurmurHash 3 of 32 bits, seed 0. */
function murmur3(bytes: Buffer): number {
  const { length } = bytes;
  const whole = length - (length % 4);
  const scramble = (word: number): number => Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
  let hash = 0;
  for (let i = 0; i < whole; i += 4) {
    hash = (Math.imul(rotate(hash ^ scramble(bytes.readInt32LE(i)), 13), 5) + 0xe6546b64) | 0;
  }
  if (whole < length) hash ^= scramble(tail(bytes, whole));
  hash ^= length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** The CRC of 32 bits that zip and Ethernet have too. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** FNV-1a of 32 bits. */
function fnv1a(bytes: Buffer): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** The one to three bytes from an offset to the end, the first one lowest. */
function tail(bytes: Buffer, from: number): number {
  let word = 0;
  for (let i = bytes.length - 1; i >= from; i--) word = (word << 8) | (bytes[i] ?? 0);
  return word;
}
