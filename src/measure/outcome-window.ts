/**
 * What became of the last probes: for each of the latest WINDOW_PROBES when it was sent, whether it was answered or given up, and its
 * round trip. An outcome may still change while its probe is remembered: a late answer turns a loss into an answer. Counters
 * for blocks of probes make every question cheap: a few hundred steps at most, however many probes it is about.
 */

export const UNDECIDED = 0;
export const RECEIVED = 1;
export const LOST = 2;
export type Outcome = typeof UNDECIDED | typeof RECEIVED | typeof LOST;

/** At least so many of the latest probes are remembered. */
export const WINDOW_PROBES = 65_536;
/** Probes are forgotten by blocks of so many, and counted by them. */
export const BLOCK_PROBES = 256;
const CAPACITY = WINDOW_PROBES + BLOCK_PROBES;
export const BLOCKS = CAPACITY / BLOCK_PROBES;
/** What a short run takes; a longer one grows by doubling. */
const FIRST_CAPACITY = 64;

/** How many probes were decided, and how many of them were lost. */
export interface LossCount {
  readonly decided: number;
  readonly lost: number;
}

export class OutcomeWindow {
  /** The first probe that is remembered. */
  oldest = 1;
  /** The last one that was sent; 0 before the first. */
  newest = 0;
  #outcomes = new Uint8Array(FIRST_CAPACITY);
  #sentNs = new Float64Array(FIRST_CAPACITY);
  #roundTripNs = new Float64Array(FIRST_CAPACITY);
  readonly #decidedInBlock = new Uint16Array(BLOCKS);
  readonly #lostInBlock = new Uint16Array(BLOCKS);
  /** The run of equal outcomes that ended with the last probe forgotten. */
  #edgeOutcome: Outcome = UNDECIDED;
  #edgeLength = 0;

  /** Whether `forgetBlock` must come before the next `append`. */
  get isFull(): boolean {
    return this.newest - this.oldest + 1 === CAPACITY;
  }

  has(probe: number): boolean {
    return probe >= this.oldest && probe <= this.newest;
  }

  append(monoNs: number): void {
    const at = slotOf(++this.newest);
    if (at >= this.#outcomes.length) this.#grow();
    this.#outcomes[at] = UNDECIDED;
    this.#sentNs[at] = monoNs;
  }

  #grow(): void {
    const length = Math.min(2 * this.#outcomes.length, CAPACITY);
    const outcomes = new Uint8Array(length);
    outcomes.set(this.#outcomes);
    this.#outcomes = outcomes;
    this.#sentNs = enlarged(this.#sentNs, length);
    this.#roundTripNs = enlarged(this.#roundTripNs, length);
  }

  outcome(probe: number): Outcome {
    return this.#outcomes[slotOf(probe)] as Outcome;
  }

  sentNs(probe: number): number {
    return this.#sentNs[slotOf(probe)]!;
  }

  /** Of a probe that was answered. */
  roundTripNs(probe: number): number {
    return this.#roundTripNs[slotOf(probe)]!;
  }

  receive(probe: number, roundTripNs: number): void {
    this.#roundTripNs[slotOf(probe)] = roundTripNs;
    this.#decide(probe, RECEIVED);
  }

  lose(probe: number): void {
    this.#decide(probe, LOST);
  }

  #decide(probe: number, outcome: typeof RECEIVED | typeof LOST): void {
    const at = slotOf(probe);
    const block = blockOf(probe);
    const before = this.#outcomes[at];
    if (before === UNDECIDED) this.#decidedInBlock[block]!++;
    if (before === LOST) this.#lostInBlock[block]!--;
    if (outcome === LOST) this.#lostInBlock[block]!++;
    this.#outcomes[at] = outcome;
  }

  /** The last probe of the oldest block. */
  get oldestBlockEnd(): number {
    return this.oldest + BLOCK_PROBES - 1;
  }

  /** Forgets the oldest block, all of whose probes were decided, and says how many of them were lost. */
  forgetBlock(): number {
    const end = this.oldestBlockEnd;
    for (let probe = this.oldest; probe <= end; probe++) {
      const outcome = this.outcome(probe);
      this.#edgeLength = outcome === this.#edgeOutcome ? this.#edgeLength + 1 : 1;
      this.#edgeOutcome = outcome;
    }
    const block = blockOf(end);
    const lost = this.#lostInBlock[block]!;
    this.#decidedInBlock[block] = 0;
    this.#lostInBlock[block] = 0;
    this.oldest = end + 1;
    return lost;
  }

  /** How many consecutive probes, ending with the latest decided one, have this outcome. */
  runLength(outcome: typeof RECEIVED | typeof LOST): number {
    let probe = this.#latestDecided();
    let length = 0;
    while (probe >= this.oldest && this.outcome(probe) === outcome) {
      const block = blockOf(probe);
      const lost = this.#lostInBlock[block]!;
      const hasOutcome = outcome === LOST ? lost : this.#decidedInBlock[block]! - lost;
      const step = isBlockEnd(probe) && hasOutcome === BLOCK_PROBES ? BLOCK_PROBES : 1;
      length += step;
      probe -= step;
    }
    const reachesEdge = probe < this.oldest && this.#edgeOutcome === outcome;
    return reachesEdge ? length + this.#edgeLength : length;
  }

  /** The probe before `oldest` when none of those remembered was decided. */
  #latestDecided(): number {
    let probe = this.newest;
    while (probe >= this.oldest && this.outcome(probe) === UNDECIDED) {
      probe -= isBlockEnd(probe) && this.#decidedInBlock[blockOf(probe)] === 0 ? BLOCK_PROBES : 1;
    }
    return probe;
  }

