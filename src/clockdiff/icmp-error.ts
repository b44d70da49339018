/** What an ICMP error means to a socket: the kernel's own judgement, for backends whose errors come without it. icmp(7). */
import { ICMP_DEST_UNREACH, ICMP_PARAMETERPROB } from '../packet/icmp-constants.ts';

const ENETUNREACH = 101;
const EHOSTUNREACH = 113;
const EPROTO = 71;
const ENOPROTOOPT = 92;
const ECONNREFUSED = 111;

/** By code of ICMP_DEST_UNREACH: those after which Linux lets a connected socket fail. Others may pass (RFC 1122, 4.2.3.9). */
const FATAL_UNREACHABLE = new Map([
  [2, ENOPROTOOPT],
  [3, ECONNREFUSED],
  [6, ENETUNREACH],
  [7, EHOSTUNREACH],
  [8, EHOSTUNREACH],
  [9, ENETUNREACH],
  [10, EHOSTUNREACH],
  [13, EHOSTUNREACH],
  [14, EHOSTUNREACH],
  [15, EHOSTUNREACH],
]);

/** The errno with which it ends a run before any reply; null for an error that may pass. */
export function fatalErrno(type: number, code: number): number | null {
  if (type === ICMP_PARAMETERPROB) return EPROTO;
  return type === ICMP_DEST_UNREACH ? (FATAL_UNREACHABLE.get(code) ?? null) : null;
}
