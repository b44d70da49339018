/**
 * Stands between engine and output: keeps events in order while a name that a line shows is being looked up, so that a slow
 * resolver delays lines for a moment and probes not at all.
 */
export interface Names {
  isReady(addresses: readonly string[]): boolean;
  prepare(addresses: readonly string[]): Promise<void>;
}

/** So many events wait for names at most: whoever floods us with more has his shown without. */
const MOST_HELD = 4096;

export class Presenter<Event> {
  readonly #names: Names | null;
  readonly #addressesOf: (event: Event) => readonly string[];
  readonly #write: (event: Event) => void;
  readonly #held: Event[] = [];
  #waiting: Promise<void> | null = null;

  /** `names` is null where none are shown. */
  constructor(names: Names | null, addressesOf: (event: Event) => readonly string[], write: (event: Event) => void) {
    this.#names = names;
    this.#addressesOf = addressesOf;
    this.#write = write;
  }

  readonly show = (event: Event): void => {
    if (this.#names === null) return this.#write(event);
    this.#held.push(event);
    if (this.#waiting === null) return this.#release();
    // Asked now, and not when its turn comes: so all that are held wait for one grace period together.
    const addresses = this.#addressesOf(event);
    if (!this.#names.isReady(addresses)) void this.#names.prepare(addresses);
    if (this.#held.length > MOST_HELD) this.#write(this.#held.shift()!);
  };

  /** Resolves when nothing is held back any more: at most the names' grace period from now. */
  async settled(): Promise<void> {
    while (this.#waiting !== null) await this.#waiting;
  }

  #release(): void {
    if (this.#waiting !== null || this.#names === null) return;
    while (this.#held.length > 0) {
      const addresses = this.#addressesOf(this.#held[0]!);
      if (!this.#names.isReady(addresses)) {
        this.#waiting = this.#names.prepare(addresses).then(() => {
          this.#waiting = null;
          this.#release();
        });
        return;
      }
      this.#write(this.#held.shift()!);
    }
  }
}
