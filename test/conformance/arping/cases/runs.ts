/** Whole runs: when they end, what they count, whom they ask. */
import { lie, OWN_ADDRESS } from '../../../arping/liar/link.ts';
import type { SignalStep } from '../../../lab/run.ts';
import type { Case } from '../command.ts';
import { honest, silent } from './addresses.ts';

function signalled(args: string, ...signalAt: readonly SignalStep[]): Case {
  return { args, run: { signalAt } };
}

export const ENDS: readonly Case[] = [
  { args: `-c 3 ${honest(30)}` },
  { args: `-c 2 ${silent(31)}` },
  { args: `-c 1 -i 2 ${honest(32)}` },
  { args: `-c 2 -b ${honest(33)}` },
  { args: `-w 2 ${honest(34)}` },
  { args: `-w 2 ${silent(35)}` },
  { args: `-w 3 -i 2 ${honest(36)}` },
  { args: `-w 5 -c 2 ${honest(37)}` },
  { args: `-w 5 -c 2 ${silent(38)}` },
  { args: `-w 2 -c 5 ${silent(39)}` },
  { args: `-w 5 -c 1 -q ${honest(40)}` },
  { args: `-f ${honest(41)}` },
  { args: `-f -c 1 ${silent(42)}` },
  { args: `-f -w 1 ${silent(43)}` },
  { args: `-f -w 5 -c 3 ${honest(44)}` },
  { args: `-q -f ${honest(45)}` },
  { args: `-q -c 1 ${silent(46)}` },
  { args: `-i 0 -w 1 ${honest(47)}` },
  {
    args: `-i 0 -c 2 ${honest(48)}`,
    differs: ['interval 0 ends'],
    takesMs: 1000,
    expect: {
      stdout:
        `ARPING ${honest(48)} from ${OWN_ADDRESS} arp0\n` +
        `Unicast reply from ${honest(48)} [02:99:00:00:00:02]  <round trip>ms\n` +
        'Sent 1 probes (1 broadcast(s))\nReceived 1 response(s)\n',
      stderr: '',
      status: 0,
      signal: null,
    },
  },
  { args: `-c 3 -w 2 ${honest(49)}` },
  { args: `-c 2 ${lie('everyOther', 30)}`, differs: ['any reply will do'], expect: { status: 0 } },
  { args: `-c 2 -w 5 ${lie('everyOther', 31)}` },
  { args: `-c 2 -w 5 ${lie('answersTwice', 32)}`, differs: ['replies that -c asks for'], expect: { status: 0 } },
  { args: `-c 2 ${lie('answersTwice', 33)}`, differs: ['any reply will do'], expect: { status: 0 } },
];

export const UNSOLICITED: readonly Case[] = [
  { args: `-U -c 1 -I arp0 ${OWN_ADDRESS}`, differs: ['unsolicited ends at once'], takesMs: 0 },
  { args: `-U -c 2 -I arp0 ${OWN_ADDRESS}`, differs: ['unsolicited ends at once'], takesMs: 1000 },
  { args: `-A -c 2 -I arp0 ${OWN_ADDRESS}`, differs: ['unsolicited ends at once'], takesMs: 1000 },
  { args: `-U -w 1 -I arp0 ${OWN_ADDRESS}` },
  { args: `-A -q -c 1 -I arp0 ${OWN_ADDRESS}`, differs: ['unsolicited ends at once'], takesMs: 0 },
  { args: `-U -c 1 ${honest(51)}`, about: 'not our own address' },
  { args: `-A -c 1 ${honest(52)}`, about: 'not our own address' },
  { args: `-U -c 1 -s ${OWN_ADDRESS} ${silent(53)}`, differs: ['unsolicited ends at once'], takesMs: 0 },
  { args: `-A -c 1 -s ${OWN_ADDRESS} ${silent(54)}`, differs: ['unsolicited ends at once'], takesMs: 0 },
  { args: `-U -w 1 -s ${OWN_ADDRESS} ${honest(55)}`, about: 'answered all the same' },
  { args: `-U -D -c 1 ${honest(56)}` },
  { args: `-A -D -c 1 ${honest(57)}` },
  { args: `-U ${OWN_ADDRESS}`, about: 'the route to it leads to lo' },
];

export const DUPLICATES: readonly Case[] = [
  { args: `-D -c 2 ${silent(60)}` },
  { args: `-D -c 2 ${honest(61)}` },
  { args: `-D -w 2 ${silent(62)}` },
  { args: `-D -q -w 1 ${honest(63)}` },
  { args: `-D -q -c 1 ${silent(64)}` },
  { args: `-D -c 2 -w 3 ${silent(65)}` },
  { args: `-D -c 1 -s ${OWN_ADDRESS} ${honest(66)}` },
  { args: `-D -c 1 -s 0.0.0.0 ${honest(67)}` },
  { args: `-D -c 1 -s 10.1.2.3 ${honest(68)}` },
  { args: `-D -f -c 1 ${honest(69)}` },
  { args: `-D -c 1 -I arp0 ${OWN_ADDRESS}` },
];

export const SIGNALS: readonly Case[] = [
  signalled(honest(70), { signal: 'SIGINT', after: /reply from/ }),
  signalled(silent(71), { signal: 'SIGINT', after: 700 }),
  signalled(honest(72), { signal: 'SIGQUIT', after: /reply from/ }),
  signalled(honest(73), { signal: 'SIGTERM', after: /reply from/ }),
  signalled(`-q ${honest(74)}`, { signal: 'SIGINT', after: 700 }),
  signalled(`-D ${silent(75)}`, { signal: 'SIGINT', after: 700 }),
  signalled(`-U -I arp0 ${OWN_ADDRESS}`, { signal: 'SIGTERM', after: 700 }),
  {
    ...signalled(`-w 9 -c 5 ${honest(76)}`, { signal: 'SIGINT', after: /reply from/ }),
    differs: ['replies that -c asks for'],
    expect: { status: 1 },
  },
  signalled(`-i 0 ${honest(77)}`, { signal: 'SIGINT', after: 700 }),
  signalled(honest(78), { signal: 'SIGALRM', after: /reply from/ }),
  signalled(honest(79), { signal: 'SIGHUP', after: /reply from/ }),
  signalled(`-c 1 ${honest(80)}`, { signal: 'SIGUSR1', after: /reply from/ }),
];

export const STREAMS: readonly Case[] = [
  { args: `-c 1 ${honest(85)}`, shell: 'exec "$0" "$@" >/dev/full', differs: ['write error reason'] },
  { args: `-q -c 1 ${honest(86)}`, shell: 'exec "$0" "$@" >/dev/full' },
  { args: `-c 1 ${honest(87)}`, run: { merged: true } },
  { args: '-I nope 10.99.9.1', run: { merged: true } },
];

export const ON_A_TERMINAL: readonly Case[] = [
  { args: `-c 1 ${honest(90)}` },
  { args: `-c 1 ${silent(91)}` },
  { args: '-I nope 10.99.9.1' },
  { args: `-D -f ${honest(92)}` },
];
