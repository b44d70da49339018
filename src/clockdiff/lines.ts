/** The lines of `clockdiff -j` as types, which json.ts writes and docs/schema/clockdiff.json is generated from: see ../cli/lines.ts. */
import type {
  CommonLine,
  ConditionLine,
  Count,
  Integer,
  Nanoseconds,
  Octet,
  PositiveCount,
  Stamps,
  Timestamp,
  Uint16,
  Uint32,
} from '../cli/lines.ts';
import type { StatisticsLine } from '../cli/statistics-line.ts';

/**
 * `clockdiff -j` writes one JSON object a line to stdout. `type` names the kind of line; only the version line has none. A run ends
 * with a summary, or with an error when it could not begin. Differences of clocks are the peer's minus ours.
 *
 * @title One line of `clockdiff -j`
 */
export type ClockdiffLine =
  | SampleLine
  | UnansweredLine
  | DuplicateLine
  | UnusableLine
  | NetworkErrorLine
  | ClockStepLine
  | ConditionLine
  | SummaryLine
  | CommonLine;

/** Of the request; 1 for the first, modulo 65,536. */
export type Sequence = Uint16;

/** What is wrong with a reply. */
export type Why =
  | 'checksum'
  | 'short'
  | 'identifier'
  | 'sequence'
  | 'no-option'
  | 'malformed-option'
  | 'wrong-flag'
  | 'unfilled';

/** A reply that was accepted. */
export interface SampleLine {
  readonly type: 'sample';
  readonly seq: Sequence;
  /** Round trip in nanoseconds, from our own table of sending times. */
  readonly rtt_ns: Nanoseconds;
  /**
   * The peer's receive stamp as it came: a 32-bit number in network order, milliseconds since midnight UT unless the octets are
   * swapped (`byte_order`).
   */
  readonly peer_receive: Uint32;
  /** The peer's transmit stamp, likewise. */
  readonly peer_transmit: Uint32;
  readonly stamps: Stamps;
  /** It came after an `unanswered` line for the same request. */
  readonly late: true | undefined;
  readonly timestamp: Timestamp;
}

/** A request had its time and the next one is due. Its reply may still come. */
export interface UnansweredLine {
  readonly type: 'unanswered';
  readonly seq: Sequence;
  readonly rtt_ns: null;
  readonly timestamp: Timestamp;
}

/** A second reply to the same request. */
export interface DuplicateLine {
  readonly type: 'duplicate';
  readonly seq: Sequence;
  readonly timestamp: Timestamp;
}

/** The target answered, and nothing can be made of it. Replies with another identifier are told once. */
export interface UnusableLine {
  readonly type: 'unusable';
  readonly why: Why;
  /** Null where the reply does not tell, or is none of ours. */
  readonly seq: Sequence | null;
  readonly timestamp: Timestamp;
}

/** An ICMP error about one of our requests. */
export interface NetworkErrorLine {
  readonly type: 'network-error';
  /** strerror(3) of what it means to a socket; null where it means none. */
  readonly error: string | null;
  /** Who sent it, as a numeric address; null where the kernel does not say. */
  readonly host: string | null;
  readonly icmp_type: Octet;
  readonly icmp_code: Octet;
  readonly timestamp: Timestamp;
}

/** Our own clock was set while we measured: the samples before this line do not count. */
export interface ClockStepLine {
  readonly type: 'clock-step';
  readonly step_ns: Integer;
  readonly timestamp: Timestamp;
}

/** From us to the peer, or back. */
export interface Variation {
  readonly mean_ns: Nanoseconds;
  readonly max_ns: Nanoseconds;
}

/** Delay beyond the smallest one, RFC 5481 section 4.2, to a millisecond and never above the largest round trip. */
export interface Variations {
  readonly outward: Variation;
  readonly homeward: Variation;
}

/** The peer's clock minus ours, as of the last sample, modulo a day. docs/decisions/0022 says what the bound rests on. */
export interface Offset {
  /**
   * @asType integer
   * @minimum -43200000000000
   * @maximum 43200000000000
   */
  readonly ns: number;
  /** The true offset is at most so far from `ns`. */
  readonly bound_ns: Nanoseconds;
  /**
   * False when the samples contradict each other (a clock was set, or ticks more coarsely than by the millisecond); the bound then
   * spans them all and is not warranted.
   */
  readonly consistent: boolean;
  readonly variation: Variations;
}

/**
 * The smallest round trip, and the smoothed one with its mean deviation (RFC 6298, weights of a quarter), in nanoseconds.
 */
export interface RoundTrip {
  readonly min_ns: Nanoseconds;
  readonly smoothed_ns: number;
  readonly deviation_ns: number;
}

/** The last line of a run. */
export interface SummaryLine {
  readonly type: 'summary';
  /**
   * `samples`: as many as were asked for. `interrupted`: by a signal. `deadline`: --deadline ran out. `condition`:
   * what --until waits for holds. `down`: nothing came for 11 s and 11 requests. `unusable`:
   * replies came, none of use. `non-standard`: the stamps are no milliseconds since midnight. `unreachable`: our kernel refused to
   * send. `refused`: an ICMP error said that it is no use.
   */
  readonly reason:
    | 'samples'
    | 'interrupted'
    | 'deadline'
    | 'condition'
    | 'down'
    | 'unusable'
    | 'non-standard'
    | 'unreachable'
    | 'refused';
  /** The line that the text output has on stderr. Absent where there is a result. */
  readonly error: string | undefined;
  /** strerror(3) of what ended the run: with `unreachable` and `refused`. */
  readonly cause: string | undefined;
  /** The target by its canonical name, where the resolver tells one; else as given. */
  readonly host: string;
  /** The target's address. */
  readonly address: string;
  /** `icmp`: timestamp messages. `ip-4`, `ip-3`: echoes under an IP timestamp option of four (-o) or three (-o1) slots. */
  readonly mode: 'icmp' | 'ip-4' | 'ip-3';
  readonly transmitted: Count;
  readonly accepted: Count;
  readonly duplicates: Count;
  /** Useless replies by what is wrong with them. */
  readonly unusable: { readonly [why in Why]?: PositiveCount };
  /** ICMP errors about our requests. */
  readonly errors: Count;
  /** Null when nothing was measured. */
  readonly rtt: RoundTrip | null;
  /** Null when nothing was measured. */
  readonly offset: Offset | null;
  /** The first figure of the text output. */
  readonly delta_ms: Integer | null;
  /** The second figure of the text output. */
  readonly delta_at_min_rtt_ms: Integer | null;
  /** In which order the peer sends the octets of its stamps; null when nothing was measured. */
  readonly byte_order: 'network' | 'swapped' | null;
  /** `kernel` when all our times are the kernel's stamps. Null when nothing was measured. */
  readonly stamps: 'kernel' | 'user' | null;
  /** Over all replies of use, those before our own clock was set included. */
  readonly stats: StatisticsLine;
  readonly timestamp: Timestamp;
}
