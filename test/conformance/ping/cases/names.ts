/** Names: forwards, backwards, and none. */
import { DESTINATIONS } from '../../../lab/destinations.ts';
import { IDN_NAME } from '../../../lab/names.ts';
import type { Case } from '../command.ts';
import { B4, B6 } from './destinations.ts';
import { answered, counts, header4, header6, RTT_LINE, transcript } from './text.ts';

const UTF8 = { env: { LC_ALL: 'C.UTF-8' } } as const;

/** With the DNS server. */
export const NAMES: readonly Case[] = [
  { args: '-c1 localhost' },
  { args: '-c1 -6 localhost' },
  { args: '-c1 -4 localhost', differs: ['empty canonical name'] },
  { args: '-c1 ip6-localhost' },
  { args: '-c1 hostb.lab', about: 'both families' },
  { args: '-c1 -6 hostb.lab' },
  { args: '-c1 -4 hostb.lab', differs: ['empty canonical name'] },
  { args: '-c1 hostb4.lab' },
  { args: '-c1 hostb6.lab' },
  { args: '-c1 -4 hostb6.lab' },
  { args: '-c1 -6 hostb4.lab' },
  { args: '-c1 HOSTB4.lab' },
  { args: '-c1 hostb4.lab.' },
  { args: '-c1 alias.lab' },
  { args: '-c1 -4 alias.lab', differs: ['empty canonical name'] },
  { args: '-c1 alias4.lab' },
  { args: '-n -c1 alias4.lab' },
  { args: '-n -c1 hostb4.lab' },
  { args: '-n -c1 hostb6.lab' },
  { args: '-q -c1 hostb4.lab' },
  { args: '-D -c2 -i.2 hostb4.lab' },
  { args: '-c1 hostb4.lab', run: { user: 'nobody' } },
  { args: '-c1 -t1 hostb4.lab' },
  { args: '-c1 -t2 hostb6.lab' },
  { args: '-n -c1 -t1 hostb4.lab' },
  { args: '-c1 nosuch.lab' },
  { args: '-c1 nosuch' },
  { args: '-c1 -4 nosuch.lab' },
  { args: '-c1 -6 nosuch.lab' },
  { args: ['-c1', ''] },
  { args: ['-c1', ' '] },
  { args: ['-c1', 'two words'] },
  { args: `-c1 ${'x'.repeat(300)}` },
  { args: '-c1 hostile.lab', about: 'its reverse name is none', differs: ['no name, no parentheses'] },
  { args: '-c1 -4 hostile.lab', differs: ['empty canonical name', 'no name, no parentheses'] },
  { args: '-n -c1 -4 hostile.lab', differs: ['empty canonical name'] },
  { args: '-c1 idn.lab' },
  { args: '-c1 -4 idn.lab', differs: ['empty canonical name'] },
  { args: `-c1 ${IDN_NAME}` },
  { args: '-c1 bücher.lab', about: 'in the C locale' },
  { args: '-c1 bücher.lab', run: UTF8 },
  { args: '-c1 idn.lab', run: UTF8 },
  { args: `-c1 ${IDN_NAME}`, run: UTF8 },
  { args: '-c1 -4 idn.lab', run: UTF8, differs: ['empty canonical name'] },
  {
    args: `-H -c1 ${B4}`,
    differs: ['-H'],
    expect: {
      stdout: answered(header4(B4, B4), `64 bytes from hostb.lab (${B4}): icmp_seq=1 ttl=62 time=<round trip> ms`, B4),
      stderr: '',
      status: 0,
      signal: null,
    },
  },
  {
    args: `-H -c1 ${B6}`,
    differs: ['-H'],
    expect: {
      stdout: answered(header6(B6, B6), `64 bytes from hostb6.lab (${B6}): icmp_seq=1 ttl=62 time=<round trip> ms`, B6),
      stderr: '',
      status: 0,
      signal: null,
    },
  },
  {
    args: `-H -n -c1 ${B4}`,
    about: '-n cancels',
    differs: ['-H'],
    expect: {
      stdout: answered(header4(B4, B4), `64 bytes from ${B4}: icmp_seq=1 ttl=62 time=<round trip> ms`, B4),
      stderr: '',
      status: 0,
      signal: null,
    },
  },
  {
    args: '-n -H -c1 hostb4.lab',
    differs: ['-H'],
    expect: {
      stdout: answered(
        header4('hostb4.lab', B4),
        `64 bytes from hostb.lab (${B4}): icmp_seq=1 ttl=62 time=<round trip> ms`,
        'hostb4.lab',
      ),
      stderr: '',
      status: 0,
      signal: null,
    },
  },
  {
    args: `-H -c1 ${DESTINATIONS.noName.ipv4}`,
    about: 'no name to be found',
    differs: ['-H', 'no name, no parentheses'],
    expect: {
      stdout: answered(
        header4(DESTINATIONS.noName.ipv4, DESTINATIONS.noName.ipv4),
        `64 bytes from ${DESTINATIONS.noName.ipv4}: icmp_seq=1 ttl=62 time=<round trip> ms`,
        DESTINATIONS.noName.ipv4,
      ),
      stderr: '',
      status: 0,
      signal: null,
    },
  },
  {
    args: '-c1 hostb4.lab',
    run: { env: { IPUTILS_PING_PTR_LOOKUP: '0' } },
    differs: ['PTR lookup variable'],
    expect: {
      stdout: answered(
        header4('hostb4.lab', B4),
        `64 bytes from ${B4}: icmp_seq=1 ttl=62 time=<round trip> ms`,
        'hostb4.lab',
      ),
      stderr: 'ping: WARNING: reverse DNS resolution (PTR lookup) disabled, enforce with -H\n',
    },
  },
  {
    args: '-q -c1 hostb4.lab',
    run: { env: { IPUTILS_PING_PTR_LOOKUP: '0' } },
    about: '-q hides the warning',
  },
  { args: '-c1 hostb4.lab', run: { env: { IPUTILS_PING_PTR_LOOKUP: '1' } } },
];

