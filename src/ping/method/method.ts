/** The ways to probe a host, and which port they ask for. */

export const METHODS = ['icmp', 'udp', 'tcp'] as const;
export type Method = (typeof METHODS)[number];
/** `auto`: the first of them that something comes back to. */
export type MethodChoice = Method | 'auto';
export const METHOD_CHOICES: readonly MethodChoice[] = [...METHODS, 'auto'];

/**
 * UDP: where traceroute begins, which firewalls let through and nobody listens on. TCP: what hardly any network is closed to;
 * a host without a web server answers as well, with a reset.
 */
export const DEFAULT_PORTS = { icmp: null, udp: 33_434, tcp: 443 } as const satisfies Record<Method, number | null>;
