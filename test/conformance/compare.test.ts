import { describe, expect, it } from 'vitest';
import type { RunResult } from '../lab/run.ts';
import { type Bench, type Comparison, compare } from './compare.ts';
import { type Case, PING } from './ping/command.ts';

const OUTPUT = `PING 10.77.3.2 (10.77.3.2) 56(84) bytes of data.
64 bytes from 10.77.3.2: icmp_seq=1 ttl=62 time=0.304 ms

--- 10.77.3.2 ping statistics ---
1 packets transmitted, 1 received, 0% packet loss, time 0ms
rtt min/avg/max/mdev = 0.304/0.304/0.304/0.000 ms
`;
const RAN: RunResult = { stdout: OUTPUT, stderr: '', status: 0, signal: null, durationMs: 100 };

/** Compares two results that were made up. */
async function compared(
  oneCase: Partial<Case>,
  ours: Partial<RunResult> = {},
  theirs: Partial<RunResult> = {},
  command: typeof PING = PING,
): Promise<Comparison & { readonly commands: string[] }> {
  const commands: string[] = [];
  const bench: Bench = {
    run: (argv) => {
      commands.push(argv.join(' '));
      return Promise.resolve({ ...RAN, ...(argv.includes('/our/ping') ? ours : theirs) });
    },
    forgetLearned: () => Promise.resolve(void commands.push('forget')),
    behave: ({ mode }) => Promise.resolve(void commands.push(`DNS ${mode}`)),
    start: () => {
      commands.push('start');
      return Promise.resolve({ stop: () => Promise.resolve(commands.push('stop')) });
    },
    ourPath: '/our/ping',
    has20221126: true,
  };
  return { ...(await compare(command, { args: '-c1 10.77.3.2', ...oneCase }, bench)), commands };
}

function agrees({ ours, wanted, complaints }: Comparison): boolean {
  return JSON.stringify(ours) === JSON.stringify(wanted) && complaints.length === 0;
}

describe('compare', () => {
  it('agrees where only clocks differ, and runs iputils by its plain name', async () => {
    const result = await compared({}, { stdout: OUTPUT.replaceAll('0.304', '0.027'), durationMs: 300 });
    expect(agrees(result)).toBe(true);
    expect(result.commands).toEqual(['ping -c1 10.77.3.2', '/our/ping -c1 10.77.3.2']);
  });

  it.each([
    ['a blank', { stdout: OUTPUT.replace('ttl=62 time', 'ttl=62  time') }],
    ['a TTL', { stdout: OUTPUT.replace('ttl=62', 'ttl=63') }],
    ['a missing last line', { stdout: OUTPUT.replace(/rtt.*\n/, '\n') }],
    ['a decimal', { stdout: OUTPUT.replace('0.304 ms\n\n', '0.30 ms\n\n') }],
    ['figures that do not fit the line', { stdout: OUTPUT.replace('0.304/0.304/0.304', '0.500/0.500/0.500') }],
    ['a word on stderr', { stderr: 'ping: x\n' }],
    ['the exit status', { status: 1 }],
    ['a signal instead of a status', { status: null, signal: 'SIGINT' as const }],
    ['ten seconds where it should take a tenth of one', { durationMs: 10_100 }],
    ['the time that it says itself', { stdout: OUTPUT.replace('time 0ms', 'time 9000ms') }],
  ])('does not agree where ours differs in %s', async (_, ours) => {
    expect(agrees(await compared({}, ours))).toBe(false);
  });

  it('does not agree where ours ends without having waited', async () => {
    expect(agrees(await compared({}, {}, { durationMs: 10_000 }))).toBe(false);
    expect(agrees(await compared({ takesMs: 100 }, {}, { durationMs: 10_000 }))).toBe(true);
  });

  it('takes what a case says is wanted in place of what iputils gave', async () => {
    expect(agrees(await compared({ expect: { status: 2 } }, { status: 2 }, { status: 1 }))).toBe(true);
    expect(agrees(await compared({ expect: { status: 2 } }, { status: 1 }, { status: 1 }))).toBe(false);
  });

  it('does not run iputils for what a case says in full', async () => {
    const { commands } = await compared({ expect: { stdout: '', stderr: '', status: 0, signal: null } });
    expect(commands).toEqual(['/our/ping -c1 10.77.3.2']);
  });

  it('complains of a difference that is none', async () => {
    expect((await compared({ differs: ['cannot flood message'] })).complaints).toEqual([
      'there is no such difference: cannot flood message',
    ]);
    expect((await compared({ expect: { status: 0 } })).complaints).toEqual(['iputils already has what is wanted']);
  });

  it('turns only iputils into HEAD', async () => {
    const old = { stderr: 'ping: cannot flood; minimal interval allowed for user is 2ms\n' };
    const head = {
      stderr: 'ping: cannot flood, minimal interval for user must be >= 2 ms, use -i 0.002 (or higher)\n',
    };
    const differs = ['cannot flood message'] as const;
    expect(agrees(await compared({ differs }, head, old))).toBe(true);
    expect(agrees(await compared({ differs }, old, old))).toBe(false);
    expect(agrees(await compared({}, head, old))).toBe(false);
  });

  it('starts a helper anew for each run and stops it behind', async () => {
    const { commands } = await compared({ with: () => Promise.reject(new Error('the bench starts it')) });
    expect(commands).toEqual(['start', 'ping -c1 10.77.3.2', 'stop', 'start', '/our/ping -c1 10.77.3.2', 'stop']);
  });

  it('asks nothing of figures and elapsed times where the command has no such thing', async () => {
    const { findWrongFigures: _, elapsedMs: __, ...other } = PING;
    const wrong = {
      stdout: OUTPUT.replace('0.304/0.304/0.304', '0.500/0.500/0.500').replace('time 0ms', 'time 9000ms'),
    };
    const { complaints } = await compared({}, wrong);
    expect(complaints).toContain('ours says that it took 9000 ms, iputils 0 ms');
    expect(complaints).toContainEqual(expect.stringContaining('the least of all is 0.304'));
    expect(agrees(await compared({}, wrong, {}, other))).toBe(true);
  });

  it('forgets before each run, sets the DNS server, and calls a shell with the command as $0', async () => {
    const { commands } = await compared({ forget: true, dns: { mode: 'hang' }, shell: 'exec "$0" "$@" >&-' });
    expect(commands).toEqual([
      'DNS hang',
      'forget',
      'bash -c exec "$0" "$@" >&- ping -c1 10.77.3.2',
      'forget',
      'bash -c exec "$0" "$@" >&- /our/ping -c1 10.77.3.2',
    ]);
  });
});
