/**
 * The IPv4 datagram of RFC 791 section 3.1, whole as a raw socket or a capture hands it over, or cut as an ICMP error
 * quotes it. The option area stays octets here; ip-options.ts reads it.
 */
import { formatIpv4, requireIpv4 } from './address.ts';
import { concatBytes, NO_BYTES, requireUint, requireUint8, requireUint16, viewOf } from './bytes.ts';
import { internetChecksum } from './checksum.ts';
import { type Decoded, decoded, malformed, truncated } from './decoded.ts';

export const IPV4_HEADER_LENGTH = 20; // octets, without options
export const IPV4_OPTIONS_MAX_LENGTH = 40; // octets
export const IPPROTO_ICMP = 1;
export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;
export const IPPROTO_ICMPV6 = 58;

const VERSION = 4;
const WORD_LENGTH = 4; // octets, the unit of IHL
const TYPE_OF_SERVICE_OFFSET = 1;
const TOTAL_LENGTH_OFFSET = 2;
const IDENTIFICATION_OFFSET = 4;
const FRAGMENT_OFFSET = 6;
const TIME_TO_LIVE_OFFSET = 8;
const PROTOCOL_OFFSET = 9;
const HEADER_CHECKSUM_OFFSET = 10;
export const IPV4_SOURCE_OFFSET = 12;
const DESTINATION_OFFSET = 16;
const RESERVED_FLAG = 0x8000;
const DONT_FRAGMENT_FLAG = 0x4000;
const MORE_FRAGMENTS_FLAG = 0x2000;
const FRAGMENT_OFFSET_MASK = 0x1fff;
/** RFC 792: an error quotes the header "plus the first 64 bits of the original datagram's data". */
const QUOTED_DATA_LENGTH = 8; // octets

/** A header; `fragmentOffset` counts units of 8 octets as on the wire, `options` is the area with its padding. */
export interface Ipv4Header {
  readonly typeOfService: number;
  readonly totalLength: number;
  readonly identification: number;
  readonly reservedFlag: boolean;
  readonly dontFragment: boolean;
  readonly moreFragments: boolean;
  readonly fragmentOffset: number;
  readonly timeToLive: number;
  readonly protocol: number;
  readonly headerChecksum: number;
  readonly sourceAddress: string;
  readonly destinationAddress: string;
  readonly options: Uint8Array;
}

/** What `encodeIpv4` takes: total length and header checksum are computed where they are absent. */
export type Ipv4HeaderToEncode = Omit<Ipv4Header, 'totalLength' | 'headerChecksum'> &
  Partial<Pick<Ipv4Header, 'totalLength' | 'headerChecksum'>>;

/** A datagram: its header, the payload that its total length covers, and the octets behind that (link padding). */
export interface Ipv4Datagram {
  readonly header: Ipv4Header;
  readonly payload: Uint8Array;
  readonly padding: Uint8Array;
}

/** A datagram from the network; `flaws` tells in words what else is wrong with a quoted one (else empty). */
export interface DecodedIpv4 extends Ipv4Datagram {
  readonly checksumOk: boolean;
  readonly flaws: readonly string[];
}

/**
 * Octets of the IPv4 header at `offset`, options included; 0 when no whole header stands before `end`. Allocates
 * nothing.
 */
export function peekIpv4HeaderLength(bytes: Uint8Array, offset: number, end: number): number {
  const first = bytes[offset] ?? 0;
  const length = (first & 0x0f) * WORD_LENGTH;
  return first >> 4 === VERSION && length >= IPV4_HEADER_LENGTH && offset + length <= end ? length : 0;
}

/** Time to live of the IPv4 header at `offset`, which `peekIpv4HeaderLength` has found whole. */
export function peekIpv4TimeToLive(bytes: Uint8Array, offset: number): number {
  return bytes[offset + TIME_TO_LIVE_OFFSET] ?? 0;
}

/**
 * Decodes a whole datagram; payload, padding and options alias `bytes`. Fails when the version is not 4, the header
 * length is below 20 octets or more than is there, or the total length is below the header length or more than is
 * there.
 */
export function decodeIpv4(bytes: Uint8Array): Decoded<DecodedIpv4> {
  const header = decodeHeader(bytes);
  if (!header.ok) return header;
  const headerLength = IPV4_HEADER_LENGTH + header.value.options.length;
  const { totalLength } = header.value;
  if (totalLength < headerLength) {
    return malformed(`total length ${totalLength} is below the header length ${headerLength}`);
  }
  if (totalLength > bytes.length) return truncated(totalLength, bytes.length, 'IPv4 datagram');
  return decoded(divide(bytes, header.value, totalLength, []));
}

/**
 * Decodes the start of a datagram that an ICMP error quotes. The header must be whole; the total length may exceed what
 * is there. Two flaws are told and not refused, because the header already says which packet the error is about: fewer
 * data octets than the eight that RFC 792 asks for, and a total length below the header length (the payload is then all
 * the rest).
 */
export function decodeQuotedIpv4(bytes: Uint8Array): Decoded<DecodedIpv4> {
  const header = decodeHeader(bytes);
  if (!header.ok) return header;
  const headerLength = IPV4_HEADER_LENGTH + header.value.options.length;
  const { totalLength } = header.value;
  if (totalLength < headerLength) {
    const flaw = `quoted total length ${totalLength} is below its header length ${headerLength}`;
    return decoded(divide(bytes, header.value, bytes.length, [flaw]));
  }
  const wanted = Math.min(QUOTED_DATA_LENGTH, totalLength - headerLength);
  const have = bytes.length - headerLength;
  const flaws = have < wanted ? [`quote has ${have} of the ${wanted} data octets that RFC 792 asks for`] : [];
  return decoded(divide(bytes, header.value, Math.min(totalLength, bytes.length), flaws));
}

