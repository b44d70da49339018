/** First in, first out, as fast when a million wait: an array's own `shift` moves all that are left. */

/** So many places are empty at least before the others move up. */
const COMPACT_AT = 1024;

export class Fifo<T> {
  #items: (T | undefined)[] = [];
  /** Of the first one; what is before it was taken. */
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Undefined where none waits. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined; // whoever took it decides how long it lives
    // Half of the places at least: each item moves once on average.
    if (this.#head >= COMPACT_AT && 2 * this.#head >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
  }
}
