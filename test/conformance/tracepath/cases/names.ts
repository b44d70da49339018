/** Names: forwards, backwards, and none; -n and -b. */
import { DESTINATIONS } from '../../../lab/destinations.ts';
import { IDN_NAME } from '../../../lab/names.ts';
import { HOSTS } from '../../../lab/topology.ts';
import type { Case } from '../command.ts';
import { B4, B6 } from './destinations.ts';

const UTF8 = { env: { LC_ALL: 'C.UTF-8' } } as const;

/** Path MTUs of IPv6 live for one tick of the kernel's also where they are forgotten at once, and iputils minds them. */
const alone = true;

export const NAMES: readonly Case[] = [
  { args: B4 },
  { args: B6, alone },
  { args: `-n ${B4}` },
  { args: `-n ${B6}`, alone },
  { args: `-b ${B4}` },
  { args: `-b ${B6}`, alone },
  { args: `-nb ${B4}` },
  { args: `-bn ${B6}`, alone },
  { args: 'hostb.lab', about: 'both families', alone },
  { args: '-4 hostb.lab' },
  { args: '-6 hostb.lab', alone },
  { args: '-n hostb4.lab' },
  { args: '-b hostb6.lab', alone },
  { args: '-4 hostb6.lab' },
  { args: '-6 hostb4.lab' },
  { args: 'HOSTB4.lab' },
  { args: 'alias4.lab' },
  { args: 'hostb4.lab/33434' },
  { args: 'localhost' },
  { args: '-4 localhost' },
  { args: '-6 localhost' },
  { args: 'nosuch.lab' },
  { args: '-4 nosuch.lab' },
  { args: '-6 nosuch' },
  { args: [''] },
  { args: ['two words'] },
  { args: 'x'.repeat(300) },
  { args: DESTINATIONS.noName.ipv4 },
  { args: DESTINATIONS.noName.ipv6 },
  { args: `-b ${DESTINATIONS.noName.ipv4}` },
  { args: `-nb ${DESTINATIONS.noName.ipv6}` },
  { args: DESTINATIONS.hostileName.ipv4, about: 'its reverse name is none' },
  { args: DESTINATIONS.idnName.ipv4 },
  { args: IDN_NAME },
  { args: DESTINATIONS.idnName.ipv4, run: UTF8, differs: ['columns of wide names'] },
  { args: `-n ${DESTINATIONS.idnName.ipv4}`, run: UTF8 },
  // Numbers written otherwise.
  { args: '127.1' },
  { args: '-n 0x7f000001' },
  { args: '-n 0.0.0.0' },
  { args: '-n ::' },
  { args: '-n 0:0:0:0:0:0:0:1' },
  { args: `-n ${HOSTS.r1.linkLocal}%eth0` },
  { args: `-n ${HOSTS.r1.linkLocal}%11` },
  { args: `${HOSTS.r1.linkLocal}%eth0` },
  { args: `-n ${HOSTS.r1.linkLocal}%nosuch` },
  { args: `-n -l 1500 ::ffff:${B4}` },
  { args: `-l 1400 ::ffff:${B4}` },
  { args: `-b -l 1400 ::ffff:${B4}` },
  { args: `-n ::ffff:${B4}`, differs: ['v4-mapped length'], expect: { stdout: mapped() } },
];

function mapped(): string {
  const line = (hop: number, address: string, rest: string) =>
    ` ${hop}:  ${`::ffff:${address}`.padEnd(52)}<time>ms ${rest}\n`;
  return [
    ' 1?: [LOCALHOST]                      pmtu 1500\n',
    line(1, HOSTS.r1.ipv4, ''),
    line(1, HOSTS.r1.ipv4, ''),
    line(2, HOSTS.r1.ipv4, 'pmtu 1400'),
    line(2, HOSTS.r2.ipv4, ''),
    line(3, HOSTS.r2.ipv4, 'pmtu 1300'),
    line(3, B4, 'reached'),
    '     Resume: pmtu 1300 hops 3 back 3 \n',
  ].join('');
}

/** With names from /etc/hosts, where a name may hold anything. */
export const NAMES_FROM_FILES: readonly Case[] = [
  { args: B4 },
  { args: `-b ${B6}`, alone },
  { args: 'hostb.lab', alone },
  { args: DESTINATIONS.hostileName.ipv4, differs: ['control characters'] },
  { args: `-n ${DESTINATIONS.hostileName.ipv4}` },
  { args: 'nosuch.lab' },
];

/** One after the other, since the server serves all. */
export const NAMES_IN_TROUBLE: readonly Case[] = [
  { args: `-n ${B4}`, dns: { mode: 'servfail' } },
  {
    args: `-m 1 ${B4}`,
    dns: { mode: 'servfail' },
    differs: ['address for a failed lookup'],
    expect: {
      stdout: [
        ' 1?: [LOCALHOST]                      pmtu 1500',
        ` 1:  ${HOSTS.r1.ipv4.padEnd(52)}<time>ms `,
        ` 1:  ${HOSTS.r1.ipv4.padEnd(52)}<time>ms `,
        '     Too many hops: pmtu 1500',
        '     Resume: pmtu 1500 \n',
      ].join('\n'),
    },
  },
  { args: 'hostb4.lab', dns: { mode: 'servfail' } },
  { args: 'hostb4.lab', dns: { mode: 'answer' } },
];
