/** Runs checks as the schedule says, judges what they bring, and keeps what is known when it is stopped in between. */
import type { Check } from '../check.ts';
import { judge } from '../judge.ts';
import type { Measurement } from '../measurement.ts';
import type { CheckResult, EndReason } from '../result.ts';
import { noFacts } from '../vocabularies.ts';
import { Schedule } from './schedule.ts';

/** Measures a check once. An aborted one answers with what it knows. Rejects with bugs only. */
export type Probe = (check: Check, signal: AbortSignal) => Promise<Measurement>;

/** The time as the runner sees it. */
export interface RunnerClock {
  /** Monotonic. */
  nowMs(): number;
  /** Unix time. */
  wallMs(): number;
  /** Calls back once after so many ms. Answers how to forget it. */
  after(ms: number, callback: () => void): () => void;
}

export interface RunnerOptions {
  readonly probe: Probe;
  readonly clock: RunnerClock;
  readonly jobs: number;
  readonly startsPerSecond: number;
  /** For checks that do not say themselves. */
  readonly retries: number;
  /** For all of them together; null for no limit. */
  readonly deadlineMs: number | null;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  readonly onBegin?: (check: Check, tries: number) => void;
  /** A check has its result; not called for those that were never run. */
  readonly onResult?: (index: number, result: CheckResult) => void;
}

export interface Run {
  readonly results: readonly CheckResult[];
  readonly reason: EndReason;
}

export async function runChecks(checks: readonly Check[], options: RunnerOptions): Promise<Run> {
  const runner = new Runner(checks, options);
  return await runner.run();
}

const STOP_WORDS: Readonly<Record<Exclude<EndReason, 'done'>, string>> = {
  interrupted: 'interrupted',
  deadline: 'the deadline of all checks came',
};

class Runner {
  readonly #checks: readonly Check[];
  readonly #options: RunnerOptions;
  readonly #schedule: Schedule;
  readonly #results: (CheckResult | undefined)[];
  readonly #startedMs: (number | undefined)[] = [];
  readonly #startedAtMs: (number | undefined)[] = [];
  /** What ends each try that is under way. Not listeners of one signal: node warns of a leak at the eleventh. */
  readonly #stops = new Set<() => void>();
  #reason: EndReason = 'done';
  /** Called when a try has ended or all are to stop. */
  #wake = () => {};
  #failure: { readonly error: unknown } | null = null;

  constructor(checks: readonly Check[], options: RunnerOptions) {
    this.#checks = checks;
    this.#options = options;
    this.#results = checks.map(() => undefined);
    const tries = checks.map(({ retries, backoffMs }) => ({ retries: retries ?? options.retries, backoffMs }));
    this.#schedule = new Schedule(tries, options);
  }

  async run(): Promise<Run> {
    const { signal, clock, deadlineMs } = this.#options;
    const onAbort = () => this.#stop('interrupted');
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    const forget = deadlineMs === null ? () => {} : clock.after(deadlineMs, () => this.#stop('deadline'));
    try {
      await this.#loop();
    } finally {
      signal.removeEventListener('abort', onAbort);
      forget();
    }
    const results = this.#checks.map((check, index) => this.#results[index] ?? this.#notRun(check, index));
    return { results, reason: this.#reason };
  }

  async #loop(): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      const step = this.#schedule.next(clock.nowMs());
      switch (step.step) {
        case 'start':
          void this.#try(step.index);
          break;
        case 'wait':
          await this.#sleep(step.untilMs);
          break;
        case 'end':
          if (this.#failure !== null) throw this.#failure.error;
          return;
      }
    }
  }

  #sleep(untilMs: number | null): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const forget = untilMs === null ? () => {} : clock.after(untilMs - clock.nowMs(), () => this.#wake());
      this.#wake = () => {
        forget();
        this.#wake = () => {};
        resolve();
      };
    });
  }

  #stop(reason: Exclude<EndReason, 'done'>): void {
    if (this.#reason !== 'done') return;
    this.#reason = reason;
    this.#stopAll();
    this.#wake();
  }

  #stopAll(): void {
    this.#schedule.stop();
    for (const stop of this.#stops) stop();
  }

  async #try(index: number): Promise<void> {
    const { clock, probe, onBegin } = this.#options;
    const check = this.#checks[index]!;
    this.#startedMs[index] ??= clock.nowMs();
    this.#startedAtMs[index] ??= clock.wallMs();
    onBegin?.(check, this.#schedule.begun(index));
    const own = new AbortController();
    const stop = () => own.abort();
    this.#stops.add(stop);
    const forget = check.deadlineMs === null ? () => {} : clock.after(check.deadlineMs, stop);
    try {
      const measurement = await probe(check, own.signal);
      this.#finish(index, measurement, own.signal.aborted);
    } catch (error) {
      this.#failure ??= { error };
      this.#stopAll();
      this.#schedule.ended(index, false, clock.nowMs());
    } finally {
      this.#stops.delete(stop);
      forget();
      this.#wake();
    }
  }

  #finish(index: number, measurement: Measurement, isCutShort: boolean): void {
    const earlier = this.#results[index];
    // A further try that all ended says less than the one before it, which was through.
    const result =
      this.#reason !== 'done' && earlier !== undefined
        ? { ...earlier, ...this.#frame(index) }
        : this.#resultOf(index, measurement, isCutShort);
    const isOver = !this.#schedule.ended(index, result.status !== 'passed', this.#options.clock.nowMs());
    this.#results[index] = result;
    if (isOver) this.#options.onResult?.(index, result);
  }

  #resultOf(index: number, measurement: Measurement, isCutShort: boolean): CheckResult {
    const check = this.#checks[index]!;
    const base = { ...this.#frame(index), check };
    if (measurement.outcome === 'unmeasurable') {
      const { reason, hint } = measurement;
      return { ...base, ...nothingMeasured(check), status: 'unknown', reason, hint };
    }
    const { facts, roundTripsMs, hops, address, method } = measurement;
    const known = { facts, roundTripsMs, hops, address, method };
    // What was cut short may not be held against the target, nor for it.
    if (this.#reason !== 'done') {
      const reason = `${STOP_WORDS[this.#reason]} before the check was through`;
      return { ...base, ...known, status: 'unknown', findings: [], reason, hint: null };
    }
    return { ...base, ...known, ...judge(check, measurement, isCutShort), hint: null };
  }

  #frame(index: number): Pick<CheckResult, 'tries' | 'startedAtMs' | 'elapsedMs'> {
    const startedMs = this.#startedMs[index];
    return {
      tries: this.#schedule.begun(index),
      startedAtMs: this.#startedAtMs[index] ?? null,
      elapsedMs: startedMs === undefined ? 0 : this.#options.clock.nowMs() - startedMs,
    };
  }

  #notRun(check: Check, index: number): CheckResult {
    const reason = this.#reason === 'done' ? null : STOP_WORDS[this.#reason];
    return { ...this.#frame(index), ...nothingMeasured(check), check, status: 'not-run', reason, hint: null };
  }
}

function nothingMeasured(check: Check) {
  return { findings: [], facts: noFacts(check.kind), roundTripsMs: [], hops: [], address: null, method: null } as const;
}
