import { describe, expect, it } from 'vitest';
import { textConsole } from '../../src/cli/console.ts';
import type { CommandOutput } from '../../src/cli/output.ts';
import type { ProbeError } from '../../src/sweep/error-table.ts';
import { ErrorTable } from '../../src/sweep/error-table.ts';
import { describeError } from '../../src/sweep/error-text.ts';
import type { Figures, SummaryEvent, TargetEvent } from '../../src/sweep/events.ts';
import { exitStatus } from '../../src/sweep/exit-status.ts';
import { type ShowOptions, SweepShow } from '../../src/sweep/show.ts';
import { formatProgress, formatSummary } from '../../src/sweep/summary-text.ts';
import { TargetTable } from '../../src/sweep/table-text.ts';

const strerror = (errno: number) => `error ${errno}`;

const FIGURES: Figures = {
  targets: 4,
  alive: 2,
  silent: 1,
  unreachable: 1,
  refused: 0,
  unfinished: 0,
  unresolved: 0,
  sent: 8,
  received: 2,
  duplicates: 0,
  late: 0,
  foreign: 0,
  errors: 0,
};

const SUMMARY: SummaryEvent = {
  type: 'summary',
  reason: 'complete',
  figures: FIGURES,
  elapsedNs: 2e9,
  roundTrip: null,
  stamps: null,
  drops: 0,
  shard: { number: 1, count: 1 },
};

const ALIVE: TargetEvent = {
  type: 'target',
  target: '10.0.0.1',
  address: '10.0.0.1',
  verdict: 'alive',
  sent: 2,
  received: 1,
  roundTrip: { minNs: 1_234_567, meanNs: 2e6, maxNs: 123_456_789, medianNs: 3e6, p95Ns: 4e6, p99Ns: 5e6 },
  samplesNs: null,
  error: null,
};

const UNREACHABLE: ProbeError = { kind: 'icmp', type: 3, code: 1, info: 0, errno: 113, from: '10.0.0.254' };

describe('the table', () => {
  const lines = (events: readonly TargetEvent[]) => {
    const table = new TargetTable({ strerror, paint: (_verdict, text) => text });
    for (const { target, address } of events) table.measure(target, address);
    return [table.heading(), ...events.map((event) => table.line(event))].join('');
  };

  it('aligns names to the left and numbers to the right', () => {
    const silent = { ...ALIVE, verdict: 'silent', received: 0, roundTrip: null } as const;
    const events: TargetEvent[] = [
      ALIVE,
      { ...silent, target: 'a-long-name.example', address: '10.0.0.2' },
      { ...silent, address: '10.0.0.3', target: '10.0.0.3', verdict: 'unreachable', error: UNREACHABLE },
      { ...silent, verdict: 'refused', error: { kind: 'local', errno: 101 } },
      { ...silent, verdict: 'unfinished', sent: 0 },
    ];
    expect(lines(events)).toBe(
      [
        'target                           sent   recv   loss        min     median        p95        max  ms, state',
        '10.0.0.1                            2      1    50%      1.235      3.000      4.000    123.457  alive',
        'a-long-name.example (10.0.0.2)      2      0   100%          -          -          -          -  silent',
        '10.0.0.3                            2      0   100%          -          -          -          -  unreachable (host unreachable, says 10.0.0.254)',
        '10.0.0.1                            2      0   100%          -          -          -          -  refused (error 101)',
        '10.0.0.1                            0      0      -          -          -          -          -  unfinished',
        '',
      ].join('\n'),
    );
  });

  it('shows control characters of a name in octal', () => {
    expect(lines([{ ...ALIVE, target: '\x1b[31mred' }])).toContain('\\033[31mred (10.0.0.1)');
  });
});

