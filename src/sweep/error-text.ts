/** Words for why a target cannot be reached: RFC 792, RFC 1812 section 5.2.7.1, RFC 4443 section 3. */
import { ICMP_DEST_UNREACH, ICMP_PARAMETERPROB, ICMP_TIME_EXCEEDED } from '../packet/icmp-constants.ts';
import {
  ICMPV6_DEST_UNREACH,
  ICMPV6_PARAMPROB,
  ICMPV6_PKT_TOOBIG,
  ICMPV6_TIME_EXCEED,
} from '../packet/icmp6-constants.ts';
import type { ProbeError } from './error-table.ts';

/** By code. */
const UNREACHABLE = [
  'net unreachable',
  'host unreachable',
  'protocol unreachable',
  'port unreachable',
  'fragmentation needed',
  'source route failed',
  'net unknown',
  'host unknown',
  'source host isolated',
  'net prohibited',
  'host prohibited',
  'net unreachable for this type of service',
  'host unreachable for this type of service',
  'filtered',
  'precedence violation',
  'precedence cutoff',
] as const;

const UNREACHABLE6 = [
  'no route',
  'prohibited',
  'beyond the scope of the source',
  'address unreachable',
  'port unreachable',
  'source address refused by policy',
  'route rejected',
] as const;

/** Without who said so. */
export function describeError(error: ProbeError, strerror: (errno: number) => string): string {
  switch (error.kind) {
    case 'local':
      return strerror(error.errno);
    case 'icmp':
      return describeIcmp(error.type, error.code);
    case 'icmp6':
      return describeIcmp6(error.type, error.code);
  }
}

function describeIcmp(type: number, code: number): string {
  if (type === ICMP_DEST_UNREACH) return UNREACHABLE[code] ?? `unreachable, code ${code}`;
  if (type === ICMP_TIME_EXCEEDED) return 'time to live exceeded';
  if (type === ICMP_PARAMETERPROB) return 'parameter problem';
  return `ICMP type ${type}, code ${code}`;
}

function describeIcmp6(type: number, code: number): string {
  if (type === ICMPV6_DEST_UNREACH) return UNREACHABLE6[code] ?? `unreachable, code ${code}`;
  if (type === ICMPV6_TIME_EXCEED) return 'hop limit exceeded';
  if (type === ICMPV6_PARAMPROB) return 'parameter problem';
  if (type === ICMPV6_PKT_TOOBIG) return 'packet too big';
  return `ICMPv6 type ${type}, code ${code}`;
}
