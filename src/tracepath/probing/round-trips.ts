/** Round trips in short. */
export interface RoundTripFigures {
  readonly leastNs: number;
  readonly averageNs: number;
  readonly mostNs: number;
}

/** Null for none. */
export function summarizeRoundTrips(roundTripsNs: readonly number[]): RoundTripFigures | null {
  if (roundTripsNs.length === 0) return null;
  let [leastNs, mostNs, sum] = [Number.POSITIVE_INFINITY, 0, 0];
  for (const ns of roundTripsNs) {
    leastNs = Math.min(leastNs, ns);
    mostNs = Math.max(mostNs, ns);
    sum += ns;
  }
  return { leastNs, averageNs: sum / roundTripsNs.length, mostNs };
}