describe('the summary', () => {
  it('has two lines where nothing odd happened', () => {
    expect(formatSummary(SUMMARY)).toBe(
      '4 targets: 2 alive, 1 silent, 1 unreachable\n8 probes sent, 2 answered, 75.00% loss, 2.000 s, 4 probes/s\n',
    );
  });

  it('tells what is odd, where times came from, and what was lost on our side', () => {
    const figures = {
      ...FIGURES,
      refused: 1,
      unfinished: 2,
      unresolved: 3,
      duplicates: 4,
      late: 5,
      foreign: 6,
      errors: 7,
    };
    const roundTrip = { ...ALIVE.roundTrip!, count: 2, buckets: [] };
    const stamps = { transmit: 'user', receive: 'kernel' } as const;
    const shard = { number: 2, count: 9 };
    const text = formatSummary({ ...SUMMARY, figures, roundTrip, stamps, drops: 8, shard, reason: 'interrupted' });
    expect(text.split('\n')).toEqual([
      'shard 2/9, 4 targets: 2 alive, 1 silent, 1 unreachable, 1 refused, 2 unfinished, 3 unresolved, interrupted',
      '8 probes sent, 2 answered, 75.00% loss, 2.000 s, 4 probes/s',
      'besides: duplicates 4, too late 5, from another address 6, errors 7',
      '8 packets lost in our own receive buffer: lower --rate, or raise net.core.rmem_max',
      'round trip min/avg/median/p95/p99/max = 1.235/2.000/3.000/4.000/5.000/123.457 ms (sent: by our own clock)',
      '',
    ]);
  });

  it('of nothing divides by nothing', () => {
    const figures = { ...FIGURES, targets: 0, alive: 0, sent: 0, received: 0 };
    expect(formatSummary({ ...SUMMARY, figures, elapsedNs: 0 })).toContain(
      '0 probes sent, 0 answered, 0% loss, 0.000 s\n',
    );
    expect(formatProgress(figures, 0)).toBe('2/0 done (100%), 0 alive, 0 probes, 0/s, 0 s');
  });
});

describe('an exit status', () => {
  const all = { ...FIGURES, targets: 2 };
  it.each([
    ['0 when all are alive', all, null, true, 0],
    ['1 when some are not', FIGURES, null, true, 1],
    ['1 when something is missing', all, null, false, 1],
    ['2 when a name has no address, whatever else', { ...FIGURES, unresolved: 1 }, null, true, 2],
    ['0 when as many are alive as were wanted', { ...FIGURES, unresolved: 1 }, 2, true, 0],
    ['1 when fewer are', all, 3, true, 1],
  ] as const)('is %s', (_what, figures, wanted, isWhole, status) => {
    expect(exitStatus(figures, wanted, isWhole)).toBe(status);
  });
});

describe('errors', () => {
  it.each<[ProbeError, string]>([
    [UNREACHABLE, 'host unreachable'],
    [{ ...UNREACHABLE, code: 13 }, 'filtered'],
    [{ ...UNREACHABLE, code: 99 }, 'unreachable, code 99'],
    [{ ...UNREACHABLE, type: 11 }, 'time to live exceeded'],
    [{ ...UNREACHABLE, type: 12 }, 'parameter problem'],
    [{ ...UNREACHABLE, type: 5, code: 1 }, 'ICMP type 5, code 1'],
    [{ ...UNREACHABLE, kind: 'icmp6', type: 1, code: 3 }, 'address unreachable'],
    [{ ...UNREACHABLE, kind: 'icmp6', type: 1, code: 99 }, 'unreachable, code 99'],
    [{ ...UNREACHABLE, kind: 'icmp6', type: 2 }, 'packet too big'],
    [{ ...UNREACHABLE, kind: 'icmp6', type: 3 }, 'hop limit exceeded'],
    [{ ...UNREACHABLE, kind: 'icmp6', type: 4 }, 'parameter problem'],
    [{ ...UNREACHABLE, kind: 'icmp6', type: 9, code: 2 }, 'ICMPv6 type 9, code 2'],
    [{ kind: 'local', errno: 13 }, 'error 13'],
  ])('%j in words: %s', (error, words) => {
    expect(describeError(error, strerror)).toBe(words);
  });

  it('come back from their table as they went in, the last one of each target', () => {
    const table = new ErrorTable(3);
    expect(table.get(1)).toBeNull();
    table.set(1, { kind: 'local', errno: 101 });
    table.set(2, { ...UNREACHABLE, kind: 'icmp6', type: 2, code: 0, info: 4_000_000_000, errno: 90, from: null });
    table.set(1, UNREACHABLE);
    expect([0, 1, 2].map((index) => table.get(index))).toEqual([
      null,
      UNREACHABLE,
      { kind: 'icmp6', type: 2, code: 0, info: 4_000_000_000, errno: 90, from: null },
    ]);
  });

  it('keep the names of 65,535 routers and no more', () => {
    const table = new ErrorTable(65_537);
    for (let index = 0; index <= 65_536; index++) table.set(index, { ...UNREACHABLE, from: `router ${index}` });
    const from = (index: number) => (table.get(index) as { from: string | null }).from;
    expect([from(0), from(65_534), from(65_535), from(65_536)]).toEqual(['router 0', 'router 65534', null, null]);
    table.set(65_536, { ...UNREACHABLE, from: 'router 7' });
    expect(from(65_536)).toBe('router 7');
  });
});

