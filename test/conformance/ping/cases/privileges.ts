/** Who may ping how. */
import type { Case } from '../command.ts';
import { B4, B6, R4 } from './destinations.ts';

const refused: Pick<Case, 'run' | 'differs'> = {
  run: { user: 'nobody', noNewPrivileges: true },
  differs: ['refusal in detail'],
};
const withRawSockets = { user: 'nobody', capabilities: ['net_raw'] } as const;

/** Where the kernel lets everybody have datagram sockets. */
export const PRIVILEGES: readonly Case[] = [
  { args: `-c1 ${B4}`, run: { user: 'nobody', noNewPrivileges: true } },
  { args: `-c1 ${B6}`, run: { user: 'nobody', noNewPrivileges: true } },
  { args: `-c1 -e 201 ${B4}`, run: { user: 'nobody', noNewPrivileges: true } },
  { args: `-c1 -e 0 ${B4}`, run: withRawSockets },
  { args: `-c1 -e 0 ${B6}`, run: withRawSockets },
  { args: `-c1 -e 0 ${B4}` },
  { args: `-c1 -e 0 ${B4}`, ...refused },
  { args: `-c1 -e 0 -4 ${B4}`, ...refused },
  { args: `-c1 -e 0 -6 ${B6}`, ...refused },
  { args: `-c1 -e 0 -v ${B4}`, ...refused },
  { args: '-c1 -e 0 nosuch.lab', ...refused },
  { args: `-c1 -N name ${B6}`, ...refused },
  { args: `-c1 ${R4} ${B4}`, run: { user: 'nobody', noNewPrivileges: true } },
  { args: `-d -c1 ${B4}`, run: { user: 'nobody' } },
  { args: `-l 3 -c3 -q ${B4}`, run: { user: 'nobody' } },
];

/** Where it does not. */
export const PRIVILEGES_WITHOUT_DATAGRAM_SOCKETS: readonly Case[] = [
  { args: `-c1 ${B4}`, ...refused },
  { args: `-c1 ${B6}`, ...refused },
  { args: '-c1 -6 ::1', ...refused },
  { args: '-c1 nosuch.lab', ...refused },
  { args: `-c1 ${R4} ${B4}`, ...refused },
  { args: `-i .001 -c1 ${B4}`, run: withRawSockets, differs: ['cannot flood message'] },
];
