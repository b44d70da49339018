/**
 * Where the values of two samples stand among each other. A placement is the share of the other sample that is below a value,
 * ties by half: the mean placement of the second sample is P(first < second), which is one half where neither tends to be
 * larger. It does not care for tails: one round trip of ten seconds is no more than "the largest".
 */

/** A sample with the order of its values worked out once, as it is asked for at many shifts. */
export interface Sample {
  readonly values: readonly number[];
  /** Indices of the values, smallest first. */
  readonly order: Uint32Array;
  /** The values in that order. */
  readonly sorted: Float64Array;
}

export function makeSample(values: readonly number[]): Sample {
  const order = Uint32Array.from(values, (_, index) => index).sort((a, b) => values[a]! - values[b]!);
  return { values, order, sorted: Float64Array.from(order, (index) => values[index]!) };
}

/** Of each value of `of` among those of `among`, once `shift` is taken from it. In the order of the values. */
export function placements(of: Sample, among: Sample, shift: number): Float64Array {
  const placed = new Float64Array(of.values.length);
  const { sorted: others } = among;
  const size = others.length;
  let below = 0;
  let notAbove = 0;
  for (let rank = 0; rank < placed.length; rank++) {
    const value = of.sorted[rank]! - shift;
    while (below < size && others[below]! < value) below++;
    if (notAbove < below) notAbove = below;
    while (notAbove < size && others[notAbove]! <= value) notAbove++;
    placed[of.order[rank]!] = (below + notAbove) / 2 / size;
  }
  return placed;
}

/** The middle value; between the two in the middle where there are two. */
export function medianOf({ sorted }: Sample): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
