/** What a run of rdisc has to tell, whoever listens: text.ts prints it, json.ts writes it. */
import type { IrdpFlaw } from '../packet/irdp.ts';
import type { NoNeighbour } from './protocol.ts';

interface Timed {
  /** On the run's wall clock, ns since its epoch. */
  readonly wallNs: number;
}

/** Everything is open: from now on messages are heard. Told once. */
export interface ListeningEvent extends Timed {
  readonly type: 'listening';
  readonly role: 'host' | 'router';
  readonly sendTo: string;
  readonly receiveAt: string;
  readonly interfaces: readonly string[];
}

/** The interfaces that take part are others than before. */
export interface InterfacesEvent extends Timed {
  readonly type: 'interfaces';
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** A solicitation was sent. */
export interface SolicitedEvent extends Timed {
  readonly type: 'solicited';
  readonly to: string;
  /** Null where routing chose. */
  readonly interface: string | null;
}

/** An advertisement was sent. */
export interface AdvertisedEvent extends Timed {
  readonly type: 'advertised';
  readonly to: string;
  /** Null where routing chose. */
  readonly interface: string | null;
  readonly addresses: readonly string[];
  readonly preference: number;
  readonly lifetimeSeconds: number;
}

/** The kernel refused to send. */
export interface SendErrorEvent extends Timed {
  readonly type: 'send-error';
  readonly to: string;
  readonly interface: string | null;
  /** errno(3), as the kernel counts: positive. */
  readonly errno: number;
}

/** A group could not be joined on an interface. */
export interface JoinErrorEvent extends Timed {
  readonly type: 'join-error';
  readonly group: string;
  readonly interface: string;
  readonly errno: number;
}

export interface AdvertisedRouter {
  readonly address: string;
  /** A signed 32-bit number, the higher the better. */
  readonly preference: number;
  /** Why it is not recorded; null where it is. */
  readonly ignored: NoNeighbour | null;
}

/** A valid advertisement. */
export interface AdvertisementEvent extends Timed {
  readonly type: 'advertisement';
  readonly source: string;
  /** Whether the sender has an address on the link: odd if not, but its routers count. */
  readonly isSourceNear: boolean;
  readonly interface: string | null;
  readonly lifetimeSeconds: number;
  /** Addresses that it names. */
  readonly routers: readonly AdvertisedRouter[];
}

/** A valid solicitation, and how it is answered. */
export interface SolicitationEvent extends Timed {
  readonly type: 'solicitation';
  readonly source: string;
  readonly interface: string;
  readonly answer: 'unicast' | 'to-all';
}

/** Why a message is discarded: RFC 1256's rules, and those of neighbourhood. */
export type RejectReason =
  | IrdpFlaw
  | { readonly kind: 'unreadable'; readonly octets: number }
  | { readonly kind: 'far-source' }
  | { readonly kind: 'other-interface' };

/** A message that is not valid, and counts for nothing. */
export interface RejectedEvent extends Timed {
  readonly type: 'rejected';
  readonly message: 'advertisement' | 'solicitation';
  readonly source: string;
  readonly reason: RejectReason;
}

export interface RouterFacts {
  readonly address: string;
  readonly interface: string;
  /** As advertised. */
  readonly preference: number;
  readonly lifetimeSeconds: number;
  /** Whether it may be a default router: not for the lowest preference, nor for a lifetime below 4 s. */
  readonly isEligible: boolean;
}

/** A router was recorded: for the first time, with another preference, or once more. */
export interface RecordedEvent extends Timed {
  readonly type: 'recorded';
  readonly change: 'new' | 'preference' | 'renewed';
  readonly router: RouterFacts;
}

/** A router is no more: its lifetime is over, it said so itself, its interface went, or better ones took its place. */
export interface GoneEvent extends Timed {
  readonly type: 'gone';
  readonly reason: 'expired' | 'withdrawn' | 'interface' | 'table-full';
  readonly router: RouterFacts;
}

/** A default route was set or taken back, or could not be. */
export interface RouteEvent extends Timed {
  readonly type: 'route';
  readonly action: 'add' | 'remove';
  readonly gateway: string;
  readonly interface: string;
  /** `exists`: somebody else's route, which is left alone at the end. */
  readonly outcome: 'done' | 'exists' | 'failed';
  /** Null unless it failed. */
  readonly errno: number | null;
}

export type EndReason = 'listed' | 'no-router' | 'interrupted' | 'terminated' | 'error';

export interface SummaryEvent extends Timed {
  readonly type: 'summary';
  readonly role: 'host' | 'router';
  readonly reason: EndReason;
  /** The group or address that messages went to. */
  readonly sendTo: string;
  readonly interfaces: readonly string[];
  /** Solicitations of a host, advertisements of a router. */
  readonly transmitted: number;
  /** Valid messages; `rejected` counts the others. */
  readonly received: number;
  /** Messages that were not valid. */
  readonly rejected: number;
  /** As known at the end, best first. */
  readonly routers: readonly RouterFacts[];
  /** Addresses of those that were taken for default routers. */
  readonly defaults: readonly string[];
}

export type RdiscEvent =
  | ListeningEvent
  | InterfacesEvent
  | SolicitedEvent
  | AdvertisedEvent
  | SendErrorEvent
  | JoinErrorEvent
  | AdvertisementEvent
  | SolicitationEvent
  | RejectedEvent
  | RecordedEvent
  | GoneEvent
  | RouteEvent
  | SummaryEvent;
