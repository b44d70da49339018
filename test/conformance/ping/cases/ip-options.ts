/** IPv4 options: -R, -T, and hops. */
import type { Case } from '../command.ts';
import { A4, B4, R4 } from './destinations.ts';
import { counts, header4, refused, transcript } from './text.ts';

const IP_TIMES = ['IP time stamps'] as const;
const R2 = '10.77.2.2';

/** No router of the lab accepts a source route, so the probe is sent and lost. */
const sentInVain: Pick<Case, 'differs' | 'expect'> = {
  differs: ['source routes for root'],
  expect: { stdout: transcript(header4(B4, B4, 56, 40), [], B4, counts(1, 0)), stderr: '', status: 1, signal: null },
};

export const IP_OPTIONS: readonly Case[] = [
  { args: `-R -c2 -i.2 ${B4}` },
  { args: '-R -c1 127.0.0.1' },
  { args: '-R -c1 hostb4.lab', differs: ['no name, no parentheses'] },
  { args: '-n -R -c1 hostb4.lab' },
  { args: `-R -c1 -t1 ${B4}` },
  { args: `-R -q -c1 ${B4}` },
  { args: `-R -a -c2 -i.2 ${B4}` },
  { args: `-R -c1 ${B4}`, run: { user: 'nobody' } },
  { args: `-R -s 0 -c1 ${B4}` },
  { args: '-R -c1 ::1', about: 'IPv4 only' },
  { args: '-R -c1 hostb.lab' },
  { args: '-6 -R -c1 ::1' },
  { args: `-R -c1 ${R4} ${B4}` },
  { args: `-T tsonly -c2 -i.2 ${B4}`, masks: IP_TIMES },
  { args: `-T tsandaddr -c2 -i.2 ${B4}`, masks: IP_TIMES },
  { args: '-n -T tsandaddr -c1 hostb4.lab', masks: IP_TIMES },
  { args: '-T tsandaddr -c1 127.0.0.1', masks: IP_TIMES },
  { args: `-T tsonly -c1 ${B4}`, run: { user: 'nobody' }, masks: IP_TIMES },
  { args: `-T tsprespec -c1 ${B4}` },
  { args: `-T tsprespec -c1 ${R4} ${B4}`, masks: IP_TIMES },
  { args: `-T tsprespec -c1 ${A4} ${R4} ${R2} ${B4} ${B4}`, masks: IP_TIMES },
  { args: `-T tsprespec -c1 ${A4} ${R4} ${R2} ${B4} ${B4} ${B4}` },
  { args: `-T tsonly -c1 ${R4} ${B4}` },
  { args: '-T tsonly -c1 ::1' },
  { args: '-T foo -c1 127.0.0.1' },
  { args: '-R -T tsonly -c1 127.0.0.1' },
  { args: '-T tsonly -R -c1 127.0.0.1' },
  { args: `-c1 -W.3 ${R4} ${B4}`, ...sentInVain },
  { args: `-c1 -W.3 ${R4} ${R2} ${B4}`, ...sentInVain },
  { args: `-r -c1 -W.3 ${R4} ${B4}`, ...sentInVain },
  { args: `-c1 -W.3 router1.lab ${B4}`, ...sentInVain },
  { args: `-c1 -W.3 1.1.1.1 2.2.2.2 3.3.3.3 4.4.4.4 5.5.5.5 6.6.6.6 7.7.7.7 8.8.8.8 9.9.9.9 ${B4}`, ...sentInVain },
  { args: `-c1 1.1.1.1 2.2.2.2 3.3.3.3 4.4.4.4 5.5.5.5 6.6.6.6 7.7.7.7 8.8.8.8 9.9.9.9 1.2.3.4 ${B4}` },
  { args: `-c1 ${R4} ${B4}`, run: { user: 'nobody' } },
  { args: `-c1 nosuch.lab ${B4}` },
  { args: `-c1 ${R4} nosuch.lab` },
  {
    args: '-c1 nosuch.lab extra.lab',
    differs: ['hops first'],
    expect: refused('nosuch.lab: Name or service not known', 2),
  },
  { args: `-c1 ${R4} ::1` },
  {
    args: `-c1 ${R4} hostb6.lab`,
    differs: ['hops first'],
    expect: refused('hostb6.lab: Address family for hostname not supported', 2),
  },
  { args: `-c1 ::1 ${B4}` },
  { args: '-6 -c1 ::1 ::1' },
  { args: '-c1 ::1 ::1' },
];
