/** What both engines speak of: links, messages that came, and what is to be done. Pure. */
import type { Instant } from '../net/clock.ts';
import { parseIpv4 } from '../packet/address.ts';
import type { RdiscEvent } from './events.ts';

/** An IPv4 address of an interface. */
export interface LinkAddress {
  readonly address: string;
  readonly netmask: string;
  /** The other end of a point-to-point link. */
  readonly peer: string | null;
}

/** An interface that takes part: up, no loopback, with an IPv4 address, and reached by multicast, broadcast or as a pair. */
export interface Link {
  readonly index: number;
  readonly name: string;
  readonly isMulticast: boolean;
  /** Never empty. */
  readonly addresses: readonly LinkAddress[];
}

/** An ICMP message as it came. */
export interface Incoming {
  /** Dotted quads of the IP header. */
  readonly source: string;
  readonly destination: string;
  /** By which interface; null where the socket does not tell. */
  readonly interfaceIndex: number | null;
  /** From the type octet on. To be read before the next one. */
  readonly octets: Uint8Array;
}

export type Action =
  | {
      readonly type: 'send';
      readonly to: string;
      readonly link: Link | null;
      readonly octets: Uint8Array;
      /** What to tell once it has left. */
      readonly event: RdiscEvent;
    }
  | { readonly type: 'add-route' | 'remove-route'; readonly gateway: string; readonly link: Link };

export type SendAction = Extract<Action, { type: 'send' }>;
export type RouteAction = Exclude<Action, SendAction>;

/** A host or a router: it is told what happens and when, and answers what to do. */
export interface DiscoveryEngine {
  /** The links that there are from now on; first called at the start. */
  setLinks(now: Instant, links: readonly Link[]): void;
  receive(now: Instant, message: Incoming): void;
  interrupt(now: Instant, reason: 'interrupted' | 'terminated'): void;
  /** Everything that is due. To be performed in order and reported, and asked again until nothing is left. */
  advance(now: Instant): readonly Action[];
  /** What became of a message: 0 or an errno. */
  sent(now: Instant, action: SendAction, errno: number): void;
  /** What became of a route: see `RouteOutcome`. */
  routed(now: Instant, action: RouteAction, outcome: 'done' | 'exists' | number): void;
  /** Whether the run is over. */
  readonly isOver: boolean;
  /** `advance` is to be called no later, monotonic ns. */
  readonly wakeAtNs: number;
  /** What a run leaves to be put back, however it ended. */
  cleanUp(): readonly Action[];
  /** Tells the summary and answers the exit status. */
  finish(now: Instant): number;
}

/** A dotted quad as a 32-bit number. */
export function toNumber(address: string): number {
  const [a = 0, b = 0, c = 0, d = 0] = parseIpv4(address) ?? [];
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

export function isMulticastAddress(address: string): boolean {
  return toNumber(address) >>> 28 === 0xe;
}

export const LIMITED_BROADCAST = '255.255.255.255';
export const UNSPECIFIED = '0.0.0.0';

/**
 * Where a message for `to` goes on a link: broadcast where a group is not reached; null where `to` is an address of other
 * links.
 */
export function destinationOn(link: Link, to: string): string | null {
  if (isMulticastAddress(to)) return link.isMulticast ? to : LIMITED_BROADCAST;
  return to === LIMITED_BROADCAST || judgeNeighbour(link, to) !== 'off-link' ? to : null;
}

/** Why an address cannot be a router of a link; null where it can. */
export type NoNeighbour = 'off-link' | 'own-address' | 'not-a-host';

/** Narrower prefixes than this have no broadcast address: RFC 3021. */
const MASK_WITHOUT_BROADCAST = 0xffff_fffe;

/** Whether `address` is a host on `link` other than ourselves: RFC 1256 section 5.2 takes no other routers. */
export function judgeNeighbour({ addresses }: Link, address: string): NoNeighbour | null {
  const number = toNumber(address);
  if (addresses.some((own) => own.address === address)) return 'own-address';
  if (addresses.some(({ peer }) => peer === address)) return null;
  const own = addresses.find((each) => {
    const mask = toNumber(each.netmask);
    return mask !== 0 && ((number ^ toNumber(each.address)) & mask) === 0;
  });
  if (own === undefined) return 'off-link';
  const mask = toNumber(own.netmask);
  const host = (number & ~mask) >>> 0;
  return mask < MASK_WITHOUT_BROADCAST && (host === 0 || host === ~mask >>> 0) ? 'not-a-host' : null;
}
