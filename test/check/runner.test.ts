/** Whole runs of checks with made-up measurements on a made-up clock. */
import { describe, expect, it } from 'vitest';
import type { Check } from '../../src/check/check.ts';
import type { Measurement } from '../../src/check/measurement.ts';
import type { CheckResult } from '../../src/check/result.ts';
import { type Probe, type RunnerClock, type RunnerOptions, runChecks } from '../../src/check/schedule/runner.ts';
import { madeUpCheck, madeUpMeasured } from './support.ts';

/** Time that passes when nothing else is to be done. */
class MadeUpClock implements RunnerClock {
  #nowMs = 0;
  #timers: { readonly atMs: number; readonly callback: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return 1_700_000_000_000 + this.#nowMs;
  }

  readonly after = (ms: number, callback: () => void) => {
    const timer = { atMs: this.#nowMs + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  };

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  /** Lets time pass until `ended`. */
  async play<T>(ended: Promise<T>): Promise<T> {
    let isOver = false;
    const over = ended.finally(() => {
      isOver = true;
    });
    over.catch(() => {});
    for (;;) {
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      if (isOver) return await over;
      const next = this.#timers.reduce((a, b) => (b.atMs < a.atMs ? b : a));
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
    }
  }

  get timers(): number {
    return this.#timers.length;
  }
}

const SILENT = madeUpMeasured({ presence: 'silent', roundTripsMs: [null] });
const REFUSED: Measurement = { outcome: 'unmeasurable', reason: 'Operation not permitted', hint: 'be root' };

async function play(
  checks: readonly Check[],
  probeOf: (clock: MadeUpClock) => Probe,
  changes: Partial<RunnerOptions> = {},
) {
  const clock = new MadeUpClock();
  const told: [number, CheckResult][] = [];
  const ended = runChecks(checks, {
    probe: probeOf(clock),
    clock,
    jobs: 100,
    startsPerSecond: 0,
    retries: 0,
    deadlineMs: null,
    signal: new AbortController().signal,
    onResult: (index, result) => told.push([index, result]),
    ...changes,
  });
  const run = await clock.play(ended);
  expect(clock.timers, 'timers left behind').toBe(0);
  return { ...run, told, elapsedMs: clock.nowMs() };
}

/** A probe that takes so long, or less when it is ended. */
const taking =
  (ms: number, measurement: Measurement = madeUpMeasured()) =>
  (clock: MadeUpClock): Probe =>
  (_check, signal) =>
    new Promise((resolve) => {
      const forget = clock.after(ms, () => resolve(measurement));
      signal.addEventListener('abort', () => {
        forget();
        resolve(measurement);
      });
    });

const names = (count: number) => Array.from({ length: count }, (_, n) => madeUpCheck({ name: `c${n}` }));

describe('a run of checks', () => {
  it('judges each, and answers in the order of the file, whoever was done first', async () => {
    const checks = names(3);
    const { results, reason, told } = await play(checks, (clock) => async (check) => {
      await clock.sleep({ c0: 30, c1: 20, c2: 10 }[check.name]!);
      return check.name === 'c1' ? SILENT : madeUpMeasured();
    });
    expect(reason).toBe('done');
    expect(results.map(({ check, status, elapsedMs, tries }) => [check.name, status, elapsedMs, tries])).toEqual([
      ['c0', 'passed', 30, 1],
      ['c1', 'failed', 20, 1],
      ['c2', 'passed', 10, 1],
    ]);
    expect(told.map(([index]) => index)).toEqual([2, 1, 0]);
    expect(results[0]!.startedAtMs).toBe(1_700_000_000_000);
  });

  it('of 500 checks takes no longer than the slowest one and the rate limit', async () => {
    const { elapsedMs } = await play(names(500), taking(1000), { jobs: 500, startsPerSecond: 200 });
    expect(elapsedMs).toBe((499 / 200) * 1000 + 1000);
  });

  it('tries again what failed and what could not be measured, and tells of the last try only', async () => {
    const outcomes: Measurement[] = [REFUSED, SILENT, madeUpMeasured()];
    const { results, told } = await play(
      [madeUpCheck({ retries: 3, backoffMs: 100 })],
      () => async () => outcomes.shift()!,
    );
    expect(results).toMatchObject([{ status: 'passed', tries: 3, elapsedMs: 300, reason: null, hint: null }]);
    expect(told).toHaveLength(1);
  });

  it('takes the command line for checks that do not say how often', async () => {
    const { results } = await play([madeUpCheck(), madeUpCheck({ name: 'b', retries: 0 })], () => async () => SILENT, {
      retries: 2,
    });
    expect(results.map(({ tries }) => tries)).toEqual([3, 1]);
  });

  it('says what could not be measured, with what would mend it', async () => {
    const { results } = await play([madeUpCheck()], () => async () => REFUSED);
    expect(results).toMatchObject([
      { status: 'unknown', reason: 'Operation not permitted', hint: 'be root', findings: [] },
    ]);
    expect(results[0]!.facts.map(({ value }) => value)).toEqual(results[0]!.facts.map(() => null));
    expect(results[0]!.facts.length).toBeGreaterThan(3);
  });

  it('ends a try at the deadline of its check, and judges what is known by then', async () => {
    const { results, elapsedMs } = await play([madeUpCheck({ deadlineMs: 50 })], taking(1000));
    expect(results).toMatchObject([{ status: 'passed' }]);
    expect(elapsedMs).toBe(50);
  });

  it('that is interrupted keeps what is known and marks the rest', async () => {
    const abort = new AbortController();
    const { results, reason } = await play(
      names(3),
      (clock) => {
        clock.after(25, () => abort.abort());
        return taking(20)(clock);
      },
      { jobs: 1, signal: abort.signal },
    );
    expect(reason).toBe('interrupted');
    expect(results.map(({ status, reason, tries }) => [status, reason, tries])).toEqual([
      ['passed', null, 1],
      ['unknown', 'interrupted before the check was through', 1],
      ['not-run', 'interrupted', 0],
    ]);
    expect(results[1]!.roundTripsMs).toEqual([1, 2, 3]);
  });

  it('that was interrupted before it began runs nothing', async () => {
    const { results } = await play(names(2), taking(1), { signal: AbortSignal.abort() });
    expect(results.map(({ status, tries }) => [status, tries])).toEqual([
      ['not-run', 0],
      ['not-run', 0],
    ]);
  });

  it('keeps the failure of a check that would have been tried again', async () => {
    const abort = new AbortController();
    const { results } = await play(
      [madeUpCheck({ retries: 5, backoffMs: 1000 })],
      (clock) => {
        clock.after(500, () => abort.abort());
        return async () => SILENT;
      },
      { signal: abort.signal },
    );
    expect(results).toMatchObject([{ status: 'failed', tries: 1 }]);
  });

  it('keeps it also where the further try was under way', async () => {
    const abort = new AbortController();
    const { results, told } = await play(
      [madeUpCheck({ retries: 5, backoffMs: 100 })],
      (clock) => {
        clock.after(170, () => abort.abort());
        return taking(50, SILENT)(clock);
      },
      { signal: abort.signal },
    );
    expect(results).toMatchObject([{ status: 'failed', tries: 2, elapsedMs: 170, reason: null }]);
    expect(told).toHaveLength(1);
  });

  it('does not take it for silence that a check was cut short by its own deadline', async () => {
    const check = madeUpCheck({ deadlineMs: 50, expect: 'unreachable' });
    const { results } = await play([check], taking(1000, SILENT));
    expect(results).toMatchObject([
      { status: 'unknown', reason: 'the deadline of the check came before it could know that nobody answers' },
    ]);
  });

  it('forgets its deadline when it is done before', async () => {
    const { reason, elapsedMs } = await play(names(3), taking(40), { deadlineMs: 60 });
    expect([reason, elapsedMs]).toEqual(['done', 40]);
  });

  it('forgets the deadline of a check that is done before', async () => {
    const { reason, elapsedMs } = await play([madeUpCheck({ deadlineMs: 1000 })], taking(40));
    expect([reason, elapsedMs]).toEqual(['done', 40]);
  });

  it('ends at its own deadline, with what is known', async () => {
    const { results, reason, elapsedMs } = await play(names(3), taking(40), { jobs: 1, deadlineMs: 60 });
    expect([reason, elapsedMs]).toEqual(['deadline', 60]);
    expect(results.map(({ status, reason }) => [status, reason])).toEqual([
      ['passed', null],
      ['unknown', 'the deadline of all checks came before the check was through'],
      ['not-run', 'the deadline of all checks came'],
    ]);
  });

  it('rejects with a bug of a probe, once the others have ended', async () => {
    const ended: string[] = [];
    const run = play(names(2), (clock) => async (check, signal) => {
      if (check.name === 'c0') throw new TypeError('a bug');
      await taking(1000)(clock)(check, signal);
      ended.push(check.name);
      return SILENT;
    });
    await expect(run).rejects.toThrow('a bug');
    expect(ended).toEqual(['c1']);
  });
});
