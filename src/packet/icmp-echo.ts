/**
 * Echo messages in place, for a loop that sends and receives hundreds of thousands of them a second: no object, no view
 * and no copy per packet, all octets stay in the caller's batch buffer. The layout of the eight header octets is the
 * same in RFC 792 (ICMP) and RFC 4443 section 4 (ICMPv6), so the readers serve both.
 */
import { internetChecksum } from './checksum.ts';
import {
  ICMP_CHECKSUM_OFFSET,
  ICMP_CODE_OFFSET,
  ICMP_HEADER_LENGTH,
  ICMP_IDENTIFIER_OFFSET,
  ICMP_SEQUENCE_OFFSET,
} from './icmp-constants.ts';

/**
 * Writes an ICMP echo header with its checksum at `offset`, over a payload of `payloadOctets` that already stands
 * behind it. `type` is ICMP_ECHO or ICMP_ECHOREPLY; `identifier` and `sequence` are u16, so a counter must be wrapped
 * by its owner.
 * @throws RangeError when a number is out of range or the message does not fit `target`.
 */
export function writeIcmpEcho(
  target: Uint8Array,
  offset: number,
  type: number,
  identifier: number,
  sequence: number,
  payloadOctets: number,
): void {
  const end = offset + ICMP_HEADER_LENGTH + payloadOctets;
  if (payloadOctets < 0 || end > target.length) throw new RangeError('the echo message does not fit the target');
  writeEchoHeader(target, offset, type, identifier, sequence);
  writeUint16(target, offset + ICMP_CHECKSUM_OFFSET, internetChecksum(target, offset, end));
}

/**
 * Writes an ICMPv6 echo header at `offset` and leaves its checksum zero, because the kernel fills that in on every
 * ICMPv6 socket (RFC 3542 section 3.1). `type` is ICMPV6_ECHO_REQUEST or ICMPV6_ECHO_REPLY. @throws RangeError as
 * `writeIcmpEcho`.
 */
export function writeIcmp6Echo(
  target: Uint8Array,
  offset: number,
  type: number,
  identifier: number,
  sequence: number,
): void {
  if (offset + ICMP_HEADER_LENGTH > target.length) throw new RangeError('the echo header does not fit the target');
  writeEchoHeader(target, offset, type, identifier, sequence);
}

function writeEchoHeader(target: Uint8Array, offset: number, type: number, identifier: number, sequence: number): void {
  if (
    offset < 0 ||
    (type & 0xff) !== type ||
    (identifier & 0xffff) !== identifier ||
    (sequence & 0xffff) !== sequence
  ) {
    throw new RangeError(`echo fields out of range: offset ${offset}, type ${type}, ${identifier}, ${sequence}`);
  }
  target[offset] = type;
  target[offset + ICMP_CODE_OFFSET] = 0;
  writeUint16(target, offset + ICMP_CHECKSUM_OFFSET, 0);
  writeUint16(target, offset + ICMP_IDENTIFIER_OFFSET, identifier);
  writeUint16(target, offset + ICMP_SEQUENCE_OFFSET, sequence);
}

/**
 * The message type at `offset`. The caller of a `peek…` function has seen that the octets are there; missing ones read as 0.
 */
export function peekIcmpType(bytes: Uint8Array, offset: number): number {
  return bytes[offset] ?? 0;
}

/** The code of the message at `offset`. */
export function peekIcmpCode(bytes: Uint8Array, offset: number): number {
  return bytes[offset + ICMP_CODE_OFFSET] ?? 0;
}

/** The identifier of the echo message at `offset`, in host order. */
export function peekIcmpIdentifier(bytes: Uint8Array, offset: number): number {
  return peekUint16(bytes, offset + ICMP_IDENTIFIER_OFFSET);
}

/** The sequence number of the echo message at `offset`, in host order. */
export function peekIcmpSequence(bytes: Uint8Array, offset: number): number {
  return peekUint16(bytes, offset + ICMP_SEQUENCE_OFFSET);
}

/** Whether the ICMP (IPv4) message from `offset` to before `end` sums up right, its payload included. */
export function isIcmpChecksumOk(bytes: Uint8Array, offset: number, end: number): boolean {
  return internetChecksum(bytes, offset, end) === 0;
}

function peekUint16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

function writeUint16(target: Uint8Array, offset: number, value: number): void {
  target[offset] = value >> 8;
  target[offset + 1] = value;
}
