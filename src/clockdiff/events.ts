/** What a run of clockdiff has to tell, whoever listens: text.ts prints it, json.ts writes it. */
import type { ConditionVerdict } from '../conditions/judge.ts';
import type { ClockOffset } from '../measure/clock-filter.ts';
import type { StatisticsSummary } from '../measure/statistics-summary.ts';
import type { ByteOrder } from './peer-clock.ts';
import type { UnusableReason } from './reply.ts';
import type { TickFigures } from './tick-estimate.ts';

/** Where a time came from: the kernel's stamp of the packet, or a user-space clock where there was none to trust. */
export type StampSource = 'kernel' | 'user';

/** A reply that was accepted: what iputils prints a dot for. */
export interface SampleEvent {
  readonly type: 'sample';
  /** When it came, on the run's wall clock: ns since its epoch. */
  readonly wallNs: number;
  readonly sequence: number;
  /** From our own table of sending times. */
  readonly roundTripNs: number;
  /** Where our time of sending came from. */
  readonly transmitStamp: StampSource;
  /** Where that of receiving came from. */
  readonly receiveStamp: StampSource;
  /** The peer's stamps as they came: u32 in network order. */
  readonly peerReceiveStamp: number;
  readonly peerTransmitStamp: number;
  /** It came after it had been given up: an `UnansweredEvent` was told. */
  readonly late: boolean;
}

/** A probe had its time, and the next one is due. Its reply may still come. */
export interface UnansweredEvent {
  readonly type: 'unanswered';
  readonly wallNs: number;
  readonly sequence: number;
  readonly roundTripNs: null;
}

/** A second reply to the same probe. */
export interface DuplicateEvent {
  readonly type: 'duplicate';
  readonly wallNs: number;
  readonly sequence: number;
}

/** The target answered, and nothing can be made of it. */
export interface UnusableEvent {
  readonly type: 'unusable';
  readonly wallNs: number;
  /** What is wrong with it. */
  readonly why: UnusableReason;
  /** Null where the reply does not tell, or is none of ours. */
  readonly sequence: number | null;
}

/** Somebody on the way, or the target, refused a probe by an ICMP error. */
export interface NetworkErrorEvent {
  readonly type: 'network-error';
  readonly wallNs: number;
  /** Who sent it; null where the kernel does not say. */
  readonly source: string | null;
  readonly icmpType: number;
  readonly icmpCode: number;
  /** What it means to a socket; 0 where it means nothing. */
  readonly errno: number;
}

/** Our own clock was set while we measured: what was collected is thrown away. */
export interface ClockStepEvent {
  readonly type: 'clock-step';
  readonly wallNs: number;
  /** How far it was set, forward where positive. */
  readonly stepNs: number;
}

/** Why a run ended. `samples`: as many as were asked for. */
export type EndReason =
  | { readonly kind: 'samples' }
  | { readonly kind: 'interrupted' }
  /** --deadline ran out. */
  | { readonly kind: 'deadline' }
  /** What was waited for holds. */
  | { readonly kind: 'condition' }
  /** Nothing came from the target for a long time. */
  | { readonly kind: 'down' }
  /** Replies came, and none of them could be used. */
  | { readonly kind: 'unusable' }
  /** The stamps are no milliseconds since midnight UT. */
  | { readonly kind: 'non-standard' }
  /** Our kernel refused to send. */
  | { readonly kind: 'unreachable'; readonly errno: number }
  /** An ICMP error said that it is of no use to go on. */
  | { readonly kind: 'refused'; readonly errno: number };

export interface SummaryEvent {
  readonly type: 'summary';
  readonly wallNs: number;
  readonly reason: EndReason;
  /** Requests sent. */
  readonly transmitted: number;
  /** Replies of use. */
  readonly accepted: number;
  /** Second replies to the same request. */
  readonly duplicates: number;
  /** Replies of no use, by what is wrong with them. */
  readonly unusable: Readonly<Partial<Record<UnusableReason, number>>>;
  /** ICMP errors about our requests. */
  readonly errors: number;
  /** Smoothed round trip and its mean deviation; null when nothing was measured. */
  readonly roundTrip: { readonly smoothedNs: number; readonly deviationNs: number; readonly smallestNs: number } | null;
  /** In which order the peer sends the octets of its stamps; null when nothing was measured. */
  readonly byteOrder: ByteOrder | null;
  /** The figures of clockdiff(8). */
  readonly figures: TickFigures | null;
  /** The peer's clock minus ours; null when nothing was measured. */
  readonly offset: ClockOffset | null;
  /** Whether all times on our side are the kernel's. */
  readonly kernelStamps: boolean;
  /** Over all replies of use, those before our clock was set included. */
  readonly statistics: StatisticsSummary;
  /** The verdicts on `until` and on `conditions`. */
  readonly conditions: readonly ConditionVerdict[];
}

export type ClockdiffEvent =
  | SampleEvent
  | UnansweredEvent
  | DuplicateEvent
  | UnusableEvent
  | NetworkErrorEvent
  | ClockStepEvent
  | SummaryEvent;
