/** ICMP errors, silence, and refusals of our own kernel. */
import { DESTINATIONS } from '../../../lab/destinations.ts';
import { ICMP_ERRORS, ICMP6_ERRORS } from '../../../lab/responder/lies.ts';
import type { Case } from '../command.ts';
import { B4, B6 } from './destinations.ts';
import { counts, header4, transcript } from './text.ts';

const to4 = (name: keyof typeof DESTINATIONS): string => `-c1 ${(DESTINATIONS[name] as { ipv4?: string }).ipv4}`;
const to6 = (name: keyof typeof DESTINATIONS): string => `-c1 ${(DESTINATIONS[name] as { ipv6?: string }).ipv6}`;
const upTo = (last: number): number[] => Array.from({ length: last + 1 }, (_, index) => index);

/** From routers and firewalls. */
export const ERRORS_ON_THE_WAY: readonly Case[] = [
  // IPv4 routes of R1 that report: the kernel allows five such reports at once for each peer, whatever its settings
  // (ip_error() in net/ipv4/route.c), so no more than two command lines of a suite may ask for one.
  { args: to4('noRoute') },
  { args: to4('unreachable') },
  { args: to4('farUnreachable') },
  { args: to6('noRoute') },
  { args: to6('unreachable') },
  { args: to6('prohibited') },
  { args: to6('farUnreachable') },
  { args: to4('noNeighbour') },
  { args: to6('noNeighbour') },
  { args: to4('noFarNeighbour') },
  { args: to6('noFarNeighbour') },
  { args: to4('rejectedNet') },
  { args: to4('rejectedHost') },
  { args: to4('rejectedProtocol') },
  { args: to4('rejectedPort') },
  { args: to4('netProhibited') },
  { args: to4('hostProhibited') },
  { args: to4('adminProhibited') },
  { args: to6('rejectedNet') },
  { args: to6('rejectedHost') },
  { args: to6('rejectedPort') },
  { args: to6('adminProhibited') },
  { args: to6('policyFail'), differs: ['unreachable code 5/6 names'] },
  { args: to6('rejectRoute'), differs: ['unreachable code 5/6 names'] },
  { args: `${to4('blackHole')} -W.3` },
  { args: `${to6('blackHole')} -W.3` },
  { args: `-c1 -t1 ${B4}` },
  { args: `-c1 -t2 ${B4}` },
  { args: `-c1 -t1 ${B6}` },
  { args: `-c1 -t2 ${B6}` },
  { args: `-c2 -i.2 -t1 ${B4}` },
  { args: `-c1 -t1 -s 0 ${B4}` },
  { args: `-c1 -t1 -s 0 ${B6}` },
  { args: `-c1 -t1 ${B4}`, run: { user: 'nobody', capabilities: ['net_raw'] } },
  { args: `-c1 -t1 ${B6}`, run: { user: 'nobody', capabilities: ['net_raw'] } },
  { args: `-c2 -i.2 ${DESTINATIONS.rejectedHost.ipv4}` },
  { args: `-c2 -i.2 ${DESTINATIONS.rejectedHost.ipv6}` },
  { args: `-q -c2 -i.2 ${DESTINATIONS.rejectedHost.ipv4}` },
  { args: `-q -c2 -i.2 ${DESTINATIONS.rejectedHost.ipv6}` },
  { args: `-O -c2 -i.2 ${DESTINATIONS.rejectedHost.ipv4}` },
  { args: `-O -c2 -i.2 ${DESTINATIONS.rejectedHost.ipv6}` },
  { args: `-D ${to4('rejectedHost')}` },
  { args: `-a ${to4('rejectedHost')}` },
];

/** From the liar: every code. */
export const ICMP_ERROR_CODES: readonly Case[] = [
  ...upTo(15).map((code) => ({ args: `-c1 ${ICMP_ERRORS.destinationUnreachable(code)}` })),
  { args: `-c1 -W.3 ${ICMP_ERRORS.destinationUnreachable(16)}` },
  { args: `-c1 ${ICMP_ERRORS.timeExceeded(0)}` },
  { args: `-c1 -W.3 ${ICMP_ERRORS.timeExceeded(1)}` },
  { args: `-c1 -W.3 ${ICMP_ERRORS.timeExceeded(2)}` },
  { args: `-c1 ${ICMP_ERRORS.parameterProblem(0)}` },
  { args: `-c1 ${ICMP_ERRORS.parameterProblem(20)}` },
  { args: `-c1 -W.3 ${ICMP_ERRORS.sourceQuench}` },
  ...upTo(4).map((code) => ({ args: `-c1 -W.3 ${ICMP_ERRORS.redirect(code)}` })),
  ...([0, 1, 2, 3, 4, 7] as const).map((code) => ({ args: `-c1 ${ICMP6_ERRORS.destinationUnreachable(code)}` })),
  ...([5, 6] as const).map((code) => ({
    args: `-c1 ${ICMP6_ERRORS.destinationUnreachable(code)}`,
    differs: ['unreachable code 5/6 names'] as const,
  })),
  ...([0, 1] as const).map((code) => ({ args: `-c1 -W.3 ${ICMP6_ERRORS.packetTooBig(code)}` })),
  ...([0, 1, 2] as const).map((code) => ({ args: `-c1 ${ICMP6_ERRORS.timeExceeded(code)}` })),
  ...([0, 1, 2, 3] as const).map((code) => ({ args: `-c1 ${ICMP6_ERRORS.parameterProblem(code)}` })),
];

