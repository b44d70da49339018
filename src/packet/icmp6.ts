/**
 * ICMPv6 as bytes and values: RFC 4443, with RFC 4884 (extensions), RFC 4620 (node information) and RFC 8335 (extended
 * echo). `Icmp6Message` in icmp6-messages.ts lists the values; icmp-echo.ts has the echo messages in place, for loops
 * that must not allocate.
 */
import { concatBytes, NO_BYTES, requireUint, requireUint8, requireUint16, requireUint32, viewOf } from './bytes.ts';
import { internetChecksum, ipv6PseudoHeaderSum } from './checksum.ts';
import { type Decoded, decoded, malformed, truncated } from './decoded.ts';
import { ICMP_HEADER_LENGTH, ICMP_IDENTIFIER_OFFSET, ICMP_SEQUENCE_OFFSET } from './icmp-constants.ts';
import { encodeExtendedEcho, readExtendedEchoReply, readExtendedEchoRequest } from './icmp-extended-echo.ts';
import { encodeIcmpExtension } from './icmp-extensions.ts';
import { decodeErrorBody, type ErrorBody } from './icmp-quote.ts';
import {
  ICMP6_CHECKSUM_OFFSET,
  ICMP6_MIN_LENGTH,
  ICMPV6_DEST_UNREACH,
  ICMPV6_ECHO_REPLY,
  ICMPV6_ECHO_REQUEST,
  ICMPV6_EXT_ECHO_REPLY,
  ICMPV6_EXT_ECHO_REQUEST,
  ICMPV6_NI_QUERY,
  ICMPV6_NI_REPLY,
  ICMPV6_PARAMPROB,
  ICMPV6_PKT_TOOBIG,
  ICMPV6_TIME_EXCEED,
} from './icmp6-constants.ts';
import type { Icmp6Echo, Icmp6ErrorMessage, Icmp6ExtendedError, Icmp6Message } from './icmp6-messages.ts';
import { IPPROTO_ICMPV6 } from './ipv4.ts';
import { type DecodedIpv6, decodeQuotedIpv6, encodeIpv6 } from './ipv6.ts';
import { decodeNodeInformation, encodeNodeInformationBody } from './node-information.ts';

export {
  peekIcmpCode,
  peekIcmpIdentifier,
  peekIcmpSequence,
  peekIcmpType,
  writeIcmp6Echo,
} from './icmp-echo.ts';
export * from './icmp6-constants.ts';
export * from './icmp6-messages.ts';

const REST_OFFSET = 4;
const WORD_LENGTH = 8; // octets, the unit of the RFC 4884 length attribute
const LENGTH_WORDS_SHIFT = 24;
const UINT24_MAX = 0xffffff;
/** The types that have eight octets at least; those we do not know may have only four. */
const EIGHT_OCTET_TYPES: ReadonlySet<number> = new Set<number>([
  ICMPV6_ECHO_REQUEST,
  ICMPV6_ECHO_REPLY,
  ICMPV6_EXT_ECHO_REQUEST,
  ICMPV6_EXT_ECHO_REPLY,
  ICMPV6_DEST_UNREACH,
  ICMPV6_PKT_TOOBIG,
  ICMPV6_TIME_EXCEED,
  ICMPV6_PARAMPROB,
]);

/** Addresses of the packet that carries a message, 16 octets each: its checksum covers them (RFC 4443 section 2.3). */
export interface Ipv6AddressPair {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
}

/**
 * A message from the network; `checksumOk` is null where the addresses are not known. `flaws` says what else is wrong.
 */
export interface DecodedIcmp6 {
  readonly message: Icmp6Message;
  readonly checksum: number;
  readonly checksumOk: boolean | null;
  readonly flaws: readonly string[];
}

/**
 * Decodes one message from its type octet to the end of `bytes`; octets in the value alias `bytes`. Fails below 4
 * octets, below 8 for a type that we know (16 for node information), and for an error that does not quote a whole IPv6
 * header. An error whose quote or extension is otherwise broken is decoded, with its flaws.
 */
export function decodeIcmp6(bytes: Uint8Array, addresses?: Ipv6AddressPair): Decoded<DecodedIcmp6> {
  const content = decodeMessage(bytes);
  if (!content.ok) return content;
  const checksum = viewOf(bytes).getUint16(ICMP6_CHECKSUM_OFFSET);
  const checksumOk = addresses === undefined ? null : icmp6Checksum(bytes, addresses) === 0;
  return decoded({ ...content.value, checksum, checksumOk });
}

/** The checksum with its pseudo-header (RFC 8200 section 8.1); 0 means that octets with their own checksum verify. */
export function icmp6Checksum(bytes: Uint8Array, addresses: Ipv6AddressPair): number {
  const sum = ipv6PseudoHeaderSum(addresses.source, addresses.destination, bytes.length, IPPROTO_ICMPV6);
  return internetChecksum(bytes, 0, bytes.length, sum);
}

type Content = Pick<DecodedIcmp6, 'message' | 'flaws'>;

