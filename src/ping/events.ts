/** What a run of ping has to tell, whoever listens: text.ts prints it, json.ts writes it, the library yields it. */
import type { RoundTripSummary } from '../measure/round-trip.ts';
import type { StampSource } from '../measure/stamped-interval.ts';

export interface PayloadMismatch {
  /** Offset in the payload of the first octet that differs. */
  readonly offset: number;
  readonly expected: number;
  readonly received: number;
  /** The payload as it came back. */
  readonly payload: Uint8Array;
}

export interface ReplyEvent {
  readonly type: 'reply';
  /** On the run's wall clock, ns since its epoch. */
  readonly wallNs: number;
  /** Octets of the ICMP message: header and data. */
  readonly octets: number;
  readonly source: string;
  /** icmp_seq, modulo 65536. */
  readonly sequence: number;
  readonly identifier: number | null;
  /** TTL or hop limit; null where the socket told none. */
  readonly hopLimit: number | null;
  /** Whole nanoseconds; never taken from the payload. */
  readonly roundTripNs: number;
  readonly transmitStamp: StampSource;
  readonly receiveStamp: StampSource;
  readonly duplicate: boolean;
  readonly badChecksum: boolean;
  readonly differentAddress: boolean;
  readonly truncated: boolean;
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
  readonly source: string;
  readonly sequence: number | null;
  readonly family: 4 | 6;
  readonly icmpType: number;
  readonly icmpCode: number;
  /** MTU, pointer or gateway, as the type has it. */
  readonly info: number;
  /** `queue`: from the error queue; `raw`: a message that only a raw socket saw (redirect, source quench). */
  readonly via: 'queue' | 'raw';
  readonly badChecksum: boolean;
  /** The quoted IPv4 datagram of a raw one, for -v. */
  readonly quoted: Uint8Array | null;
}

/** The kernel refused a probe and said so in the error queue. `mtu` is set for EMSGSIZE. */
export interface LocalErrorEvent {
  readonly type: 'local-error';
  readonly wallNs: number;
  readonly errno: number;
  readonly mtu: number;
}

/** sendmsg itself failed. */
export interface SendErrorEvent {
  readonly type: 'send-error';
  readonly wallNs: number;
  readonly errno: number;
  readonly sequence: number;
}

/** -O: probe `sequence` was not answered when the next one was due. */
export interface UnansweredEvent {
  readonly type: 'unanswered';
  readonly wallNs: number;
  readonly sequence: number;
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
  readonly roundTrip: RoundTripSummary | null;
}

export type EndReason = 'count' | 'deadline' | 'linger' | 'interrupted' | 'error';

export interface SummaryEvent {
  readonly type: 'summary';
  readonly reason: EndReason;
  readonly transmitted: number;
  readonly received: number;
  readonly duplicates: number;
  readonly corrupted: number;
  readonly errors: number;
  /** From the first probe to the last one, in ns. */
  readonly elapsedNs: number;
  /** Null when nothing was measured. */
  readonly roundTrip: RoundTripSummary | null;
  /** Most probes that were under way at once. */
  readonly pipe: number;
}

export type PingEvent =
  | ReplyEvent
  | NetworkErrorEvent
  | LocalErrorEvent
  | SendErrorEvent
  | UnansweredEvent
  | SentEvent
  | ShortPacketEvent
  | StatusEvent
  | SummaryEvent;
