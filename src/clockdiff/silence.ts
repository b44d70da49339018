/** When to give a target up: it does not answer, or nothing that can be used. */
import type { UselessReplies } from './useless-replies.ts';

/** More probes than this unanswered in a row, and so long a silence, and the target is down. */
const MISSES_ALLOWED = 10;
const SILENCE_NS = 11e9;

export class Silence {
  /** Probes in a row that have been given up. */
  misses = 0;
  #heardNs = 0;

  /** A reply that counts came at `nowNs`, or the run began. */
  end(nowNs: number): void {
    this.misses = 0;
    this.#heardNs = nowNs;
  }

  /** A probe has been given up. */
  miss(): void {
    this.misses++;
  }

  /** What the target is at `nowNs`: `unusable` where something came from it meanwhile; null while there is hope. */
  verdict(
    nowNs: number,
    { since, sinceToProbes }: Pick<UselessReplies, 'since' | 'sinceToProbes'>,
  ): 'down' | 'unusable' | null {
    if (this.misses <= MISSES_ALLOWED) return null;
    const isSilent = nowNs - this.#heardNs >= SILENCE_NS;
    if (sinceToProbes > MISSES_ALLOWED || (isSilent && since > 0)) return 'unusable';
    return isSilent ? 'down' : null;
  }
}
