/** The lines of `rdisc -j` as types, which json.ts writes and docs/schema/rdisc.json is generated from: see ../cli/lines.ts. */
import type { CommonLine, Count, Errno, PositiveCount, Timestamp, Uint16 } from '../cli/lines.ts';

/**
 * `rdisc -j` writes one JSON object a line to stdout, or with --daemon to the log. `type` names the kind of line; only the version
 * line has none.
 *
 * @title One line of `rdisc -j`
 */
export type RdiscLine = EventLine | DaemonLine | CommonLine;

/** What a run has to tell. */
export type EventLine =
  | ListeningLine
  | InterfacesLine
  | SolicitedLine
  | AdvertisedLine
  | SendErrorLine
  | JoinErrorLine
  | AdvertisementLine
  | SolicitationLine
  | RejectedLine
  | RecordedLine
  | GoneLine
  | RouteLine
  | SummaryLine;

/**
 * An IPv4 address as a dotted quad.
 *
 * @pattern ^\d{1,3}(\.\d{1,3}){3}$
 */
export type Address = string;

/** Name of the interface, null where routing chose or the socket does not tell. */
export type Interface = string | null;

/**
 * Preference level: signed 32 bits, higher is better. -2147483648 is no default router at all.
 *
 * @asType integer
 * @minimum -2147483648
 * @maximum 2147483647
 */
export type Preference = number;

/** Lifetime in seconds; 0 takes the addresses back. */
export type Lifetime = Uint16;

/** Name of the address, where the resolver gave one in time. Absent otherwise, and with -n. */
export type Name = string;

/** Whether this machine looks for routers, or says that it is one (-r). */
export type Role = 'host' | 'router';

/** All sockets are open, and messages are heard from now on. Once, before anything is sent or received. */
export interface ListeningLine {
  readonly type: 'listening';
  readonly role: Role;
  readonly send_to: Address;
  readonly receive_at: Address;
  /** Interfaces that take part: up, no loopback, with an IPv4 address. */
  readonly interfaces: readonly string[];
  readonly timestamp: Timestamp;
}

/** Other interfaces take part than before. */
export interface InterfacesLine {
  readonly type: 'interfaces';
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly timestamp: Timestamp;
}

/** A solicitation was sent. */
export interface SolicitedLine {
  readonly type: 'solicited';
  readonly to: Address;
  readonly interface: Interface;
  readonly timestamp: Timestamp;
}

/** An advertisement was sent (-r). */
export interface AdvertisedLine {
  readonly type: 'advertised';
  readonly to: Address;
  readonly interface: Interface;
  /**
   * @minItems 1
   * @maxItems 255
   */
  readonly addresses: readonly Address[];
  readonly preference: Preference;
  readonly lifetime: Lifetime;
  readonly timestamp: Timestamp;
}

/** A message was refused by our own kernel. The run goes on. */
export interface SendErrorLine {
  readonly type: 'send-error';
  readonly to: Address;
  readonly interface: Interface;
  readonly errno: Errno;
  /** strerror(3). */
  readonly error: string;
  readonly timestamp: Timestamp;
}

/** The group that messages are received at could not be joined on an interface. */
export interface JoinErrorLine {
  readonly type: 'join-error';
  readonly group: Address;
  readonly interface: string;
  readonly errno: Errno;
  /** strerror(3). */
  readonly error: string;
  readonly timestamp: Timestamp;
}

/** A router as it was advertised. */
export interface AdvertisedRouter {
  readonly address: Address;
  readonly preference: Preference;
  /** Why the address is not recorded; null where it is. */
  readonly ignored: null | 'off-link' | 'own-address' | 'not-a-host';
}

/** A valid advertisement was received. */
export interface AdvertisementLine {
  readonly type: 'advertisement';
  /** Source of the IP header. */
  readonly host: Address;
  readonly name: Name | undefined;
  /** Whether the source is on the link that the message came by. Odd if not; its routers count all the same. */
  readonly directly_connected: boolean;
  readonly interface: Interface;
  readonly lifetime: Lifetime;
  readonly routers: readonly AdvertisedRouter[];
  readonly timestamp: Timestamp;
}

