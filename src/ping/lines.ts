/** The lines of `ping -j` as types, which json.ts writes and docs/schema/ping.json is generated from: see ../cli/lines.ts. */
import type {
  CommonLine,
  ConditionLine,
  Count,
  Errno,
  Hex,
  Milliseconds,
  Nanoseconds,
  Octet,
  RoundTripLine,
  Stamps,
  Timestamp,
  Uint16,
  Uint32,
} from '../cli/lines.ts';
import type { StatisticsLine } from '../cli/statistics-line.ts';

/**
 * `ping -j` writes one JSON object a line to stdout. Keys that iputils has come first and mean what they mean there; all others are
 * ours. `type` names the kind of line; only the version line has none.
 *
 * @title One line of `ping -j`
 */
export type PingLine =
  | ReplyLine
  | NetworkErrorLine
  | LocalErrorLine
  | SendErrorLine
  | UnansweredLine
  | LostLine
  | ShortPacketLine
  | StatusLine
  | ConditionLine
  | SummaryLine
  | CommonLine;

/** icmp_seq of the probe: its number modulo 65536. */
export type Sequence = Uint16;

/** How the host is probed (--method); with `auto` the one that was found. */
export type MethodName = 'icmp' | 'udp' | 'tcp';

/** The payload came back changed behind its first 16 octets. */
export interface WrongData {
  /**
   * Of the first octet that differs, in octets from the start of the payload.
   *
   * @asType integer
   * @minimum 16
   */
  readonly offset: number;
  readonly expected: Octet;
  readonly received: Octet;
  /** The payload as it came back. */
  readonly payload: Hex;
}

/**
 * An answer to one of our probes: also a duplicate, and one whose checksum is wrong (which is not counted as received).
 *
 * @exactlyOne time info node_information
 */
export interface ReplyLine {
  /**
   * Octets of the ICMP message: its 8 octets of header and the data. By UDP: of the datagram that came back, or what an ICMP error
   * quoted of ours, without headers. 0 by TCP.
   *
   * @asType integer
   * @minimum 0
   */
  readonly bytes: number;
  /** Who answered: a numeric address, with `%zone` for a link-local one. */
  readonly host: string;
  readonly seq: Sequence;
  /** ICMP identifier of the session. With -v, where it is known. */
  readonly ident: Uint16 | undefined;
  /** TTL or hop limit of the reply as it arrived. Absent where the socket did not tell. */
  readonly ttl: Octet | undefined;
  /** Round trip in milliseconds. Absent where `info` or `node_information` takes its place. */
  readonly time: Milliseconds | undefined;
  /** The reply is shorter than the probe was. */
  readonly info: 'truncated' | undefined;
  readonly type: 'reply';
  /**
   * Reverse name of `host`. Absent with -n and -q, for a target given as an address, and where there is none or none came in
   * time. It comes from the network: control characters are in it as they came, escaped as JSON asks.
   */
  readonly name: string | undefined;
  /** Round trip in nanoseconds, from our own table of sending times; never from the payload. */
  readonly rtt_ns: Nanoseconds;
  readonly stamps: Stamps;
  /** A reply to this probe had come before. */
  readonly duplicate: boolean;
  /** The ICMP checksum is wrong (raw IPv4 sockets only: elsewhere the kernel drops such replies). */
  readonly bad_checksum: true | undefined;
  /** It came from another address than the target's. */
  readonly different_address: true | undefined;
  readonly wrong_data: WrongData | undefined;
  /**
   * The IPv4 option area as received (RFC 791), 40 octets at most.
   *
   * @pattern ^([0-9a-f]{2}){1,40}$
   */
  readonly ip_options: string | undefined;
  /** What the node said (-N, RFC 4620), in the words of the text output. */
  readonly node_information: string | undefined;
  readonly timestamp: Timestamp;
  readonly method: MethodName;
  /** What counts as an answer to a probe of that method. `port-unreachable`: from the target itself, so it is there. */
  readonly answer: 'echo-reply' | 'node-information' | 'port-unreachable' | 'datagram' | 'syn-ack' | 'rst';
}

