/**
 * Addresses of both families as five words in one typed array: the 128 bits of an IPv6 address in host order, most significant
 * first (an IPv4 address as its v4-mapped form, RFC 4291 section 2.5.5.2), and the interface of a link-local one, else 0. So
 * a million of them need no object, sort and count like numbers, and are compared by words.
 */
import { formatIpv6 } from '../packet/address.ts';

/** Words of an address; the last one is the scope. */
export const ADDRESS_WORDS = 5;
export const SCOPE_WORD = 4;
const BITS_WORDS = 4;
const MAPPED_WORD = 0xffff;
const WORD_LIMIT = 0x1_0000_0000;

export type AddressWords = Uint32Array;

export function makeAddress(): AddressWords {
  return new Uint32Array(ADDRESS_WORDS);
}

/** Writes an address as words: 4 or 16 octets in network order, from `offset` on. */
export function readAddress(
  target: AddressWords,
  octets: Uint8Array,
  offset: number,
  family: 4 | 6,
  scope: number,
): void {
  const isIpv4 = family === 4;
  target[0] = isIpv4 ? 0 : wordAt(octets, offset);
  target[1] = isIpv4 ? 0 : wordAt(octets, offset + 4);
  target[2] = isIpv4 ? MAPPED_WORD : wordAt(octets, offset + 8);
  target[3] = wordAt(octets, isIpv4 ? offset : offset + 12);
  target[SCOPE_WORD] = scope;
}

export function addressOf(octets: Uint8Array, scope = 0): AddressWords {
  const address = makeAddress();
  readAddress(address, octets, 0, octets.length === 4 ? 4 : 6, scope);
  return address;
}

function wordAt(octets: Uint8Array, offset: number): number {
  return (
    ((octets[offset]! << 24) | (octets[offset + 1]! << 16) | (octets[offset + 2]! << 8) | octets[offset + 3]!) >>> 0
  );
}

export function isIpv4Words(words: AddressWords, at = 0): boolean {
  return words[at] === 0 && words[at + 1] === 0 && words[at + 2] === MAPPED_WORD;
}

/** 4 or 16 octets in network order. */
export function octetsOf(words: AddressWords, at = 0): Uint8Array {
  const from = isIpv4Words(words, at) ? 3 : 0;
  const octets = new Uint8Array((BITS_WORDS - from) * 4);
  const view = new DataView(octets.buffer);
  for (let word = from; word < BITS_WORDS; word++) view.setUint32((word - from) * 4, words[at + word]!);
  return octets;
}

/** Numeric, as inet_ntop(3) has it, with `%zone` where there is a scope. */
export function formatWords(words: AddressWords, zoneOf: (scope: number) => string | null, at = 0): string {
  if (isIpv4Words(words, at)) {
    const word = words[at + 3]!;
    return `${word >>> 24}.${(word >>> 16) & 0xff}.${(word >>> 8) & 0xff}.${word & 0xff}`;
  }
  const text = formatIpv6(octetsOf(words, at));
  const scope = words[at + SCOPE_WORD]!;
  return scope === 0 ? text : `${text}%${zoneOf(scope) ?? scope}`;
}

/** Below, at or above zero, by the 128 bits alone. */
export function compareBits(a: AddressWords, aAt: number, b: AddressWords, bAt: number): number {
  for (let word = 0; word < BITS_WORDS; word++) {
    const difference = a[aAt + word]! - b[bAt + word]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

export function sameBits(a: AddressWords, aAt: number, b: AddressWords, bAt: number): boolean {
  return a[aAt + 3] === b[bAt + 3] && a[aAt + 2] === b[bAt + 2] && a[aAt + 1] === b[bAt + 1] && a[aAt] === b[bAt];
}

/** a - b: exact below 2^53 either way, and of the right size and sign beyond. */
export function distance(a: AddressWords, aAt: number, b: AddressWords, bAt: number): number {
  let sum = 0;
  for (let word = 0; word < BITS_WORDS; word++) sum = sum * WORD_LIMIT + (a[aAt + word]! - b[bAt + word]!);
  return sum;
}

/** Writes the address that lies `offset` (0 to below 2^53) behind another one, scope included. */
export function addOffset(target: AddressWords, at: number, from: AddressWords, fromAt: number, offset: number): void {
  const low = from[fromAt + 3]! + (offset % WORD_LIMIT);
  const high = from[fromAt + 2]! + Math.floor(offset / WORD_LIMIT) + Math.floor(low / WORD_LIMIT);
  const higher = from[fromAt + 1]! + Math.floor(high / WORD_LIMIT);
  target[at + 3] = low;
  target[at + 2] = high;
  target[at + 1] = higher;
  target[at] = from[fromAt]! + Math.floor(higher / WORD_LIMIT);
  target[at + SCOPE_WORD] = from[fromAt + SCOPE_WORD]!;
}

/** The first or last address of the block of `prefix` (0 to 128) bits that an address lies in. */
export function blockEnd(words: AddressWords, prefix: number, end: 'first' | 'last'): AddressWords {
  const result = words.slice();
  for (let word = 0; word < BITS_WORDS; word++) {
    const kept = Math.min(32, Math.max(0, prefix - 32 * word));
    const hostBits = kept === 32 ? 0 : 0xffff_ffff >>> kept;
    result[word] = end === 'first' ? words[word]! & ~hostBits : words[word]! | hostBits;
  }
  return result;
}
