/**
 * What becomes of each probe, where somebody wants to know more than the last line says: which are given up and when, the
 * statistics of all, and what conditions make of them. Probes have numbers from 1 here, beyond the 16 bits of their sequence.
 */
import { type ConditionVerdict, Judge, type RunConditions } from '../conditions/judge.ts';
import { measuredOf } from '../conditions/words.ts';
import { ProbeStatistics } from '../measure/probe-statistics.ts';
import type { StatisticsSummary } from '../measure/statistics-summary.ts';
import type { Instant } from '../net/clock.ts';
import type { LostEvent } from './events.ts';
import { SEQUENCE_MASK } from './flight-window.ts';
import type { ProbeCounts } from './probe-counts.ts';
import type { ProbeTable } from './probe-table.ts';
import type { PingFigures } from './vocabulary.ts';

export interface FollowerConfig {
  /** How long a reply is waited for; 0 for ever. */
  readonly lingerNs: number;
  /** Whether each probe that is given up is told of. */
  readonly reportLost: boolean;
  /** Whether statistics are made. Conditions need them in any case. */
  readonly collects: boolean;
  readonly conditions: RunConditions | null;
}

export class ProbeFollower {
  readonly #config: FollowerConfig;
  readonly #probes: ProbeTable;
  readonly #emit: (event: LostEvent) => void;
  readonly #statistics: ProbeStatistics | null;
  readonly #judge: Judge | null;
  /** Whether there is anything to follow: for a plain run all calls cost next to nothing. */
  readonly #isNeeded: boolean;
  #startNs = 0;
  /** When something was last decided. */
  #nowNs = 0;
  #sent = 0;
  /** The first probe that is neither answered nor given up. */
  #undecided = 1;

  constructor(config: FollowerConfig, probes: ProbeTable, counts: ProbeCounts, emit: (event: LostEvent) => void) {
    const { reportLost, collects, conditions } = config;
    this.#config = config;
    this.#probes = probes;
    this.#emit = emit;
    const isJudged =
      conditions !== null &&
      (conditions.until !== null || conditions.failIf.length > 0 || conditions.asked !== undefined);
    this.#statistics = collects || isJudged ? new ProbeStatistics() : null;
    const figures: PingFigures = {
      duplicates: () => counts.duplicates,
      corrupted: () => counts.corrupted,
      errors: () => counts.errors,
    };
    const time = { nowNs: () => this.#nowNs, startNs: () => this.#startNs };
    this.#judge =
      isJudged && this.#statistics !== null ? new Judge(conditions, measuredOf(this.#statistics, time, figures)) : null;
    this.#isNeeded = reportLost || this.#statistics !== null;
  }

  start({ monoNs }: Instant): void {
    this.#startNs = this.#nowNs = monoNs;
  }

  /** Whether the run waits for something, and no error shall end it. */
  get isWaiting(): boolean {
    return this.#judge?.isWaiting === true;
  }

  /** Whether what the run waits for holds, or held. */
  isReached(nowNs: number): boolean {
    if (this.#judge === null) return false;
    this.#nowNs = nowNs;
    return this.#judge.isReached();
  }

  /** A figure has changed. What is waited for is judged at once: a batch may bring what takes it back. */
  changed({ monoNs }: Instant): void {
    this.isReached(monoNs);
  }

  /** The next probe has left. */
  sent({ monoNs }: Instant): void {
    this.#sent++;
    this.#statistics?.sent(monoNs);
  }

  /** The first answer to `sequence`. */
  answered(sequence: number, roundTripNs: number): void {
    this.#statistics?.answered(this.#probeOf(sequence), roundTripNs);
  }

  /** An error was told of for `sequence`: no reply is waited for any more, and the error is its line. */
  failed(sequence: number): void {
    if (!this.#isNeeded || !this.#probes.isOpen(sequence)) return;
    this.#probes.giveUp(sequence);
    this.#statistics?.lost(this.#probeOf(sequence));
  }

  /** The latest probe was refused, and the error that told of it named no probe. */
  giveUpLatest(now: Instant): void {
    if (this.#isNeeded) this.#giveUp(this.#sent, now);
  }

  /** Gives up probes that had their time. Answers when the next one will have had it. */
  giveUpOverdue(now: Instant): number {
    if (!this.#isNeeded) return Number.POSITIVE_INFINITY;
    const { lingerNs } = this.#config;
    for (; this.#undecided <= this.#sent; this.#undecided++) {
      const sequence = this.#undecided & SEQUENCE_MASK;
      if (!this.#probes.isOpen(sequence)) continue;
      const overAtNs = lingerNs === 0 ? Number.POSITIVE_INFINITY : this.#probes.sentAtNs(sequence) + lingerNs;
      if (now.monoNs < overAtNs) return overAtNs;
      this.#giveUp(this.#undecided, now);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** A probe is about to be sent: the one that had its sequence 65,536 probes ago cannot be waited for any longer. */
  makeRoom(now: Instant): void {
    if (!this.#isNeeded || this.#sent - this.#undecided < SEQUENCE_MASK) return;
    if (this.#probes.isOpen(this.#undecided & SEQUENCE_MASK)) this.#giveUp(this.#undecided, now);
    this.#undecided++;
  }

  /** The run is over: what has not been answered never will be. */
  finish(now: Instant): {
    readonly statistics: StatisticsSummary | null;
    readonly verdicts: readonly ConditionVerdict[];
  } {
    this.#nowNs = now.monoNs;
    for (; this.#isNeeded && this.#undecided <= this.#sent; this.#undecided++) {
      if (this.#probes.isOpen(this.#undecided & SEQUENCE_MASK)) this.#giveUp(this.#undecided, now);
    }
    return {
      statistics: this.#statistics?.summary(now.monoNs) ?? null,
      verdicts: this.#judge?.verdicts() ?? [],
    };
  }

  /** `probe` is lost as far as we know. */
  #giveUp(probe: number, now: Instant): void {
    const sequence = probe & SEQUENCE_MASK;
    this.#probes.giveUp(sequence);
    this.#statistics?.lost(probe);
    if (this.#config.reportLost) {
      this.#emit({ type: 'lost', wallNs: now.wallNs, sequence, roundTripNs: null });
    }
    this.changed(now);
  }

  /** The number of the probe that went out last under `sequence`. */
  #probeOf(sequence: number): number {
    return this.#sent - ((this.#sent - sequence) & SEQUENCE_MASK);
  }
}
