/** The lines of `tracepath -j` as types, which json.ts writes and docs/schema/tracepath.json is generated from: see ../cli/lines.ts. */
import type {
  CommonLine,
  ConditionLine,
  Count,
  Errno,
  Integer,
  Milliseconds,
  Nanoseconds,
  Octet,
  PositiveCount,
  Stamps,
  Timestamp,
  Uint16,
} from '../cli/lines.ts';

/**
 * Every line of standard output is one of these objects. A run that began ends with a summary; one that could not begin ends with
 * an error. Times in milliseconds are strings with three decimals, as in ping -j; rtt_ns has nanoseconds. A probe that was not
 * answered has null for both. --flows and --report have schemas of their own.
 *
 * @title One line of `tracepath -j`
 */
export type TracepathLine =
  | ProbeLine
  | LostProbeLine
  | HopLine
  | MtuLine
  | BlackHoleLine
  | NoReplyLine
  | ReplyLine
  | SendFailedLine
  | TooManyHopsLine
  | ConditionLine
  | SummaryLine
  | CommonLine;

/**
 * @asType integer
 * @minimum 1
 * @maximum 255
 */
export type HopNumber = number;

/** UDP port. */
export type Port = Uint16;

/** Reverse name of host, once it is known; absent where there is none. */
export type Name = string;

/** An entry of an MPLS label stack, RFC 3032. */
export interface MplsLabel {
  /**
   * @asType integer
   * @minimum 0
   * @maximum 1048575
   */
  readonly label: number;
  /**
   * @asType integer
   * @minimum 0
   * @maximum 7
   */
  readonly traffic_class: number;
  readonly bottom_of_stack: boolean;
  readonly ttl: Octet;
}

/**
 * RFC 5837; role 0: the packet came in there, 1: the same below IP, 2: it would have gone out, 3: the next hop.
 */
export interface InterfaceInformation {
  /**
   * @asType integer
   * @minimum 0
   * @maximum 3
   */
  readonly role: number;
  readonly index: Integer | null;
  readonly address: string | null;
  readonly name: string | null;
  readonly mtu: Integer | null;
}

/** RFC 4884 section 8. */
export interface ExtensionObject {
  readonly class: Octet;
  readonly c_type: Octet;
  /** RFC 4950. */
  readonly mpls?: readonly MplsLabel[];
  readonly interface?: InterfaceInformation;
  /**
   * Of an object that we cannot read, in hexadecimal.
   *
   * @pattern ^([0-9a-f]{2})*$
   */
  readonly octets?: string;
}

/** What the router put behind the quote: RFC 4884. */
export interface Extension {
  readonly objects: readonly ExtensionObject[];
  /** Null where the router computed none. */
  readonly checksum_ok: boolean | null;
  readonly flaws: readonly string[] | undefined;
}

/**
 * A probe was answered: by an ICMP error, or by our own kernel, which refused it. port and bytes are missing where the answer does
 * not tell which probe it is about.
 */
export interface ProbeLine {
  readonly type: 'probe';
  readonly hop: HopNumber;
  readonly port?: Port;
  /** Octets of the packet, IP and UDP headers included. */
  readonly bytes?: Count;
  /** The answer does not tell the hop: it is the one that was probed at the time. */
  readonly hop_guessed: true | undefined;
  /**
   * hop: its TTL ended there. mtu: it was too long. silent: somebody lives there and no more. The others end the run.
   */
  readonly result:
    | 'hop'
    | 'silent'
    | 'mtu'
    | 'reached'
    | 'host-unreachable'
    | 'net-unreachable'
    | 'prohibited'
    | 'protocol-error'
    | 'other-error';
  /** Numeric address, with %zone where there is one. Null: our own host. */
  readonly host: string | null;
  readonly name: Name | undefined;
  /** Our own kernel refused the probe. */
  readonly local: true | undefined;
  /** Null where nothing was measured. */
  readonly time: Milliseconds | null;
  /** Null where nothing was measured. */
  readonly rtt_ns: Nanoseconds | null;
  /** Absent where nothing was measured. */
  readonly stamps: Stamps | undefined;
  /** With mtu: the MTU that the run goes on with. */
  readonly mtu: Count | undefined;
  /** With mtu: the MTU as it was reported. */
  readonly info: Count | undefined;
  /** strerror(3) of errno, unless the result says all. */
  readonly error: string | undefined;
  readonly errno: Integer;
  readonly icmp_type: Octet | undefined;
  readonly icmp_code: Octet | undefined;
  /** TTL or hop limit with which the answer arrived. */
  readonly ttl: Octet | undefined;
  /** TOS or traffic class of the answer. */
  readonly tos: Octet | undefined;
  /** Hops back, estimated from ttl. */
  readonly return_hops: Count | undefined;
  /** Octets of our payload that were quoted, as far as they are read. */
  readonly quoted_bytes: Count | undefined;
  /** The quoted packet went somewhere else than it was sent: an address translator. */
  readonly quoted_destination: string | undefined;
  readonly quoted_port: Port | undefined;
  /** The quoted payload is not what was sent. */
  readonly corrupted: true | undefined;
  readonly extension: Extension | undefined;
  readonly timestamp: Timestamp;
}

