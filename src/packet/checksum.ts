/**
 * The Internet checksum of RFC 1071: the ones' complement of the ones' complement sum of all 16-bit words.
 *
 * Two kinds of number appear here. A *partial sum* is a plain sum of 16-bit words whose carries still sit above bit 15;
 * partial sums add up with `+`. A *checksum* is what goes on the wire. The sum over octets that include a right
 * checksum is 0xffff, so its complement, and with it `internetChecksum`, is 0 exactly when they verify. Octets that are
 * all zero sum to 0, not 0xffff, and do not verify: a sender of zeros must have written 0xffff.
 */
import { IPV4_ADDRESS_LENGTH, IPV6_ADDRESS_LENGTH } from './address.ts';

/** So many octets can be summed before the carries leave 32 bits, beyond which bitwise operators would lose them. */
const BLOCK_OCTETS = 0x10000;

/** Brings a partial sum below 2^32 down to 16 bits, adding the carries back in (RFC 1071 section 1 (2)). */
export function foldSum(partialSum: number): number {
  const once = (partialSum & 0xffff) + (partialSum >>> 16);
  return (once & 0xffff) + (once >>> 16);
}

/** The partial sum, below 2^17, of the octets from `start` to before `end`; an odd last octet counts as a high half. */
function sumWords(bytes: Uint8Array, start: number, end: number, initial: number): number {
  let sum = foldSum(initial);
  let i = start;
  while (end - i >= 2) {
    const blockEnd = end - i > BLOCK_OCTETS ? i + BLOCK_OCTETS : end - 1;
    for (; i < blockEnd; i += 2) sum += (bytes[i]! << 8) | bytes[i + 1]!;
    sum = foldSum(sum);
  }
  return i < end ? sum + (bytes[i]! << 8) : sum;
}

/**
 * The RFC 1071 checksum of `bytes` from `start` to before `end`, a u16 in host order. 0 means that octets which include
 * their own checksum verify. `initial` is a partial sum below 2^32 to begin with, such as a pseudo-header's. Allocates
 * nothing.
 */
export function internetChecksum(bytes: Uint8Array, start = 0, end = bytes.length, initial = 0): number {
  return ~foldSum(sumWords(bytes, start, end, initial)) & 0xffff;
}

/**
 * Partial sum of the IPv6 pseudo-header (RFC 8200 section 8.1), to be given to `internetChecksum` as `initial`.
 * `source` and `destination` have 16 octets; the length is that of the upper-layer header and its data.
 */
export function ipv6PseudoHeaderSum(
  source: Uint8Array,
  destination: Uint8Array,
  upperLayerOctets: number,
  nextHeader: number,
): number {
  const addresses = sumWords(destination, 0, IPV6_ADDRESS_LENGTH, sumWords(source, 0, IPV6_ADDRESS_LENGTH, 0));
  return addresses + (upperLayerOctets >>> 16) + (upperLayerOctets & 0xffff) + nextHeader;
}

/**
 * Partial sum of the IPv4 pseudo-header (RFC 768; also RFC 9293 section 3.1) for `internetChecksum`.
 * `source` and `destination` have 4 octets. ICMP for IPv4 has no pseudo-header.
 */
export function ipv4PseudoHeaderSum(
  source: Uint8Array,
  destination: Uint8Array,
  upperLayerOctets: number,
  protocol: number,
): number {
  const addresses = sumWords(destination, 0, IPV4_ADDRESS_LENGTH, sumWords(source, 0, IPV4_ADDRESS_LENGTH, 0));
  return addresses + upperLayerOctets + protocol;
}