describe('what is shown', () => {
  function make(options: Partial<ShowOptions>): { show: SweepShow; said: { stdout: string; stderr: string } } {
    const said = { stdout: '', stderr: '' };
    const io: CommandOutput = {
      commandName: 'sonde sweep',
      stdout: (text) => {
        said.stdout += text;
      },
      stderr: (text) => {
        said.stderr += text;
      },
      complain: (message) => {
        said.stderr += `${message}\n`;
      },
    };
    const whole: ShowOptions = {
      output: 'alive',
      quiet: false,
      stats: false,
      strerror,
      stdoutColumns: 0,
      stderrColumns: 0,
      env: {},
      ...options,
    };
    return { show: new SweepShow(whole, io, textConsole(io)), said };
  }
  const NO_ROWS = { size: 0, label: () => ['', ''] as const, event: () => ALIVE };

  it('is a list of those alive, or of those that do not answer; who was not asked is in neither', () => {
    const told = (output: 'alive' | 'unreachable') =>
      (['alive', 'silent', 'unreachable', 'refused', 'unfinished'] as const).filter((verdict) =>
        make({ output }).show.tells(verdict),
      );
    expect(told('alive')).toEqual(['alive']);
    expect(told('unreachable')).toEqual(['silent', 'unreachable', 'refused']);
  });

  it('with -q is the summary only', async () => {
    const { show, said } = make({ output: 'table', quiet: true, stderrColumns: 80 });
    show.show({ type: 'foreign-reply', target: 'a', address: 'b', from: 'c' });
    show.progress('half');
    await show.end(SUMMARY, NO_ROWS);
    expect([said.stdout, said.stderr]).toEqual([formatSummary(SUMMARY), '']);
  });

  it.each([
    [{}, 0, false],
    [{}, 80, true],
    [{ NO_COLOR: '1' }, 80, false],
    [{ TERM: 'dumb' }, 80, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, 0, true],
  ])('paints its table by the rules of all commands: %j, %d columns: %s', async (env, stdoutColumns, painted) => {
    const { show, said } = make({ output: 'table', env, stdoutColumns });
    await show.end(SUMMARY, { size: 1, label: () => ['a', '10.0.0.1'] as const, event: () => ALIVE });
    expect(said.stdout.includes('\x1b[32malive')).toBe(painted);
  });

  it('says no more than ten times that a reply came from elsewhere', () => {
    const { show, said } = make({});
    for (let number = 0; number < 50; number++) {
      show.show({ type: 'foreign-reply', target: 'a', address: '10.0.0.1', from: '10.0.0.2' });
    }
    expect(said.stderr.split('\n')).toHaveLength(12);
    expect(said.stderr).toContain('a (10.0.0.1): reply from 10.0.0.2, not counted\n');
  });

  it('writes a progress line on a terminal only, cut to its width, and clears it before anything else', () => {
    expect(make({}).show.hasProgress).toBe(false);
    expect(make({ output: 'json', stderrColumns: 80 }).show.hasProgress).toBe(false);
    const { show, said } = make({ stderrColumns: 10 });
    show.progress('0123456789abc');
    show.warn('oh');
    expect(said.stderr).toBe('\r\x1b[K012345678\r\x1b[Koh\n');
  });
});
