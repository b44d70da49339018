/** What an ICMP error about a UDP probe says of its target. */
import type { QueuedError } from '../../net/port.ts';
import { ICMP_DEST_UNREACH, ICMP_PORT_UNREACH } from '../../packet/icmp-constants.ts';
import { ICMPV6_DEST_UNREACH, ICMPV6_PORT_UNREACH } from '../../packet/icmp6-constants.ts';

/**
 * Whether the target itself says that nobody listens on the port: then it is there. From anybody else the same message is a
 * firewall's refusal.
 */
export function isPortUnreachable({ origin, type, code, offender }: QueuedError, target: string): boolean {
  if (offender !== target) return false;
  switch (origin) {
    case 'icmp':
      return type === ICMP_DEST_UNREACH && code === ICMP_PORT_UNREACH;
    case 'icmp6':
      return type === ICMPV6_DEST_UNREACH && code === ICMPV6_PORT_UNREACH;
    case 'local':
      return false;
  }
}
