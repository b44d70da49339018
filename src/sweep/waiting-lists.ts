/**
 * Lists of targets that wait for a moment, linked through one array: a target is in one list at most, and each list is filled
 * in the order of its moments, because all that wait in it wait equally long. So there is no timer and no heap.
 */
export const NOBODY = 0xffff_ffff;

export class WaitingLists {
  readonly #heads: Uint32Array;
  readonly #tails: Uint32Array;
  readonly #next: Uint32Array;
  readonly #dueNs: Float64Array;

  constructor(lists: number, targets: number) {
    this.#heads = new Uint32Array(lists).fill(NOBODY);
    this.#tails = new Uint32Array(lists).fill(NOBODY);
    this.#next = new Uint32Array(targets);
    this.#dueNs = new Float64Array(targets);
  }

  get lists(): number {
    return this.#heads.length;
  }

  append(list: number, index: number, dueNs: number): void {
    this.#next[index] = NOBODY;
    this.#dueNs[index] = dueNs;
    const tail = this.#tails[list]!;
    if (tail === NOBODY) this.#heads[list] = index;
    else this.#next[tail] = index;
    this.#tails[list] = index;
  }

  /** Who is first; NOBODY in an empty list. */
  first(list: number): number {
    return this.#heads[list]!;
  }

  /** When the first one's moment comes; Infinity in an empty list. */
  dueNs(list: number): number {
    const first = this.#heads[list]!;
    return first === NOBODY ? Number.POSITIVE_INFINITY : this.#dueNs[first]!;
  }

  /** The moment that target `index` waits for, or last waited for. */
  momentOf(index: number): number {
    return this.#dueNs[index]!;
  }

  /** Takes the first one off. The list must not be empty. */
  shift(list: number): number {
    const first = this.#heads[list]!;
    const next = this.#next[first]!;
    this.#heads[list] = next;
    if (next === NOBODY) this.#tails[list] = NOBODY;
    return first;
  }
}