/** With /etc/hosts. */
export const NAMES_FROM_FILES: readonly Case[] = [
  { args: '-c1 hostb' },
  { args: '-c1 hostb.lab' },
  { args: '-c1 -4 hostb.lab', differs: ['empty canonical name'] },
  { args: '-c1 hostb4' },
  { args: '-c1 hostb6' },
  { args: '-c1 alias4' },
  { args: '-c1 alias.lab' },
  { args: '-c1 -t1 hostb4' },
  { args: '-c1 nosuch' },
  { args: '-c1 hostile.lab', differs: ['control characters escaped'] },
  { args: '-c1 idn.lab' },
];

/** Where the DNS server fails. Only in a lab without company. */
export const NAMES_IN_TROUBLE: readonly Case[] = [
  { args: '-c1 hostb.lab', dns: { mode: 'servfail' } },
  { args: '-c1 hostb.lab', dns: { mode: 'hang' }, about: 'until the resolver gives up' },
  { args: '-c1 hostb4.lab', dns: { mode: 'delay', delayMs: 50 } },
  { args: '-c1 hostb4.lab', dns: { mode: 'servfail', only: 'PTR' } },
  {
    args: '-c2 -i.2 hostb4.lab',
    dns: { mode: 'delay', delayMs: 400, only: 'PTR' },
    differs: ['slow names'],
    expect: {
      stdout: transcript(
        header4('hostb4.lab', B4),
        [
          `64 bytes from ${B4}: icmp_seq=1 ttl=62 time=<round trip> ms`,
          `64 bytes from ${B4}: icmp_seq=2 ttl=62 time=<round trip> ms`,
        ],
        'hostb4.lab',
        counts(2, 2),
        RTT_LINE,
      ),
    },
  },
  {
    args: 'hostb.lab',
    dns: { mode: 'hang' },
    run: { signalAt: [{ signal: 'SIGINT', after: 500 }] },
    about: 'before there is anything to sum up',
  },
  {
    args: 'hostb4.lab',
    dns: { mode: 'hang', only: 'PTR' },
    run: { signalAt: [{ signal: 'SIGINT', after: 800 }] },
    about: 'the reply waits for its name',
  },
];
