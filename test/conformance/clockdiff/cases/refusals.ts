/** Targets that cannot be measured: names, routes, errors on the way, silence, privileges. */
import { DESTINATIONS } from '../../../lab/destinations.ts';
import { ICMP_ERRORS, LIES } from '../../../lab/responder/lies.ts';
import { HOSTS } from '../../../lab/topology.ts';
import type { Case } from '../command.ts';

const R1 = HOSTS.r1.ipv4;

export const REFUSALS: readonly Case[] = [
  { args: 'nosuch.lab' },
  { args: 'hostb6.lab' },
  { args: HOSTS.r1.ipv6 },
  { args: '-o nosuch.lab' },
  { args: '-I 999.1.1.1' },
  { args: DESTINATIONS.localUnreachable.ipv4 },
  { args: DESTINATIONS.localProhibited.ipv4 },
  { args: DESTINATIONS.localBlackHole.ipv4 },
  { args: DESTINATIONS.localNoRoute.ipv4 },
  { args: DESTINATIONS.broadcast.ipv4 },
  { args: '255.255.255.255' },
  { args: DESTINATIONS.localFiltered.ipv4 },
  { args: `-o ${DESTINATIONS.localFiltered.ipv4}` },
  { args: DESTINATIONS.rejectedProtocol.ipv4 },
  { args: DESTINATIONS.netProhibited.ipv4 },
  { args: DESTINATIONS.hostProhibited.ipv4 },
  { args: `-o ${DESTINATIONS.hostProhibited.ipv4}` },
  { args: DESTINATIONS.prohibited.ipv4 },
  ...[2, 3, 6, 7, 8, 9, 10, 13, 14, 15].map((code) => ({ args: ICMP_ERRORS.destinationUnreachable(code) })),
  { args: ICMP_ERRORS.parameterProblem(20) },
];

/** Each takes eleven seconds in both programs. */
export const DOWN: readonly Case[] = [
  { args: DESTINATIONS.blackHole.ipv4 },
  { args: DESTINATIONS.noNeighbour.ipv4 },
  { args: ICMP_ERRORS.destinationUnreachable(1) },
  { args: ICMP_ERRORS.timeExceeded(0) },
  { args: `-o ${LIES.silence.ipv4}` },
  { args: LIES.silence.ipv4, run: { tty: true } },
];

export const PRIVILEGES: readonly Case[] = [
  { args: R1, run: { capabilities: ['net_raw', 'sys_nice'] } },
  { args: R1, run: { user: 'nobody', noNewPrivileges: true }, differs: ['refusal in detail'] },
  { args: 'nosuch.lab', run: { user: 'nobody', noNewPrivileges: true }, differs: ['refusal in detail'] },
  {
    args: R1,
    run: { capabilities: ['net_raw'] },
    differs: ['nice not needed'],
    expect: { stdout: '<now> <figures>\n', stderr: '', status: 0 },
  },
  {
    args: R1,
    run: { user: 'nobody', capabilities: ['net_raw'] },
    differs: ['nice not needed'],
    expect: { stdout: '<now> <figures>\n', stderr: '', status: 0 },
  },
  { args: '-V', run: { user: 'nobody' } },
  { args: '-h', run: { user: 'nobody' } },
];

export const STREAMS: readonly Case[] = [
  { args: R1, shell: 'exec "$0" "$@" 2>/dev/full' },
  { args: R1, shell: 'exec "$0" "$@" </dev/null' },
  { args: '-Z', shell: 'exec "$0" "$@" 2>/dev/null' },
  { args: R1, run: { merged: true } },
];
