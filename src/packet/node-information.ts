/**
 * Node information queries and replies, RFC 4620: ask a node for its names or addresses (ping -N). A message keeps its
 * data as octets; `readNiSubject` and `readNiAnswer` say what they mean.
 */
import {
  formatIpv4,
  formatIpv6,
  IPV4_ADDRESS_LENGTH,
  IPV6_ADDRESS_LENGTH,
  requireIpv4,
  requireIpv6,
} from './address.ts';
import { concatBytes, NO_BYTES, requireLength, requireUint16, viewOf } from './bytes.ts';
import { type Decoded, decoded, truncated } from './decoded.ts';
import { ICMPV6_NI_QUERY, type ICMPV6_NI_REPLY } from './icmp6-constants.ts';
import { encodeNodeName, type NodeName, readNodeNames } from './node-names.ts';

export const NI_HEADER_LENGTH = 16; // octets
export const NI_NONCE_LENGTH = 8; // octets

export const NI_QTYPE_NOOP = 0;
export const NI_QTYPE_NODE_NAME = 2;
export const NI_QTYPE_IPV6_ADDRESSES = 3;
export const NI_QTYPE_IPV4_ADDRESSES = 4;

/** Codes of a query: what the subject is. */
export const NI_SUBJECT_IPV6 = 0;
export const NI_SUBJECT_NAME = 1;
export const NI_SUBJECT_IPV4 = 2;

/** Codes of a reply. */
export const NI_SUCCESS = 0;
export const NI_REFUSED = 1;
export const NI_UNKNOWN_QTYPE = 2;

/** Flags of the address queries, RFC 4620 sections 6.4 and 6.5; T says that the reply could not hold all addresses. */
export const NI_FLAG_TRUNCATED = 0x0001;
export const NI_FLAG_ALL = 0x0002;
export const NI_FLAG_COMPATIBLE = 0x0004;
export const NI_FLAG_LINK_LOCAL = 0x0008;
export const NI_FLAG_SITE_LOCAL = 0x0010;
export const NI_FLAG_GLOBAL = 0x0020;

const QTYPE_OFFSET = 4;
const FLAGS_OFFSET = 6;
const NONCE_OFFSET = 8;
const BODY_OFFSET = 4;
const TIME_TO_LIVE_LENGTH = 4; // octets

/** A query or a reply, told apart by `type`. `nonce` has 8 octets, which the reply must repeat. */
export interface NodeInformation {
  readonly kind: 'node-information';
  readonly type: typeof ICMPV6_NI_QUERY | typeof ICMPV6_NI_REPLY;
  readonly code: number;
  readonly qtype: number;
  readonly flags: number;
  readonly nonce: Uint8Array;
  readonly data: Uint8Array;
}

/** Whom a query asks about; `none` is the empty subject of a NOOP. */
export type NiSubject =
  | { readonly kind: 'ipv6'; readonly address: string }
  | { readonly kind: 'ipv4'; readonly address: string }
  | { readonly kind: 'name'; readonly name: NodeName }
  | { readonly kind: 'none' };

/** `timeToLiveSeconds` is how long the answer holds; nodes send 0. */
export interface NiAddress {
  readonly timeToLiveSeconds: number;
  readonly address: string;
}

/**
 * What a reply says. `problem` tells why a list ends before its data does: `too-short` when not even its first fixed
 * part is there, `truncated` when an entry is cut, `malformed` when a name cannot be; what was read before stays.
 */
export type NiAnswer =
  | { readonly kind: 'refused' }
  | { readonly kind: 'unknown-qtype' }
  | { readonly kind: 'unknown-code'; readonly code: number }
  | { readonly kind: 'noop' }
  | {
      readonly kind: 'names';
      readonly timeToLiveSeconds: number;
      readonly names: readonly NodeName[];
      readonly problem: NiProblem | null;
    }
  | { readonly kind: 'addresses'; readonly addresses: readonly NiAddress[]; readonly problem: NiProblem | null }
  | { readonly kind: 'unsupported-qtype'; readonly qtype: number };
export type NiProblem = 'too-short' | 'truncated' | 'malformed';

/** Reads a whole ICMPv6 message of type 139 or 140; nonce and data alias `bytes`. Fails below 16 octets. */
export function decodeNodeInformation(type: NodeInformation['type'], bytes: Uint8Array): Decoded<NodeInformation> {
  if (bytes.length < NI_HEADER_LENGTH) return truncated(NI_HEADER_LENGTH, bytes.length, 'node information message');
  const view = viewOf(bytes);
  return decoded({
    kind: 'node-information',
    type,
    code: view.getUint8(1),
    qtype: view.getUint16(QTYPE_OFFSET),
    flags: view.getUint16(FLAGS_OFFSET),
    nonce: bytes.subarray(NONCE_OFFSET, NI_HEADER_LENGTH),
    data: bytes.subarray(NI_HEADER_LENGTH),
  });
}

