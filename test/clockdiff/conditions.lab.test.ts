/** --stats, --fail-if, --until and --deadline of clockdiff with real packets. */
import { afterAll, beforeAll, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { ipBatch, runShell } from '../lab/netns.ts';
import { LIES } from '../lab/responder/lies.ts';
import type { RunResult } from '../lab/run.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { HOSTS } from '../lab/topology.ts';
import { loadSchema } from '../schema.ts';

const { readLines } = loadSchema('clockdiff');

describeLab('conditions of clockdiff in the lab', () => {
  let lab: Lab;
  let stage: Stage;

  beforeAll(async () => {
    stage = createStage();
    lab = await createLab({ liar: true });
  });
  afterAll(async () => {
    await lab.close();
    stage.remove();
  });

  const start = (...args: readonly string[]) => lab.start('a', [stage.command('clockdiff'), ...args]);
  const clockdiff = (...args: readonly string[]): Promise<RunResult> => start(...args).ended;

  it.concurrent('waits for a machine to boot, whatever its own kernel says meanwhile', async ({ expect }) => {
    await ipBatch([`link add boot netns ${lab.netns('a')} type veth peer boot index 78 netns ${lab.netns('b')}`]);
    await runShell(lab.netns('a'), 'ip addr add 10.93.0.1/24 dev boot; ip link set boot up');
    await runShell(lab.netns('b'), 'ip addr add 10.93.0.2/24 dev boot');
    const run = start('-j', '--until', 'samples >= 5', '--deadline', '2m', '10.93.0.2');
    await run.waitFor(/unanswered|network-error/);
    await runShell(lab.netns('b'), 'ip link set boot up');
    const { stdout, stderr, status } = await run.ended;
    expect([status, stderr]).toEqual([0, '']);
    const lines = readLines(stdout);
    expect(lines.at(-2)).toMatchObject({ type: 'condition', role: 'until', holds: true });
    expect(lines.at(-1)).toMatchObject({ type: 'summary', reason: 'condition', accepted: 5 });
  });

  it.concurrent('goes on while the way there goes and comes', async ({ expect }) => {
    await runShell(lab.netns('a'), `ip route add 10.77.3.2/32 via ${HOSTS.r1.ipv4}`);
    const run = start('-j', '--interval', '0.1', '--until', 'time > 1s and received >= 3 in a row', HOSTS.b.ipv4);
    await run.waitFor(/"seq": 2/);
    // Long enough for a request or two to be refused.
    await runShell(lab.netns('a'), 'ip route replace unreachable 10.77.3.2/32; sleep 0.3');
    await runShell(lab.netns('a'), `ip route replace 10.77.3.2/32 via ${HOSTS.r1.ipv4}`);
    const { stdout, status } = await run.ended;
    expect(readLines(stdout).at(-1)).toMatchObject({ reason: 'condition' });
    expect(status).toBe(0);
  });

  it.concurrent('takes as many samples as it needs for a narrow bound', async ({ expect }) => {
    const run = await clockdiff(
      '-j',
      '--interval',
      '0.002',
      '--until',
      'bound < 400us',
      '--deadline',
      '50s',
      HOSTS.r1.ipv4,
    );
    const lines = readLines(run.stdout);
    expect(lines.at(-1)).toMatchObject({ reason: 'condition', offset: { consistent: true } });
    expect((lines.at(-1)!['offset'] as { bound_ns: number }).bound_ns).toBeLessThanOrEqual(400_001);
    expect(run.status).toBe(0);
  });

  it.concurrent('ends at the deadline, and says what it waited for in vain', async ({ expect }) => {
    const run = await clockdiff('--until', 'reached', '--deadline', '300ms', LIES.silence.ipv4);
    expect([run.stdout, run.status]).toEqual(['', 1]);
    expect(run.stderr).toMatch(
      /^\S+: no usable reply from \S+ until the deadline\n\S+: condition not reached: reached \(reached = false\)\n$/,
    );
  });

  it.concurrent('fails for a clock that is off by more than wanted, and shows statistics', async ({ expect }) => {
    const run = await clockdiff('--stats', '--samples', '10', '--fail-if', 'bound > 1ns', HOSTS.r1.ipv4);
    expect(run.stdout).toMatch(
      /^\d+ -?\d+ -?\d+\nrtt p50[^\n]* = (\d+\.\d{3}\/){3}\d+\.\d{3} ms \(to 0\.4%\)\nrtt stddev[^\n]*\njitter[^\n]*\nloss 0 of 1\d \(0%\)\n$/,
    );
    expect(run.stderr).toMatch(/^\S+: condition failed: bound > 1ns \(bound = \S+ \S+\)\n$/);
    expect(run.status).toBe(1);
    const json = readLines((await clockdiff('-j', '--samples', '10', HOSTS.r1.ipv4)).stdout);
    const rtts = json.flatMap(({ type, rtt_ns }) => (type === 'sample' ? [rtt_ns as number] : []));
    expect(json.at(-1)).toMatchObject({
      stats: { received: rtts.length, lost: 0, rtt: { min_ns: Math.min(...rtts), max_ns: Math.max(...rtts) } },
    });
  });
});
