/** Words for an ICMP error of either family, as ping(8) has them. */
import { describeIcmp, describeIcmp6 } from '../../index.ts';

/** The next-hop MTU, pointer or gateway is left out: a check is not judged by it. */
export function describeIcmpError(family: 4 | 6, type: number, code: number): string {
  return (family === 4 ? describeIcmp(type, code, 0) : describeIcmp6(type, code, 0)).replace(/ \(mtu = 0\)$/, '');
}