/** What stands behind the checksum. @throws RangeError when a field is out of range or the nonce has not 8 octets. */
export function encodeNodeInformationBody(message: NodeInformation): Uint8Array {
  const head = new Uint8Array(NONCE_OFFSET - BODY_OFFSET);
  const view = viewOf(head);
  view.setUint16(QTYPE_OFFSET - BODY_OFFSET, requireUint16('qtype', message.qtype));
  view.setUint16(FLAGS_OFFSET - BODY_OFFSET, requireUint16('flags', message.flags));
  return concatBytes(head, requireLength('nonce', message.nonce, NI_NONCE_LENGTH), message.data);
}

/** A query about `subject`. @throws RangeError when an address or name of the subject cannot be encoded. */
export function buildNodeInformationQuery(
  qtype: number,
  flags: number,
  nonce: Uint8Array,
  subject: NiSubject,
): NodeInformation {
  return { kind: 'node-information', type: ICMPV6_NI_QUERY, qtype, flags, nonce, ...encodeSubject(subject) };
}

function encodeSubject(subject: NiSubject): Pick<NodeInformation, 'code' | 'data'> {
  switch (subject.kind) {
    case 'ipv6':
      return { code: NI_SUBJECT_IPV6, data: requireIpv6('subject', subject.address) };
    case 'ipv4':
      return { code: NI_SUBJECT_IPV4, data: requireIpv4('subject', subject.address) };
    case 'name':
      return { code: NI_SUBJECT_NAME, data: encodeNodeName(subject.name) };
    case 'none':
      // RFC 4620 section 6.1: a NOOP has no data, and its code says "name" for the want of one.
      return { code: NI_SUBJECT_NAME, data: NO_BYTES };
  }
}

/** The subject of a query; null when its data are not what its code announces. */
export function readNiSubject(query: NodeInformation): NiSubject | null {
  const { code, data } = query;
  if (code === NI_SUBJECT_IPV6 && data.length === IPV6_ADDRESS_LENGTH) {
    return { kind: 'ipv6', address: formatIpv6(data) };
  }
  if (code === NI_SUBJECT_IPV4 && data.length === IPV4_ADDRESS_LENGTH) {
    return { kind: 'ipv4', address: formatIpv4(data) };
  }
  if (code !== NI_SUBJECT_NAME) return null;
  if (data.length === 0) return { kind: 'none' };
  const { names, problem } = readNodeNames(data, 0);
  const [name] = names;
  return name !== undefined && names.length === 1 && problem === null ? { kind: 'name', name } : null;
}

/** The answer of a reply, as its code and qtype say. */
export function readNiAnswer(reply: NodeInformation): NiAnswer {
  if (reply.code === NI_REFUSED) return { kind: 'refused' };
  if (reply.code === NI_UNKNOWN_QTYPE) return { kind: 'unknown-qtype' };
  if (reply.code !== NI_SUCCESS) return { kind: 'unknown-code', code: reply.code };
  switch (reply.qtype) {
    case NI_QTYPE_NOOP:
      return { kind: 'noop' };
    case NI_QTYPE_NODE_NAME:
      return readNames(reply.data);
    case NI_QTYPE_IPV6_ADDRESSES:
      return readAddresses(reply.data, IPV6_ADDRESS_LENGTH, formatIpv6);
    case NI_QTYPE_IPV4_ADDRESSES:
      return readAddresses(reply.data, IPV4_ADDRESS_LENGTH, formatIpv4);
    default:
      return { kind: 'unsupported-qtype', qtype: reply.qtype };
  }
}

function readNames(data: Uint8Array): NiAnswer {
  if (data.length < TIME_TO_LIVE_LENGTH) {
    return { kind: 'names', timeToLiveSeconds: 0, names: [], problem: 'too-short' };
  }
  return { kind: 'names', timeToLiveSeconds: viewOf(data).getUint32(0), ...readNodeNames(data, TIME_TO_LIVE_LENGTH) };
}

/** A list of pairs of a time to live and an address of `addressLength` octets. */
function readAddresses(
  data: Uint8Array,
  addressLength: number,
  format: (bytes: Uint8Array, offset: number) => string,
): NiAnswer {
  const view = viewOf(data);
  const entryLength = TIME_TO_LIVE_LENGTH + addressLength;
  const addresses: NiAddress[] = [];
  for (let offset = 0; offset + entryLength <= data.length; offset += entryLength) {
    addresses.push({
      timeToLiveSeconds: view.getUint32(offset),
      address: format(data, offset + TIME_TO_LIVE_LENGTH),
    });
  }
  const isCut = data.length % entryLength !== 0;
  return { kind: 'addresses', addresses, problem: isCut ? 'truncated' : null };
}
