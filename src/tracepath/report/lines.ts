/**
 * The lines of `tracepath --report -j` as types, which json.ts writes and docs/schema/tracepath-report.json is generated from: see
 * ../../cli/lines.ts.
 */
import type {
  CommonLine,
  ConditionLine,
  Count,
  Errno,
  Nanoseconds,
  Octet,
  PositiveCount,
  Stamps,
  Timestamp,
} from '../../cli/lines.ts';
import type { StatisticsLine } from '../../cli/statistics-line.ts';
import type { HopNumber, Name, Port } from '../lines.ts';
import type { Mark } from '../probing/lines.ts';

/**
 * Every line of standard output is one of these objects. A run that began ends with a summary of all hops; one that could not begin
 * ends with an error.
 *
 * @title One line of `tracepath --report -j`
 */
export type RoundsLine = RoundProbeLine | RoundPmtuLine | RoundSendErrorLine | ConditionLine | SummaryLine | CommonLine;

/** A probe is answered, or was not within a second: then host and rtt_ns are null. */
export interface RoundProbeLine {
  readonly type: 'round-probe';
  readonly round: PositiveCount;
  readonly hop: HopNumber;
  readonly port: Port;
  /** Octets of the packet, IP and UDP headers included. */
  readonly bytes: Count;
  /** Numeric address, with %zone where there is one; null for a lost probe. */
  readonly host: string | null;
  readonly name: Name | undefined;
  /** Null for a lost probe, and where the answer may be to any of several probes of this hop. */
  readonly rtt_ns: Nanoseconds | null;
  /** Absent where there is no round trip. */
  readonly stamps: Stamps | undefined;
  /** TTL or hop limit with which the answer arrived; absent where the kernel tells none. */
  readonly ttl: Octet | undefined;
  /** The target itself answered. */
  readonly reached: true | undefined;
  readonly mark: Mark | undefined;
  /** errno(3) that the kernel makes of the ICMP error; absent, as its type and code, for a lost probe and for a datagram. */
  readonly errno: Errno | undefined;
  readonly icmp_type: Octet | undefined;
  readonly icmp_code: Octet | undefined;
  /** The probe had been told of as lost before. */
  readonly late: true | undefined;
  readonly timestamp: Timestamp;
}

/** Packets are smaller from now on. */
export interface RoundPmtuLine {
  readonly type: 'round-pmtu';
  /** Who said so; null for our own kernel. */
  readonly host: string | null;
  readonly name: Name | undefined;
  readonly mtu: Count;
  readonly timestamp: Timestamp;
}

/** Nothing more can be sent. */
export interface RoundSendErrorLine {
  readonly type: 'round-send-error';
  /** strerror(3). */
  readonly error: string;
  readonly hop: HopNumber;
  readonly errno: Errno;
  readonly timestamp: Timestamp;
}

/** Who answered from a hop, and how often. */
export interface HopHost {
  readonly host: string;
  readonly name: Name | undefined;
  readonly answers: PositiveCount;
}

/** What is known of one hop. */
export interface HopLine {
  readonly hop: HopNumber;
  /** Who answered, most often first. */
  readonly hosts: readonly HopHost[];
  readonly sent: Count;
  readonly received: Count;
  /** Not answered in time; what is still under way is neither lost nor received. */
  readonly lost: Count;
  /**
   * lost / (lost + received); null where that is 0 / 0.
   *
   * @minimum 0
   * @maximum 1
   */
  readonly loss_ratio: number | null;
  /** Answers without a round trip: they may be to any of several probes. */
  readonly untimed: Count;
  /** Null where nothing was measured. */
  readonly last_ns: Nanoseconds | null;
  /** Null where nothing was measured. */
  readonly avg_ns: Nanoseconds | null;
  /** Null where nothing was measured. */
  readonly min_ns: Nanoseconds | null;
  /** Null where nothing was measured. */
  readonly max_ns: Nanoseconds | null;
  /** Sample standard deviation; null below two round trips. */
  readonly deviation_ns: Nanoseconds | null;
  /** RFC 3550 section 6.4.1, of successive round trips; null below two. */
  readonly jitter_ns: Nanoseconds | null;
  /** Nearest rank, to 0.4 %; null where nothing was measured. */
  readonly p95_ns: Nanoseconds | null;
  readonly mark: Mark | undefined;
}

/** The last line of a run. */
export interface SummaryLine {
  readonly type: 'summary';
  readonly mode: 'report';
  /** Why the run ended. complete: all rounds are done. condition: what --until waits for holds. */
  readonly reason: 'complete' | 'interrupted' | 'send-failed' | 'deadline' | 'condition';
  /** The target as the user named it. */
  readonly host: string;
  readonly address: string;
  /** The target answered from the last hop. */
  readonly reached: boolean;
  readonly rounds: Count;
  /**
   * Seconds.
   *
   * @exclusiveMinimum 0
   */
  readonly interval: number;
  /** Milliseconds that the run took. */
  readonly time: Count;
  readonly deviation: 'sample';
  readonly jitter: 'rfc3550';
  readonly hops: readonly HopLine[];
  /** Of the target: each round counts as one probe of it. */
  readonly stats: StatisticsLine;
}