function decodeMessage(bytes: Uint8Array): Decoded<Content> {
  const type = bytes[0] ?? 0;
  const needed = EIGHT_OCTET_TYPES.has(type) ? ICMP_HEADER_LENGTH : ICMP6_MIN_LENGTH;
  if (bytes.length < needed) return truncated(needed, bytes.length, 'ICMPv6 message');
  switch (type) {
    case ICMPV6_ECHO_REQUEST:
    case ICMPV6_ECHO_REPLY:
      return flawless(readEcho(type, bytes));
    case ICMPV6_NI_QUERY:
    case ICMPV6_NI_REPLY: {
      const message = decodeNodeInformation(type, bytes);
      return message.ok ? flawless(message.value) : message;
    }
    case ICMPV6_EXT_ECHO_REQUEST:
      return decoded(readExtendedEchoRequest(type, bytes));
    case ICMPV6_EXT_ECHO_REPLY:
      return flawless(readExtendedEchoReply(type, bytes));
    case ICMPV6_DEST_UNREACH:
    case ICMPV6_PKT_TOOBIG:
    case ICMPV6_TIME_EXCEED:
    case ICMPV6_PARAMPROB:
      return decodeError(type, bytes);
    default:
      return flawless({ kind: 'unknown', type, code: bytes[1]!, body: bytes.subarray(REST_OFFSET) });
  }
}

function readEcho(type: Icmp6Echo['type'], bytes: Uint8Array): Icmp6Echo {
  const view = viewOf(bytes);
  return {
    kind: 'echo',
    type,
    code: view.getUint8(1),
    identifier: view.getUint16(ICMP_IDENTIFIER_OFFSET),
    sequence: view.getUint16(ICMP_SEQUENCE_OFFSET),
    payload: bytes.subarray(ICMP_HEADER_LENGTH),
  };
}

function flawless(message: Icmp6Message): Decoded<Content> {
  return decoded({ message, flaws: [] });
}

function decodeError(type: Icmp6ErrorMessage['type'], bytes: Uint8Array): Decoded<Content> {
  const takesExtension = type === ICMPV6_DEST_UNREACH || type === ICMPV6_TIME_EXCEED;
  const lengthWords = takesExtension ? bytes[REST_OFFSET]! : 0;
  const body = bytes.subarray(ICMP_HEADER_LENGTH);
  // RFC 4884 section 5.5 knows of routers that send unannounced extensions in ICMP for IPv4 alone.
  const parts = decodeErrorBody(body, lengthWords * WORD_LENGTH, false, decodeQuotedIpv6);
  if (!parts.ok) return malformed(`ICMPv6 error quotes no packet: ${parts.error.reason}`);
  return decoded({ message: errorMessage(type, bytes, parts.value), flaws: parts.value.flaws });
}

function errorMessage(
  type: Icmp6ErrorMessage['type'],
  bytes: Uint8Array,
  { quote, extension }: ErrorBody<DecodedIpv6>,
): Icmp6ErrorMessage {
  const code = bytes[1]!;
  const rest = viewOf(bytes).getUint32(REST_OFFSET);
  const extended = { code, lengthWords: rest >>> LENGTH_WORDS_SHIFT, unused: rest & UINT24_MAX, quote, extension };
  switch (type) {
    case ICMPV6_DEST_UNREACH:
      return { kind: 'destination-unreachable', type, ...extended };
    case ICMPV6_TIME_EXCEED:
      return { kind: 'time-exceeded', type, ...extended };
    case ICMPV6_PKT_TOOBIG:
      return { kind: 'packet-too-big', type, code, mtu: rest, quote };
    case ICMPV6_PARAMPROB:
      return { kind: 'parameter-problem', type, code, pointer: rest, quote };
  }
}

/**
 * Encodes one message. `checksum` is a number to be written as it is, the addresses to compute it with, or absent: then
 * it is 0, for the kernel to fill in (RFC 3542 section 3.1).
 * @throws RangeError when a field is out of range: our bug, not the peer's.
 */
export function encodeIcmp6(message: Icmp6Message, checksum: number | Ipv6AddressPair = 0): Uint8Array {
  const type = requireUint8('type', message.type);
  const bytes = concatBytes(Uint8Array.of(type, requireUint8('code', message.code), 0, 0), ...encodeBody(message));
  const sum = typeof checksum === 'number' ? checksum : icmp6Checksum(bytes, checksum);
  viewOf(bytes).setUint16(ICMP6_CHECKSUM_OFFSET, requireUint16('checksum', sum));
  return bytes;
}

/** What stands behind the checksum, in parts. */
function encodeBody(message: Icmp6Message): readonly Uint8Array[] {
  switch (message.kind) {
    case 'echo': {
      const identifier = requireUint16('identifier', message.identifier);
      const sequence = requireUint16('sequence', message.sequence);
      return [Uint8Array.of(identifier >> 8, identifier & 0xff, sequence >> 8, sequence & 0xff), message.payload];
    }
    case 'extended-echo-request':
    case 'extended-echo-reply':
      return [encodeExtendedEcho(message)];
    case 'node-information':
      return [encodeNodeInformationBody(message)];
    case 'unknown':
      return [message.body];
    case 'packet-too-big':
      return [word('mtu', message.mtu), encodeIpv6(message.quote)];
    case 'parameter-problem':
      return [word('pointer', message.pointer), encodeIpv6(message.quote)];
    case 'destination-unreachable':
    case 'time-exceeded':
      return encodeExtendedError(message);
  }
}

function encodeExtendedError(message: Icmp6ExtendedError): readonly Uint8Array[] {
  const lengthWords = requireUint8('lengthWords', message.lengthWords);
  const unused = requireUint('unused', message.unused, UINT24_MAX);
  const extension = message.extension === null ? NO_BYTES : encodeIcmpExtension(message.extension);
  const rest = ((lengthWords << LENGTH_WORDS_SHIFT) | unused) >>> 0;
  return [word('length', rest), encodeIpv6(message.quote), extension];
}

function word(field: string, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, requireUint32(field, value));
  return bytes;
}
