/**
 * The IPv6 header of RFC 8200, which we meet where an ICMPv6 error quotes it, and the walk along its extension headers
 * to the protocol that the packet carried.
 */
import { formatIpv6, requireIpv6 } from './address.ts';
import { concatBytes, NO_BYTES, requireUint, requireUint8, requireUint16, viewOf } from './bytes.ts';
import { type Decoded, decoded, malformed, truncated } from './decoded.ts';

export const IPV6_HEADER_LENGTH = 40; // octets
export const IPPROTO_HOPOPTS = 0;
export const IPPROTO_ROUTING = 43;
export const IPPROTO_FRAGMENT = 44;
export const IPPROTO_ESP = 50;
export const IPPROTO_AH = 51;
export const IPPROTO_NONE = 59;
export const IPPROTO_DSTOPTS = 60;
export const IPPROTO_MH = 135;
export const IPPROTO_HIP = 139;
export const IPPROTO_SHIM6 = 140;

const VERSION = 6;
const PAYLOAD_LENGTH_OFFSET = 4;
const NEXT_HEADER_OFFSET = 6;
const HOP_LIMIT_OFFSET = 7;
const SOURCE_OFFSET = 8;
const DESTINATION_OFFSET = 24;
const TRAFFIC_CLASS_SHIFT = 20;
const FLOW_LABEL_MAX = 0xfffff;
const EXTENSION_MIN_LENGTH = 8; // octets
const EXTENSION_UNIT_LENGTH = 8; // octets, of Hdr Ext Len, the first unit not counted
const AUTHENTICATION_UNIT_LENGTH = 4; // octets, of an AH's Payload Len, the first two units not counted
const FRAGMENT_OFFSET_OFFSET = 2;
const FRAGMENT_OFFSET_SHIFT = 3;
/** As for IPv4: so many data octets identify the packet, and RFC 4443 quotes far more. */
const QUOTED_DATA_LENGTH = 8; // octets

/** The fixed header; `payloadLength` counts octets behind it, extension headers included. */
export interface Ipv6Header {
  readonly trafficClass: number;
  readonly flowLabel: number;
  readonly payloadLength: number;
  readonly nextHeader: number;
  readonly hopLimit: number;
  readonly sourceAddress: string;
  readonly destinationAddress: string;
}

/** A packet: its fixed header, the octets that its payload length covers, and those behind that. */
export interface Ipv6Packet {
  readonly header: Ipv6Header;
  readonly payload: Uint8Array;
  readonly padding: Uint8Array;
}

/** A quoted packet from the network; `flaws` tells in words what else is wrong with it (else empty). */
export interface DecodedIpv6 extends Ipv6Packet {
  readonly flaws: readonly string[];
}

/**
 * Decodes the start of a packet that an ICMPv6 error quotes; payload and padding alias `bytes`. The payload length may
 * exceed what is there, and with a hop-by-hop header it may be zero (a jumbogram, RFC 2675). Fails when the fixed
 * header is cut or its version is not 6. Fewer than eight data octets of a packet that had them is a flaw.
 */
export function decodeQuotedIpv6(bytes: Uint8Array): Decoded<DecodedIpv6> {
  if (bytes.length < IPV6_HEADER_LENGTH) return truncated(IPV6_HEADER_LENGTH, bytes.length, 'IPv6 header');
  const view = viewOf(bytes);
  const first = view.getUint32(0);
  const version = first >>> 28;
  if (version !== VERSION) return malformed(`IP version is ${version}, not 6`);
  const header: Ipv6Header = {
    trafficClass: (first >>> TRAFFIC_CLASS_SHIFT) & 0xff,
    flowLabel: first & FLOW_LABEL_MAX,
    payloadLength: view.getUint16(PAYLOAD_LENGTH_OFFSET),
    nextHeader: view.getUint8(NEXT_HEADER_OFFSET),
    hopLimit: view.getUint8(HOP_LIMIT_OFFSET),
    sourceAddress: formatIpv6(bytes, SOURCE_OFFSET),
    destinationAddress: formatIpv6(bytes, DESTINATION_OFFSET),
  };
  const isJumbogram = header.payloadLength === 0 && header.nextHeader === IPPROTO_HOPOPTS;
  const have = bytes.length - IPV6_HEADER_LENGTH;
  const payloadLength = isJumbogram ? have : Math.min(header.payloadLength, have);
  const wanted = Math.min(QUOTED_DATA_LENGTH, isJumbogram ? QUOTED_DATA_LENGTH : header.payloadLength);
  const end = IPV6_HEADER_LENGTH + payloadLength;
  return decoded({
    header,
    payload: bytes.subarray(IPV6_HEADER_LENGTH, end),
    padding: bytes.subarray(end),
    flaws: have < wanted ? [`quote has ${have} of at least ${wanted} data octets`] : [],
  });
}

