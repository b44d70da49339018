/**
 * The lines of `tracepath --flows <n> -j` as types, which json.ts writes and docs/schema/tracepath-flows.json is generated from: see
 * ../../cli/lines.ts.
 */
import type {
  CommonLine,
  ConditionLine,
  Count,
  Errno,
  Integer,
  Nanoseconds,
  Octet,
  PositiveCount,
  Stamps,
  Timestamp,
} from '../../cli/lines.ts';
import type { HopNumber, Name, Port } from '../lines.ts';
import type { Mark } from '../probing/lines.ts';

/**
 * Every line of standard output is one of these objects. A run that began ends with a summary, which has the graph of all paths as
 * nodes and edges; one that could not begin ends with an error.
 *
 * @title One line of `tracepath --flows <n> -j`
 */
export type FlowsLine =
  | FlowProbeLine
  | FlowPmtuLine
  | FlowAmbiguousLine
  | FlowSendErrorLine
  | ConditionLine
  | SummaryLine
  | CommonLine;

/** Number of a flow, from 0. */
export type Flow = Octet;

/** A probe is answered, or was not within a second: then host and rtt_ns are null. */
export interface FlowProbeLine {
  readonly type: 'flow-probe';
  readonly flow: Flow;
  readonly hop: HopNumber;
  /** From 1, for this flow and hop. */
  readonly attempt: PositiveCount;
  /** Octets of the packet, IP and UDP headers included. */
  readonly bytes: Count;
  /** Numeric address, with %zone where there is one; null for a lost probe. */
  readonly host: string | null;
  readonly name: Name | undefined;
  /** Null where nothing was measured. */
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

/** A link is too small for the flow's packets, which are smaller from now on. */
export interface FlowPmtuLine {
  readonly type: 'flow-pmtu';
  readonly flow: Flow;
  /** TTL of the probe that was too big; null for our own link, and where the answer may be about several probes. */
  readonly hop: HopNumber | null;
  /** Who said so; null for our own kernel. */
  readonly host: string | null;
  readonly name: Name | undefined;
  readonly mtu: Count;
  readonly timestamp: Timestamp;
}

/** An answer that quotes too little, and may be to any of several probes: they are sent again, one at a time. */
export interface FlowAmbiguousLine {
  readonly type: 'flow-ambiguous';
  readonly flow: Flow;
  readonly host: string;
  readonly name: Name | undefined;
  readonly timestamp: Timestamp;
}

/** Nothing more can be sent on this flow. */
export interface FlowSendErrorLine {
  readonly type: 'flow-send-error';
  /** strerror(3). */
  readonly error: string;
  readonly flow: Flow;
  readonly hop: HopNumber;
  readonly errno: Errno;
  readonly timestamp: Timestamp;
}

/** Round trips of a node or hop. */
export interface RoundTrips {
  /** Null where nothing was measured. */
  readonly rtt_min_ns: Nanoseconds | null;
  /** Null where nothing was measured. */
  readonly rtt_avg_ns: Nanoseconds | null;
  /** Null where nothing was measured. */
  readonly rtt_max_ns: Nanoseconds | null;
}

/**
 * A router, wherever it answers; or, with host null, hops that did not answer behind a node; or, with id source, this machine.
 */
export interface NodeLine extends RoundTrips {
  readonly id: string;
  /** Numeric address, with %zone where there is one. */
  readonly host: string | null;
  readonly name: Name | undefined;
  /** Distances at which it answered. */
  readonly hops: readonly HopNumber[];
  readonly flows: readonly Flow[];
  readonly sent: Count;
  readonly received: Count;
  /** Octets of the largest answered packet: of the flow with the smallest ones, and of that with the largest. */
  readonly largest_bytes: readonly [Count, Count] | null;
  readonly marks: readonly Mark[];
  /** Some flow came to the target here. */
  readonly target: boolean;
  readonly next_hops: Count;
  /** Flows that went on from here. */
  readonly next_hop_flows: Count;
  /** So many would rule out one more next hop with the given confidence. */
  readonly next_hop_flows_needed: Count;
  readonly settled: boolean;
}

/** From one node to the next, by their `id`. */
export interface EdgeLine {
  readonly from: string;
  readonly to: string;
  readonly flows: readonly Flow[];
}

/** One hop of one flow. */
export interface FlowHopLine extends RoundTrips {
  readonly hop: HopNumber;
  /** Who answered; more than one where packets of one flow take several ways. */
  readonly hosts: readonly string[];
  readonly sent: Count;
  readonly received: Count;
  /** Octets of the largest answered packet; null where none was. */
  readonly largest_bytes: Count | null;
  readonly mark: Mark | undefined;
}

/** The way of one flow. */
export interface FlowResultLine {
  readonly flow: Flow;
  readonly source_port: Port;
  /**
   * How it ended. silent: so many hops in a row did not answer that no more were asked. unfinished: the run ended first.
   */
  readonly end: 'reached' | 'refused' | 'silent' | 'hop-limit' | 'send-failed' | 'unfinished';
  /** Octets of the largest packet that may go this way as far as it is known. */
  readonly mtu: Count;
  /** Larger packets vanish without a word at this hop; null for nowhere. */
  readonly black_hole_hop: Integer | null;
  readonly hops: readonly FlowHopLine[];
}

/** The last line of a run. */
export interface SummaryLine {
  readonly type: 'summary';
  readonly mode: 'flows';
  /**
   * settled: the stopping rule is satisfied everywhere. flow-limit: it would have needed more flows. condition: what --until waits
   * for holds.
   */
  readonly reason: 'settled' | 'flow-limit' | 'interrupted' | 'send-failed' | 'deadline' | 'condition';
  /** The target as the user named it. */
  readonly host: string;
  readonly address: string;
  readonly port: Port;
  /** Some flow came to the target. */
  readonly reached: boolean;
  /**
   * @exclusiveMinimum 0
   * @exclusiveMaximum 1
   */
  readonly confidence: number;
  readonly maximum_flows: Count;
  readonly ambiguous_answers: Count;
  /**
   * Each behind all that lead to it; the first one is this machine.
   *
   * @minItems 1
   */
  readonly nodes: readonly NodeLine[];
  readonly edges: readonly EdgeLine[];
  readonly flows: readonly FlowResultLine[];
}
