/** The lines of `sonde sweep -j` as types, which json.ts writes and docs/schema/sweep.json is generated from: see ../cli/lines.ts. */
import type { CommonLine, Count, Errno, Nanoseconds, Octet, PositiveCount } from '../cli/lines.ts';

/**
 * `sonde sweep -j` writes one JSON object a line to stdout. `type` names the kind of line; only the version line has none. `--merge`
 * reads these lines back.
 *
 * @title One line of `sonde sweep -j`
 */
export type SweepLine =
  | StartLine
  | TargetLine
  | UnresolvedLine
  | ForeignReplyLine
  | StatusLine
  | SummaryLine
  | CommonLine;

/** Which part of the list was probed: 1 of 1 for all of it. */
export interface ShardLine {
  readonly number: PositiveCount;
  readonly count: PositiveCount;
}

/**
 * Percent of the probes sent that were not answered in time, with up to four decimals.
 *
 * @minimum 0
 * @maximum 100
 */
export type Loss = number;

/** First line: what will be probed, and how. */
export interface StartLine {
  readonly type: 'start';
  /** Targets of this run; names that did not resolve are not among them. */
  readonly targets: Count;
  readonly shard: ShardLine;
  /** What the order was shuffled with: --seed makes the same order of the same list again. Null with --sequential. */
  readonly seed: Count | null;
  /**
   * Probes per second, 0 for as fast as they go.
   *
   * @minimum 0
   */
  readonly rate: number;
  /** Probes to a target at most. */
  readonly attempts: PositiveCount;
}

/**
 * Round trips in ns. Quantiles of more than 24 samples are from buckets: as fine as 0.4 %, coarser where the round trips of one
 * target differ much.
 */
export interface Times {
  /** The shortest. */
  readonly min_ns: Nanoseconds;
  /** The average. */
  readonly mean_ns: Nanoseconds;
  /** Half of them are not longer, by the nearest-rank definition. */
  readonly median_ns: Nanoseconds;
  /** 95 % of them are not longer. */
  readonly p95_ns: Nanoseconds;
  /** 99 % of them are not longer. */
  readonly p99_ns: Nanoseconds;
  /** The longest. */
  readonly max_ns: Nanoseconds;
}

/** Quantiles are within 0.4 %; the least, the greatest and the average are exact. */
export interface RoundTrips extends Times {
  /** How many. */
  readonly count: Count;
  /** [middle in ns, count] of each bucket that is not empty: from these, sums over shards are made. */
  readonly buckets: readonly (readonly [Nanoseconds, PositiveCount])[];
}

/** From the network. */
export interface NetworkProbeError {
  readonly kind: 'icmp' | 'icmp6';
  readonly icmp_type: Octet;
  readonly icmp_code: Octet;
  /** MTU, pointer or gateway, by type. */
  readonly info: Count;
  /** What the kernel makes of type and code. */
  readonly errno: Errno;
  /** Who sent it; null where that is not known. */
  readonly from: string | null;
  /** In words. */
  readonly text: string;
}

/** From our own kernel. */
export interface LocalProbeError {
  readonly kind: 'local';
  readonly errno: Errno;
  /** strerror(3). */
  readonly text: string;
}

/** The last error about a target. */
export type ProbeErrorLine = NetworkProbeError | LocalProbeError;

/**
 * What is known of a target, told when its probes are done. Lines come in the order in which targets are done.
 */
export interface TargetLine {
  readonly type: 'target';
  /** As it was given: an address, or a name. */
  readonly target: string;
  /** Numeric, with `%zone` for a link-local one. */
  readonly address: string;
  /** Whether the verdict is alive. */
  readonly alive: boolean;
  /**
   * alive: it answered. silent: it did not, in time. unreachable: an ICMP error said so. refused: our own kernel would not send.
   * unfinished: the run was interrupted before.
   */
  readonly verdict: 'alive' | 'silent' | 'unreachable' | 'refused' | 'unfinished';
  /** Probes sent to it. */
  readonly sent: Count;
  /** Probes that were answered in time. */
  readonly received: Count;
  /** Null when none was sent. */
  readonly loss: Loss | null;
  /** Round trips; null when there is none. */
  readonly rtt: Times | null;
  /**
   * Round trips in the order of the probes, null for one that was not answered. Absent where a target gets more than 24 probes.
   */
  readonly samples_ns: readonly (PositiveCount | null)[] | undefined;
  readonly error: ProbeErrorLine | undefined;
}

/** A name without an address. */
export interface UnresolvedLine {
  readonly type: 'unresolved';
  /** The name. */
  readonly target: string;
  /** gai_strerror(3), or what was missing here. */
  readonly reason: string;
}

/** A reply to our probe that came from another address than the target's. It counts for nobody. */
export interface ForeignReplyLine {
  readonly type: 'foreign-reply';
  /** Whose probe it was. */
  readonly target: string;
  /** Where that was sent. */
  readonly address: string;
  /** Where the reply came from. */
  readonly from: string;
}

/** Targets by verdict, and probes. */
export interface Counts {
  /** Targets of this run; names that did not resolve are not among them. */
  readonly targets: Count;
  /** Targets with the verdict alive. */
  readonly alive: Count;
  /** Targets with the verdict silent. */
  readonly silent: Count;
  /** Targets with the verdict unreachable. */
  readonly unreachable: Count;
  /** Targets with the verdict refused. */
  readonly refused: Count;
  /** Targets with the verdict unfinished, or not done yet. */
  readonly unfinished: Count;
  /** Names without an address. */
  readonly unresolved: Count;
  /** Probes sent, those that the kernel refused included. */
  readonly sent: Count;
  /** Replies that count: one for each probe at most, in time, from the target's own address. */
  readonly received: Count;
  /** Further replies to a probe that had one. */
  readonly duplicates: Count;
  /** Replies after the time-out of their probe (with -c), or to a target that was done. */
  readonly late: Count;
  /** Replies to our probes from other addresses than the target's. */
  readonly foreign: Count;
  /** ICMP errors and refusals of our own kernel. */
  readonly errors: Count;
}

/** Answer to SIGQUIT: where things stand. */
export interface StatusLine extends Counts {
  readonly type: 'status';
  /** Since the first probe. */
  readonly elapsed_ns: Nanoseconds;
}

/** Of all round trips together: kernel stamps, our own clock, or some of either. */
export interface StampsOfAll {
  readonly transmit: 'kernel' | 'user' | 'mixed';
  readonly receive: 'kernel' | 'user' | 'mixed';
}

/** Last line of every run that began. */
export interface SummaryLine extends Counts {
  readonly type: 'summary';
  /** complete: every target has its verdict; interrupted: by a signal, or (--merge) something is missing. */
  readonly reason: 'complete' | 'interrupted';
  /** Null when none was sent. */
  readonly loss: Loss | null;
  /** Since the first probe; with --merge, of the longest run. */
  readonly elapsed_ns: Nanoseconds;
  /** Round trips of all targets; null when there is none. */
  readonly rtt: RoundTrips | null;
  /** Where the two times of the round trips came from. Null without round trips. */
  readonly stamps: StampsOfAll | null;
  /** Packets that found no room in our own receive buffer: false losses may be among them. */
  readonly receive_buffer_drops: Count;
  readonly shard: ShardLine;
}