/**
 * Encodes a packet in 40 + payload + padding octets; the payload length is computed where it is absent.
 * @throws RangeError when a field is out of range.
 */
export function encodeIpv6(packet: {
  readonly header: Omit<Ipv6Header, 'payloadLength'> & Partial<Pick<Ipv6Header, 'payloadLength'>>;
  readonly payload: Uint8Array;
  readonly padding?: Uint8Array;
}): Uint8Array {
  const { header, payload, padding = NO_BYTES } = packet;
  const bytes = concatBytes(new Uint8Array(IPV6_HEADER_LENGTH), payload, padding);
  const view = viewOf(bytes);
  const trafficClass = requireUint8('trafficClass', header.trafficClass);
  const flowLabel = requireUint('flowLabel', header.flowLabel, FLOW_LABEL_MAX);
  view.setUint32(0, ((VERSION << 28) | (trafficClass << TRAFFIC_CLASS_SHIFT) | flowLabel) >>> 0);
  view.setUint16(PAYLOAD_LENGTH_OFFSET, requireUint16('payloadLength', header.payloadLength ?? payload.length));
  view.setUint8(NEXT_HEADER_OFFSET, requireUint8('nextHeader', header.nextHeader));
  view.setUint8(HOP_LIMIT_OFFSET, requireUint8('hopLimit', header.hopLimit));
  bytes.set(requireIpv6('sourceAddress', header.sourceAddress), SOURCE_OFFSET);
  bytes.set(requireIpv6('destinationAddress', header.destinationAddress), DESTINATION_OFFSET);
  return bytes;
}

/**
 * Where a packet's upper layer begins: `offset` octets into its payload. In a later fragment (`fragmentOffset` above 0,
 * in units of 8 octets) the octets there are data from the middle and no header.
 */
export interface UpperLayer {
  readonly protocol: number;
  readonly offset: number;
  readonly fragmentOffset: number;
}

/**
 * Walks the extension headers of `payload`, whose first header is `nextHeader` (RFC 8200 section 4). Stops at the first
 * protocol that is no extension header it can skip; ESP and "no next header" are such. Fails with `truncated` when a
 * header runs past what was quoted; each one has at least 8 octets, so the walk ends.
 */
export function findUpperLayer(nextHeader: number, payload: Uint8Array): Decoded<UpperLayer> {
  let protocol = nextHeader;
  let offset = 0;
  let fragmentOffset = 0;
  // What stands at the front of a later fragment is data, whatever its fragment header says comes next.
  while (fragmentOffset === 0 && isExtensionHeader(protocol)) {
    const minimum = offset + EXTENSION_MIN_LENGTH;
    if (minimum > payload.length) return truncated(minimum, payload.length, 'IPv6 extension header');
    const end = offset + extensionLength(protocol, payload[offset + 1]!);
    if (end > payload.length) return truncated(end, payload.length, 'IPv6 extension header');
    if (protocol === IPPROTO_FRAGMENT) {
      fragmentOffset = viewOf(payload).getUint16(offset + FRAGMENT_OFFSET_OFFSET) >> FRAGMENT_OFFSET_SHIFT;
    }
    protocol = payload[offset]!;
    offset = end;
  }
  return decoded({ protocol, offset, fragmentOffset });
}

function isExtensionHeader(protocol: number): boolean {
  switch (protocol) {
    case IPPROTO_HOPOPTS:
    case IPPROTO_ROUTING:
    case IPPROTO_FRAGMENT:
    case IPPROTO_AH:
    case IPPROTO_DSTOPTS:
    case IPPROTO_MH:
    case IPPROTO_HIP:
    case IPPROTO_SHIM6:
      return true;
    default:
      return false;
  }
}

function extensionLength(protocol: number, lengthField: number): number {
  // The fragment header's second octet is reserved: its length is fixed (RFC 8200 section 4.5).
  if (protocol === IPPROTO_FRAGMENT) return EXTENSION_MIN_LENGTH;
  // A length field of 0 is less than any AH has (RFC 4302 section 2.2), but the walk still advances by 8 octets.
  if (protocol === IPPROTO_AH) return (lengthField + 2) * AUTHENTICATION_UNIT_LENGTH;
  return (lengthField + 1) * EXTENSION_UNIT_LENGTH;
}
