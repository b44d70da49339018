/** The extended echo messages of RFC 8335 (PROBE), which ICMP and ICMPv6 share but for their type numbers. */
import { concatBytes, NO_BYTES, requireUint, requireUint8, requireUint16, viewOf } from './bytes.ts';
import { ICMP_HEADER_LENGTH, ICMP_IDENTIFIER_OFFSET, ICMP_SEQUENCE_OFFSET } from './icmp-constants.ts';
import { decodeIcmpExtension, encodeIcmpExtension, extensionFlaws } from './icmp-extensions.ts';
import type { IcmpExtendedEchoReply, IcmpExtendedEchoRequest } from './icmp-messages.ts';

const FLAGS_OFFSET = 7;
const LOCAL_BIT = 0x01;
const STATE_SHIFT = 5;
const STATE_MAX = 0x07;
const RESERVED_SHIFT = 3;
const RESERVED_MAX = 0x03;
const ACTIVE_BIT = 0x04;
const IPV4_BIT = 0x02;
const IPV6_BIT = 0x01;

/** Reads an extended echo request of at least 8 octets; an extension is missing (a flaw) when nothing follows them. */
export function readExtendedEchoRequest<Type extends number>(
  type: Type,
  bytes: Uint8Array,
): { readonly message: IcmpExtendedEchoRequest<Type>; readonly flaws: readonly string[] } {
  const view = viewOf(bytes);
  const rest = bytes.subarray(ICMP_HEADER_LENGTH);
  const extension = rest.length === 0 ? null : decodeIcmpExtension(rest);
  const flags = view.getUint8(FLAGS_OFFSET);
  const message: IcmpExtendedEchoRequest<Type> = {
    kind: 'extended-echo-request',
    type,
    code: view.getUint8(1),
    identifier: view.getUint16(ICMP_IDENTIFIER_OFFSET),
    sequence: view.getUint8(ICMP_SEQUENCE_OFFSET),
    reserved: flags >> 1,
    local: (flags & LOCAL_BIT) !== 0,
    extension,
  };
  const flaws = extension === null ? ['extended echo request names no interface'] : extensionFlaws(extension);
  return { message, flaws };
}

/** Reads an extended echo reply of at least 8 octets. */
export function readExtendedEchoReply<Type extends number>(type: Type, bytes: Uint8Array): IcmpExtendedEchoReply<Type> {
  const view = viewOf(bytes);
  const flags = view.getUint8(FLAGS_OFFSET);
  return {
    kind: 'extended-echo-reply',
    type,
    code: view.getUint8(1),
    identifier: view.getUint16(ICMP_IDENTIFIER_OFFSET),
    sequence: view.getUint8(ICMP_SEQUENCE_OFFSET),
    state: flags >> STATE_SHIFT,
    reserved: (flags >> RESERVED_SHIFT) & RESERVED_MAX,
    active: (flags & ACTIVE_BIT) !== 0,
    ipv4: (flags & IPV4_BIT) !== 0,
    ipv6: (flags & IPV6_BIT) !== 0,
    trailing: bytes.subarray(ICMP_HEADER_LENGTH),
  };
}

/** What stands behind the checksum of an extended echo message. @throws RangeError when a field is out of range. */
export function encodeExtendedEcho(
  message: IcmpExtendedEchoRequest<number> | IcmpExtendedEchoReply<number>,
): Uint8Array {
  const head = new Uint8Array(ICMP_HEADER_LENGTH - ICMP_IDENTIFIER_OFFSET);
  const view = viewOf(head);
  view.setUint16(0, requireUint16('identifier', message.identifier));
  view.setUint8(ICMP_SEQUENCE_OFFSET - ICMP_IDENTIFIER_OFFSET, requireUint8('sequence', message.sequence));
  view.setUint8(FLAGS_OFFSET - ICMP_IDENTIFIER_OFFSET, flagsOf(message));
  if (message.kind === 'extended-echo-reply') return concatBytes(head, message.trailing);
  return concatBytes(head, message.extension === null ? NO_BYTES : encodeIcmpExtension(message.extension));
}

function flagsOf(message: IcmpExtendedEchoRequest<number> | IcmpExtendedEchoReply<number>): number {
  if (message.kind === 'extended-echo-request') {
    return (requireUint('reserved', message.reserved, 0x7f) << 1) | (message.local ? LOCAL_BIT : 0);
  }
  return (
    (requireUint('state', message.state, STATE_MAX) << STATE_SHIFT) |
    (requireUint('reserved', message.reserved, RESERVED_MAX) << RESERVED_SHIFT) |
    (message.active ? ACTIVE_BIT : 0) |
    (message.ipv4 ? IPV4_BIT : 0) |
    (message.ipv6 ? IPV6_BIT : 0)
  );
}
