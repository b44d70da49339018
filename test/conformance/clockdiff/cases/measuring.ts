/** Hosts that answer, the forms of the result, and clocks that differ. */
import { CLOCK_LIES, LIES } from '../../../lab/responder/lies.ts';
import { HOSTS } from '../../../lab/topology.ts';
import type { Case } from '../command.ts';

const R1 = HOSTS.r1.ipv4;
const B = HOSTS.b.ipv4;
const result = { stdout: '<now> <figures>\n', stderr: '', status: 0 };

export const MEASURING: readonly Case[] = [
  { args: R1 },
  { args: B },
  { args: HOSTS.a.ipv4 },
  { args: '127.0.0.1' },
  { args: '127.1' },
  { args: '0.0.0.0' },
  { args: 'hostb4.lab' },
  { args: `-o ${R1}` },
  { args: `-o ${B}` },
  { args: `-o ${HOSTS.a.ipv4}` },
  { args: '-o 127.0.0.1' },
  { args: '-o hostb4.lab' },
  { args: `-o1 ${R1}` },
  { args: `-o1 ${B}` },
  { args: `-1 ${R1}` },
  { args: `-1o ${B}` },
  { args: `${B} -o -1` },
  { args: `-I ${R1}` },
  { args: `-T iso ${R1}` },
  { args: `-Tctime ${R1}` },
  { args: `--time-format=iso ${R1}` },
  { args: `--t iso ${R1}` },
  { args: `-- ${R1}` },
];

export const ON_A_TERMINAL: readonly Case[] = [
  { args: R1, run: { tty: true } },
  { args: '-o hostb4.lab', run: { tty: true } },
  { args: `-o1 ${B}`, run: { tty: true } },
  { args: `-I ${R1}`, run: { tty: true } },
  { args: `-T iso -T ctime ${B}`, run: { tty: true } },
  { args: `-I ${B}`, run: { tty: true, env: { TZ: 'Europe/Berlin' } } },
  { args: `-I ${B}`, run: { tty: true, env: { TZ: 'America/St_Johns' } } },
  { args: B, run: { tty: true, env: { TZ: 'Asia/Kathmandu' } } },
  { args: LIES.clockNonStandard.ipv4, run: { tty: true } },
  { args: 'nosuch.lab', run: { tty: true } },
  { args: R1, run: { tty: true }, shell: 'exec "$0" "$@" < /dev/null', about: 'stdout alone is a terminal' },
];

export const CLOCKS: readonly Case[] = [
  { args: CLOCK_LIES.slowThere, masks: ['about 256 ms'], takesMs: 700 },
  { args: CLOCK_LIES.slowBack, masks: ['about 245 ms'], takesMs: 700 },
  { args: `-o ${CLOCK_LIES.slowThere}`, masks: ['about 256 ms'], takesMs: 700 },
  { args: `-o1 ${CLOCK_LIES.slowBack}`, masks: ['about 245 ms'], takesMs: 700 },
  { args: LIES.clockNonStandard.ipv4 },
  { args: `-o ${CLOCK_LIES.nonStandard}` },
  {
    args: CLOCK_LIES.behind,
    masks: ['about -1234 ms'],
    differs: ['faster than a millisecond'],
    expect: result,
  },
  {
    args: `-o ${CLOCK_LIES.behind}`,
    masks: ['about -1234 ms'],
    differs: ['faster than a millisecond'],
    expect: result,
  },
  {
    args: CLOCK_LIES.frozen,
    differs: ['stamps that are no time of day'],
    expect: {
      stdout: '',
      stderr: `clockdiff: ${CLOCK_LIES.frozen} time transmitted in a non-standard format\n`,
      status: 1,
    },
  },
  {
    args: `-I ${CLOCK_LIES.swapped}`,
    differs: ['swapped octets read'],
    expect: {
      stderr: `clockdiff: ${CLOCK_LIES.swapped} sends its time stamps with the octets swapped: read as such\n`,
      status: 0,
    },
    shell: 'exec "$0" "$@" > /dev/null',
  },
];

/** What iputils calls down, waits for without end, or measures from what it should not. */
export const OF_NO_USE: readonly Case[] = [
  useless(CLOCK_LIES.short, '11 too short for time stamps'),
  { ...useless(CLOCK_LIES.badChecksum, '11 with a wrong checksum'), differs: ['wrong checksum refused'] },
  useless(`-o ${LIES.normal.ipv4}`, '11 without an IP timestamp option'),
  useless(`-o ${LIES.timestampsAndAddresses.ipv4}`, '11 with an IP timestamp option of another kind'),
  useless(`-o1 ${CLOCK_LIES.unfilled}`, '11 without its time in the IP timestamp option'),
  {
    args: `--samples 2 ${CLOCK_LIES.late}`,
    differs: ['late replies waited for'],
    expect: { stdout: expectLate(), stderr: '', status: 0 },
    takesMs: 2500,
    shell: 'exec "$0" "$@" | cut -d " " -f 2-',
  },
];

function useless(args: string, what: string): Case {
  const host = args.split(' ').at(-1);
  return {
    args,
    differs: ['useless replies told'],
    expect: {
      stdout: '',
      stderr: `clockdiff: ${host} answers, but no reply can be used: ${what}\n`,
      status: 1,
    },
    takesMs: 1200,
  };
}

/** The reply takes 1300 ms, all of them on the way back. */
function expectLate(): string {
  return '-650 -650\n';
}
