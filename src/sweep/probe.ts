/**
 * The echo message of a sweep, written and read in place. All that is to be known of a probe travels in it, so that nothing is
 * kept here for each one under way, and a hundred thousand may be:
 *
 *   octets 0 to 7    ICMP header: on a datagram socket the kernel owns identifier and checksum
 *   octets 8 to 15   tag: HalfSipHash-2-4 of the next twelve octets under a key of this run
 *   octets 16 to 19  index of the target
 *   octets 20 to 21  attempt, from 0
 *   octets 22 to 27  when it was sent, ns on the monotonic clock modulo 2^48 (78 hours)
 *   octets 28 on     filling
 *
 * A peer's octets are believed only because they are ours: whoever changes one of the twelve, or takes them from another run,
 * has to guess 64 bits. Who answers is not in the tag; the caller compares the source with the target's address.
 */
import { internetChecksum } from '../packet/checksum.ts';
import { ICMP_CHECKSUM_OFFSET, ICMP_ECHO, ICMP_ECHOREPLY, ICMP_HEADER_LENGTH } from '../packet/icmp-constants.ts';
import { isIcmpChecksumOk, peekIcmpIdentifier, peekIcmpType, writeIcmp6Echo } from '../packet/icmp-echo.ts';
import { ICMPV6_ECHO_REPLY, ICMPV6_ECHO_REQUEST } from '../packet/icmp6-constants.ts';
import { HalfSipHash } from './half-siphash.ts';

const TAG_OFFSET = ICMP_HEADER_LENGTH;
const INDEX_OFFSET = 16;
const ATTEMPT_OFFSET = 20;
const TIME_OFFSET = 22;
const FILLING_OFFSET = 28;
/** Data octets that a probe has at least. */
export const PROBE_MINIMUM_SIZE = FILLING_OFFSET - ICMP_HEADER_LENGTH;

const WORD_LIMIT = 0x1_0000_0000;
const HALF_WORD_LIMIT = 0x1_0000;
/** Times are told apart modulo so many ns. */
export const TIME_MODULUS_NS = WORD_LIMIT * HALF_WORD_LIMIT;

export interface ProbeKey {
  /** Two words of the tag's key, and the identifier that raw sockets put into the header. */
  readonly key0: number;
  readonly key1: number;
  readonly identifier: number;
}

export class ProbeCodec {
  readonly #hash: HalfSipHash;
  readonly #identifier: number;
  readonly #words = new Uint32Array(3);
  /** Partial sum of the filling, which never changes. */
  readonly #fillingSum: number;
  readonly #size: number;
  readonly #filling: Uint8Array;

  /** What `read` found: valid until the next one. */
  index = 0;
  attempt = 0;
  /** ns modulo TIME_MODULUS_NS. */
  sentNs = 0;

  /** `size` data octets in each probe. @throws RangeError below PROBE_MINIMUM_SIZE */
  constructor(key: ProbeKey, size: number) {
    if (size < PROBE_MINIMUM_SIZE) throw new RangeError(`a probe has ${PROBE_MINIMUM_SIZE} data octets at least`);
    this.#hash = new HalfSipHash(key.key0, key.key1);
    this.#identifier = key.identifier;
    this.#size = size;
    this.#filling = Uint8Array.from({ length: size - PROBE_MINIMUM_SIZE }, (_, index) => index & 0xff);
    this.#fillingSum = ~internetChecksum(this.#filling) & 0xffff;
  }

  /** Octets of each message. */
  get octets(): number {
    return ICMP_HEADER_LENGTH + this.#size;
  }

