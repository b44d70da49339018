import { describe, expect, it } from 'vitest';
import { integerSquareRoot, RoundTripStatistics } from '../../src/measure/round-trip.ts';
import { newtonRoot, randomIntegers, summarize } from './support.ts';

function measure(samples: readonly number[]): RoundTripStatistics {
  const statistics = new RoundTripStatistics();
  for (const us of samples) statistics.add(us);
  return statistics;
}

describe('a summary', () => {
  it('does not exist while nothing was measured', () => {
    const statistics = new RoundTripStatistics();
    expect([statistics.summary(), statistics.count, statistics.avgUs, statistics.ewmaUs]).toEqual([null, 0, 0, 0]);
  });

  it('of one sample is that sample, without deviation', () => {
    expect(measure([309]).summary()).toEqual({ minUs: 309, avgUs: 309, maxUs: 309, mdevUs: 0, ewmaUs: 309 });
  });

  it('of zeros is zero: a round trip may be shorter than a microsecond', () => {
    expect(measure([0, 0, 0]).summary()).toEqual({ minUs: 0, avgUs: 0, maxUs: 0, mdevUs: 0, ewmaUs: 0 });
  });

  it('agrees with a sum worked by hand', () => {
    // Sum 150, average 50; squares 100 + 400 + 14400 = 14900; (14900 - 22500/3)/3 = 2466; root 49.
    // Moving: 10*8 = 80; 80 + 20 - 10 = 90; 90 + 120 - 11 = 199; 199/8 = 24.
    expect(measure([10, 20, 120]).summary()).toEqual({ minUs: 10, avgUs: 50, maxUs: 120, mdevUs: 49, ewmaUs: 24 });
  });

  it('agrees with the deviations of runs that iputils was seen to make', () => {
    // Debian's ping: rtt min/avg/max/mdev = 0.273/0.654/1.398/0.525 ms for 0.273, 0.292 and 1.398 (one a duplicate);
    // 0.531 and 0.367 gave 0.367/0.449/0.531/0.082; 50.059 and 51.874 gave 50.059/50.966/51.874/0.907.
    expect(measure([273, 292, 1398]).summary()).toMatchObject({ avgUs: 654, mdevUs: 525 });
    expect(measure([531, 367]).summary()).toMatchObject({ minUs: 367, avgUs: 449, maxUs: 531, mdevUs: 82 });
    expect(measure([50_059, 51_874]).summary()).toMatchObject({ avgUs: 50_966, mdevUs: 907 });
  });

  it('may be asked for at any time and changes nothing', () => {
    const statistics = measure([5, 9]);
    expect(statistics.summary()).toEqual(statistics.summary());
    statistics.add(100);
    expect(statistics.summary()).toEqual(summarize([5, 9, 100]));
  });

  it('counts the variance one way below a sum of INT_MAX and another way from it on', () => {
    const [odd, half] = [2 ** 30 - 1, 2 ** 30];
    for (const samples of [
      [odd, half - 1], // sum 2^31 - 2: squares less sum squared by total
      [odd, half], // sum 2^31 - 1 = INT_MAX: mean of squares less square of mean
      [odd, half + 1],
      [2 ** 31 - 2],
      [2 ** 31 - 1],
    ]) {
      expect(measure(samples).summary(), String(samples)).toEqual(summarize(samples));
    }
    // Four samples whose average is no whole number, with a sum one below INT_MAX: still the first way.
    expect(measure([2 ** 29, 2 ** 29 - 1, 2 ** 29, 2 ** 29 - 1]).summary()?.mdevUs).toBe(0);
    // The two ways differ because the second cuts the average before squaring it: 0.5 us off at 2^30 is 2^30 of variance.
    expect(measure([odd, half - 1]).summary()?.mdevUs).toBe(0);
    expect(measure([odd, half]).summary()?.mdevUs).toBe(32_767);
  });

  it.each([
    ['microseconds', 1000],
    ['milliseconds', 1_000_000],
    ['seconds', 100_000_000],
    ['more than a square can be exact for', 2 ** 31 * 1000],
    ['35 years, eight times which is all that a double holds exactly', 2 ** 50],
  ])('agrees with BigInt arithmetic on random series of %s', (_unit, limit) => {
    const random = randomIntegers(limit);
    for (let series = 0; series < 400; series++) {
      const samples = Array.from({ length: 1 + random(60) }, () => random(limit));
      expect(measure(samples).summary(), String(samples)).toEqual(summarize(samples));
    }
  });

  it('agrees with BigInt arithmetic where small and huge samples alternate', () => {
    const random = randomIntegers(77);
    for (let series = 0; series < 400; series++) {
      const samples = Array.from({ length: 1 + random(40) }, () => random(10 ** (1 + random(15))));
      expect(measure(samples).summary(), String(samples)).toEqual(summarize(samples));
    }
  });

  it('is exact where two squares just below 2^53 meet in one sum', () => {
    // 67,108,864^2 = 2^52. A sum of squares that passes 2^53 has lost its last bit, and the deviation shows it.
    for (const samples of [
      [67_108_863, 67_108_900, 67_108_866, 67_108_902, 67_108_864],
      [67_108_864, 67_108_864, 67_108_864, 67_108_879, 67_108_894],
      [67_108_862, 67_108_877, 67_108_870, 67_108_898, 67_108_864],
      // One too much shows in these.
      [67_108_800, 67_108_856, 67_108_827, 67_108_834],
      [67_108_819, 67_108_811, 67_108_843, 67_108_837],
      [67_108_829, 67_108_823, 67_108_839, 67_108_824, 67_108_847, 67_108_843, 67_108_825, 67_108_825],
    ]) {
      expect(measure(samples).summary(), String(samples)).toEqual(summarize(samples));
    }
  });

  it('is exact over a million samples', () => {
    const random = randomIntegers(0x10_0000);
    const samples = Array.from({ length: 1_000_000 }, (_, index) =>
      index % 1000 === 0 ? random(10 ** 9) : random(70_000),
    );
    const statistics = measure(samples);
    expect(statistics.count).toBe(1_000_000);
    expect(statistics.summary()).toEqual(summarize(samples));
  });

  it('tells one microsecond in a million samples of a second apart', () => {
    const samples = new Array<number>(1_000_000).fill(999_999);
    samples[123_456] = 1_999_999; // the sum is now a million times 1,000,000 exactly
    expect(measure(samples).avgUs).toBe(1_000_000);
    samples[123_456] = 1_999_998;
    expect(measure(samples).avgUs).toBe(999_999);
  });
});