/** An ICMP error that somebody on the way sent, or our own kernel in the name of one of our addresses. */
export interface NetworkErrorLine {
  /** In the words of the text output. */
  readonly error: string;
  readonly type: 'network-error';
  /** Who sent the error, as a numeric address. */
  readonly host: string;
  /** Reverse name of `host`, as in a reply. */
  readonly name: string | undefined;
  /** Of the probe that it is about; null when it is about somebody else's packet (-v as root, raw sockets). */
  readonly seq: Sequence | null;
  readonly icmp_type: Octet;
  readonly icmp_code: Octet;
  /** By type: next-hop MTU in octets, pointer in octets, or the gateway of a redirect as a 32-bit number; 0 elsewhere. */
  readonly info: Uint32;
  /** `queue`: from the socket's error queue. `raw`: seen by a raw socket only (redirect, source quench, other people's errors). */
  readonly via: 'queue' | 'raw';
  /** What the kernel makes of it for a socket, ip(7) IP_RECVERR; null for one that it does not, or that only a raw socket saw. */
  readonly errno: Errno | null;
  /** The ICMP checksum of the error is wrong. */
  readonly bad_checksum: true | undefined;
  readonly timestamp: Timestamp;
}

/** Our own kernel refused a probe and said so in the error queue. */
export interface LocalErrorLine {
  /** `local error`, and strerror(3). */
  readonly error: readonly ['local error', string];
  readonly type: 'local-error';
  readonly errno: Errno;
  /** The MTU in octets that a probe was too long for (errno 90, EMSGSIZE); 0 elsewhere. */
  readonly mtu: Uint32;
  readonly timestamp: Timestamp;
}

/** The sending of a probe failed at once. The probe counts as sent. */
export interface SendErrorLine {
  /** `sendmsg`, and strerror(3). */
  readonly error: readonly ['sendmsg', string];
  readonly type: 'send-error';
  readonly errno: Errno;
  readonly seq: Sequence;
  readonly timestamp: Timestamp;
}

/** -O: the probe had no answer when the next one was due. It may still come. */
export interface UnansweredLine {
  readonly type: 'unanswered';
  readonly seq: Sequence;
  readonly timestamp: Timestamp;
}

/** A probe is given up: neither a reply nor an ICMP error came for it in its time (-W). A reply that comes later is told and counts. */
export interface LostLine {
  readonly type: 'lost';
  readonly seq: Sequence;
  readonly rtt_ns: null;
  readonly timestamp: Timestamp;
}

/** -v: a message too short to be ICMP. */
export interface ShortPacketLine {
  readonly type: 'short-packet';
  /** Who sent it, as a numeric address. */
  readonly host: string;
  /**
   * Octets of the ICMP message.
   *
   * @asType integer
   * @minimum 0
   * @maximum 7
   */
  readonly bytes: number;
}

/** SIGQUIT: where the run stands. */
export interface StatusLine {
  readonly type: 'status';
  readonly transmitted: Count;
  readonly received: Count;
  /** Duplicates included. Null when nothing was measured. */
  readonly rtt: RoundTripLine | null;
}

/** The last line of a run that began, also when nothing came back and when it was interrupted. */
export interface SummaryLine {
  /** The target as the text output names it. */
  readonly host: string;
  /** Probes sent. */
  readonly transmitted: Count;
  /** Probes answered; duplicates and corrupted replies do not count. */
  readonly received: Count;
  readonly duplicates: Count;
  /** Replies with a wrong checksum. */
  readonly corrupted: Count;
  /** Network and local errors. */
  readonly errors: Count;
  /**
   * Percent of the probes that were not answered, to four decimals; 0 when none was sent.
   *
   * @maximum 100
   */
  readonly loss: number;
  /** Whole milliseconds from the start to the last probe, as in iputils. */
  readonly time: Count;
  /** Duplicates included. Null when nothing was measured. */
  readonly rtt: RoundTripLine | null;
  /**
   * Most probes under way at once, where there were several.
   *
   * @asType integer
   * @minimum 2
   */
  readonly pipe: number | undefined;
  /** Milliseconds between two probes, on average. With -f, -A or -i 0, when more than one was sent and one answered. */
  readonly ipg: Milliseconds | undefined;
  /** Exponentially weighted moving average of the round trips in milliseconds, weight 1/8. Beside `ipg`. */
  readonly ewma: Milliseconds | undefined;
  readonly type: 'summary';
  /**
   * Why the run ended. `count`: -c was reached by replies and errors. `deadline`: -w ran out. `linger`: the wait after the last
   * probe ran out. `interrupted`: a signal. `error`: the first error under -w. `condition`: what --until waits for holds.
   */
  readonly reason: 'count' | 'deadline' | 'linger' | 'interrupted' | 'error' | 'condition';
  readonly method: MethodName;
  /** Port of UDP or TCP; null for ICMP. */
  readonly port: Uint16 | null;
  readonly stats: StatisticsLine | undefined;
}
