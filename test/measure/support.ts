/** The statistics of ping's last line computed anew, in BigInt throughout: iputils.md section 1.4.8. */

export interface ExpectedSummary {
  readonly minUs: number;
  readonly avgUs: number;
  readonly maxUs: number;
  readonly mdevUs: number;
  readonly ewmaUs: number;
}

const INT_MAX = 2n ** 31n - 1n;

/** Newton's method on integers, as iputils has it; not the way that the code under test goes. */
export function newtonRoot(value: bigint): bigint {
  if (value <= 0n) return 0n;
  let root = value;
  for (let next = (root + 1n) / 2n; next < root; next = (root + value / root) / 2n) root = next;
  return root;
}

export function summarize(samples: readonly number[]): ExpectedSummary {
  const total = BigInt(samples.length);
  let sum = 0n;
  let squares = 0n;
  let rtt8 = 0n;
  let min = BigInt(samples[0]!);
  let max = min;
  for (const [index, sample] of samples.entries()) {
    const us = BigInt(sample);
    sum += us;
    squares += us * us;
    rtt8 = index === 0 ? us * 8n : rtt8 + us - rtt8 / 8n;
    if (us < min) min = us;
    if (us > max) max = us;
  }
  const average = sum / total;
  const variance = sum < INT_MAX ? (squares - (sum * sum) / total) / total : squares / total - average * average;
  return {
    minUs: Number(min),
    avgUs: Number(average),
    maxUs: Number(max),
    mdevUs: Number(newtonRoot(variance)),
    ewmaUs: Number(rtt8 / 8n),
  };
}

/** Reproducible whole numbers below 2^53 (xorshift32, twice). */
export function randomIntegers(seed: number): (limit: number) => number {
  let state = seed | 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return (limit) => ((next() & 0x1f_ffff) * 2 ** 32 + next()) % limit;
}
