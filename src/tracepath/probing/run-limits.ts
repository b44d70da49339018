/** What ends a run beside the path itself: a condition that is waited for (--until), and a deadline. */
import { type ConditionVerdict, Judge, type RunConditions } from '../../conditions/judge.ts';
import type { Measured } from '../../conditions/vocabulary.ts';
import type { RunTime } from '../../conditions/words.ts';

export interface LimitsConfig {
  readonly conditions: RunConditions;
  /** After the start; Infinity for none. */
  readonly deadlineNs: number;
}

export type LimitReason = 'condition' | 'deadline';

export class RunLimits {
  readonly #judge: Judge;
  readonly #deadlineNs: number;
  #startNs = Number.NaN;
  #nowNs = Number.NaN;

  /** `measure` makes what conditions are judged by, over a run whose time is told by `look`. */
  constructor({ conditions, deadlineNs }: LimitsConfig, measure: (time: RunTime) => Measured) {
    this.#deadlineNs = deadlineNs;
    this.#judge = new Judge(conditions, measure({ nowNs: () => this.#nowNs, startNs: () => this.#startNs }));
  }

  /** Whether a failure is no reason to end: what is waited for may still come. */
  get isWaiting(): boolean {
    return this.#judge.isWaiting;
  }

  /** When `look` is to be asked again at the latest, on the `monoNs` scale; Infinity without a deadline. */
  get dueNs(): number {
    return Number.isNaN(this.#startNs) ? Number.POSITIVE_INFINITY : this.#startNs + this.#deadlineNs;
  }

  /** From the first look to the latest; 0 before. */
  get elapsedNs(): number {
    return Number.isNaN(this.#startNs) ? 0 : this.#nowNs - this.#startNs;
  }

  /** A figure has changed: `look` will know whether what is waited for held, also if the next change takes it back. */
  judge(): void {
    this.#judge.isReached();
  }

  /** Why the run shall end at `monoNs`; null for no reason. The first call starts the time. */
  look(monoNs: number): LimitReason | null {
    if (Number.isNaN(this.#startNs)) this.#startNs = monoNs;
    this.#nowNs = monoNs;
    if (this.#judge.isReached()) return 'condition';
    return monoNs >= this.dueNs ? 'deadline' : null;
  }

  /** Of all conditions, for the summary of a run that ends at `monoNs`. */
  verdicts(monoNs: number): readonly ConditionVerdict[] {
    this.look(monoNs);
    return this.#judge.verdicts();
  }
}
