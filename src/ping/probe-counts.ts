/** What a run counts, as its last line has it, and when its first and its last probe left. */
export class ProbeCounts {
  sent = 0;
  received = 0;
  duplicates = 0;
  corrupted = 0;
  errors = 0;
  /** `monoNs`, 0 before the first probe. */
  lastSentNs = 0;
  #firstSentNs = 0;

  /** A probe left at `nowNs`, or was refused for good. */
  countSent(nowNs: number): void {
    if (this.sent === 0) this.#firstSentNs = nowNs;
    this.lastSentNs = nowNs;
    this.sent++;
  }

  /** Replies and errors: what -c counts. */
  get concluded(): number {
    return this.received + this.errors;
  }

  /** From the first probe to the last one. */
  get elapsedNs(): number {
    return this.lastSentNs - this.#firstSentNs;
  }
}