  /** Writes what is the same in all probes; `write` does the rest. */
  prepare(target: Uint8Array, offset: number): void {
    target.set(this.#filling, offset + FILLING_OFFSET);
  }

  /** Writes a probe where `prepare` was. `sentNs` is a whole number. The ICMPv6 checksum is the kernel's work. */
  write(
    target: Uint8Array,
    offset: number,
    family: 4 | 6,
    sequence: number,
    index: number,
    attempt: number,
    sentNs: number,
  ): void {
    const time = sentNs % TIME_MODULUS_NS;
    const timeHigh = Math.floor(time / WORD_LIMIT);
    this.#hashFields(index, attempt, timeHigh, time >>> 0);
    writeUint32(target, offset + TAG_OFFSET, this.#hash.low);
    writeUint32(target, offset + TAG_OFFSET + 4, this.#hash.high);
    writeUint32(target, offset + INDEX_OFFSET, index);
    writeUint32(target, offset + ATTEMPT_OFFSET, ((attempt << 16) | timeHigh) >>> 0);
    writeUint32(target, offset + TIME_OFFSET + 2, time >>> 0);
    writeIcmp6Echo(target, offset, family === 4 ? ICMP_ECHO : ICMPV6_ECHO_REQUEST, this.#identifier, sequence);
    if (family === 6) return;
    const checksum = internetChecksum(target, offset, offset + FILLING_OFFSET, this.#fillingSum);
    target[offset + ICMP_CHECKSUM_OFFSET] = checksum >> 8;
    target[offset + ICMP_CHECKSUM_OFFSET + 1] = checksum;
  }

  #hashFields(index: number, attempt: number, timeHigh: number, timeLow: number): void {
    const words = this.#words;
    words[0] = index;
    words[1] = (attempt << 16) | timeHigh;
    words[2] = timeLow;
    this.#hash.hash(words, words.length);
  }

  /** Whether octets [start, end) are an echo reply to a probe of this run; if so, which one stands in the fields. */
  readReply(octets: Uint8Array, start: number, end: number, family: 4 | 6): boolean {
    if (end - start < FILLING_OFFSET) return false;
    if (peekIcmpType(octets, start) !== (family === 4 ? ICMP_ECHOREPLY : ICMPV6_ECHO_REPLY)) return false;
    if (octets[start + 1] !== 0) return false;
    return this.#readCookie(octets, start);
  }

  /**
   * Whether an ICMP error quotes, in octets [start, end), an echo request of this run, as far as the quote goes: routers may
   * quote no more than eight octets, which hold no tag. `identifier` is what such a short one must carry, null for any.
   */
  readQuote(octets: Uint8Array, start: number, end: number, family: 4 | 6, identifier: number | null): QuoteMatch {
    if (end - start < ICMP_HEADER_LENGTH) return 'none';
    if (peekIcmpType(octets, start) !== (family === 4 ? ICMP_ECHO : ICMPV6_ECHO_REQUEST)) return 'none';
    if (end - start >= FILLING_OFFSET) return this.#readCookie(octets, start) ? 'probe' : 'none';
    return identifier === null || peekIcmpIdentifier(octets, start) === identifier ? 'header' : 'none';
  }

  #readCookie(octets: Uint8Array, start: number): boolean {
    const index = readUint32(octets, start + INDEX_OFFSET);
    const middle = readUint32(octets, start + ATTEMPT_OFFSET);
    const timeLow = readUint32(octets, start + TIME_OFFSET + 2);
    const timeHigh = middle & 0xffff;
    this.#hashFields(index, middle >>> 16, timeHigh, timeLow);
    if (readUint32(octets, start + TAG_OFFSET) !== this.#hash.low) return false;
    if (readUint32(octets, start + TAG_OFFSET + 4) !== this.#hash.high) return false;
    this.index = index;
    this.attempt = middle >>> 16;
    this.sentNs = timeHigh * WORD_LIMIT + timeLow;
    return true;
  }
}

/** `probe`: the fields say which; `header`: ours as it seems, but which one only its destination says. */
export type QuoteMatch = 'probe' | 'header' | 'none';

/** Whether the checksum over a whole IPv4 message is right: raw sockets get wrong ones too. */
export const isReplyIntact = isIcmpChecksumOk;

/** How long ago on the monotonic clock a time modulo TIME_MODULUS_NS was; negative for one that is yet to come. */
export function elapsedSince(sentNs: number, nowNs: number): number {
  const elapsed = (nowNs - sentNs) % TIME_MODULUS_NS;
  return elapsed > TIME_MODULUS_NS / 2 ? elapsed - TIME_MODULUS_NS : elapsed;
}

function writeUint32(target: Uint8Array, offset: number, value: number): void {
  target[offset] = value >>> 24;
  target[offset + 1] = value >>> 16;
  target[offset + 2] = value >>> 8;
  target[offset + 3] = value;
}

function readUint32(octets: Uint8Array, offset: number): number {
  return (
    ((octets[offset]! << 24) | (octets[offset + 1]! << 16) | (octets[offset + 2]! << 8) | octets[offset + 3]!) >>> 0
  );
}
