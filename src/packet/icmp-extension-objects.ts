/**
 * What the objects of an ICMP extension say: the MPLS label stack of RFC 4950, the interface information of RFC 5837
 * and the interface identification of RFC 8335. These are readings for people and programs; the object's octets stay
 * the truth.
 */
import { formatIpv4, formatIpv6, IPV4_ADDRESS_LENGTH, IPV6_ADDRESS_LENGTH } from './address.ts';
import { concatBytes, requireUint, requireUint8, viewOf } from './bytes.ts';

export const MPLS_LABEL_STACK_CLASS = 1; // RFC 4950 section 3
export const INTERFACE_INFORMATION_CLASS = 2; // RFC 5837 section 4
export const INTERFACE_IDENTIFICATION_CLASS = 3; // RFC 8335 section 2.1
export const MPLS_INCOMING_STACK = 1;
export const INTERFACE_BY_NAME = 1;
export const INTERFACE_BY_INDEX = 2;
export const INTERFACE_BY_ADDRESS = 3;
export const AFI_IPV4 = 1; // IANA address family numbers
export const AFI_IPV6 = 2;

const WORD_LENGTH = 4; // octets
const LABEL_SHIFT = 12;
const EXPERIMENTAL_SHIFT = 9;
const BOTTOM_OF_STACK_BIT = 0x100;
const LABEL_MAX = 0xfffff;
const ROLE_SHIFT = 6;
const HAS_INDEX_BIT = 0x08;
const HAS_ADDRESS_BIT = 0x04;
const HAS_NAME_BIT = 0x02;
const HAS_MTU_BIT = 0x01;
const ADDRESS_HEADER_LENGTH = 4; // octets: address family, two more
const ADDRESS_LENGTH_OFFSET = 2;

/** One entry of a label stack (RFC 3032 section 2.1); `experimental` is the traffic class, `ttl` in hops. */
export interface MplsLabel {
  readonly label: number;
  readonly experimental: number;
  readonly bottomOfStack: boolean;
  readonly ttl: number;
}

export type ObjectContent =
  | { readonly kind: 'mpls-label-stack'; readonly labels: readonly MplsLabel[] }
  | InterfaceInformation
  | InterfaceIdentification
  | { readonly kind: 'unknown' }
  | { readonly kind: 'malformed'; readonly reason: string };

/**
 * An interface of the router that sent the error; what it does not tell is null. Roles: 0 the packet came in, 1 the
 * same below IP, 2 it would have gone out, 3 the next hop.
 */
export interface InterfaceInformation {
  readonly kind: 'interface-information';
  readonly role: number;
  readonly index: number | null;
  readonly addressFamily: number | null;
  readonly address: string | null;
  /** The length octet in front of the name: it counts itself and the padding. */
  readonly nameOctets: number | null;
  readonly name: string | null;
  readonly mtu: number | null;
}

/** The interface an extended echo request asks about; `address` is null unless its family is IPv4 or IPv6. */
export type InterfaceIdentification =
  | { readonly kind: 'interface-identification'; readonly by: 'name'; readonly name: string }
  | { readonly kind: 'interface-identification'; readonly by: 'index'; readonly index: number }
  | {
      readonly kind: 'interface-identification';
      readonly by: 'address';
      readonly addressFamily: number;
      readonly addressBytes: Uint8Array;
      readonly address: string | null;
    };

/**
 * Reads the body of an object. Never fails: a body that contradicts its format is `malformed`, one not defined
 * `unknown`.
 */
export function readObjectContent(classNumber: number, cType: number, body: Uint8Array): ObjectContent {
  if (classNumber === MPLS_LABEL_STACK_CLASS && cType === MPLS_INCOMING_STACK) return readLabels(body);
  if (classNumber === INTERFACE_INFORMATION_CLASS) return readInterfaceInformation(cType, body);
  if (classNumber === INTERFACE_IDENTIFICATION_CLASS) return readInterfaceIdentification(cType, body);
  return { kind: 'unknown' };
}

function readLabels(body: Uint8Array): ObjectContent {
  if (body.length === 0 || body.length % WORD_LENGTH !== 0) {
    return { kind: 'malformed', reason: `MPLS label stack of ${body.length} octets` };
  }
  const view = viewOf(body);
  const labels: MplsLabel[] = [];
  for (let offset = 0; offset < body.length; offset += WORD_LENGTH) {
    const entry = view.getUint32(offset);
    labels.push({
      label: entry >>> LABEL_SHIFT,
      experimental: (entry >>> EXPERIMENTAL_SHIFT) & 0x07,
      bottomOfStack: (entry & BOTTOM_OF_STACK_BIT) !== 0,
      ttl: entry & 0xff,
    });
  }
  return { kind: 'mpls-label-stack', labels };
}

