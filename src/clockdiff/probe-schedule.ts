/**
 * When the next probe is due. At intervals each is shifted within a millisecond: peers' stamps are whole milliseconds, and probes
 * that always met the same part of one would tell no more than a single probe does.
 */

const NS_PER_MS = 1e6;
/** A part of the golden ratio: its multiples are spread evenly over the peer's millisecond, however many are taken. */
const GOLDEN = 0.618_033_988_749_895;

export class ProbeSchedule {
  readonly #intervalNs: number;
  /** When the next probe is due, without the shift of its phase. */
  #scheduledNs = 0;

  /** `intervalNs`: from one probe to the next at least; 0 for as soon as the last one is answered. */
  constructor(intervalNs: number) {
    this.#intervalNs = intervalNs;
  }

  start(nowNs: number): void {
    this.#scheduledNs = nowNs;
  }

  /** `monoNs` for a probe behind `transmitted` others. */
  dueNs(transmitted: number): number {
    const phase = this.#intervalNs === 0 ? 0 : (transmitted * GOLDEN) % 1;
    return this.#scheduledNs + phase * NS_PER_MS;
  }

  /** A probe leaves at `nowNs`. What a late wake-up has left undone is not made up for. */
  spend(nowNs: number): void {
    this.#scheduledNs = Math.max(this.#scheduledNs, nowNs - NS_PER_MS) + this.#intervalNs;
  }

  /** None is due before `untilNs`. */
  pause(untilNs: number): void {
    this.#scheduledNs = untilNs;
  }
}
