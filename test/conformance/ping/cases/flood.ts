/** Marks, preload and adaptive intervals: what depends on the very order of packets, so one command at a time. */
import { DESTINATIONS } from '../../../lab/destinations.ts';
import { LIES } from '../../../lab/responder/lies.ts';
import type { Case } from '../command.ts';
import { B4, B6 } from './destinations.ts';

const silence = LIES.silence.ipv4;
const nobody = { user: 'nobody', capabilities: ['net_raw'] } as const;

export const FLOOD: readonly Case[] = [
  { args: `-f -c1 ${B4}` },
  { args: `-f -c5 ${B4}` },
  { args: `-f -c5 ${B6}` },
  { args: `-f -a -c3 ${B4}` },
  { args: `-f -q -c5 ${B4}` },
  { args: `-f -D -c3 ${B4}` },
  { args: `-f -O -c3 ${B4}` },
  { args: `-f -n -c3 hostb4.lab` },
  { args: `-f -s 15 -c2 ${B4}` },
  { args: `-f -i.1 -c3 ${B4}` },
  { args: `-f -i.1 -c3 -W.3 ${silence}` },
  { args: `-f -i.3 -c3 ${B4}`, run: nobody },
  { args: `-f -c3 -W.3 ${silence}` },
  { args: `-f -O -c3 -W.3 ${silence}` },
  { args: `-f -w2 -i.8 ${silence}` },
  { args: `-f -c3 ${DESTINATIONS.rejectedHost.ipv4}` },
  { args: `-f -c3 ${DESTINATIONS.rejectedHost.ipv6}` },
  { args: `-f -c3 -t1 ${B4}` },
  { args: `-f -c2 -i.1 ${LIES.corrupted.ipv4}` },
  { args: `-f -c3 -i.1 ${LIES.duplicate.ipv4}` },
  { args: `-f -R -c2 ${B4}` },
  { args: `-f -N name -c2 -i.1 ${LIES.normal.ipv6}` },
  { args: `-f ${silence}`, run: { signalAt: [{ signal: 'SIGINT', after: /\.\.\./ }] }, masks: ['dots'] },
  { args: `-f -c3 ${B4}`, run: { tty: true } },
  { args: `-f -c5 -W.3 ${silence}`, run: { tty: true, columns: 3 } },
  { args: `-f -l 8 -c8 -W.3 ${silence}` },
  { args: `-f -l 8 -c8 -W.3 ${silence}`, run: { tty: true, columns: 4 } },
  { args: `-l 3 -c3 ${B4}` },
  { args: `-l 3 -c3 ${B6}` },
  { args: `-l 3 -c3 ${B4}`, run: nobody },
  { args: `-l 3 -c3 -s 8 ${B4}` },
  { args: `-l 5 -c3 -i.2 ${B4}` },
  { args: `-l 5 -c10 -i.2 -q ${B4}` },
  { args: `-l 3 -c3 -i.2 -W.3 ${silence}` },
  { args: `-A -c5 ${B4}` },
  { args: `-A -c5 ${B6}` },
  { args: `-A -c5 ${B4}`, run: nobody },
  { args: `-A -c3 -i.5 ${B4}`, run: nobody },
  { args: `-A -f -c5 ${B4}` },
  { args: `-A -s 8 -c4 ${B4}`, differs: ['adapts without stamps'], takesMs: 50 },
  { args: `-A -c3 -W.3 ${silence}` },
];
