/**
 * How fast probes to one distance follow each other, over all flows. Routers answer only so often (Linux: six at once, then one a
 * second to each of those it answers), so where answers go missing that used to come, the pace drops.
 */
import type { Instant } from '../../net/clock.ts';

const NS_PER_MS = 1e6;
const PACE_NS = { quick: 10 * NS_PER_MS, slow: 1000 * NS_PER_MS, factor: 4 } as const;

export class Pace {
  /** When the next one may be sent, `monoNs`. */
  readyNs = Number.NEGATIVE_INFINITY;
  #spacingNs: number = PACE_NS.quick;
  #hasAnswered = false;

  sent(now: Instant): void {
    this.readyNs = now.monoNs + this.#spacingNs;
  }

  answered(): void {
    this.#hasAnswered = true;
  }

  /** Silence is no sign of haste where nobody ever answered. */
  lost(): void {
    if (this.#hasAnswered) this.#spacingNs = Math.min(PACE_NS.slow, this.#spacingNs * PACE_NS.factor);
  }
}
