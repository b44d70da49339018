/** Where output goes: pipes, terminals, full disks, closed descriptors, and what a signal leaves of it. */
import { DESTINATIONS } from '../../../lab/destinations.ts';
import type { Case } from '../command.ts';
import { B4, B6, R1 } from './destinations.ts';

const tty = { tty: true } as const;
const merged = { merged: true } as const;

/** What is on a terminal, and must be the same on a pipe. */
export const ON_A_TERMINAL: readonly Case[] = [
  { args: `-n ${B4}`, run: tty },
  { args: B6, run: tty, alone: true },
  { args: `-n ${DESTINATIONS.rejectedProtocol.ipv4}`, run: tty },
  { args: 'nosuch.lab', run: tty },
];

const RESUME = '     Resume: pmtu 1400 \n';

export const STREAMS: readonly Case[] = [
  ...ON_A_TERMINAL,
  { args: `-n ${DESTINATIONS.rejectedProtocol.ipv4}`, run: merged, about: 'lines in order' },
  { args: '-p x 127.0.0.1', run: merged },
  { args: `-n ${R1}`, shell: 'exec "$0" "$@" <&-' },
  { args: `-n ${R1}`, shell: 'exec "$0" "$@" 2>&-' },
  { args: `-n ${R1}`, shell: 'exec "$0" "$@" >&-', differs: ['closed stdout'], expect: { stderr: '', status: 0 } },
  { args: `-n ${R1}`, shell: 'exec "$0" "$@" >/dev/full', differs: ['write error reason'] },
  { args: '-V', shell: 'exec "$0" "$@" >/dev/full', differs: ['write error reason'] },
  { args: 'nosuch.lab', shell: 'exec "$0" "$@" >/dev/full' },
  { args: `-n ${B4}`, shell: 'set -o pipefail; "$0" "$@" | cat' },
  { args: `-n ${R1}`, shell: 'exec -a tracepath4 "$0" "$@"', about: 'called tracepath4' },
  {
    args: `-n ${DESTINATIONS.farBlackHole.ipv4}`,
    run: { signalAt: [{ signal: 'SIGINT', after: / 2: {2}10\.77\.1\.254 .* pmtu 1400/ }] },
    differs: ['interrupted'],
    expect: {
      stdout: [
        ' 1?: [LOCALHOST]                      pmtu 1500',
        ` 1:  ${R1.padEnd(52)}<time>ms `,
        ` 1:  ${R1.padEnd(52)}<time>ms `,
        ` 2:  ${R1.padEnd(52)}<time>ms pmtu 1400`,
        RESUME,
      ].join('\n'),
      stderr: '',
      status: 130,
      signal: null,
    },
  },
  {
    args: `-n ${DESTINATIONS.farBlackHole.ipv4}`,
    run: { signalAt: [{ signal: 'SIGTERM', after: 500 }] },
    about: 'lines in a pipe',
    differs: ['interrupted'],
    expect: {
      stdout: [
        ' 1?: [LOCALHOST]                      pmtu 1500',
        ` 1:  ${R1.padEnd(52)}<time>ms `,
        ` 1:  ${R1.padEnd(52)}<time>ms `,
        ` 2:  ${R1.padEnd(52)}<time>ms pmtu 1400\n`,
      ].join('\n'),
    },
  },
];
