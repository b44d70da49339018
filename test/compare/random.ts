/** Round trips and losses of networks that we know, from a generator that always gives the same. */

/** mulberry32: 32 bits of state, good enough for what is simulated here. */
export function makeRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function makeNormal(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(random() || Number.MIN_VALUE)) * Math.cos(2 * Math.PI * random());
}

const MS = 1e6;

/** Round trips around 10 ms with a spread of about 1 ms, in ns. */
export type Network = (count: number) => number[];

/** What follows the round trip before it by `memory`. */
function autoregressive(random: () => number, memory: number): Network {
  const normal = makeNormal(random);
  const scale = Math.sqrt(1 - memory * memory);
  return (count) => {
    let state = normal();
    return Array.from({ length: count }, () => {
      state = memory * state + scale * normal();
      return 10 * MS + state * MS;
    });
  };
}

export function makeNetworks(random: () => number): Readonly<Record<string, Network>> {
  const normal = makeNormal(random);
  const times = (make: (at: number, count: number) => number): Network => {
    return (count) => Array.from({ length: count }, (_, at) => make(at, count));
  };
  return {
    independent: autoregressive(random, 0),
    'a little memory (0.3)': autoregressive(random, 0.3),
    'much memory (0.6)': autoregressive(random, 0.6),
    'very much memory (0.8)': autoregressive(random, 0.8),
    'heavy tail (Pareto, 1.2)': times(() => 9 * MS + 0.5 * MS * (1 - random()) ** (-1 / 1.2)),
    'two ways, each packet by chance': times(() => (random() < 0.5 ? 10 : 30) * MS + 0.5 * MS * normal()),
    'two ways, ten packets each': (count) => {
      let isLong = random() < 0.5;
      return times(() => {
        if (random() < 0.1) isLong = !isLong;
        return (isLong ? 14 : 10) * MS + 0.5 * MS * normal();
      })(count);
    },
    'rising by 4 ms in each run': times((at, count) => 10 * MS + (4 * MS * at) / count + MS * normal()),
  };
}

/** Whether each of `count` probes was answered: a loss begins by chance, and is `burst` probes long on average. */
export function loseInBursts(random: () => number, count: number, ratio: number, burst: number): boolean[] {
  const begins = ratio / (burst * (1 - ratio));
  let isLost = random() < ratio;
  return Array.from({ length: count }, () => {
    const answered = !isLost;
    isLost = isLost ? random() >= 1 / burst : random() < begins;
    return answered;
  });
}
