/**
 * Rounds as probes of the target: a round is answered when the target answers in it, and lost when all of its probes are decided
 * otherwise. So loss, runs and windows count rounds, also while nobody knows at which hop the target is.
 */
import { ProbeStatistics } from '../../measure/probe-statistics.ts';

interface Round {
  /** Probes whose fate is open. */
  open: number;
  /** More probes may follow in this round. */
  isBegun: boolean;
  /** An answer came that may be to any of several rounds: nobody can say what became of this one. */
  isDoubtful: boolean;
}

export class TargetRounds {
  readonly statistics = new ProbeStatistics();
  /** The round that the statistics count as their first probe. */
  readonly #first: number;
  #latest = 0;
  readonly #rounds = new Map<number, Round>();

  constructor(first = 1) {
    this.#first = first;
  }

  /** `round` begins; the one before has no more probes to come. */
  began(round: number, monoNs: number): void {
    this.completed();
    this.#latest = round;
    this.#rounds.set(round, { open: 0, isBegun: true, isDoubtful: false });
    this.statistics.sent(monoNs);
  }

  /** Every hop of the latest round was asked. */
  completed(): void {
    const latest = this.#rounds.get(this.#latest);
    if (latest === undefined || !latest.isBegun) return;
    latest.isBegun = false;
    this.#settle(this.#latest, latest);
  }

  sent(round: number): void {
    const state = this.#rounds.get(round);
    if (state !== undefined) state.open++;
  }

  /** A probe of `round` was answered by somebody on the way, is given up, or was withdrawn. */
  decided(round: number): void {
    const state = this.#rounds.get(round);
    if (state === undefined) return;
    state.open--;
    this.#settle(round, state);
  }

  /** The target answered in `round`, perhaps late. `ns` is null where the answer may be to another round. */
  reached(round: number, ns: number | null): void {
    if (ns !== null) return this.statistics.answered(round - this.#first + 1, ns);
    const state = this.#rounds.get(round);
    if (state !== undefined) state.isDoubtful = true;
  }

  #settle(round: number, { open, isBegun, isDoubtful }: Round): void {
    if (open > 0 || isBegun) return;
    this.#rounds.delete(round);
    if (!isDoubtful) this.statistics.lost(round - this.#first + 1);
  }
}