/** A valid solicitation was received (-r). */
export interface SolicitationLine {
  readonly type: 'solicitation';
  /** Source of the IP header; 0.0.0.0 for a host without an address. */
  readonly host: Address;
  readonly name: Name | undefined;
  readonly interface: string;
  /** `unicast`: at once, to the host alone. `to-all`: to the group, after a random delay of up to 2 s. */
  readonly answer: 'unicast' | 'to-all';
  readonly timestamp: Timestamp;
}

/** A message was discarded, by the first rule of RFC 1256 that it breaks. */
export interface RejectedLine {
  readonly type: 'rejected';
  readonly message: 'advertisement' | 'solicitation';
  readonly host: Address;
  readonly name: Name | undefined;
  readonly reason:
    | 'unreadable'
    | 'bad-checksum'
    | 'bad-code'
    | 'no-addresses'
    | 'bad-entry-size'
    | 'too-short'
    | 'far-source'
    | 'other-interface';
  /** The reason in words. */
  readonly error: string;
  /**
   * With `bad-code`.
   *
   * @asType integer
   * @minimum 1
   * @maximum 255
   */
  readonly code?: number;
  /**
   * With `bad-entry-size`: 32-bit words for each address.
   *
   * @asType integer
   * @minimum 0
   * @maximum 1
   */
  readonly words?: number;
  /** With `unreadable` and `too-short`: octets of the ICMP message. */
  readonly bytes?: Count;
  /** With `too-short`: octets that count and entry size ask for. */
  readonly needed?: Count;
  readonly timestamp: Timestamp;
}

/** A router of the table. */
export interface Router {
  readonly address: Address;
  readonly name: Name | undefined;
  readonly interface: string;
  readonly preference: Preference;
  readonly lifetime: Lifetime;
  /** Whether it may be a default router: not with the lowest preference, nor with a lifetime below 4 s. */
  readonly eligible: boolean;
}

/** A router was entered into the table: for the first time, with another preference or eligibility, or as it was. */
export interface RecordedLine extends Router {
  readonly type: 'recorded';
  readonly change: 'new' | 'preference' | 'renewed';
  readonly timestamp: Timestamp;
}

/** A router was taken out of the table. */
export interface GoneLine extends Router {
  readonly type: 'gone';
  /** `interface`: its interface takes part no more, or has another network. `table-full`: better ones took its place. */
  readonly reason: 'expired' | 'withdrawn' | 'interface' | 'table-full';
  readonly timestamp: Timestamp;
}

/** A default route was set or removed, or could not be (--install). */
export interface RouteLine {
  readonly type: 'route';
  readonly action: 'add' | 'remove';
  readonly gateway: Address;
  readonly interface: string;
  /** `exists`: this very route was there before; it is left alone at the end. */
  readonly outcome: 'done' | 'exists' | 'failed';
  readonly errno?: Errno;
  /** strerror(3). */
  readonly error?: string;
  readonly timestamp: Timestamp;
}

/** The last line of a run. */
export interface SummaryLine {
  readonly type: 'summary';
  /**
   * `listed`: routers were found and shown. `no-router`: none was, exit status 5. `interrupted`: SIGINT. `terminated`: SIGTERM.
   * `error`: what is told before this line.
   */
  readonly reason: 'listed' | 'no-router' | 'interrupted' | 'terminated' | 'error';
  readonly role: Role;
  readonly send_to: Address;
  readonly interfaces: readonly string[];
  /** Messages sent. */
  readonly transmitted: Count;
  /** Valid messages received. */
  readonly received: Count;
  /** Messages discarded. */
  readonly rejected: Count;
  /** As known at the end, best first. Hosts only. */
  readonly routers: readonly Router[] | undefined;
  /**
   * Addresses of the routers that are taken for default routers: those of the highest preference, or with -a every eligible one.
   * Hosts only.
   */
  readonly defaults: readonly Address[] | undefined;
  readonly timestamp: Timestamp;
}

/** The run goes on in the background; its lines go to the log. Nothing follows. */
export interface DaemonLine {
  readonly type: 'daemon';
  readonly pid: PositiveCount;
  /** The file of --log, or the system's log. */
  readonly log: string;
}
