/** ping -N, RFC 4620: asking an IPv6 node for its names or addresses. Arguments, message, and the words of an answer. */

import type { Notice } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import { parseIpv4, parseIpv6 } from '../packet/address.ts';
import { encodeIcmp6 } from '../packet/icmp6.ts';
import { ICMPV6_NI_QUERY, ICMPV6_NI_REPLY } from '../packet/icmp6-constants.ts';
import {
  buildNodeInformationQuery,
  decodeNodeInformation,
  NI_FLAG_ALL,
  NI_FLAG_COMPATIBLE,
  NI_FLAG_GLOBAL,
  NI_FLAG_LINK_LOCAL,
  NI_FLAG_SITE_LOCAL,
  NI_HEADER_LENGTH,
  NI_NONCE_LENGTH,
  NI_QTYPE_IPV4_ADDRESSES,
  NI_QTYPE_IPV6_ADDRESSES,
  NI_QTYPE_NODE_NAME,
  type NiAnswer,
  type NiProblem,
  type NiSubject,
  readNiAnswer,
} from '../packet/node-information.ts';
import type { NodeName } from '../packet/node-names.ts';
import { ICMPV6_COMMON, NOT_OURS, type ProbeProtocol } from './protocol.ts';

/** What -N asks for; several -N add up. */
export interface NodeQuery {
  readonly qtype: number | null;
  readonly flags: number;
  /** Null means the destination's address. */
  readonly subject: NiSubject | null;
}

export const EMPTY_NODE_QUERY: NodeQuery = { qtype: null, flags: 0, subject: null };

const QUERIES = new Map<string, readonly [qtype: number, flags: number]>([
  ['name', [NI_QTYPE_NODE_NAME, 0]],
  ['fqdn', [NI_QTYPE_NODE_NAME, 0]],
  ['ipv6', [NI_QTYPE_IPV6_ADDRESSES, 0]],
  ['ipv6-all', [NI_QTYPE_IPV6_ADDRESSES, NI_FLAG_ALL]],
  ['ipv6-compatible', [NI_QTYPE_IPV6_ADDRESSES, NI_FLAG_COMPATIBLE]],
  ['ipv6-global', [NI_QTYPE_IPV6_ADDRESSES, NI_FLAG_GLOBAL]],
  ['ipv6-linklocal', [NI_QTYPE_IPV6_ADDRESSES, NI_FLAG_LINK_LOCAL]],
  ['ipv6-sitelocal', [NI_QTYPE_IPV6_ADDRESSES, NI_FLAG_SITE_LOCAL]],
  ['ipv4', [NI_QTYPE_IPV4_ADDRESSES, 0]],
  ['ipv4-all', [NI_QTYPE_IPV4_ADDRESSES, NI_FLAG_ALL]],
]);

/** `-N help`, and what a wrong -N is answered with. */
export const NODE_QUERY_HELP = [
  'ping -6 -N <nodeinfo opt>',
  'Help:',
  '  help',
  'Query:',
  ...[...QUERIES.keys()].filter((name) => name !== 'fqdn').map((name) => `  ${name}`),
  'Subject:',
  '  subject-ipv6=addr',
  '  subject-ipv4=addr',
  '  subject-name=name',
  '  subject-fqdn=name',
  '',
].join('\n');

/** What is wrong with an -N argument; the help follows it. `notice` is what iputils says before that. */
export class NodeQueryError extends Error {
  readonly notice: Notice | null;
  constructor(notice: Notice | null) {
    super('bad node information argument');
    this.notice = notice;
  }
}

/** Adds one -N argument to a query. @throws NodeQueryError; UsageError for a subject that cannot be one. */
export function addNodeQuery(query: NodeQuery, argument: string): NodeQuery {
  const asked = QUERIES.get(argument);
  if (asked !== undefined) {
    const [qtype, flags] = asked;
    if (query.qtype !== null && query.qtype !== qtype)
      throw new NodeQueryError({ stream: 'stdout', text: 'Qtype conflict\n' });
    return { ...query, qtype, flags: query.flags | flags };
  }
  const subject = parseSubject(argument);
  if (query.subject !== null && query.subject.kind !== subject.kind) {
    throw new NodeQueryError({ stream: 'stdout', text: 'Subject type conflict\n' });
  }
  return { ...query, subject };
}