function divide(bytes: Uint8Array, header: Ipv4Header, end: number, flaws: readonly string[]): DecodedIpv4 {
  const headerLength = IPV4_HEADER_LENGTH + header.options.length;
  const checksumOk = internetChecksum(bytes, 0, headerLength) === 0;
  return { header, payload: bytes.subarray(headerLength, end), padding: bytes.subarray(end), checksumOk, flaws };
}

function decodeHeader(bytes: Uint8Array): Decoded<Ipv4Header> {
  if (bytes.length < IPV4_HEADER_LENGTH) return truncated(IPV4_HEADER_LENGTH, bytes.length, 'IPv4 header');
  const view = viewOf(bytes);
  const version = view.getUint8(0) >> 4;
  const headerLength = (view.getUint8(0) & 0x0f) * WORD_LENGTH;
  if (version !== VERSION) return malformed(`IP version is ${version}, not 4`);
  if (headerLength < IPV4_HEADER_LENGTH) return malformed(`IPv4 header length of ${headerLength} octets is below 20`);
  if (headerLength > bytes.length) return truncated(headerLength, bytes.length, 'IPv4 header with its options');
  const fragment = view.getUint16(FRAGMENT_OFFSET);
  return decoded({
    typeOfService: view.getUint8(TYPE_OF_SERVICE_OFFSET),
    totalLength: view.getUint16(TOTAL_LENGTH_OFFSET),
    identification: view.getUint16(IDENTIFICATION_OFFSET),
    reservedFlag: (fragment & RESERVED_FLAG) !== 0,
    dontFragment: (fragment & DONT_FRAGMENT_FLAG) !== 0,
    moreFragments: (fragment & MORE_FRAGMENTS_FLAG) !== 0,
    fragmentOffset: fragment & FRAGMENT_OFFSET_MASK,
    timeToLive: view.getUint8(TIME_TO_LIVE_OFFSET),
    protocol: view.getUint8(PROTOCOL_OFFSET),
    headerChecksum: view.getUint16(HEADER_CHECKSUM_OFFSET),
    sourceAddress: formatIpv4(bytes, IPV4_SOURCE_OFFSET),
    destinationAddress: formatIpv4(bytes, DESTINATION_OFFSET),
    options: bytes.subarray(IPV4_HEADER_LENGTH, headerLength),
  });
}

/**
 * Encodes a datagram in 20 + options + payload + padding octets. A total length or header checksum that is given is
 * written as it is, right or wrong, so that a decoded datagram gives its own octets back.
 * @throws RangeError when a field is out of range, or the options are longer than 40 octets or no multiple of 4.
 */
export function encodeIpv4(datagram: {
  readonly header: Ipv4HeaderToEncode;
  readonly payload: Uint8Array;
  readonly padding?: Uint8Array;
}): Uint8Array {
  const { header, payload, padding = NO_BYTES } = datagram;
  const { options } = header;
  if (options.length % WORD_LENGTH !== 0 || options.length > IPV4_OPTIONS_MAX_LENGTH) {
    throw new RangeError(`options must fill 0 to 10 words of 4 octets, not ${options.length} octets`);
  }
  const bytes = concatBytes(new Uint8Array(IPV4_HEADER_LENGTH), options, payload, padding);
  const headerLength = IPV4_HEADER_LENGTH + options.length;
  const view = viewOf(bytes);
  view.setUint8(0, (VERSION << 4) | (headerLength / WORD_LENGTH));
  view.setUint8(TYPE_OF_SERVICE_OFFSET, requireUint8('typeOfService', header.typeOfService));
  const totalLength = header.totalLength ?? headerLength + payload.length;
  view.setUint16(TOTAL_LENGTH_OFFSET, requireUint16('totalLength', totalLength));
  view.setUint16(IDENTIFICATION_OFFSET, requireUint16('identification', header.identification));
  view.setUint16(FRAGMENT_OFFSET, fragmentWord(header));
  view.setUint8(TIME_TO_LIVE_OFFSET, requireUint8('timeToLive', header.timeToLive));
  view.setUint8(PROTOCOL_OFFSET, requireUint8('protocol', header.protocol));
  bytes.set(requireIpv4('sourceAddress', header.sourceAddress), IPV4_SOURCE_OFFSET);
  bytes.set(requireIpv4('destinationAddress', header.destinationAddress), DESTINATION_OFFSET);
  const checksum = header.headerChecksum ?? internetChecksum(bytes, 0, headerLength);
  view.setUint16(HEADER_CHECKSUM_OFFSET, requireUint16('headerChecksum', checksum));
  return bytes;
}

function fragmentWord(header: Ipv4HeaderToEncode): number {
  return (
    (header.reservedFlag ? RESERVED_FLAG : 0) |
    (header.dontFragment ? DONT_FRAGMENT_FLAG : 0) |
    (header.moreFragments ? MORE_FRAGMENTS_FLAG : 0) |
    requireUint('fragmentOffset', header.fragmentOffset, FRAGMENT_OFFSET_MASK)
  );
}
