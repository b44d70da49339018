/** Our values in the words of the golden vectors, complete, so that a test can compare all fields of a vector at once. */
import { isStandardTime } from '../../src/packet/icmp-constants.ts';
import type { ObjectContent } from '../../src/packet/icmp-extension-objects.ts';
import type { IcmpExtension } from '../../src/packet/icmp-extensions.ts';
import type { IcmpExtendedEchoReply, IcmpExtendedEchoRequest, IcmpMessage } from '../../src/packet/icmp-messages.ts';
import { readQuotedEcho, readQuotedUdp } from '../../src/packet/icmp-quote.ts';
import type { Icmp6Message } from '../../src/packet/icmp6-messages.ts';
import type { IpOption } from '../../src/packet/ip-options.ts';
import {
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_UDP,
  type Ipv4Datagram,
  type Ipv4Header,
} from '../../src/packet/ipv4.ts';
import { findUpperLayer, type Ipv6Packet } from '../../src/packet/ipv6.ts';
import {
  NI_FLAG_ALL,
  NI_FLAG_COMPATIBLE,
  NI_FLAG_GLOBAL,
  NI_FLAG_LINK_LOCAL,
  NI_FLAG_SITE_LOCAL,
  NI_FLAG_TRUNCATED,
  type NodeInformation,
  readNiAnswer,
  readNiSubject,
} from '../../src/packet/node-information.ts';
import type { NodeName } from '../../src/packet/node-names.ts';
import { toHex } from './support.ts';

type Fields = Record<string, unknown>;

export function ipv4Fields(header: Ipv4Header): Fields {
  const { options, ...rest } = header;
  return {
    version: 4,
    ihl: 5 + options.length / 4,
    ...rest,
    flags: (header.reservedFlag ? 4 : 0) + (header.dontFragment ? 2 : 0) + (header.moreFragments ? 1 : 0),
    ...(options.length > 0 && { options: toHex(options) }),
  };
}

function quotedIpv4Fields(quote: Ipv4Datagram): Fields {
  const { protocol, fragmentOffset } = quote.header;
  return { ...ipv4Fields(quote.header), ...(fragmentOffset === 0 && transportFields(protocol, quote.payload)) };
}

function quotedIpv6Fields(quote: Ipv6Packet): Fields {
  const upper = findUpperLayer(quote.header.nextHeader, quote.payload);
  const transport = upper.ok && transportFields(upper.value.protocol, quote.payload.subarray(upper.value.offset));
  return { version: 6, ...quote.header, ...transport };
}

function transportFields(protocol: number, payload: Uint8Array): Fields {
  if (protocol === IPPROTO_UDP) return { udp: readQuotedUdp(payload) };
  const echo = readQuotedEcho(payload);
  if (echo === null) return {};
  const { sequence: sequenceNumber, ...rest } = echo;
  if (protocol === IPPROTO_ICMP) return { icmp: { ...rest, sequenceNumber } };
  return protocol === IPPROTO_ICMPV6 ? { icmpv6: { ...rest, sequenceNumber } } : {};
}

export function optionFields(option: IpOption): Fields {
  const { type } = option;
  const head = { type, copied: type >> 7, class: (type >> 5) & 3, number: type & 31 };
  switch (option.kind) {
    case 'end':
    case 'no-operation':
      return head;
    case 'unknown':
      return { ...head, length: 2 + option.data.length, data: toHex(option.data) };
    case 'malformed':
      return { ...head, malformed: option.reason };
    case 'timestamp': {
      const { pointer, overflow, flag, entries } = option;
      const timestamps = entries.map(({ address, timestamp }) =>
        address === null ? { timestamp } : { internetAddress: address, timestamp },
      );
      const length = 4 + entries.length * (flag === 0 ? 4 : 8);
      return { ...head, length, pointer, overflow, flag, timestamps };
    }
    default: {
      const { pointer, addresses } = option;
      return { ...head, length: 3 + 4 * addresses.length, pointer, routeData: addresses };
    }
  }
}

export function icmpFields(message: IcmpMessage, checksum: number): Fields {
  const head = { type: message.type, code: message.code, checksum };
  switch (message.kind) {
    case 'unknown':
      return head;
    case 'echo':
      return { ...head, ...echoFields(message) };
    case 'information':
      return { ...head, ...queryFields(message) };
    case 'address-mask':
      return { ...head, ...queryFields(message), addressMask: message.addressMask };
    case 'timestamp':
      return {
        ...head,
        ...queryFields(message),
        originateTimestamp: message.originateTimestamp,
        originateTimestampNonStandard: !isStandardTime(message.originateTimestamp),
        receiveTimestamp: message.receiveTimestamp,
        receiveTimestampNonStandard: !isStandardTime(message.receiveTimestamp),
        transmitTimestamp: message.transmitTimestamp,
        transmitTimestampNonStandard: !isStandardTime(message.transmitTimestamp),
      };
    case 'extended-echo-request':
    case 'extended-echo-reply':
      return { ...head, ...extendedEchoFields(message) };
    case 'source-quench':
      return { ...head, originalDatagram: quotedIpv4Fields(message.quote) };
    case 'redirect': {
      const gatewayInternetAddress = message.gatewayAddress;
      return { ...head, gatewayInternetAddress, originalDatagram: quotedIpv4Fields(message.quote) };
    }
    default:
      return {
        ...head,
        length: message.lengthWords,
        ...(message.kind === 'parameter-problem' && { pointer: message.pointer }),
        ...(message.kind === 'destination-unreachable' && message.code === 4 && { nextHopMtu: message.nextHopMtu }),
        originalDatagram: quotedIpv4Fields(message.quote),
        ...extensionFields(message.extension),
      };
  }
}

