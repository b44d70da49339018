/** Every line of real runs of `rdisc -j`, however they go, is one object of the schema, and nothing else is on stdout. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import type { CommandOptions, RunningCommand } from '../lab/run.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { judge } from '../ndjson/judge.ts';
import { loadSchema } from '../schema.ts';

const { readLines } = loadSchema('rdisc');

const INTERRUPT: CommandOptions = { signalAt: [{ signal: 'SIGINT', after: /"recorded"/ }] };

const RUNS: readonly (readonly [
  where: 'a' | 'b' | 'r2',
  args: string,
  status: number,
  kinds: readonly string[],
  reason: string | null,
  options?: CommandOptions,
])[] = [
  ['a', '', 0, ['listening', 'solicited', 'advertisement', 'recorded', 'summary'], 'listed'],
  ['a', '-n -v -d 255.255.255.255', 0, ['listening', 'solicited', 'advertisement', 'recorded', 'summary'], 'listed'],
  [
    'a',
    '-s --install',
    0,
    ['listening', 'solicited', 'advertisement', 'recorded', 'route', 'summary'],
    'interrupted',
    INTERRUPT,
  ],
  ['b', '-s', 5, ['listening', 'solicited', 'summary'], 'no-router'],
  ['b', '-s 203.0.113.1', 5, ['listening', 'solicited', 'summary'], 'no-router'],
  ['a', '-p 4', 0, ['warning', 'listening', 'solicited', 'advertisement', 'recorded', 'summary'], 'listed'],
  ['a', '-r -T 3', 1, ['error'], null],
  ['a', 'a b c', 1, ['error'], null],
  ['a', 'nosuch.lab', 1, ['error'], null],
  ['a', '', 5, ['error'], null, { user: 'nobody' }],
];

describeLab('rdisc -j', () => {
  let lab: Lab;
  let stage: Stage;
  let router: RunningCommand;

  beforeAll(async () => {
    stage = createStage();
    lab = await createLab();
    router = lab.start('r1', [stage.command('rdisc'), '-r', '-v', '-T', '4'], { timeoutMs: 60_000 });
    await router.waitFor(/Sending advertisement/, 'stderr');
  });
  afterAll(async () => {
    await router.signal('SIGINT');
    await router.ended;
    await lab.close();
    stage.remove();
  });

  for (const [where, args, status, kinds, reason, options] of RUNS) {
    it.concurrent(`in ${where}: ${args}${options?.user === undefined ? '' : ` as ${options.user}`}`, async () => {
      const argv = args.split(' ').filter((word) => word !== '');
      const run = await lab.run(where, [stage.command('rdisc'), '-j', ...argv], options);
      const lines = judge('rdisc', 'rdisc', run);
      expect([...new Set(lines.map(({ type }) => type))].sort()).toEqual([...kinds].sort());
      expect(lines.at(-1)?.reason ?? null).toBe(reason);
      expect(run.status).toBe(status);
    });
  }

  it('as a router tells of what it sends, and of its end', async () => {
    const signalAt = [{ signal: 'SIGTERM', after: /"advertised"/ }] as const;
    const run = await lab.run('b', [stage.command('rdisc'), '-j', '-r'], { signalAt });
    const lines = readLines(run.stdout);
    expect(lines.map(({ type }) => type)).toEqual(['listening', 'advertised', 'advertised', 'summary']);
    expect([lines.at(-1)?.reason, run.status]).toEqual(['terminated', 0]);
  });

  it('answers -V and --help in JSON too', async () => {
    const [version] = readLines((await lab.run('a', [stage.command('rdisc'), '-j', '-V'])).stdout);
    expect(Object.keys(version!)).toEqual(['version', 'schema']);
    // yargs is in node_modules.
    const [help] = readLines((await lab.run('a', [`${process.cwd()}/bin/rdisc`, '-j', '--help'])).stdout);
    expect(help!.type).toBe('text');
  });
});
