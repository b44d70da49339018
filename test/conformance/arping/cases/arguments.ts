/** Every option's argument, good and bad; which complaint comes first; and how options may be written. */
import { OWN_ADDRESS } from '../../../arping/liar/link.ts';
import type { Case } from '../command.ts';
import { BROADCAST, honest, silent } from './addresses.ts';

/** No probe is sent, or none that is answered: the target may be the same in all. */
const T = '10.99.9.250';

export const ARGUMENTS: readonly Case[] = [
  // No run at all.
  { args: '' },
  { args: '-q' },
  { args: 'a b' },
  { args: '-h' },
  { args: '-?' },
  { args: '-V', differs: ['version text'] },
  { args: '-Z' },
  { args: `-Z ${T}` },
  { args: '-c' },
  { args: `${T} -i` },
  { args: `--nonsense ${T}`, differs: ['long options'] },
  { args: '-V -c 0', differs: ['version text'] },
  { args: '-c 0 -V' },
  { args: '-h -c 0' },
  // -c
  { args: `-c 0 ${T}` },
  { args: `-c -1 ${T}` },
  { args: `-c x ${T}` },
  { args: `-c 1.5 ${T}` },
  { args: `-c 0x1 ${T}` },
  { args: `-c 2147483648 ${T}` },
  { args: `-c 99999999999999999999 ${T}` },
  { args: ['-c', '', T] },
  { args: ['-c', ' 1', honest(101)] },
  { args: ['-c', '1 ', T] },
  { args: `-c +1 ${honest(102)}` },
  { args: `-c 1 -c 0 ${T}` },
  // -w
  { args: `-w -1 ${T}` },
  { args: `-w x ${T}` },
  { args: `-w 1.5 ${T}` },
  { args: `-w 2147483648 ${T}` },
  { args: `-w 0 -c 1 ${honest(103)}` },
  // -i
  { args: `-i -1 ${T}` },
  { args: `-i x ${T}` },
  { args: `-i .5 ${T}` },
  { args: `-i 2147483648 ${T}` },
  { args: `-i 2147483647 -w 1 ${honest(104)}` },
  // -s
  { args: `-c1 -s x ${T}` },
  { args: ['-c1', '-s', '', T] },
  { args: `-c1 -s 10.99 ${T}` },
  { args: `-c1 -s 1.2.3.4 ${T}` },
  { args: `-c1 -s localhost ${T}` },
  { args: `-c1 -s ::1 ${T}` },
  { args: `-c1 -s 0.0.0.0 ${honest(105)}` },
  { args: `-c1 -s ${OWN_ADDRESS} ${honest(106)}` },
  { args: `-c1 -s 10.99.1 ${T}` },
  { args: `-c1 -s 0x0a630001 ${honest(107)}`, about: 'as inet_aton reads it' },
  { args: `-c1 -s 127.0.0.1 ${silent(108)}` },
  { args: `-c1 -s ${OWN_ADDRESS} ${BROADCAST}` },
  // How options are written.
  { args: `-bqc1 ${honest(110)}` },
  { args: `-bc 1 ${honest(111)}` },
  { args: `${honest(112)} -c1` },
  { args: `-c1 -- ${honest(113)}` },
  { args: `${honest(114)} -c1`, run: { env: { POSIXLY_CORRECT: '1' } } },
  { args: `-Iarp0 -c1 ${honest(115)}` },
  // The first wrong argument wins, and options come before all else.
  { args: `-c x -i y ${T}` },
  { args: `-i y -c x ${T}` },
  { args: `-Z -c x ${T}` },
  { args: `-c x -Z ${T}` },
  { args: '-c x nosuch.lab' },
  { args: '-s x nosuch.lab' },
  { args: '-I nope nosuch.lab' },
  { args: `-I nope -s x ${T}` },
  { args: `-I lo -s x ${T}` },
];
