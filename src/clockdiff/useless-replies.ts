/** Counts what the target answered and we cannot use: a host that does so is not down. */
import type { UnusableReason } from './reply.ts';

export class UselessReplies {
  readonly #byReason: Partial<Record<UnusableReason, number>> = {};
  #duplicates = 0;
  #since = 0;
  #sinceToProbes = 0;

  /** Answers how many there have been for that reason. */
  add(why: UnusableReason): number {
    const count = (this.#byReason[why] ?? 0) + 1;
    this.#byReason[why] = count;
    this.#since++;
    return count;
  }

  addDuplicate(): void {
    this.#duplicates++;
    this.#since++;
  }

  /** The last one named the probe under way, so it is no other program's. */
  markOurs(): void {
    this.#sinceToProbes++;
  }

  /** A reply was accepted. */
  forgive(): void {
    this.#since = this.#sinceToProbes = 0;
  }

  /** Since the last accepted reply, duplicates included. */
  get since(): number {
    return this.#since;
  }

  /** Those of them that named the probe under way. */
  get sinceToProbes(): number {
    return this.#sinceToProbes;
  }

  get duplicates(): number {
    return this.#duplicates;
  }

  get byReason(): Readonly<Partial<Record<UnusableReason, number>>> {
    return this.#byReason;
  }
}
