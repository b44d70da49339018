/**
 * Messages of rtnetlink(7), between us and our own kernel: header, attributes, acknowledgement, and the route message.
 * Unlike everything else here all numbers stand in the machine's own order, because the octets never leave it. Octets
 * beyond a length are padding up to the next multiple of four: zero when encoded, ignored when decoded.
 */
import { concatBytes, requireUint8, requireUint16, requireUint32, viewOf } from './bytes.ts';
import { type Decoded, decoded, malformed, truncated } from './decoded.ts';

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Message types, linux/netlink.h and linux/rtnetlink.h. */
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;
export const RTM_GETROUTE = 26;

/** Flags of a request. */
export const NLM_F_REQUEST = 1;
export const NLM_F_MULTI = 2;
export const NLM_F_ACK = 4;
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_DUMP = 0x300;
export const NLM_F_CREATE = 0x400;
export const NLM_F_APPEND = 0x800;

/** Attributes of a route. */
export const RTA_DST = 1;
export const RTA_OIF = 4;
export const RTA_GATEWAY = 5;
export const RTA_PRIORITY = 6;
export const RTA_PREFSRC = 7;
export const RTA_TABLE = 15;

export const RT_TABLE_MAIN = 254;
export const RT_SCOPE_UNIVERSE = 0;
export const RT_SCOPE_LINK = 253;
export const RTN_UNICAST = 1;
/** Who made a route. */
export const RTPROT_BOOT = 3;
export const RTPROT_STATIC = 4;
/** Learnt from router advertisements. */
export const RTPROT_RA = 9;

export const NETLINK_HEADER_LENGTH = 16; // octets
export const ROUTE_HEADER_LENGTH = 12; // octets
const ATTRIBUTE_HEADER_LENGTH = 4;
const ERRNO_LENGTH = 4;
const ALIGNMENT = 4;
/** Two flag bits of an attribute's type (nested, network order) that tell no other attribute. */
const ATTRIBUTE_TYPE_MASK = 0x3fff;

const TYPE_OFFSET = 4,
  FLAGS_OFFSET = 6,
  SEQUENCE_OFFSET = 8,
  PORT_OFFSET = 12;
const DST_LENGTH_OFFSET = 1,
  SRC_LENGTH_OFFSET = 2,
  TOS_OFFSET = 3,
  TABLE_OFFSET = 4;
const PROTOCOL_OFFSET = 5,
  SCOPE_OFFSET = 6,
  ROUTE_TYPE_OFFSET = 7,
  ROUTE_FLAGS_OFFSET = 8;

export interface NetlinkMessage {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  /** Of the socket that asked; 0 lets the kernel fill it in. */
  readonly portId: number;
  /** What follows the header; its layout depends on `type`. */
  readonly payload: Uint8Array;
}

export interface NetlinkAttribute {
  readonly type: number;
  readonly value: Uint8Array;
}

/** `struct rtmsg` and its attributes. */
export interface RouteMessage {
  /** AF_INET or AF_INET6. */
  readonly family: number;
  /** Bits of prefix in RTA_DST; 0 is the default route. */
  readonly destinationLength: number;
  readonly sourceLength: number;
  readonly tos: number;
  readonly table: number;
  readonly protocol: number;
  readonly scope: number;
  readonly type: number;
  readonly flags: number;
  readonly attributes: readonly NetlinkAttribute[];
}

const align = (octets: number) => Math.ceil(octets / ALIGNMENT) * ALIGNMENT;

/** Encodes one message in 16 + payload octets, padded. @throws RangeError when a field does not fit. */
export function encodeNetlinkMessage(message: NetlinkMessage): Uint8Array {
  const length = NETLINK_HEADER_LENGTH + message.payload.length;
  const bytes = new Uint8Array(align(length));
  const view = viewOf(bytes);
  view.setUint32(0, length, LITTLE_ENDIAN);
  view.setUint16(TYPE_OFFSET, requireUint16('type', message.type), LITTLE_ENDIAN);
  view.setUint16(FLAGS_OFFSET, requireUint16('flags', message.flags), LITTLE_ENDIAN);
  view.setUint32(SEQUENCE_OFFSET, requireUint32('sequence', message.sequence), LITTLE_ENDIAN);
  view.setUint32(PORT_OFFSET, requireUint32('portId', message.portId), LITTLE_ENDIAN);
  bytes.set(message.payload, NETLINK_HEADER_LENGTH);
  return bytes;
}

/** Decodes the messages of one datagram; payloads alias `bytes`. Fails when one is cut or claims less than its header. */
export function decodeNetlinkMessages(bytes: Uint8Array): Decoded<readonly NetlinkMessage[]> {
  const view = viewOf(bytes);
  const messages: NetlinkMessage[] = [];
  for (let at = 0; at < bytes.length; ) {
    const have = bytes.length - at;
    if (have < NETLINK_HEADER_LENGTH) return truncated(NETLINK_HEADER_LENGTH, have, 'netlink header');
    const length = view.getUint32(at, LITTLE_ENDIAN);
    if (length < NETLINK_HEADER_LENGTH) return malformed(`a netlink message of ${length} octets`);
    if (length > have) return truncated(length, have, 'netlink message');
    messages.push({
      type: view.getUint16(at + TYPE_OFFSET, LITTLE_ENDIAN),
      flags: view.getUint16(at + FLAGS_OFFSET, LITTLE_ENDIAN),
      sequence: view.getUint32(at + SEQUENCE_OFFSET, LITTLE_ENDIAN),
      portId: view.getUint32(at + PORT_OFFSET, LITTLE_ENDIAN),
      payload: bytes.subarray(at + NETLINK_HEADER_LENGTH, at + length),
    });
    at += align(length);
  }
  return decoded(messages);
}