/** A probe was not answered within a second. */
export interface LostProbeLine {
  readonly type: 'probe';
  readonly hop: HopNumber;
  readonly port: Port;
  /** Octets of the packet, IP and UDP headers included. */
  readonly bytes: Count;
  /** Absent for a probe that tries a size (--black-holes). */
  readonly attempt: PositiveCount | undefined;
  readonly result: 'lost';
  readonly host: null;
  readonly time: null;
  readonly rtt_ns: null;
  readonly timestamp: Timestamp;
}

/** Who answered for a hop. */
export interface HopHost {
  readonly host: string;
  readonly name: Name | undefined;
}

/** A hop is done with. */
export interface HopLine {
  readonly type: 'hop';
  readonly hop: HopNumber;
  readonly sent: Count;
  readonly answered: Count;
  /** Who answered for this hop; senders of an MTU stand before it and are not among them. */
  readonly hosts: readonly HopHost[];
  /** The shortest. Null where nothing was measured. */
  readonly time: Milliseconds | null;
  /** The shortest. Null where nothing was measured. */
  readonly rtt_ns: Nanoseconds | null;
}

/** The path gets narrower: before octets reach the hop, after octets pass the link behind it. */
export interface MtuLine {
  readonly type: 'mtu';
  /** 0: our own link. */
  readonly behind_hop: Octet;
  /** Numeric address, with %zone where there is one. Null: our own host. */
  readonly host: string | null;
  readonly name: Name | undefined;
  readonly before: Count;
  readonly after: Count;
}

/** Packets of fails octets vanish behind a hop, packets of passes octets do not, and no router says so. */
export interface BlackHoleLine {
  readonly type: 'black-hole';
  /** 0: our own link. */
  readonly behind_hop: Octet;
  /** The hop at which it was found. */
  readonly hop: HopNumber;
  readonly passes: Count;
  readonly fails: Count;
}

/** Nobody answered for a hop. */
export interface NoReplyLine {
  readonly type: 'no-reply';
  readonly hop: HopNumber;
}

/** Somebody listens at the port and answered with a datagram. */
export interface ReplyLine {
  readonly type: 'reply';
  readonly hop: HopNumber;
  readonly host: string;
  readonly name: Name | undefined;
  /** Where it came from. */
  readonly port: Port;
  readonly bytes: Count;
  readonly timestamp: Timestamp;
}

/** The kernel took no probe. */
export interface SendFailedLine {
  readonly type: 'send-failed';
  readonly hop: HopNumber;
  readonly errno: Errno;
  /** strerror(3). */
  readonly error: string;
}

/** The target is further away than -m allows. */
export interface TooManyHopsLine {
  readonly type: 'too-many-hops';
  readonly mtu: Count;
}

/** The last line of a run. */
export interface SummaryLine {
  readonly type: 'summary';
  /** Why the run ended. condition: what --until waits for holds. */
  readonly reason:
    | 'reached'
    | 'unreachable'
    | 'too-many-hops'
    | 'reply'
    | 'send-failed'
    | 'error'
    | 'interrupted'
    | 'deadline'
    | 'condition';
  /** The target as the user named it. */
  readonly host: string;
  readonly address: string;
  readonly mtu: Count;
  /** Null unless the target was reached. */
  readonly hops: Integer | null;
  /** Estimated hops back. */
  readonly back: Integer | null;
  readonly sent: Count;
  readonly answered: Count;
  /** Milliseconds that the run took. */
  readonly time: Count;
}
