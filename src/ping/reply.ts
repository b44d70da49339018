/** What is told of an answer: from an ICMP message as it came in, or from what another method of probing says of it. */
import type { StampedInterval, StampSource } from '../measure/stamped-interval.ts';
import type { IncomingPacket } from '../net/port.ts';
import { ICMP_HEADER_LENGTH } from '../packet/icmp-constants.ts';
import type { PingConfig } from './config.ts';
import type { AnswerKind, ReplyEvent } from './events.ts';
import { findMismatch } from './payload-mismatch.ts';

/** An answer that is no ICMP message of ours, as other methods of probing have it. */
export interface Answer {
  readonly kind: AnswerKind;
  /** Of the probe, modulo 65,536. */
  readonly sequence: number;
  readonly source: string;
  readonly octets: number;
  /** TTL or hop limit; null where it was not told. */
  readonly hopLimit: number | null;
  /** The kernel's receive stamp, or the round trip where it was measured as a whole, and by whom. */
  readonly time: { readonly stampNs: number } | WholeRoundTrip;
}

export interface WholeRoundTrip {
  readonly roundTripNs: number;
  readonly clock: StampSource;
}

/** Both ends by the same clock. */
export function measuredAsWhole({ roundTripNs, clock }: WholeRoundTrip): StampedInterval {
  return { ns: Math.round(roundTripNs), transmitStamp: clock, receiveStamp: clock };
}

/** What the kind of answer, or its message, says of a reply. */
type ReplyDetails = Pick<
  ReplyEvent,
  'answer' | 'octets' | 'hopLimit' | 'badChecksum' | 'truncated' | 'mismatch' | 'message' | 'ipOptions'
>;

/** Of an answer that is no message of ours. */
const NOTHING_ODD = { badChecksum: false, truncated: false, mismatch: null, message: null, ipOptions: null } as const;

/** Of an ICMP message of at least 8 octets. Keeps copies, as the port reuses its octets. */
export function messageDetails(
  packet: IncomingPacket,
  badChecksum: boolean,
  { payload, keepMessages = false }: Pick<PingConfig, 'payload' | 'keepMessages'>,
): ReplyDetails {
  const { octets, start, end, hopLimit, optionsStart, optionsEnd } = packet;
  const truncated = end - start < ICMP_HEADER_LENGTH + payload.length;
  return {
    answer: keepMessages ? 'node-information' : 'echo-reply',
    octets: end - start,
    hopLimit: hopLimit < 0 ? null : hopLimit,
    badChecksum,
    truncated,
    mismatch: truncated ? null : findMismatch(packet, payload),
    message: keepMessages ? octets.slice(start, end) : null,
    ipOptions: optionsEnd > optionsStart ? octets.slice(optionsStart, optionsEnd) : null,
  };
}

export function answerDetails({ kind, octets, hopLimit }: Answer): ReplyDetails {
  return { answer: kind, octets, hopLimit, ...NOTHING_ODD };
}

/** What was measured and counted of a reply, and whose it is. */
export interface CountedReply {
  readonly sequence: number;
  readonly source: string;
  readonly wallNs: number;
  readonly measured: StampedInterval;
  readonly duplicate: boolean;
}

/** Member by member: a spread costs microseconds, and this is done for each reply. */
export function replyEvent(
  { target, manyMayAnswer, shownIdentifier }: Pick<PingConfig, 'target' | 'manyMayAnswer' | 'shownIdentifier'>,
  { sequence, source, wallNs, measured, duplicate }: CountedReply,
  details: ReplyDetails,
): ReplyEvent {
  return {
    type: 'reply',
    answer: details.answer,
    wallNs,
    octets: details.octets,
    source,
    sequence,
    identifier: shownIdentifier,
    hopLimit: details.hopLimit,
    roundTripNs: measured.ns,
    transmitStamp: measured.transmitStamp,
    receiveStamp: measured.receiveStamp,
    duplicate,
    badChecksum: details.badChecksum,
    differentAddress: !manyMayAnswer && source !== target,
    truncated: details.truncated,
    mismatch: details.mismatch,
    message: details.message,
    ipOptions: details.ipOptions,
  };
}
