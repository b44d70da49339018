/** Command lines that never come to send anything. */
import type { Case } from '../command.ts';

const TRY = "Try 'clockdiff --help' for more information.\n";

export const ARGUMENTS: readonly Case[] = [
  { args: '' },
  { args: '10.77.1.254 10.77.3.2' },
  { args: '-o' },
  { args: '-h' },
  { args: '-hV' },
  { args: '-h -Z' },
  { args: '-V' },
  { args: '--version' },
  { args: '-Vh' },
  { args: '-V 10.77.1.254' },
  { args: '-Z' },
  { args: '-Z', run: { merged: true } },
  { args: '10.77.1.254 -Z' },
  { args: '-oZ 10.77.1.254' },
  { args: '--foo' },
  { args: '--version=1' },
  { args: '-T' },
  { args: '--time-format' },
  { args: '-T foo 10.77.1.254' },
  { args: '-T ISO 10.77.1.254' },
  { args: '-T isoo -h', differs: ['near word asked for'] },
  { args: ['-T', '', '10.77.1.254'] },
  { args: '--time-format=foo -Z' },
  { args: [''] },
  { args: '-- -x' },
  { args: '10.77.1.254 -I', run: { env: { POSIXLY_CORRECT: '1' } } },
  {
    args: '--samples 0 10.77.1.254',
    differs: ['long options'],
    expect: {
      stdout: '',
      stderr: "clockdiff: invalid argument: '0': out of range: 1 <= value <= 1000000\n",
      status: 1,
    },
  },
  {
    args: '--samples',
    differs: ['long options'],
    expect: { stdout: TRY, stderr: "clockdiff: option '--samples' requires an argument\n", status: 1 },
  },
];
