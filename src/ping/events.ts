/** What a run of ping has to tell, whoever listens: text.ts prints it, json.ts writes it, the library yields it. */

import type { ConditionVerdict } from '../conditions/judge.ts';
import type { RoundTripSummary } from '../measure/round-trip.ts';
import type { StampSource } from '../measure/stamped-interval.ts';
import type { StatisticsSummary } from '../measure/statistics-summary.ts';
import type { Method } from './method/method.ts';

/** The run begins: whom it is about, and by which name. Told once, before anything else. */
export interface StartEvent {
  readonly type: 'start';
  readonly wallNs: number;
  readonly family: 4 | 6;
  /** The target by its canonical name, or as it was given. */
  readonly host: string;
  /** With `auto` the one that was found. */
  readonly method: Method;
  /** Of `--method auto`: the method was not asked for by name. */
  readonly isMethodFound: boolean;
  /** UDP's or TCP's; null for ICMP. */
  readonly port: number | null;
  /** Numeric; with a zone only where one was given. */
  readonly address: string;
  /** Octets of payload. */
  readonly size: number;
  /** Octets of the IPv4 option area. */
  readonly optionOctets: number;
  /** Set when a source or device was asked for. */
  readonly from: { readonly address: string; readonly device: string } | null;
  /** IPv6 flow label of the packets; null without one. */
  readonly flowLabel: number | null;
}

export interface PayloadMismatch {
  /** Offset in the payload of the first octet that differs. */
  readonly offset: number;
  /** That octet as it was sent. */
  readonly expected: number;
  /** And as it came back. */
  readonly received: number;
  /** The payload as it came back. */
  readonly payload: Uint8Array;
}

/**
 * What counts as an answer: that to an echo request or (-N) to a node information query; to a UDP probe the target's own "port
 * unreachable", or a datagram of whoever listens there; to a TCP probe a SYN-ACK or a reset.
 */
export type AnswerKind = 'echo-reply' | 'node-information' | 'port-unreachable' | 'datagram' | 'syn-ack' | 'rst';

/** An answer to a probe: also a duplicate, and one whose checksum is wrong (which is not counted as received). */
export interface ReplyEvent {
  readonly type: 'reply';
  readonly answer: AnswerKind;
  /** On the run's wall clock, ns since its epoch. */
  readonly wallNs: number;
  /** Octets of the ICMP message: header and data; of a datagram, or what an ICMP error quoted of one: the data alone. */
  readonly octets: number;
  /** Who answered: a numeric address, with `%zone` for a link-local one. */
  readonly source: string;
  /** icmp_seq, modulo 65536. */
  readonly sequence: number;
  /** ICMP identifier; null where it is not known. */
  readonly identifier: number | null;
  /** TTL or hop limit; null where the socket told none. */
  readonly hopLimit: number | null;
  /** Never taken from the payload. */
  readonly roundTripNs: number;
  /** Where the time of sending came from: the kernel's stamp, or a user-space clock. */
  readonly transmitStamp: StampSource;
  /** Where that of receiving came from. */
  readonly receiveStamp: StampSource;
  /** A reply to this probe had come before. */
  readonly duplicate: boolean;
  /** The ICMP checksum is wrong: raw IPv4 sockets only, the kernel drops such replies elsewhere. */
  readonly badChecksum: boolean;
  /** It came from another address than the target's. */
  readonly differentAddress: boolean;
  /** It is shorter than the probe was. */
  readonly truncated: boolean;
  /** The payload came back changed; null where it did not. */
  readonly mismatch: PayloadMismatch | null;
  /** The whole ICMP message where the run keeps it (-N), else null. */
  readonly message: Uint8Array | null;
  /** IPv4 options as received, null where there are none. */
  readonly ipOptions: Uint8Array | null;
}

