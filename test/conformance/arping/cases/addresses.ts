/** Addresses on the liar's link. Command lines that run side by side need different ones: they hear each other's answers. */
import { lie } from '../../../arping/liar/link.ts';

export const honest = (own: number): string => lie('honest', own);
export const silent = (own: number): string => lie('silent', own);
/** Of the link itself. */
export const BROADCAST = '10.99.255.255';
/** R1 has it too; its first one is asked for by name. Made by `prepare` in index.ts. */
export const SECOND_ROUTER_ADDRESS = '10.77.1.253';
/** Made by `prepare` in index.ts. */
export const DOWN = 'down0';
export const WITHOUT_ARP = 'noarp0';