function parseSubject(argument: string): NiSubject {
  const [, kind, value] = /^subject-(ipv6|ipv4|name|fqdn)=(.*)$/s.exec(argument) ?? [];
  switch (kind) {
    case 'ipv6':
      if (parseIpv6(value!) === null) throw unknownAddress(value!);
      return { kind: 'ipv6', address: value! };
    case 'ipv4':
      if (parseIpv4(value!) === null) throw unknownAddress(value!);
      return { kind: 'ipv4', address: value! };
    case 'name':
    case 'fqdn':
      return { kind: 'name', name: parseName(value!, kind === 'fqdn') };
    default:
      throw new NodeQueryError(null);
  }
}

function unknownAddress(value: string): NodeQueryError {
  return new NodeQueryError({ stream: 'stderr', text: `${value}: Name or service not known` });
}

const LABEL_MAX = 63;

/** A name with a dot in it is fully qualified, one without is not unless it was said to be. */
function parseName(text: string, isFqdn: boolean): NodeName {
  const labels = text.toLowerCase().replace(/\.$/, '').split('.');
  if (labels.some((label) => label.length === 0 || label.length > LABEL_MAX || /[^\x21-\x7e]/.test(label))) {
    throw new UsageError(`inappropriate subject name: ${text}`, 2);
  }
  return { labels, fullyQualified: isFqdn || text.includes('.') };
}

const NONCE_OFFSET = 8;
const SEQUENCE_OCTETS = 2;

/** Whether there is something to ask: a subject alone is no query, and the probes are ordinary ones then, as in iputils. */
export function isQuery(query: NodeQuery | null): query is NodeQuery & { readonly qtype: number } {
  return query !== null && query.qtype !== null;
}

/** Queries about `destination` unless the query names another subject; `nonce` has 8 octets, the first two become the sequence. */
export function nodeInformationProtocol(
  query: NodeQuery & { readonly qtype: number },
  destination: string,
  nonce: Uint8Array,
): ProbeProtocol {
  const subject = query.subject ?? { kind: 'ipv6', address: destination };
  const message = buildNodeInformationQuery(query.qtype, query.flags, nonce, subject);
  const request = encodeIcmp6(message);
  return {
    requestType: ICMPV6_NI_QUERY,
    replyType: ICMPV6_NI_REPLY,
    headerOctets: request.length,
    ...ICMPV6_COMMON,
    sequenceOf: (octets, start, end) => {
      if (end - start < NI_HEADER_LENGTH) return NOT_OURS;
      const at = start + NONCE_OFFSET;
      for (let i = SEQUENCE_OCTETS; i < NI_NONCE_LENGTH; i++) if (octets[at + i] !== nonce[i]) return NOT_OURS;
      return (octets[at]! << 8) | octets[at + 1]!;
    },
    writeRequest: (target, sequence) => {
      target.set(request);
      target[NONCE_OFFSET] = sequence >> 8;
      target[NONCE_OFFSET + 1] = sequence & 0xff;
    },
  };
}

/** What stands between the address and `; seq=` in the line of a reply, from the whole ICMPv6 message. */
export function describeNodeReply(message: Uint8Array): string {
  const decoded = decodeNodeInformation(ICMPV6_NI_REPLY, message);
  return decoded.ok ? describeAnswer(readNiAnswer(decoded.value)) : ' parse error (too short)';
}

function describeAnswer(answer: NiAnswer): string {
  switch (answer.kind) {
    case 'refused':
      return ' refused';
    case 'unknown-qtype':
      return ' unknown';
    case 'unknown-code':
      return ` unknown code(${hex(answer.code)})`;
    case 'unsupported-qtype':
      return ` unknown qtype(0x${hex(answer.qtype)})`;
    case 'noop':
      return ' NOOP';
    case 'names':
      return list(answer.names.map(formatName), answer.problem);
    case 'addresses':
      return list(
        answer.addresses.map(({ address }) => address),
        answer.problem,
      );
  }
}

function list(entries: readonly string[], problem: NiProblem | null): string {
  const text = entries.map((entry, index) => `${index === 0 ? ' ' : ', '}${entry}`).join('');
  if (problem === null) return text;
  return `${text} parse error (${problem === 'too-short' ? 'too short' : 'truncated'})`;
}

/** A fully qualified name ends in a dot; octets that do not print are shown as `\ooo`. */
function formatName(name: NodeName): string {
  const labels = name.labels.map((label) =>
    label.replace(/[^\x21-\x5b\x5d-\x7e]/g, (octet) => `\\${octet.charCodeAt(0).toString(8).padStart(3, '0')}`),
  );
  return `${labels.join('.')}${name.fullyQualified ? '.' : ''}`;
}

function hex(value: number): string {
  return value.toString(16).padStart(2, '0');
}
