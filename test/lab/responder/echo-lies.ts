/** Each lie as a function from an echo request to the replies it gets. */
import { extendedTimeExceeded, icmpError, quotingError, TYPE } from './icmp-errors.ts';
import { IP_OPTIONS } from './ip-options.ts';
import { LIES, type LieName } from './lies.ts';
import { icmpMessage, type Packet } from './packets.ts';
import type { Reply } from './reply.ts';

export interface EchoRequest {
  readonly packet: Packet;
  readonly identifier: number;
  readonly sequence: number;
  readonly payload: Buffer;
}

type EchoLie = (request: EchoRequest) => readonly Reply[];

export const ECHO_REQUEST_TYPE = { 4: 8, 6: 128 } as const;
const ECHO_REPLY_TYPE = { 4: 0, 6: 129 } as const;

const TRUNCATED_OCTETS = 30;
const SHORT_OCTETS = 4;
const CORRUPTED_PAYLOAD_OFFSET = 20;
const STORM_REPLIES = 100;
const GROWN_OCTETS = 32;
/** Enough for the receiver to wake up in between; else it finds both at once and chooses the order. */
const APART_MS = 50;
/** 70,000 requests before is 4464 before, modulo 65,536. */
const OLD_SEQUENCE_DISTANCE = 70_000;
const WRONG_SEQUENCE_DISTANCE = 1000;
/** `struct timeval` of 64-bit Linux: seconds and microseconds, 8 octets each, little-endian. */
const TIMEVAL_OCTETS = 16;
const IPV6_PAD_6 = Buffer.of(0, 0, 1, 4, 0, 0, 0, 0);
const PORT_UNREACHABLE_CODE = { 4: 3, 6: 4 } as const;
const HOST_UNREACHABLE_CODE = { 4: 1, 6: 3 } as const;
const IP_HEADER_OCTETS = { 4: 20, 6: 40 } as const;

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

export const ECHO_LIES: Readonly<Record<LieName, EchoLie>> = {
  normal: (request) => [reply(request)],
  gateway: (request) => [reply(request)],
  other: (request) => [reply(request)],
  clock250msAhead: (request) => [reply(request)],
  clockNonStandard: (request) => [reply(request)],
  informationRefused: (request) => [reply(request)],
  informationUnknown: (request) => [reply(request)],
  informationCode9: (request) => [reply(request)],
  silence: () => [],

  duplicate: (request) => [reply(request), reply(request)],
  storm: (request) => Array<Reply>(STORM_REPLIES).fill(reply(request)),
  badChecksum: (request) => [{ ...reply(request), wrongChecksum: true }],
  truncated: (request) => [{ icmp: reply(request).icmp.subarray(0, TRUNCATED_OCTETS) }],
  short: (request) => [{ icmp: reply(request).icmp.subarray(0, SHORT_OCTETS) }],
  noPayload: (request) => [reply({ ...request, payload: Buffer.alloc(0) })],
  grown: (request) => [reply({ ...request, payload: Buffer.concat([request.payload, Buffer.alloc(GROWN_OCTETS)]) })],
  corrupted: (request) => [reply({ ...request, payload: inverted(request.payload, CORRUPTED_PAYLOAD_OFFSET, 1) })],
  twoPayloads: (request) => [reply(request), reply({ ...request, payload: inverted(request.payload, 0) })],
  otherSource: (request) => [{ ...reply(request), from: other(request) }],
  hopLimitZero: (request) => [{ ...reply(request), hopLimit: 0 }],

  after15500us: (request) => [{ ...reply(request), delayMs: 15.5 }],
  after123400us: (request) => [{ ...reply(request), delayMs: 123.4 }],
  after3500us: (request) => [{ ...reply(request), delayMs: 3.5 }],
  after1300ms: (request) => [{ ...reply(request), delayMs: 1300 }],

  stampFuture: (request) => [stamped(request, (seconds, microseconds) => [seconds + 3600n, microseconds])],
  stampNegative: (request) => [stamped(request, (seconds) => [seconds, -5_000_000n])],
  stampZero: (request) => [stamped(request, () => [0n, 0n])],
  stampExtreme: (request) => [stamped(request, () => [MIN_INT64, MAX_INT64])],

  wrongIdentifier: (request) => [reply({ ...request, identifier: request.identifier + 1 })],
  wrongSequence: (request) => [reply({ ...request, sequence: request.sequence + WRONG_SEQUENCE_DISTANCE })],
  oldSequence: (request) => [reply({ ...request, sequence: request.sequence - OLD_SEQUENCE_DISTANCE }), reply(request)],
  strangersReply: (request) => [{ ...reply(strangersRequest(request)), from: other(request) }, reply(request)],
  requestBack: (request) => [echo(request, ECHO_REQUEST_TYPE[request.packet.family])],
  evenOnly: (request) => (isEven(request) ? [reply(request)] : []),
  swappedPairs: swapPairs(),

  recordRoute: (request) => [{ ...reply(request), options: IP_OPTIONS.recordRoute }],
  timestampsOnly: (request) => [{ ...reply(request), options: IP_OPTIONS.timestampsOnly }],
  timestampsAndAddresses: (request) => [{ ...reply(request), options: IP_OPTIONS.timestampsAndAddresses }],
  sourceRoute: (request) => [{ ...reply(request), options: IP_OPTIONS.sourceRoute }],
  unknownOption: (request) => [{ ...reply(request), options: IP_OPTIONS.unknownOption }],
  optionLengthZero: (request) => [{ ...reply(request), options: IP_OPTIONS.optionLengthZero }],
  optionLengthOne: (request) => [{ ...reply(request), options: IP_OPTIONS.optionLengthOne }],
  optionPastHeader: (request) => [{ ...reply(request), options: IP_OPTIONS.optionPastHeader }],
  optionGarbage: (request) => [{ ...reply(request), options: IP_OPTIONS.optionGarbage }],
  optionNops: (request) => [{ ...reply(request), options: IP_OPTIONS.optionNops }],
  destinationOptions: (request) => [{ ...reply(request), options: IPV6_PAD_6 }],

  errorThenReply: (request) => [portUnreachable(request.packet), { ...reply(request), delayMs: APART_MS }],
  replyThenError: (request) => [reply(request), { ...portUnreachable(request.packet), delayMs: APART_MS }],
  errorWithExtensions: ({ packet }) => [extendedTimeExceeded(packet)],
  errorQuotesStranger: ({ packet }) => [unreachable(packet, strangersPacket(packet))],
  errorQuotesGarbage: ({ packet }) => [unreachable(packet, Buffer.alloc(64, 0xff))],
  errorQuotesHalfHeader: ({ packet }) => [unreachable(packet, packet.octets.subarray(0, 12))],
  errorQuotesHalfIcmp: ({ packet }) => [
    unreachable(packet, packet.octets.subarray(0, IP_HEADER_OCTETS[packet.family] + SHORT_OCTETS)),
  ],
};