/** An ICMP error about one of our probes (or, when `sequence` is null, about something else: -v as root). */
export interface NetworkErrorEvent {
  readonly type: 'network-error';
  readonly wallNs: number;
  /** Who sent the error, a numeric address. */
  readonly source: string;
  /** Of the probe that it is about; null for somebody else's packet. */
  readonly sequence: number | null;
  readonly family: 4 | 6;
  readonly icmpType: number;
  readonly icmpCode: number;
  /** MTU, pointer or gateway, as the type has it. */
  readonly info: number;
  /** `queue`: from the error queue; `raw`: a message that only a raw socket saw (redirect, source quench). */
  readonly via: 'queue' | 'raw';
  /** errno(3) that the kernel makes of it, ip(7) IP_RECVERR; null for a raw one. */
  readonly errno: number | null;
  readonly badChecksum: boolean;
  /** The quoted IPv4 datagram of a raw one, for -v. */
  readonly quoted: Uint8Array | null;
}

/** The kernel refused a probe and said so in the error queue. `mtu` is set for EMSGSIZE. */
export interface LocalErrorEvent {
  readonly type: 'local-error';
  readonly wallNs: number;
  /** errno(3), as the kernel counts: positive. */
  readonly errno: number;
  readonly mtu: number;
}

/** sendmsg itself failed. */
export interface SendErrorEvent {
  readonly type: 'send-error';
  readonly wallNs: number;
  /** errno(3), as the kernel counts: positive. */
  readonly errno: number;
  readonly sequence: number;
}

/** -O: probe `sequence` was not answered when the next one was due. */
export interface UnansweredEvent {
  readonly type: 'unanswered';
  readonly wallNs: number;
  readonly sequence: number;
}

/**
 * A probe is given up: nothing came for it within the timeout, nor an error that names it. Its reply may still come, and counts
 * then. Told only when asked for (-j, the library).
 */
export interface LostEvent {
  readonly type: 'lost';
  readonly wallNs: number;
  readonly sequence: number;
  readonly roundTripNs: null;
}

/** A probe left. Told only when asked for (flood's dots). */
export interface SentEvent {
  readonly type: 'sent';
  readonly sequence: number;
  readonly inFlight: number;
  /** Most probes that were under way at once so far. */
  readonly pipe: number;
}

/** A message too short to be what it claims: -v. */
export interface ShortPacketEvent {
  readonly type: 'short-packet';
  readonly source: string;
  readonly octets: number;
}

/** SIGQUIT. */
export interface StatusEvent {
  readonly type: 'status';
  readonly transmitted: number;
  readonly received: number;
  readonly rtt: RoundTripSummary | null;
}

/** `count`: as many as were asked for. `linger`: nothing more was to be expected. `condition`: what was waited for holds. */
export type EndReason = 'count' | 'deadline' | 'linger' | 'interrupted' | 'error' | 'condition';

export interface SummaryEvent {
  readonly type: 'summary';
  readonly reason: EndReason;
  readonly method: Method;
  /** UDP's or TCP's; null for ICMP. */
  readonly port: number | null;
  /** Probes sent. */
  readonly transmitted: number;
  /** Probes answered; duplicates and corrupted replies do not count. */
  readonly received: number;
  /** Further replies to probes that were answered before. */
  readonly duplicates: number;
  /** Replies with a wrong checksum. */
  readonly corrupted: number;
  /** Network and local errors. */
  readonly errors: number;
  /** From the first probe to the last one. */
  readonly elapsedNs: number;
  /** iputils' figures, cut to whole microseconds. Null when nothing was measured. */
  readonly rtt: RoundTripSummary | null;
  /** Percentiles, deviations, jitter, loss runs; null where they were not asked for. */
  readonly statistics: StatisticsSummary | null;
  /** What came of --fail-if, --until and of those that a program asked about. */
  readonly conditions: readonly ConditionVerdict[];
  /** Most probes that were under way at once. */
  readonly pipe: number;
}

export type PingEvent =
  | StartEvent
  | ReplyEvent
  | NetworkErrorEvent
  | LocalErrorEvent
  | SendErrorEvent
  | UnansweredEvent
  | LostEvent
  | SentEvent
  | ShortPacketEvent
  | StatusEvent
  | SummaryEvent;
