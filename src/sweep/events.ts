/** What a sweep has to tell, whoever listens: table-text.ts, list-text.ts and json.ts show it. */
import type { ProbeError } from './error-table.ts';
import type { SampleSummary } from './samples.ts';
import type { Shard } from './targets.ts';

/**
 * `alive`: it answered. `silent`: it did not, in time. `unreachable`: an ICMP error said so. `refused`: our own kernel would
 * not send. `unfinished`: the run ended before its turn or its time was over.
 */
export type Verdict = 'alive' | 'silent' | 'unreachable' | 'refused' | 'unfinished';

/** What is known of a target when its probes are done. */
export interface TargetEvent {
  readonly type: 'target';
  /** As the user gave it: an address, or a name. */
  readonly target: string;
  /** Numeric; the same as `target` unless that is a name. */
  readonly address: string;
  readonly verdict: Verdict;
  /** Probes sent. */
  readonly sent: number;
  /** Probes answered. */
  readonly received: number;
  /** Null without an answer. */
  readonly roundTrip: SampleSummary | null;
  /** Round trips by attempt, null for one without an answer; null where they are not kept. */
  readonly samplesNs: readonly (number | null)[] | null;
  /** The last one. */
  readonly error: ProbeError | null;
}

/** A name without an address. */
export interface UnresolvedEvent {
  readonly type: 'unresolved';
  readonly target: string;
  /** In the resolver's words. */
  readonly reason: string;
}

/** A reply to our probe that came from elsewhere: told, and counted for nobody. */
export interface ForeignReplyEvent {
  readonly type: 'foreign-reply';
  readonly target: string;
  /** The target's, that was probed. */
  readonly address: string;
  /** Who answered. */
  readonly from: string;
}

/** All names are looked up, and probing begins. Names without an address are told of before. */
export interface StartEvent {
  readonly type: 'start';
  /** Of this shard, names not among them that did not resolve. */
  readonly targets: number;
  readonly shard: Shard;
  /** Null for the order of the list. */
  readonly seed: number | null;
  /** Probes per second, 0 for as fast as they go. */
  readonly rate: number;
  /** Probes to a target at most. */
  readonly attempts: number;
}

export interface Figures {
  readonly targets: number;
  readonly alive: number;
  readonly silent: number;
  readonly unreachable: number;
  readonly refused: number;
  readonly unfinished: number;
  /** Names without an address. */
  readonly unresolved: number;
  readonly sent: number;
  readonly received: number;
  /** Further replies to probes that were answered before. */
  readonly duplicates: number;
  /** Replies that came when their time was over. */
  readonly late: number;
  /** Replies from another address than the target's. */
  readonly foreign: number;
  /** ICMP errors about our probes. */
  readonly errors: number;
}

/** Round trips of all targets together. */
export interface RoundTripFigures extends SampleSummary {
  readonly count: number;
  /** Non-empty buckets, from which sums over shards are made again. */
  readonly buckets: readonly (readonly [valueNs: number, count: number])[];
}

/** SIGQUIT: where things stand. */
export interface StatusEvent {
  readonly type: 'status';
  readonly figures: Figures;
  readonly elapsedNs: number;
}

export type StampSource = 'kernel' | 'user' | 'mixed';

export interface SummaryEvent {
  readonly type: 'summary';
  readonly reason: 'complete' | 'interrupted';
  /** How many targets came to what, and what was sent and received. */
  readonly figures: Figures;
  readonly elapsedNs: number;
  /** Of all answers; null without any. */
  readonly roundTrip: RoundTripFigures | null;
  /** Where the two times of the round trips came from; null without any. */
  readonly stamps: { readonly transmit: StampSource; readonly receive: StampSource } | null;
  /** Packets that our own receive buffer had no room for. */
  readonly drops: number;
  readonly shard: Shard;
}

export type SweepEvent = TargetEvent | UnresolvedEvent | ForeignReplyEvent | StartEvent | StatusEvent | SummaryEvent;
