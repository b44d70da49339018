/**
 * When a router's next hops are all known: the stopping rule of the multipath detection algorithm (B. Augustin, T. Friedman,
 * R. Teixeira, "Measuring load-balanced paths in the Internet", IMC 2007; D. Veitch et al., "Failure control in multipath
 * route tracing", INFOCOM 2009).
 *
 * After k next hops have been seen, the hypothesis is that there are k + 1, each taken by a flow with the same probability. If
 * that were so, n flows would have shown all of them but for a probability that falls with n. Where this is at most
 * 1 - confidence, k + 1 is ruled out. More than k + 1 next hops would have been even less likely to stay hidden.
 */

/** The probability that `flows` flows, spread evenly and independently over `hops` next hops, have met every one of them. */
export function probabilityOfAll(hops: number, flows: number): number {
  return distribution(hops, flows)[hops]!;
}

/** Element j is the probability that j of `hops` have been met; a recurrence, since the closed form cancels digits away. */
function distribution(hops: number, flows: number): Float64Array {
  const met = new Float64Array(hops + 1);
  met[0] = 1;
  for (let flow = 0; flow < flows; flow++) meetOneMore(met, hops);
  return met;
}

function meetOneMore(met: Float64Array, hops: number): void {
  for (let known = hops; known > 0; known--) {
    met[known] = met[known]! * (known / hops) + met[known - 1]! * ((hops - known + 1) / hops);
  }
  met[0] = 0;
}

/** Flows that must have passed a router, by the number of next hops they showed; computed when first asked for. */
export class StoppingRule {
  readonly confidence: number;
  readonly #needed: number[] = [];

  /** `confidence` lies between 0 and 1, both excluded. @throws RangeError */
  constructor(confidence: number) {
    if (!(confidence > 0 && confidence < 1))
      throw new RangeError(`a confidence lies between 0 and 1, not ${confidence}`);
    this.confidence = confidence;
  }

  /** Flows needed to rule out that there are more than `known` next hops; `known` is at least 1. */
  flowsNeeded(known: number): number {
    this.#needed[known] ??= this.#compute(known + 1);
    return this.#needed[known];
  }

  #compute(hops: number): number {
    const met = new Float64Array(hops + 1);
    met[0] = 1;
    for (let flows = 0; ; flows++) {
      if (met[hops]! >= this.confidence) return flows;
      meetOneMore(met, hops);
    }
  }
}
