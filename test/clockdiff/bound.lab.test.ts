/**
 * The stated uncertainty against clocks whose offset is known, over paths that are not symmetric: the liar's clocks are
 * ours plus a constant (all namespaces have one real clock), and it chooses how long each way takes.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { CLOCK_LIES } from '../lab/responder/lies.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { HOSTS } from '../lab/topology.ts';

const MS = 1e6;
const DAY_NS = 86_400_000 * MS;
const RUNS_EACH = 6;
/** Clocks, ways, octet orders and kinds of message. */
const PEERS: readonly (readonly [args: readonly string[], offsetMs: number])[] = [
  [[CLOCK_LIES.behind], -1234.4],
  [[CLOCK_LIES.slowThere], 250.4],
  [[CLOCK_LIES.slowBack], 250.4],
  [[CLOCK_LIES.jitterThere], 3_600_000.7],
  [[CLOCK_LIES.jitterBack], -0.5],
  [[CLOCK_LIES.halfDay], 43_199_000],
  [[CLOCK_LIES.swapped], 250],
  [['-o', CLOCK_LIES.slowThere], 250.4],
  [['-o1', CLOCK_LIES.jitterBack], -0.5],
  [['--interval', '0.003', CLOCK_LIES.behind], -1234.4],
  [[HOSTS.b.ipv4], 0],
  [['-o', HOSTS.r1.ipv4], 0],
];

interface Summary {
  readonly offset: { readonly ns: number; readonly bound_ns: number; readonly consistent: boolean };
  readonly rtt: { readonly min_ns: number };
  readonly stamps: string;
}

/** Clocks may drift apart by so much: docs/decisions/0022. */
const DRIFT = 500e-6;

function apart(a: number, b: number): number {
  return Math.abs(a - b - DAY_NS * Math.round((a - b) / DAY_NS));
}

describeLab('the stated uncertainty', () => {
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

  /** The summary, and how long it took from the first request to the last reply. */
  async function measure(args: readonly string[]): Promise<Summary & { readonly tookNs: number }> {
    const { stdout, stderr } = await lab.run('a', [stage.command('clockdiff'), '-j', '--samples', '25', ...args]);
    expect(stderr).toBe('');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const samples = lines.filter(({ type }) => type === 'sample');
    expect(lines.at(-1).reason, stdout).toBe('samples');
    const begins = samples.map(({ timestamp, rtt_ns }) => timestamp * 1e9 - rtt_ns);
    return { ...lines.at(-1), tookNs: samples.at(-1).timestamp * 1e9 - Math.min(...begins) };
  }

  it.concurrent.each(PEERS)('holds in every run of %j, %d ms ahead', async (args, offsetMs) => {
    for (let run = 0; run < RUNS_EACH; run++) {
      const { offset, stamps, rtt, tookNs } = await measure(args);
      const said = `${offset.ns} +/- ${offset.bound_ns} by ${stamps} stamps`;
      expect(offset.consistent, said).toBe(true);
      expect(apart(offset.ns, offsetMs * MS), said).toBeLessThanOrEqual(offset.bound_ns);
      // No wider than the smallest round trip and the peer's millisecond leave it, grown old for as long as the run took.
      expect(offset.bound_ns, said).toBeLessThan((rtt.min_ns + MS) / 2 + tookNs * DRIFT + 10_000);
    }
  });

  it('goes on over the midnight of the peer', async () => {
    const run = await lab.run('a', [stage.command('clockdiff'), '-j', '--interval', '0.0005', CLOCK_LIES.midnight]);
    const lines = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const stamps = lines.filter(({ type }) => type === 'sample').map((sample) => sample.peer_receive as number);
    expect(Math.max(...stamps)).toBeGreaterThan(86_399_990);
    expect(Math.min(...stamps)).toBeLessThan(1000);
    expect(lines.at(-1).offset).toMatchObject({ consistent: true });
  });

  it('spans both where a clock is set meanwhile, and the truth where it ticks coarsely', async () => {
    // The truth is spanned by an exchange within a millisecond of the tick: many, close together, have one.
    const [stepped, coarse] = await Promise.all([
      measure([CLOCK_LIES.steps]),
      measure(['--interval', '0.0005', '--samples', '200', CLOCK_LIES.coarse]),
    ]);
    expect(stepped.offset.consistent).toBe(false);
    expect(stepped.offset.bound_ns).toBeGreaterThanOrEqual(2500 * MS);
    expect(coarse.offset.consistent).toBe(false);
    expect(apart(coarse.offset.ns, 0)).toBeLessThanOrEqual(coarse.offset.bound_ns);
  });

  it('tells the way on which the delay varies', async () => {
    const [there, back] = await Promise.all([measure([CLOCK_LIES.jitterThere]), measure([CLOCK_LIES.jitterBack])]);
    const variation = (summary: Summary) =>
      (summary.offset as unknown as { variation: Record<'outward' | 'homeward', { max_ns: number }> }).variation;
    // What the liar is late by on a busy machine is delay as well, but always on the way back.
    expect(variation(there).outward.max_ns).toBeGreaterThan(6 * MS);
    expect(variation(back).homeward.max_ns).toBeGreaterThan(6 * MS);
    expect(variation(back).outward.max_ns).toBeLessThan(variation(back).homeward.max_ns);
  });
});