/** The body of an MPLS label stack object. @throws RangeError when a field is out of range. */
export function encodeMplsLabels(labels: readonly MplsLabel[]): Uint8Array {
  const body = new Uint8Array(labels.length * WORD_LENGTH);
  const view = viewOf(body);
  for (const [i, entry] of labels.entries()) {
    const label = requireUint('label', entry.label, LABEL_MAX) << LABEL_SHIFT;
    const experimental = requireUint('experimental', entry.experimental, 0x07) << EXPERIMENTAL_SHIFT;
    const bottom = entry.bottomOfStack ? BOTTOM_OF_STACK_BIT : 0;
    view.setUint32(i * WORD_LENGTH, (label | experimental | bottom | requireUint8('ttl', entry.ttl)) >>> 0);
  }
  return body;
}

/**
 * The parts stand in the order of their bits in the C-Type, RFC 5837 section 4.1, each there only if its bit is set.
 */
function readInterfaceInformation(cType: number, body: Uint8Array): ObjectContent {
  const view = viewOf(body);
  let offset = 0;
  let index: number | null = null;
  let family: AddressAt | null = null;
  let nameOctets: number | null = null;
  let name: string | null = null;
  let mtu: number | null = null;
  if (cType & HAS_INDEX_BIT) {
    if (offset + WORD_LENGTH > body.length) return cut('interface index');
    index = view.getUint32(offset);
    offset += WORD_LENGTH;
  }
  if (cType & HAS_ADDRESS_BIT) {
    family = readAddressAt(body, offset);
    if (family === null) return { kind: 'malformed', reason: 'interface address is cut or of an unknown family' };
    offset += ADDRESS_HEADER_LENGTH + family.octets;
  }
  if (cType & HAS_NAME_BIT) {
    nameOctets = body[offset] ?? 0;
    if (nameOctets === 0 || offset + nameOctets > body.length) return cut('interface name');
    name = readName(body.subarray(offset + 1, offset + nameOctets));
    offset += nameOctets;
  }
  if (cType & HAS_MTU_BIT) {
    if (offset + WORD_LENGTH > body.length) return cut('interface MTU');
    mtu = view.getUint32(offset);
    offset += WORD_LENGTH;
  }
  if (offset < body.length) return { kind: 'malformed', reason: `${body.length - offset} octets too many` };
  const addressFamily = family?.addressFamily ?? null;
  const address = family?.address ?? null;
  return {
    kind: 'interface-information',
    role: cType >> ROLE_SHIFT,
    index,
    addressFamily,
    address,
    nameOctets,
    name,
    mtu,
  };
}

function cut(what: string): ObjectContent {
  return { kind: 'malformed', reason: `${what} is cut` };
}

interface AddressAt {
  readonly addressFamily: number;
  readonly octets: number;
  readonly address: string;
}

function readAddressAt(body: Uint8Array, offset: number): AddressAt | null {
  const start = offset + ADDRESS_HEADER_LENGTH;
  if (start > body.length) return null;
  const addressFamily = viewOf(body).getUint16(offset);
  if (addressFamily === AFI_IPV4 && start + IPV4_ADDRESS_LENGTH <= body.length) {
    return { addressFamily, octets: IPV4_ADDRESS_LENGTH, address: formatIpv4(body, start) };
  }
  if (addressFamily === AFI_IPV6 && start + IPV6_ADDRESS_LENGTH <= body.length) {
    return { addressFamily, octets: IPV6_ADDRESS_LENGTH, address: formatIpv6(body, start) };
  }
  return null;
}

function readInterfaceIdentification(cType: number, body: Uint8Array): ObjectContent {
  const kind = 'interface-identification';
  switch (cType) {
    case INTERFACE_BY_NAME:
      return { kind, by: 'name', name: readName(body) };
    case INTERFACE_BY_INDEX:
      if (body.length !== WORD_LENGTH) return { kind: 'malformed', reason: `interface index of ${body.length} octets` };
      return { kind, by: 'index', index: viewOf(body).getUint32(0) };
    case INTERFACE_BY_ADDRESS: {
      const end = ADDRESS_HEADER_LENGTH + (body[ADDRESS_LENGTH_OFFSET] ?? 0);
      if (end > body.length) return cut('interface address');
      const addressBytes = body.subarray(ADDRESS_HEADER_LENGTH, end);
      const known = readAddressAt(body.subarray(0, end), 0);
      const address = known !== null && known.octets === addressBytes.length ? known.address : null;
      return { kind, by: 'address', addressFamily: viewOf(body).getUint16(0), addressBytes, address };
    }
    default:
      return { kind: 'unknown' };
  }
}

/**
 * UTF-8 padded with NUL to whole words; octets that are no UTF-8 read as U+FFFD, control characters stay for the
 * printer.
 */
function readName(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** The body of an interface identification by name. */
export function encodeInterfaceName(name: string): Uint8Array {
  const bytes = new TextEncoder().encode(name);
  return concatBytes(bytes, new Uint8Array(-bytes.length & (WORD_LENGTH - 1)));
}