  /** Of the last `probes` decided ones, at most WINDOW_PROBES; of fewer when there are no more. */
  lossAmongLast(probes: number): LossCount {
    let decided = 0;
    let lost = 0;
    let probe = this.newest;
    while (probe >= this.oldest && decided < probes) {
      const block = blockOf(probe);
      const decidedInBlock = this.#decidedInBlock[block]!;
      if (isBlockEnd(probe) && decided + decidedInBlock <= probes) {
        decided += decidedInBlock;
        lost += this.#lostInBlock[block]!;
        probe -= BLOCK_PROBES;
        continue;
      }
      const outcome = this.outcome(probe--);
      if (outcome !== UNDECIDED) decided++;
      if (outcome === LOST) lost++;
    }
    return { decided, lost };
  }

  /** Of the decided ones among those remembered that were sent at `monoNs` or later. */
  lossSince(monoNs: number): LossCount {
    let decided = 0;
    let lost = 0;
    let probe = this.#firstSince(monoNs);
    while (probe <= this.newest) {
      const block = blockOf(probe);
      if (isBlockEnd(probe - 1) && probe + BLOCK_PROBES - 1 <= this.newest) {
        decided += this.#decidedInBlock[block]!;
        lost += this.#lostInBlock[block]!;
        probe += BLOCK_PROBES;
        continue;
      }
      const outcome = this.outcome(probe++);
      if (outcome !== UNDECIDED) decided++;
      if (outcome === LOST) lost++;
    }
    return { decided, lost };
  }

  /** By bisection: probes were sent in the order of their numbers. */
  #firstSince(monoNs: number): number {
    let low = this.oldest;
    let high = this.newest + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.sentNs(middle) >= monoNs) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** The place of the block of `probe` in a ring of BLOCKS. */
export function blockOf(probe: number): number {
  return Math.floor((probe - 1) / BLOCK_PROBES) % BLOCKS;
}

function isBlockEnd(probe: number): boolean {
  return probe % BLOCK_PROBES === 0;
}

/** Places do not move while the arrays grow: a run that is still growing has not come round yet. */
function slotOf(probe: number): number {
  return (probe - 1) % CAPACITY;
}

function enlarged(old: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const array = new Float64Array(length);
  array.set(old);
  return array;
}
