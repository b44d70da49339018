/** The two distributions that the tests need, to about twelve digits. */

/** Terms of Stirling's series B(2k) / (2k (2k-1)), DLMF 5.11.1. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188];
/** From here on the series above is good to a double. */
const STIRLING_FROM = 12;
const CONTINUED_FRACTION_STEPS = 300;
const PRECISION = 1e-15;
const TINY = 1e-300;

/** ln Γ(x) for x > 0. */
export function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < STIRLING_FROM; z++) shift -= Math.log(z);
  const series = STIRLING.reduce((sum, term, k) => sum + term / z ** (2 * k + 1), 0);
  return shift + (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series;
}

/** The regularized incomplete beta function I_x(a, b): DLMF 8.17.22, by Lentz's method. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast on this side of the mean only.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= CONTINUED_FRACTION_STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const term of [even, odd]) {
      d = 1 / awayFromZero(1 + term * d);
      c = awayFromZero(1 + term / c);
      change = c * d;
      value *= change;
    }
    if (Math.abs(change - 1) < PRECISION) break;
  }
  return front * value;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** P(T > t) for Student's t with `freedom` degrees of freedom. */
export function studentTail(t: number, freedom: number): number {
  if (t === Number.POSITIVE_INFINITY) return 0;
  if (t === Number.NEGATIVE_INFINITY) return 1;
  const half = incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;
  return t > 0 ? half : 1 - half;
}

/** ln of how many ways there are to choose k of n. */
export function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

/**
 * Fisher's exact test, one tail: the probability of `second` or more marked ones in the second sample when first + second are
 * spread by chance over samples of firstSize and secondSize.
 */
export function fisherTail(first: number, firstSize: number, second: number, secondSize: number): number {
  const marked = first + second;
  const all = logChoose(firstSize + secondSize, marked);
  const most = Math.min(marked, secondSize);
  let sum = 0;
  for (let count = second; count <= most; count++) {
    if (marked - count > firstSize) continue;
    const term = Math.exp(logChoose(secondSize, count) + logChoose(firstSize, marked - count) - all);
    sum += term;
    // Behind the middle, terms fall faster than a geometric series.
    if (term < sum * PRECISION && count > (marked * secondSize) / (firstSize + secondSize)) break;
  }
  return Math.min(1, sum);
}
