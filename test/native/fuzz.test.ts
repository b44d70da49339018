/** Random octets never crash the process. Inside a namespace, since some of them are packets. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { answerOf } from './program.ts';

const PROGRAM = new URL('./programs/fuzz.ts', import.meta.url);
const CALLS = Number(process.env['SONDE_FUZZ_CALLS'] ?? 10_000);
/** Seeds are fixed, so that a crash can be had again; SONDE_FUZZ_SEED adds some. */
const SEEDS = [0x5011de, 0xbad5eed, ...(process.env['SONDE_FUZZ_SEED'] ?? '').split(',').filter(Boolean).map(Number)];

describeLab('fuzzing', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab();
  });
  afterAll(async () => {
    await lab.close();
  });

  it.each(SEEDS.map((seed) => [seed]))('all functions, seed %d', async (seed) => {
    const argument = { seed, count: CALLS };
    const options = { netns: lab.netns('a'), timeoutMs: 30_000 + CALLS };
    const outcomes = await answerOf<Record<string, number>>(PROGRAM, 'calls', argument, options);
    // It must have come past the first checks: each of these has succeeded and failed at least once.
    for (const name of ['bind', 'connect', 'setsockopt', 'getsockopt', 'send', 'getaddrinfo', 'getnameinfo']) {
      expect(outcomes[`${name} ok`], name).toBeGreaterThan(0);
      if (name !== 'getnameinfo') expect(outcomes[`${name} threw`], name).toBeGreaterThan(0);
    }
    expect(outcomes['send refused']).toBeGreaterThan(0);
  });

  it('no socket option is written past the octets given for it', async () => {
    const { answered, overruns } = await answerOf<{ answered: number; overruns: string[] }>(
      PROGRAM,
      'getsockoptOverruns',
      null,
      { netns: lab.netns('a') },
    );
    expect(answered).toBeGreaterThan(1000);
    expect(overruns).toEqual([]);
  });
});
