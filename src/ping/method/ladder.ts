/** `--method auto`: what the first probes by one method tell of whether to go on with it. */
import {
  ICMP_DEST_UNREACH,
  ICMP_HOST_ANO,
  ICMP_NET_ANO,
  ICMP_PKT_FILTERED,
  ICMP_PORT_UNREACH,
  ICMP_PROT_UNREACH,
} from '../../packet/icmp-constants.ts';
import {
  ICMPV6_ADM_PROHIBITED,
  ICMPV6_DEST_UNREACH,
  ICMPV6_POLICY_FAIL,
  ICMPV6_PORT_UNREACH,
  ICMPV6_REJECT_ROUTE,
} from '../../packet/icmp6-constants.ts';
import type { NetworkErrorEvent, PingEvent } from '../events.ts';

/** So many probes, one such interval apart, are waited for so long behind the last one. */
export const SCOUTS = { count: 2, intervalNs: 500e6, lingerNs: 1e9 } as const;

/** `stay`: something comes back that another method would meet as well. `leave`: this kind of packet is not wanted. */
export type Sign = 'stay' | 'leave';

const EPERM = 1;
const EACCES = 13;

/** Codes of "destination unreachable" that are about the kind of packet, and not about the way there. */
const UNWANTED = {
  4: [ICMP_PROT_UNREACH, ICMP_PORT_UNREACH, ICMP_NET_ANO, ICMP_HOST_ANO, ICMP_PKT_FILTERED],
  6: [ICMPV6_ADM_PROHIBITED, ICMPV6_PORT_UNREACH, ICMPV6_POLICY_FAIL, ICMPV6_REJECT_ROUTE],
} as const satisfies Record<4 | 6, readonly number[]>;

/** Null while an event tells nothing. */
export function signOf(event: PingEvent): Sign | null {
  switch (event.type) {
    case 'reply':
      return 'stay';
    case 'network-error':
      return isUnwanted(event) ? 'leave' : 'stay';
    case 'local-error':
    case 'send-error':
      // Our own packet filter.
      return event.errno === EPERM || event.errno === EACCES ? 'leave' : 'stay';
    case 'start':
    case 'unanswered':
    case 'lost':
    case 'sent':
    case 'short-packet':
    case 'status':
    case 'summary':
      return null;
  }
}

function isUnwanted({ family, icmpType, icmpCode }: NetworkErrorEvent): boolean {
  const unreachable = family === 4 ? ICMP_DEST_UNREACH : ICMPV6_DEST_UNREACH;
  const codes: readonly number[] = UNWANTED[family];
  return icmpType === unreachable && codes.includes(icmpCode);
}
