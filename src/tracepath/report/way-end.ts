/** Where the way ends at present: it may grow shorter or longer while it is watched. */
import type { Answer } from '../probing/answer.ts';

export class WayEnd {
  #hop: number | null = null;
  #isTarget = false;

  /** Null while nobody has said that nothing lies behind. */
  get hop(): number | null {
    return this.#hop;
  }

  /** The target answers there. */
  get isTarget(): boolean {
    return this.#isTarget;
  }

  /** Whether `hop` is on the way: beyond its end there is nothing but the same end again. */
  reaches(hop: number): boolean {
    return this.#hop === null || hop <= this.#hop;
  }

  /** An answer of `hop`. */
  heard(hop: number, { verdict }: Pick<Answer, 'verdict'>): void {
    if (verdict !== 'passed-by') {
      if (this.reaches(hop)) this.#set(hop, verdict === 'reached');
    } else if (this.#hop !== null && hop >= this.#hop) {
      this.#set(null, false);
    }
  }

  #set(hop: number | null, isTarget: boolean): void {
    this.#hop = hop;
    this.#isTarget = isTarget;
  }
}
