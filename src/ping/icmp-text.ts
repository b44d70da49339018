/** The words ping(8) has for ICMP errors: ../shared/spec/iputils.md section 1.4.4. */
import { formatIpv4 } from '../packet/address.ts';
import {
  ICMP_ADDRESS,
  ICMP_ADDRESSREPLY,
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_EXC_FRAGTIME,
  ICMP_EXC_TTL,
  ICMP_FRAG_NEEDED,
  ICMP_INFO_REPLY,
  ICMP_INFO_REQUEST,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIME_EXCEEDED,
  ICMP_TIMESTAMP,
  ICMP_TIMESTAMPREPLY,
} from '../packet/icmp-constants.ts';
import {
  ICMPV6_DEST_UNREACH,
  ICMPV6_ECHO_REPLY,
  ICMPV6_ECHO_REQUEST,
  ICMPV6_EXC_FRAGTIME,
  ICMPV6_EXC_HOPLIMIT,
  ICMPV6_HDR_FIELD,
  ICMPV6_MGM_QUERY,
  ICMPV6_MGM_REDUCTION,
  ICMPV6_MGM_REPORT,
  ICMPV6_PARAMPROB,
  ICMPV6_PKT_TOOBIG,
  ICMPV6_TIME_EXCEED,
  ICMPV6_UNK_NEXTHDR,
  ICMPV6_UNK_OPTION,
} from '../packet/icmp6-constants.ts';

/** By code of ICMP_DEST_UNREACH; code 4 is followed by the MTU. */
const UNREACHABLE = [
  'Destination Net Unreachable',
  'Destination Host Unreachable',
  'Destination Protocol Unreachable',
  'Destination Port Unreachable',
  'Frag needed and DF set',
  'Source Route Failed',
  'Destination Net Unknown',
  'Destination Host Unknown',
  'Source Host Isolated',
  'Destination Net Prohibited',
  'Destination Host Prohibited',
  'Destination Net Unreachable for Type of Service',
  'Destination Host Unreachable for Type of Service',
  'Packet filtered',
  'Precedence Violation',
  'Precedence Cutoff',
] as const;

const REDIRECT = [
  'Redirect Network',
  'Redirect Host',
  'Redirect Type of Service and Network',
  'Redirect Type of Service and Host',
] as const;

const OTHER_ICMP = new Map<number, string>([
  [ICMP_ECHOREPLY, 'Echo Reply'],
  [ICMP_SOURCE_QUENCH, 'Source Quench'],
  [ICMP_ECHO, 'Echo Request'],
  [ICMP_TIMESTAMP, 'Timestamp'],
  [ICMP_TIMESTAMPREPLY, 'Timestamp Reply'],
  [ICMP_INFO_REQUEST, 'Information Request'],
  [ICMP_INFO_REPLY, 'Information Reply'],
  [ICMP_ADDRESS, 'Address Mask Request'],
  [ICMP_ADDRESSREPLY, 'Address Mask Reply'],
]);

/** `info` is the 32-bit word behind the checksum, or `ee_info`: next-hop MTU, gateway or pointer. */
export function describeIcmp(type: number, code: number, info: number): string {
  switch (type) {
    case ICMP_DEST_UNREACH: {
      const text = UNREACHABLE[code] ?? `Dest Unreachable, Bad Code: ${code}`;
      return code === ICMP_FRAG_NEEDED ? `${text} (mtu = ${info})` : text;
    }
    case ICMP_REDIRECT: {
      const gateway = formatIpv4(Uint8Array.of(info >>> 24, info >>> 16, info >>> 8, info));
      return `${REDIRECT[code] ?? `Redirect, Bad Code: ${code}`}(New nexthop: ${gateway})`;
    }
    case ICMP_TIME_EXCEEDED:
      if (code === ICMP_EXC_TTL) return 'Time to live exceeded';
      return code === ICMP_EXC_FRAGTIME ? 'Frag reassembly time exceeded' : `Time exceeded, Bad Code: ${code}`;
    case ICMP_PARAMETERPROB:
      return `Parameter problem: pointer = ${info}`;
    default:
      return OTHER_ICMP.get(type) ?? `Bad ICMP type: ${type}`;
  }
}

const UNREACHABLE6 = [
  'No route',
  'Administratively prohibited',
  'Beyond scope of source address',
  'Address unreachable',
  'Port unreachable',
  'Source address failed ingress/egress policy',
  'Reject route to destination',
] as const;

const OTHER_ICMP6 = new Map<number, string>([
  [ICMPV6_ECHO_REQUEST, 'Echo request'],
  [ICMPV6_ECHO_REPLY, 'Echo reply'],
  [ICMPV6_MGM_QUERY, 'MLD Query'],
  [ICMPV6_MGM_REPORT, 'MLD Report'],
  [ICMPV6_MGM_REDUCTION, 'MLD Reduction'],
]);

const PARAMETER_PROBLEM6 = new Map<number, string>([
  [ICMPV6_HDR_FIELD, 'Wrong header field '],
  [ICMPV6_UNK_NEXTHDR, 'Unknown header '],
  [ICMPV6_UNK_OPTION, 'Unknown option '],
]);

export function describeIcmp6(type: number, code: number, info: number): string {
  switch (type) {
    case ICMPV6_DEST_UNREACH:
      return `Destination unreachable: ${UNREACHABLE6[code] ?? `Unknown code ${code}`}`;
    case ICMPV6_PKT_TOOBIG:
      return `Packet too big: mtu=${info}${code === 0 ? '' : `, code=${code}`}`;
    case ICMPV6_TIME_EXCEED:
      if (code === ICMPV6_EXC_HOPLIMIT) return 'Time exceeded: Hop limit';
      return code === ICMPV6_EXC_FRAGTIME ? 'Time exceeded: Defragmentation failure' : `Time exceeded: code ${code}`;
    case ICMPV6_PARAMPROB:
      return `Parameter problem: ${PARAMETER_PROBLEM6.get(code) ?? `code ${code} `}at ${info}`;
    default:
      return OTHER_ICMP6.get(type) ?? `unknown icmp type: ${type}`;
  }
}
