/** Every line of real runs of `clockdiff -j`, however they go, is one object of the schema, and nothing else is on stdout. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { DESTINATIONS } from '../lab/destinations.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { CLOCK_LIES, ICMP_ERRORS, LIES } from '../lab/responder/lies.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { HOSTS } from '../lab/topology.ts';
import { judge } from '../ndjson/judge.ts';
import type { Line } from '../schema.ts';

type Run = readonly [args: string, status: number, kinds: readonly string[], reason: string | null];

const RUNS: readonly Run[] = [
  [HOSTS.b.ipv4, 0, ['sample', 'summary'], 'samples'],
  [`-o ${HOSTS.r1.ipv4}`, 0, ['sample', 'summary'], 'samples'],
  ['-o1 hostb4.lab', 0, ['sample', 'summary'], 'samples'],
  [`--samples 3 --interval 0.01 -I -u ${HOSTS.r1.ipv4}`, 0, ['sample', 'summary'], 'samples'],
  [`--samples 10 ${CLOCK_LIES.twice}`, 0, ['sample', 'duplicate', 'summary'], 'samples'],
  [`--samples 2 ${CLOCK_LIES.lossy}`, 0, ['unanswered', 'sample', 'summary'], 'samples'],
  [`--samples 2 ${CLOCK_LIES.badThenGood}`, 0, ['unusable', 'sample', 'summary'], 'samples'],
  [CLOCK_LIES.swapped, 0, ['sample', 'summary'], 'samples'],
  [CLOCK_LIES.short, 1, ['unusable', 'unanswered', 'summary'], 'unusable'],
  [LIES.clockNonStandard.ipv4, 1, ['summary'], 'non-standard'],
  [ICMP_ERRORS.destinationUnreachable(3), 1, ['network-error', 'summary'], 'refused'],
  [ICMP_ERRORS.destinationUnreachable(1), 1, ['network-error', 'unanswered', 'summary'], 'down'],
  [DESTINATIONS.localFiltered.ipv4, 1, ['summary'], 'unreachable'],
  ['nosuch.lab', 1, ['error'], null],
  ['--samples 0 127.0.0.1', 1, ['error'], null],
  ['-Z', 1, ['error'], null],
];

describeLab('clockdiff -j', () => {
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

  it.concurrent.each(RUNS)('%s', async (args, status, kinds, reason) => {
    const run = await lab.run('a', [stage.command('clockdiff'), '-j', ...args.split(' ')]);
    const lines = judge('clockdiff', 'clockdiff', run);
    // A liar that does not get the processor at once may be asked twice.
    const isTold = ({ type }: Line) => type !== 'unanswered' || kinds.includes('unanswered');
    expect(new Set(lines.filter(isTold).map(({ type }) => type))).toEqual(new Set(kinds));
    expect(lines.at(-1)?.reason ?? null).toBe(reason);
    expect(run.status).toBe(status);
  });
});
