/** Sizes of packets on a path: what a size costs in headers, and what an ICMP error's MTU is worth. */
import type { Family } from '../net/sockaddr.ts';

/** errno(3): the packet is larger than this machine's own link takes, or than the path is known to take. */
export const EMSGSIZE = 90;

/** Octets of the IP and UDP headers: RFC 791, RFC 8200, RFC 768. */
export const OVERHEAD_OCTETS = { 4: 28, 6: 48 } as const;

/** What no path may be narrower than: RFC 791 section 3.1, RFC 8200 section 5. */
export const MINIMUM_MTU = { 4: 68, 6: 1280 } as const;

/** More than any datagram can hold: the kernel refuses it like whatever is larger still (-l), and it costs less memory. */
export const LARGEST_PAYLOAD_OCTETS = 1 << 17;

/** Plateaus for routers that tell no MTU: RFC 1191 section 7.1. */
const PLATEAUS = [32_000, 17_914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68] as const;

/**
 * The MTU to go on with after a router has `reported` one for packets of `current` octets. Never more than `current`, so that
 * no router can keep us going for ever: an MTU only shrinks while a path is traced.
 */
export function lowerMtu(family: Family, current: number, reported: number): number {
  const minimum = MINIMUM_MTU[family];
  if (reported >= minimum) return Math.min(current, reported);
  if (family === 6) return Math.min(current, minimum);
  return PLATEAUS.find((plateau) => plateau < current) ?? current;
}

/** The MTU to go on with after packets of `refusedOctets` were refused: an MTU that is `reported` counts if it is less. */
export function mtuBelow(family: Family, refusedOctets: number, reported: number): number {
  return lowerMtu(family, refusedOctets, reported < refusedOctets ? reported : 0);
}
