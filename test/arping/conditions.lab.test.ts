/** --stats, --fail-if and --until with real packets: a machine that boots, an interface that comes and goes, a wrong neighbour. */
import { afterAll, beforeAll, it } from 'vitest';
import type { Child } from '../lab/child.ts';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { ipBatch, runShell } from '../lab/netns.ts';
import type { RunResult } from '../lab/run.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { loadSchema } from '../schema.ts';
import { lie, makeArpLink, startLiar } from './liar/link.ts';

const { readLines } = loadSchema('arping');

describeLab('conditions of arping in the lab', () => {
  let lab: Lab;
  let stage: Stage;
  let liar: Child;

  beforeAll(async () => {
    stage = createStage();
    lab = await createLab();
    await makeArpLink(lab);
    liar = await startLiar(lab);
  });
  afterAll(async () => {
    await liar.stop();
    await lab.close();
    stage.remove();
  });

  const start = (...args: readonly string[]) => lab.start('a', [stage.command('arping'), ...args]);
  const arping = (...args: readonly string[]): Promise<RunResult> => start(...args).ended;

  /** A link from A whose other end, in B, is down: as a machine that has not booted yet. */
  const plugIn = async (device: string, network: string): Promise<void> => {
    await ipBatch([
      `link add ${device} netns ${lab.netns('a')} type veth peer ${device} index 77 netns ${lab.netns('b')}`,
    ]);
    await runShell(lab.netns('a'), `ip addr add ${network}.1/24 dev ${device}; ip link set ${device} up`);
    await runShell(lab.netns('b'), `ip addr add ${network}.2/24 dev ${device}`);
  };

  it.concurrent('waits for a machine to boot', async ({ expect }) => {
    await plugIn('boot', '10.95.0');
    const run = start('-j', '--until', 'received >= 1 in a row', '-w', '2m', '10.95.0.2');
    await run.waitFor(/unanswered|send-error/);
    await runShell(lab.netns('b'), 'ip link set boot up');
    const { stdout, stderr, status } = await run.ended;
    expect([status, stderr]).toEqual([0, '']);
    const lines = readLines(stdout);
    expect(lines.at(-2)).toMatchObject({ type: 'condition', role: 'until', holds: true, failed: false });
    expect(lines.at(-1)).toMatchObject({ type: 'summary', reason: 'condition', received: 1 });
  });

  it.concurrent('goes on waiting when its own interface goes down and comes up again', async ({ expect }) => {
    await plugIn('flap', '10.94.0');
    const run = start('-j', '--until', 'received >= 1', '-w', '120s', '10.94.0.2');
    await run.waitFor(/unanswered|send-error/);
    await runShell(lab.netns('a'), 'ip link set flap down');
    await run.waitFor(/receive-error/);
    await runShell(lab.netns('b'), 'ip link set flap up');
    await runShell(lab.netns('a'), 'ip link set flap up');
    const { stdout, status } = await run.ended;
    expect(status).toBe(0);
    expect(readLines(stdout).at(-1)).toMatchObject({ reason: 'condition', received: 1 });
  });

  it.concurrent('says what was measured when the condition never holds, and ends with 1', async ({ expect }) => {
    const run = await arping('--until', 'received >= 3 in a row', '-w', '900ms', lie('honest', 70));
    expect(run.stdout).toMatch(/\nReceived 1 response\(s\)\n$/);
    expect(run.stderr).toBe('arping: condition not reached: received >= 3 in a row (received in a row = 1)\n');
    expect(run.status).toBe(1);
  });

  it.concurrent('fails for two machines with one address, and says by which term', async ({ expect }) => {
    const run = await arping('--fail-if', 'p95 > 1h or macs > 1', '-b', '-c', '1', lie('twoAnswer', 71));
    expect(run.stderr).toBe("arping: condition failed: macs > 1 (macs = 2), in 'p95 > 1h or macs > 1'\n");
    expect(run.status).toBe(1);
    const well = await arping('--fail-if', 'macs > 1', '-c', '1', lie('honest', 71));
    expect([well.stderr, well.status]).toEqual(['', 0]);
  });

  it.concurrent('shows with --stats what it measured, and has it in -j always', async ({ expect }) => {
    const run = await arping('--stats', '-c', '2', lie('honest', 72));
    const times = String.raw`\d+\.\d{3}`;
    expect(run.stdout).toMatch(
      new RegExp(
        String.raw`\nReceived 2 response\(s\)
rtt p50/p90/p95/p99            = (${times}/){3}${times} ms \(to 0\.4%\)
rtt stddev population/sample   = ${times}/${times} ms
jitter rfc3550/rfc3393-p95/mad = (${times}/){2}${times} ms
loss 0 of 2 \(0%\)\n$`,
      ),
    );
    const json = readLines((await arping('-j', '-c', '2', lie('honest', 73))).stdout);
    const rtts = json.flatMap(({ type, rtt_ns }) => (type === 'reply' ? [rtt_ns] : []));
    const stats = { sent: 2, received: 2, lost: 0, rtt: { count: 2, max_ns: Math.max(...(rtts as number[])) } };
    expect(json.at(-1)).toMatchObject({ stats });
  });

  it.concurrent('refuses a condition that it cannot read, with a caret under the mistake', async ({ expect }) => {
    const run = await arping('--fail-if', 'loss > 2% or hops > 3', lie('honest', 74));
    expect(run.stderr).toContain('\n  loss > 2% or hops > 3\n               ^~~~\n');
    expect([run.status, run.stdout]).toEqual([2, '']);
  });
});