export function portUnreachable(packet: Packet): Reply {
  return icmpError(packet, TYPE[packet.family].unreachable, PORT_UNREACHABLE_CODE[packet.family]);
}

function unreachable(packet: Packet, quote: Buffer): Reply {
  return quotingError(packet, TYPE[packet.family].unreachable, HOST_UNREACHABLE_CODE[packet.family], 0, quote);
}

function reply(request: EchoRequest): Reply {
  return echo(request, ECHO_REPLY_TYPE[request.packet.family]);
}

function echo({ identifier, sequence, payload }: EchoRequest, type: number): Reply {
  const rest = ((identifier & 0xffff) << 16) | (sequence & 0xffff);
  return { icmp: icmpMessage(type, 0, rest, payload) };
}

function other({ packet }: EchoRequest): string {
  return LIES.other[packet.family === 4 ? 'ipv4' : 'ipv6'];
}

/** As a process with the complementary identifier would have asked. */
function strangersRequest(request: EchoRequest): EchoRequest {
  const payload = inverted(request.payload, 0);
  return { ...request, identifier: ~request.identifier, sequence: request.sequence + 1, payload };
}

/** `packet` with another identifier and another destination: the checksums do not matter inside a quote. */
function strangersPacket(packet: Packet): Buffer {
  const octets = Buffer.from(packet.octets);
  const identifierOffset = IP_HEADER_OCTETS[packet.family] + 4;
  octets.writeUInt16BE(~octets.readUInt16BE(identifierOffset) & 0xffff, identifierOffset);
  octets[IP_HEADER_OCTETS[packet.family] - 1]! ^= 0xff; // The header's last octet is the destination's last.
  return octets;
}

function inverted(payload: Buffer, start: number, count = payload.length): Buffer {
  return Buffer.from(payload.map((octet, offset) => (offset >= start && offset < start + count ? ~octet : octet)));
}

function isEven({ sequence }: EchoRequest): boolean {
  return sequence % 2 === 0;
}

/** Forges the time stamp that iputils sends along; a payload too short for one comes back as it was. */
function stamped(
  request: EchoRequest,
  forge: (seconds: bigint, microseconds: bigint) => readonly [bigint, bigint],
): Reply {
  const payload = Buffer.from(request.payload);
  if (payload.length >= TIMEVAL_OCTETS) {
    const [seconds, microseconds] = forge(payload.readBigInt64LE(0), payload.readBigInt64LE(8));
    payload.writeBigInt64LE(seconds, 0);
    payload.writeBigInt64LE(microseconds, 8);
  }
  return reply({ ...request, payload });
}

/** Holds each odd reply back until the even one that follows it has been sent. */
function swapPairs(): EchoLie {
  const held = new Map<number, Reply>();
  return (request) => {
    if (!isEven(request)) {
      held.set(request.identifier, reply(request));
      return [];
    }
    const earlier = held.get(request.identifier);
    held.delete(request.identifier);
    return earlier === undefined ? [reply(request)] : [reply(request), earlier];
  };
}
