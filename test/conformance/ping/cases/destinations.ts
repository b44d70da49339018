/** Short names of the addresses that most command lines use. */
import { DESTINATIONS } from '../../../lab/destinations.ts';
import { HOSTS } from '../../../lab/topology.ts';

/** B, three hops away. */
export const B4 = DESTINATIONS.hostB.ipv4;
export const B6 = DESTINATIONS.hostB.ipv6;
/** R1, on A's own link. */
export const R4 = DESTINATIONS.nextHop.ipv4;
export const R6 = DESTINATIONS.nextHop.ipv6;
export const R_LINK_LOCAL = HOSTS.r1.linkLocal;
/** A itself. */
export const A4 = HOSTS.a.ipv4;
export const A6 = HOSTS.a.ipv6;
export const A_LINK_LOCAL = HOSTS.a.linkLocal;
