/** Addresses that many cases trace to. */
import { DESTINATIONS } from '../../../lab/destinations.ts';

export const B4 = DESTINATIONS.hostB.ipv4;
export const B6 = DESTINATIONS.hostB.ipv6;
export const R1 = DESTINATIONS.nextHop.ipv4;
export const R1_V6 = DESTINATIONS.nextHop.ipv6;

/** The first of the ports at B on which somebody answers (udp-server.ts). */
export const ANSWERING_PORT = 7000;