export function icmp6Fields(message: Icmp6Message, checksum: number): Fields {
  const head = { type: message.type, code: message.code, checksum };
  switch (message.kind) {
    case 'unknown':
      return head;
    case 'echo':
      return { ...head, ...echoFields(message) };
    case 'extended-echo-request':
    case 'extended-echo-reply':
      return { ...head, ...extendedEchoFields(message) };
    case 'node-information':
      return { ...head, ...nodeInformationFields(message) };
    case 'packet-too-big':
      return { ...head, mtu: message.mtu, originalDatagram: quotedIpv6Fields(message.quote) };
    case 'parameter-problem':
      return { ...head, pointer: message.pointer, originalDatagram: quotedIpv6Fields(message.quote) };
    default: {
      const originalDatagram = quotedIpv6Fields(message.quote);
      return { ...head, length: message.lengthWords, originalDatagram, ...extensionFields(message.extension) };
    }
  }
}

function queryFields(message: { readonly identifier: number; readonly sequence: number }): Fields {
  return { identifier: message.identifier, sequenceNumber: message.sequence };
}

function echoFields(message: { identifier: number; sequence: number; payload: Uint8Array }): Fields {
  return { ...queryFields(message), dataLength: message.payload.length, data: toHex(message.payload) };
}

function extendedEchoFields(message: IcmpExtendedEchoRequest<number> | IcmpExtendedEchoReply<number>): Fields {
  if (message.kind === 'extended-echo-request') {
    return { ...queryFields(message), localBit: Number(message.local), ...extensionFields(message.extension) };
  }
  const { state, active, ipv4, ipv6 } = message;
  return { ...queryFields(message), state, activeBit: +active, ipv4Bit: +ipv4, ipv6Bit: +ipv6 };
}

function extensionFields(extension: IcmpExtension | null): Fields {
  if (extension === null) return {};
  if (extension.kind === 'malformed') return { extension: { malformed: extension.reason } };
  const { reserved, checksum, checksumOk } = extension;
  const objects = extension.objects.map(({ classNumber, cType, body, content }) => ({
    length: 4 + body.length,
    classNum: classNumber,
    cType,
    ...contentFields(content, body),
  }));
  return { extension: { version: 2, reserved, checksum, ...(checksumOk !== null && { checksumOk }), objects } };
}

function contentFields(content: ObjectContent, body: Uint8Array): Fields {
  switch (content.kind) {
    case 'unknown':
      return { payload: toHex(body) };
    case 'malformed':
      return { malformed: content.reason };
    case 'mpls-label-stack':
      return {
        labels: content.labels.map(({ label, experimental, bottomOfStack, ttl }) => {
          return { label, exp: experimental, s: Number(bottomOfStack), ttl };
        }),
      };
    case 'interface-information': {
      const { role, index, addressFamily, address, nameOctets, name, mtu } = content;
      const told = { ifIndex: index, afi: addressFamily, address, nameLength: nameOctets, name, mtu };
      return { interfaceRole: role, ...Object.fromEntries(Object.entries(told).filter(([, value]) => value !== null)) };
    }
    case 'interface-identification':
      return content.by === 'name' ? { name: content.name } : { content };
  }
}

function nodeInformationFields(message: NodeInformation): Fields {
  const { qtype, flags } = message;
  const bit = (mask: number): number => Number((flags & mask) !== 0);
  return {
    qtype,
    flags,
    g: bit(NI_FLAG_GLOBAL),
    s: bit(NI_FLAG_SITE_LOCAL),
    l: bit(NI_FLAG_LINK_LOCAL),
    c: bit(NI_FLAG_COMPATIBLE),
    a: bit(NI_FLAG_ALL),
    t: bit(NI_FLAG_TRUNCATED),
    nonce: toHex(message.nonce),
    ...(message.type === 139 ? subjectFields(message) : answerFields(message)),
  };
}

function subjectFields(query: NodeInformation): Fields {
  const subject = readNiSubject(query);
  switch (subject?.kind) {
    case 'ipv6':
      return { subjectIpv6: subject.address };
    case 'ipv4':
      return { subjectIpv4: subject.address };
    case 'name':
      return { subjectName: nameText(subject.name) };
    case 'none':
      return {};
    default:
      return { malformed: true };
  }
}

function answerFields(reply: NodeInformation): Fields {
  const answer = readNiAnswer(reply);
  switch (answer.kind) {
    case 'names':
      return { ttl: answer.timeToLiveSeconds, nodeNames: answer.names.map(nameText) };
    case 'addresses':
      return { addresses: answer.addresses.map((entry) => ({ ttl: entry.timeToLiveSeconds, address: entry.address })) };
    default:
      return {};
  }
}

function nameText(name: NodeName): string {
  return name.labels.join('.');
}
