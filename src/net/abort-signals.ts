/**
 * Aborts of many runs: one listener on each AbortSignal, however many runs it ends, and none once they are over. Node takes
 * the eleventh listener of a signal for a leak and warns; one that stays behind would be a leak.
 */
export class AbortSignals {
  readonly #runs = new Map<AbortSignal, Set<() => void>>();

  /** Calls `interrupt` once `signal` is aborted, at once where it was before. Answers how to stop listening. */
  listen(signal: AbortSignal, interrupt: () => void): () => void {
    if (signal.aborted) {
      interrupt();
      return () => {};
    }
    let runs = this.#runs.get(signal);
    if (runs === undefined) {
      runs = new Set();
      this.#runs.set(signal, runs);
      signal.addEventListener('abort', this.#onAbort);
    }
    runs.add(interrupt);
    return () => this.#forget(signal, interrupt);
  }

  readonly #onAbort = ({ target }: Event): void => {
    const signal = target as AbortSignal;
    const runs = this.#runs.get(signal);
    // A set may lose those that are still to come while one goes through it.
    for (const interrupt of runs ?? []) {
      this.#forget(signal, interrupt);
      interrupt();
    }
  };

  #forget(signal: AbortSignal, interrupt: () => void): void {
    const runs = this.#runs.get(signal);
    if (runs === undefined || !runs.delete(interrupt) || runs.size > 0) return;
    this.#runs.delete(signal);
    signal.removeEventListener('abort', this.#onAbort);
  }
}
