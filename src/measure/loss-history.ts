/**
 * Loss among probes too many to remember one by one: spans of probes, each twice as long as those of the level below. A
 * window over the past is answered to within one span, and the span is short beside what lies between it and now: with
 * SPANS in each level, no more than 1 / (SPANS - 1) of the probes in the window. Memory grows with the logarithm of the run.
 */
import type { LossCount } from './outcome-window.ts';

const SPANS = 64;

interface Span extends LossCount {
  /** When its first and its last probe were sent. */
  readonly fromNs: number;
  readonly toNs: number;
}

export class LossHistory {
  /** Spans of one level, oldest first; the levels after it are older and longer. */
  readonly #levels: Span[][] = [];

  /** Probes sent from `fromNs` to `toNs`, all later than those before. Spans added are of equal numbers of probes. */
  add(fromNs: number, toNs: number, { decided, lost }: LossCount): void {
    this.#push(0, { fromNs, toNs, decided, lost });
  }

  #push(level: number, span: Span): void {
    this.#levels[level] ??= [];
    const spans = this.#levels[level];
    spans.push(span);
    if (spans.length <= SPANS) return;
    const [first, second] = spans.splice(0, 2) as [Span, Span];
    this.#push(level + 1, {
      fromNs: first.fromNs,
      toNs: second.toNs,
      decided: first.decided + second.decided,
      lost: first.lost + second.lost,
    });
  }

  /** Of the probes sent at `monoNs` or later. The span that lies across is divided as the time is: fractions come about. */
  lossSince(monoNs: number): LossCount {
    let decided = 0;
    let lost = 0;
    for (const spans of this.#levels) {
      for (let index = spans.length - 1; index >= 0; index--) {
        const span = spans[index]!;
        if (span.toNs < monoNs) return { decided, lost };
        const share = span.fromNs >= monoNs ? 1 : (span.toNs - monoNs) / (span.toNs - span.fromNs);
        decided += span.decided * share;
        lost += span.lost * share;
      }
    }
    return { decided, lost };
  }
}
