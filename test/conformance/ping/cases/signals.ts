/** Signals at all times. */

import { ICMP_ERRORS, LIES } from '../../../lab/responder/lies.ts';
import type { SignalStep } from '../../../lab/run.ts';
import type { Case } from '../command.ts';
import { B4, B6 } from './destinations.ts';

const silence = LIES.silence.ipv4;

function signalled(args: string, ...signalAt: readonly SignalStep[]): Case {
  return { args, run: { signalAt } };
}

/** iputils keeps its header until the first reply where stdout is a pipe, so a signal before that goes by the clock. */
export const SIGNALS: readonly Case[] = [
  signalled(B4, { signal: 'SIGINT', after: /icmp_seq=1 / }),
  signalled(`-i.2 ${B4}`, { signal: 'SIGINT', after: /icmp_seq=3 / }),
  signalled(`-i.2 ${B6}`, { signal: 'SIGINT', after: /icmp_seq=2 / }),
  signalled(silence, { signal: 'SIGINT', after: 700 }),
  signalled(`-c1 ${silence}`, { signal: 'SIGINT', after: 700 }),
  signalled(`-w9 ${B4}`, { signal: 'SIGINT', after: /icmp_seq=1 / }),
  signalled(`-w9 -c3 ${B4}`, { signal: 'SIGINT', after: /icmp_seq=1 / }),
  signalled(`-q ${B4}`, { signal: 'SIGINT', after: 700 }),
  signalled(ICMP_ERRORS.destinationUnreachable(1), { signal: 'SIGINT', after: /icmp_seq=1 / }),
  signalled(B4, { signal: 'SIGALRM', after: /icmp_seq=1 / }),
  signalled(B4, { signal: 'SIGTERM', after: /icmp_seq=1 / }),
  signalled(B4, { signal: 'SIGHUP', after: /icmp_seq=1 / }),
  signalled(B4, { signal: 'SIGUSR1', after: /icmp_seq=1 / }),
  signalled(`-i.2 -c4 ${B4}`, { signal: 'SIGWINCH', after: /icmp_seq=1 / }),
  signalled(`-i.4 -c3 ${B4}`, { signal: 'SIGQUIT', after: /icmp_seq=2 / }),
  signalled(`-c3 -q ${B4}`, { signal: 'SIGQUIT', after: 1500 }),
  signalled(`-c3 -W.3 ${silence}`, { signal: 'SIGQUIT', after: 1500 }),
  signalled(`-i.5 -c4 -W.3 ${LIES.evenOnly.ipv4}`, { signal: 'SIGQUIT', after: /icmp_seq=2 / }),
  signalled(`-i.4 -c3 -s 8 ${B4}`, { signal: 'SIGQUIT', after: /icmp_seq=2 / }),
  signalled(`-i.4 -c3 ${ICMP_ERRORS.destinationUnreachable(1)}`, { signal: 'SIGQUIT', after: /icmp_seq=2 / }),
  signalled(`-i.4 -c3 ${B4}`, { signal: 'SIGQUIT', after: /icmp_seq=1 / }, { signal: 'SIGQUIT', after: /icmp_seq=2 / }),
  signalled(`-i.4 -c3 ${B4}`, { signal: 'SIGQUIT', after: /icmp_seq=1 / }, { signal: 'SIGINT', after: /icmp_seq=2 / }),
  signalled(`-i.5 -c2 ${B4}`, { signal: 'SIGSTOP', after: /icmp_seq=1 / }, { signal: 'SIGCONT', after: 1000 }),
  { args: `-i.4 -c3 ${B4}`, run: { merged: true, signalAt: [{ signal: 'SIGQUIT', after: /icmp_seq=2 / }] } },
];