describe('the moving average', () => {
  it('begins with the first sample and moves by an eighth, in whole steps', () => {
    const statistics = new RoundTripStatistics();
    const averages = [800, 0, 0, 1600].map((us) => {
      statistics.add(us);
      return [statistics.ewmaTimes8Us, statistics.ewmaUs];
    });
    // 6400; 6400-800; 5600-700; 4900+1600-612
    expect(averages).toEqual([
      [6400, 800],
      [5600, 700],
      [4900, 612],
      [5888, 736],
    ]);
  });

  it('does not begin anew after a first sample of zero', () => {
    expect(measure([0, 800]).ewmaUs).toBe(100);
  });

  it('stays positive and finite for round trips that no int holds (CVE-2025-48964)', () => {
    const statistics = measure([2 ** 50, 2 ** 50, 2 ** 50]);
    expect(statistics.ewmaUs).toBe(2 ** 50);
    expect(statistics.summary()?.mdevUs).toBe(0);
  });
});

describe('integerSquareRoot', () => {
  it('is 0 for 0 and below', () => {
    expect([0n, -1n, -(2n ** 80n)].map(integerSquareRoot)).toEqual([0, 0, 0]);
  });

  it('changes exactly at the squares', () => {
    const roots = [1n, 2n, 3n, 999n, 46_341n, 94_906_265n, 94_906_266n, 2n ** 32n, 2n ** 40n + 1n, 2n ** 53n - 1n];
    for (const root of roots) {
      const square = root * root;
      const expected = [Number(root) - 1, Number(root), Number(root)];
      expect([square - 1n, square, square + 2n * root].map(integerSquareRoot), String(root)).toEqual(expected);
    }
  });

  it("agrees with Newton's method on random numbers of up to 106 bits", () => {
    const random = randomIntegers(106);
    for (let i = 0; i < 5000; i++) {
      const value = (BigInt(random(2 ** 53)) * BigInt(random(2 ** 53))) >> BigInt(random(100));
      expect(integerSquareRoot(value), String(value)).toBe(Number(newtonRoot(value)));
    }
  });
});
