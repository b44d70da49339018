/** The lines of `arping -j` as types, which json.ts writes and docs/schema/arping.json is generated from: see ../cli/lines.ts. */
import type {
  CommonLine,
  ConditionLine,
  Count,
  Errno,
  Milliseconds,
  Nanoseconds,
  PositiveCount,
  RoundTripLine,
  Stamps,
  Timestamp,
} from '../cli/lines.ts';
import type { StatisticsLine } from '../cli/statistics-line.ts';

/**
 * `arping -j` writes one JSON object a line to stdout. `type` names the kind of line; only the version line has none. iputils has
 * no such output.
 *
 * @title One line of `arping -j`
 */
export type ArpingLine =
  | StartLine
  | ReplyLine
  | UnansweredLine
  | BindingLine
  | SendErrorLine
  | ReceiveErrorLine
  | ConditionLine
  | SummaryLine
  | CommonLine;

/**
 * What was asked for. `probe`: who has the address. `duplicate-detection`: -D. `unsolicited-request`: -U.
 * `unsolicited-reply`: -A. `reverse`: --reverse.
 */
export type Mode = 'probe' | 'duplicate-detection' | 'unsolicited-request' | 'unsolicited-reply' | 'reverse';

/**
 * A hardware address in upper case: six octets on Ethernet.
 *
 * @pattern ^[0-9A-F]{2}(:[0-9A-F]{2})*$
 */
export type Mac = string;

/**
 * @pattern ^[0-9]{1,3}(\.[0-9]{1,3}){3}$
 */
export type Ipv4 = string;

/** Who made the device, by the file of --oui. Absent without --oui, for unknown and for locally administered addresses. */
export type Vendor = string;

/** A hardware address, and its vendor with --oui. */
export interface Owner {
  readonly mac: Mac;
  readonly vendor: Vendor | undefined;
}

/** The first line of a run: what is asked, and from where. Absent with -q. */
export interface StartLine {
  readonly type: 'start';
  readonly mode: Mode;
  /** The IPv4 address that is asked about; with --reverse the hardware address. */
  readonly target: string;
  /** IPv4 source address in the probes, 0.0.0.0 for none. Absent with --reverse. */
  readonly source: string | undefined;
  /** Name of the interface. */
  readonly device: string;
  readonly source_mac: Mac;
}

/** An answer. What is no answer to this run is not told and not counted. */
export interface ReplyLine {
  readonly type: 'reply';
  /** `ar$op`: a request of the target's own to us counts as an answer too. */
  readonly operation: 'request' | 'reply';
  /** To whom the link layer brought it: to us alone, or to all (multicast included). */
  readonly delivery: 'unicast' | 'broadcast';
  /** `ar$spa`: the IPv4 address of who answers; with --reverse that of the server. */
  readonly host: Ipv4;
  /** `ar$sha`: the hardware address that it has. */
  readonly mac: Mac;
  readonly vendor: Vendor | undefined;
  /** `ar$tpa`: to whom it is said, our own address as a rule; with --reverse the address that was asked for. */
  readonly target: Ipv4;
  /** `ar$tha`: our own as a rule; with --reverse that of the question. */
  readonly target_mac: Mac;
  /**
   * Number of the probe that it is measured against, from 1: ARP does not say which one it answers. Null where none was sent.
   */
  readonly seq: PositiveCount | null;
  /** The same as `rtt_ns`, in milliseconds with three decimals. Null where no probe was sent. */
  readonly time: Milliseconds | null;
  /** From the sending of that probe to this answer, in nanoseconds. Null where no probe was sent. */
  readonly rtt_ns: Nanoseconds | null;
  readonly stamps: Stamps | undefined;
  readonly timestamp: Timestamp;
}

/** Nothing had come back for this probe when the next one was due, or when the run ended. */
export interface UnansweredLine {
  readonly type: 'unanswered';
  readonly seq: PositiveCount;
  readonly rtt_ns: null;
  readonly timestamp: Timestamp;
}

/** --watch: who answers for the target has changed. */
export interface BindingLine {
  readonly type: 'binding';
  /**
   * `found`: somebody answers. `moved`: another one than before. `duplicate`: several do. `alone`: of several, one is left.
   * `gone`: nobody has answered the last three probes.
   */
  readonly change: 'found' | 'moved' | 'duplicate' | 'alone' | 'gone';
  /** Who answers now. */
  readonly now: readonly Owner[];
  /** Who answered before. */
  readonly before: readonly Owner[];
  readonly timestamp: Timestamp;
}

/** The kernel refused a probe. The run goes on. */
export interface SendErrorLine {
  /** The call and strerror(3). */
  readonly error: readonly ['sendto', string];
  readonly type: 'send-error';
  readonly errno: Errno;
  readonly timestamp: Timestamp;
}

/** The socket cannot receive any more (ENETDOWN: the interface went down). The summary follows. */
export interface ReceiveErrorLine {
  /** The call and strerror(3). */
  readonly error: readonly ['recvfrom', string];
  readonly type: 'receive-error';
  readonly errno: Errno;
  readonly timestamp: Timestamp;
}

/** The last line of every run. */
export interface SummaryLine {
  readonly type: 'summary';
  readonly mode: Mode;
  /** The IPv4 address that is asked about; with --reverse the hardware address. */
  readonly target: string;
  /** IPv4 source address in the probes, 0.0.0.0 for none. Absent with --reverse. */
  readonly source: string | undefined;
  /** Name of the interface. */
  readonly device: string;
  readonly sent: Count;
  /** How many of those went to all. */
  readonly broadcasts: Count;
  /** Answers; there may be more of them than probes. */
  readonly received: Count;
  /** How many of those were requests. */
  readonly received_requests: Count;
  /** How many of those were sent to all. */
  readonly received_broadcasts: Count;
  /** Probes that nothing came back for; 0 with -U and -A, which wait for nothing. */
  readonly unanswered: Count;
  /**
   * All that was told of the target, in the order of the first answer: hardware addresses, or with --reverse IPv4 addresses. At
   * most 64.
   *
   * @uniqueItems true
   * @maxItems 64
   */
  readonly told: readonly string[];
  /** `told` has more than one entry. */
  readonly duplicate: boolean;
  /** Null when nothing was measured. */
  readonly rtt: RoundTripLine | null;
  readonly stats: StatisticsLine;
  /**
   * Why the run ended. `count`: -c probes were sent and had their time. `replies`: an answer ended it (-f, -D, or -w with -c).
   * `deadline`: -w ran out. `interrupted`: a signal. `error`: the socket cannot receive any more.
   * `condition`: what --until waits for holds.
   */
  readonly reason: 'count' | 'replies' | 'deadline' | 'interrupted' | 'error' | 'condition';
}