/** A's own kernel refuses. */
export const LOCAL_ERRORS: readonly Case[] = [
  { args: to4('localUnreachable') },
  { args: to6('localUnreachable') },
  { args: to4('localProhibited') },
  { args: to6('localProhibited') },
  { args: to4('localProhibited'), run: { user: 'nobody' } },
  { args: `-b ${to4('localProhibited')}` },
  { args: to4('localBlackHole') },
  { args: to6('localBlackHole') },
  { args: to4('localNoRoute') },
  { args: to6('localNoRoute') },
  { args: `-W.3 ${to6('localFiltered')}` },
  {
    args: `-c2 -i.2 -W.3 ${DESTINATIONS.localFiltered.ipv4}`,
    differs: ['EPERM reported'],
    expect: { stderr: 'ping: sendmsg: Operation not permitted\n'.repeat(2) },
  },
  { args: `-q -c2 -i.2 -W.3 ${DESTINATIONS.localFiltered.ipv4}` },
  {
    args: '-s 65508 -c1 127.0.0.1',
    differs: ['-s range'],
    expect: { stdout: '', stderr: "ping: invalid -s value: '65508': out of range: 0 <= value <= 65507\n" },
  },
];

/** An IPv4 route's "packet filtered", of which a suite can't have more: see above. */
export const PROHIBITED: readonly Case[] = [{ args: to4('prohibited') }];

/** Path MTUs. Only in a lab without company, since the kernel learns from them. */
export const PATH_MTU: readonly Case[] = [
  { args: `-M do -s 1400 -c1 ${B4}`, forget: true },
  { args: `-M do -s 1400 -c3 -i.2 ${B4}`, forget: true, about: 'first a router says so, then our own kernel' },
  { args: `-M do -s 1380 -c3 -i.2 ${B6}`, forget: true },
  { args: `-M do -s 1400 -c3 -i.2 ${B4}`, forget: true, run: { user: 'nobody', capabilities: ['net_raw'] } },
  { args: `-M do -s 1400 -c3 -i.2 ${B4}`, forget: true, run: { merged: true } },
  { args: `-M dont -s 1400 -c2 -i.2 ${B4}`, forget: true },
  { args: `-M dont -s 1400 -c2 -i.2 ${B6}`, forget: true },
  { args: `-M want -s 1400 -c3 -i.2 ${B4}`, forget: true },
  { args: `-M want -s 1400 -c3 -i.2 ${B6}`, forget: true },
  { args: `-s 1400 -c3 -i.2 ${B4}`, forget: true },
  { args: `-s 1400 -c3 -i.2 ${B6}`, forget: true },
  { args: `-s 3000 -c2 -i.2 ${B4}`, forget: true },
  { args: `-s 3000 -c4 -i.2 ${B6}`, forget: true },
  { args: `-s 65507 -c1 ${B4}`, forget: true },
  { args: `-q -M do -s 1400 -c3 -i.2 -W.5 ${B4}`, forget: true },
  { args: `-M do -s 2000 -c1 ${B4}`, forget: true, differs: ['EMSGSIZE ends at once'], takesMs: 0, about: 'local' },
  { args: `-M do -s 2000 -c1 ${B6}`, forget: true, differs: ['EMSGSIZE ends at once'], takesMs: 0, about: 'local' },
  { args: `-M do -s 2000 -c2 -i.2 ${B4}`, forget: true, differs: ['EMSGSIZE ends at once'], takesMs: 200 },
  { args: `-M do -s 2000 -c2 -i.2 ${B6}`, forget: true, differs: ['EMSGSIZE ends at once'], takesMs: 200 },
  { args: `-w2 -M do -s 2000 -c2 ${B4}`, forget: true },
  {
    args: `-M probe -s 1400 -c1 -W.3 ${B4}`,
    forget: true,
    differs: ['-M probe'],
    expect: {
      stdout: transcript(
        header4(B4, B4, 1400),
        ['From 10.77.1.254 icmp_seq=1 Frag needed and DF set (mtu = 1400)'],
        B4,
        counts(1, 0, ', +1 errors'),
      ),
      stderr: '',
      status: 1,
      signal: null,
    },
  },
];
