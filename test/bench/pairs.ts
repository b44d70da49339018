/** Paired runs: ours and the peer's in turn (A B A B …), because a machine's noise drifts; what counts is the ratio. */

export interface Summary {
  readonly median: number;
  /** Lowest and highest of the rounds. */
  readonly low: number;
  readonly high: number;
}

export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: percentile(sorted, 50), low: sorted[0] ?? Number.NaN, high: sorted.at(-1) ?? Number.NaN };
}

/** Nearest-rank percentile of sorted values. */
export function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1))] ?? Number.NaN;
}

/** Measures both in turn, `rounds` times after one unmeasured round, and answers both series. */
export async function inTurn(
  rounds: number,
  ours: () => Promise<number>,
  peers: () => Promise<number>,
): Promise<{ readonly ours: readonly number[]; readonly peers: readonly number[] }> {
  const result = { ours: [] as number[], peers: [] as number[] };
  await ours();
  await peers();
  for (let round = 0; round < rounds; round++) {
    result.ours.push(await ours());
    result.peers.push(await peers());
  }
  return result;
}

export function formatSummary(summary: Summary, digits: number, unit: string): string {
  const text = (value: number) => value.toFixed(digits);
  return `${text(summary.median)} ${unit} (${text(summary.low)} to ${text(summary.high)})`;
}