/** The errno that an NLMSG_ERROR's payload tells, 0 for an acknowledgement. Fails below 4 octets. */
export function decodeNetlinkError(payload: Uint8Array): Decoded<number> {
  if (payload.length < ERRNO_LENGTH) return truncated(ERRNO_LENGTH, payload.length, 'netlink error');
  const negative = viewOf(payload).getInt32(0, LITTLE_ENDIAN);
  return negative > 0 ? malformed(`a netlink error of ${negative}`) : decoded(0 - negative);
}

/** Encodes attributes one behind the other, each padded. @throws RangeError when one is longer than 65,531 octets. */
export function encodeAttributes(attributes: readonly NetlinkAttribute[]): Uint8Array {
  return concatBytes(...attributes.map(encodeAttribute));
}

function encodeAttribute({ type, value }: NetlinkAttribute): Uint8Array {
  const length = requireUint16('attribute length', ATTRIBUTE_HEADER_LENGTH + value.length);
  const bytes = new Uint8Array(align(length));
  const view = viewOf(bytes);
  view.setUint16(0, length, LITTLE_ENDIAN);
  view.setUint16(2, requireUint16('attribute type', type), LITTLE_ENDIAN);
  bytes.set(value, ATTRIBUTE_HEADER_LENGTH);
  return bytes;
}

/** Decodes attributes; values alias `bytes`. Fails when one is cut or claims less than its header. */
export function decodeAttributes(bytes: Uint8Array): Decoded<readonly NetlinkAttribute[]> {
  const view = viewOf(bytes);
  const attributes: NetlinkAttribute[] = [];
  for (let at = 0; at < bytes.length; ) {
    const have = bytes.length - at;
    if (have < ATTRIBUTE_HEADER_LENGTH) return truncated(ATTRIBUTE_HEADER_LENGTH, have, 'netlink attribute');
    const length = view.getUint16(at, LITTLE_ENDIAN);
    if (length < ATTRIBUTE_HEADER_LENGTH) return malformed(`a netlink attribute of ${length} octets`);
    if (length > have) return truncated(length, have, 'netlink attribute');
    const type = view.getUint16(at + 2, LITTLE_ENDIAN);
    attributes.push({ type, value: bytes.subarray(at + ATTRIBUTE_HEADER_LENGTH, at + length) });
    at += align(length);
  }
  return decoded(attributes);
}

/** An attribute whose value is one 32-bit number: RTA_OIF, RTA_PRIORITY, RTA_TABLE. @throws RangeError */
export function uint32Attribute(type: number, number: number): NetlinkAttribute {
  const value = new Uint8Array(4);
  viewOf(value).setUint32(0, requireUint32('attribute', number), LITTLE_ENDIAN);
  return { type, value };
}

/** The first attribute of `type`; null where there is none. */
export function findAttribute(attributes: readonly NetlinkAttribute[], type: number): Uint8Array | null {
  return attributes.find((each) => (each.type & ATTRIBUTE_TYPE_MASK) === type)?.value ?? null;
}

/** The same as a 32-bit number; null where there is none of that size. */
export function findUint32Attribute(attributes: readonly NetlinkAttribute[], type: number): number | null {
  const value = findAttribute(attributes, type);
  return value?.length === 4 ? viewOf(value).getUint32(0, LITTLE_ENDIAN) : null;
}

/** Encodes the payload of RTM_NEWROUTE, RTM_DELROUTE or RTM_GETROUTE. @throws RangeError when a field does not fit. */
export function encodeRouteMessage(route: RouteMessage): Uint8Array {
  const header = new Uint8Array(ROUTE_HEADER_LENGTH);
  const view = viewOf(header);
  view.setUint8(0, requireUint8('family', route.family));
  view.setUint8(DST_LENGTH_OFFSET, requireUint8('destinationLength', route.destinationLength));
  view.setUint8(SRC_LENGTH_OFFSET, requireUint8('sourceLength', route.sourceLength));
  view.setUint8(TOS_OFFSET, requireUint8('tos', route.tos));
  view.setUint8(TABLE_OFFSET, requireUint8('table', route.table));
  view.setUint8(PROTOCOL_OFFSET, requireUint8('protocol', route.protocol));
  view.setUint8(SCOPE_OFFSET, requireUint8('scope', route.scope));
  view.setUint8(ROUTE_TYPE_OFFSET, requireUint8('type', route.type));
  view.setUint32(ROUTE_FLAGS_OFFSET, requireUint32('flags', route.flags), LITTLE_ENDIAN);
  return concatBytes(header, encodeAttributes(route.attributes));
}

/** Decodes such a payload. Fails below 12 octets and when an attribute does. */
export function decodeRouteMessage(payload: Uint8Array): Decoded<RouteMessage> {
  if (payload.length < ROUTE_HEADER_LENGTH) return truncated(ROUTE_HEADER_LENGTH, payload.length, 'route message');
  const attributes = decodeAttributes(payload.subarray(ROUTE_HEADER_LENGTH));
  if (!attributes.ok) return attributes;
  const view = viewOf(payload);
  return decoded({
    family: view.getUint8(0),
    destinationLength: view.getUint8(DST_LENGTH_OFFSET),
    sourceLength: view.getUint8(SRC_LENGTH_OFFSET),
    tos: view.getUint8(TOS_OFFSET),
    table: view.getUint8(TABLE_OFFSET),
    protocol: view.getUint8(PROTOCOL_OFFSET),
    scope: view.getUint8(SCOPE_OFFSET),
    type: view.getUint8(ROUTE_TYPE_OFFSET),
    flags: view.getUint32(ROUTE_FLAGS_OFFSET, LITTLE_ENDIAN),
    attributes: attributes.value,
  });
}
