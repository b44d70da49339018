/** Where output goes: pipes, terminals, full disks, closed descriptors, and the order of stdout and stderr. */
import { LIES } from '../../../lab/responder/lies.ts';
import type { Case } from '../command.ts';
import { B4, B6 } from './destinations.ts';

const tty = { tty: true } as const;
const merged = { merged: true } as const;

/** What is on a terminal, and must be the same on a pipe. */
export const ON_A_TERMINAL: readonly Case[] = [
  { args: `-c2 -i.2 ${B4}`, run: tty },
  { args: `-c2 -i.2 ${B6}`, run: tty },
  { args: `-c1 -t1 ${B4}`, run: tty },
  { args: '-c1 nosuch.lab', run: tty },
  { args: '-c x 127.0.0.1', run: tty },
  { args: `-D -O -c2 -i.2 -W.3 ${LIES.silence.ipv4}`, run: tty },
  { args: `-c1 ${LIES.corrupted.ipv4}`, run: tty },
];

export const STREAMS: readonly Case[] = [
  ...ON_A_TERMINAL,
  { args: B4, run: { tty: true, signalAt: [{ signal: 'SIGINT', after: /icmp_seq=1 / }] } },
  { args: `-c3 -i.4 ${B4}`, run: { tty: true, signalAt: [{ signal: 'SIGQUIT', after: /icmp_seq=2 / }] } },
  { args: `-c2 -i.2 ${B4}`, run: merged },
  { args: `-p ff -c2 -i.2 ${B4}`, run: merged },
  { args: `-I lo -c1 -W.3 ${B4}`, run: merged },
  { args: '-c1 nosuch.lab', run: merged },
  { args: `-c2 -i.2 ${B4}`, shell: 'exec "$0" "$@" <&-' },
  { args: `-c2 -i.2 ${B4}`, shell: 'exec "$0" "$@" 2>&-' },
  { args: `-c1 ${B4}`, shell: 'exec "$0" "$@" >&-', differs: ['closed stdout'], expect: { stderr: '', status: 0 } },
  { args: `-c2 -i.2 ${B4}`, shell: 'exec "$0" "$@" >/dev/full', differs: ['write error reason'] },
  { args: `-c1 -W.2 ${LIES.silence.ipv4}`, shell: 'exec "$0" "$@" >/dev/full', differs: ['write error reason'] },
  { args: '-V', shell: 'exec "$0" "$@" >/dev/full', differs: ['write error reason'] },
  { args: '-N help', shell: 'exec "$0" "$@" >/dev/full', differs: ['write error reason'] },
  { args: '-c1 nosuch.lab', shell: 'exec "$0" "$@" >/dev/full' },
  { args: '-c1 nosuch.lab', shell: 'exec "$0" "$@" 2>/dev/full', differs: ['lost complaint'], expect: { status: 2 } },
  { args: `-c1 ${B4}`, shell: 'exec "$0" "$@" 2>/dev/full' },
  {
    args: `-f -c2 ${B4}`,
    shell: 'exec "$0" "$@" >/dev/full',
    differs: ['flood write error'],
    expect: { stdout: '', stderr: 'ping: write error: No space left on device\n', status: 1, signal: null },
  },
  { args: `-c2 -i.2 ${B4}`, shell: 'set -o pipefail; "$0" "$@" | true', about: 'nobody reads' },
  { args: `-c5 -i.2 ${B4}`, shell: 'set -o pipefail; "$0" "$@" | head -n 2', about: 'nobody reads on' },
  { args: `-c2 -i.2 ${B4}`, shell: 'set -o pipefail; "$0" "$@" | cat' },
];
