/**
 * Runs of lost probes: the loss periods of RFC 3357 section 5.4, and the longest time without an answer. `LossRuns` counts
 * outcomes in the order of their probes. `LossPattern` keeps such counts true while outcomes change behind them: it goes
 * back to the begin of the block that changed, and counts anew from there when it is asked.
 */
import { BLOCK_PROBES, blockOf, LOST, type Outcome, type OutcomeWindow, RECEIVED } from './outcome-window.ts';

export class LossRuns {
  /** Loss periods: a lost probe begins one unless the probe before it was lost as well. */
  count = 0;
  lost = 0;
  longest = 0;
  #open = 0;
  /** When the first probe was sent that was lost since the last answered one; NaN with none. */
  #outageSinceNs = Number.NaN;
  #longestOutageNs = 0;

  /** The next probe, sent at `sentNs`. One that is undecided ends a run: nobody knows that it was lost. */
  add(outcome: Outcome, sentNs: number): void {
    if (outcome === LOST) this.#addLost(sentNs);
    else this.#open = 0;
    if (outcome === RECEIVED) {
      this.#longestOutageNs = this.longestOutageNs(sentNs);
      this.#outageSinceNs = Number.NaN;
    }
  }

  #addLost(sentNs: number): void {
    if (this.#open === 0) this.count++;
    this.#open++;
    this.lost++;
    if (this.#open > this.longest) this.longest = this.#open;
    if (Number.isNaN(this.#outageSinceNs)) this.#outageSinceNs = sentNs;
  }

  /** The longest time from the sending of a lost probe to that of the next answered one; until `nowNs` where none was yet. */
  longestOutageNs(nowNs: number): number {
    const openNs = Number.isNaN(this.#outageSinceNs) ? 0 : nowNs - this.#outageSinceNs;
    return Math.max(this.#longestOutageNs, openNs);
  }

  /** Becomes equal to `other`, without an allocation. */
  copy(other: LossRuns): void {
    this.count = other.count;
    this.lost = other.lost;
    this.longest = other.longest;
    this.#open = other.#open;
    this.#outageSinceNs = other.#outageSinceNs;
    this.#longestOutageNs = other.#longestOutageNs;
  }
}

export class LossPattern {
  readonly #window: OutcomeWindow;
  readonly #runs = new LossRuns();
  /** The last probe that `#runs` has counted. */
  #counted = 0;
  /** The counts before the first probe of each block. */
  readonly #beforeBlock: LossRuns[] = [];

  constructor(window: OutcomeWindow) {
    this.#window = window;
  }

  /** The outcome of `probe` is another one now. */
  changed(probe: number): void {
    if (probe > this.#counted) return;
    this.#runs.copy(this.#beforeBlock[blockOf(probe)]!);
    this.#counted = Math.floor((probe - 1) / BLOCK_PROBES) * BLOCK_PROBES;
  }

  /** Call before the window forgets the probes up to `probe`. */
  settle(probe: number): void {
    while (this.#counted < probe) {
      if (this.#counted % BLOCK_PROBES === 0) this.#remember(blockOf(this.#counted + 1));
      this.#counted++;
      this.#runs.add(this.#window.outcome(this.#counted), this.#window.sentNs(this.#counted));
    }
  }

  #remember(block: number): void {
    this.#beforeBlock[block] ??= new LossRuns();
    this.#beforeBlock[block].copy(this.#runs);
  }

  /** Over all probes so far, those that were forgotten included. */
  runs(): LossRuns {
    this.settle(this.#window.newest);
    return this.#runs;
  }
}
