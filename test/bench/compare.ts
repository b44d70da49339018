/**
 * The figures of docs/compare.md: how often `sonde compare` calls something changed where nothing is, and how often it finds a
 * shift or a loss, in simulated networks. Ten seconds a hundred pairs.
 */
import { compare } from '../../src/compare/compare.ts';
import type { Series } from '../../src/compare/series.ts';
import { loseInBursts, makeNetworks, makeRandom } from '../compare/random.ts';

const PAIRS = 1000;
const SIZES = [20, 50, 100, 1000];
const SHIFTS_MS = [0.5, 1, 2, 5];
const OPTIONS = { threshold: { kind: 'time', ns: 0 }, alpha: 0.05 } as const;

const random = makeRandom(20_261_122);
const networks = makeNetworks(random);

function run(roundTripsNs: readonly number[], answered: readonly boolean[]): Series {
  return new Map([['host', [{ kind: 'ping', roundTripsNs, answered }]]]);
}

function share(count: number, isTrue: () => boolean): string {
  let found = 0;
  for (let each = 0; each < count; each++) if (isTrue()) found++;
  return `${((100 * found) / count).toFixed(1)} %`;
}

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  console.log(`\n${title}\n`);
  for (const row of [head, head.map((_, at) => (at === 0 ? '---' : '--:')), ...rows])
    console.log(`| ${row.join(' | ')} |`);
}

const whole = (size: number) => new Array<boolean>(size).fill(true);

const LOSSES = [
  ['1 % and 1 %, single', 0.01, 0.01, 1],
  ['5 % and 5 %, in bursts of 5', 0.05, 0.05, 5],
  ['20 % and 20 %, in bursts of 10', 0.2, 0.2, 10],
  ['1 % and 5 %, single', 0.01, 0.05, 1],
  ['1 % and 20 %, single', 0.01, 0.2, 1],
  ['1 % and 20 %, in bursts of 5', 0.01, 0.2, 5],
] as const;

export async function comparisons(): Promise<void> {
  table(
    `Called changed where nothing is, of ${PAIRS} pairs`,
    ['network', ...SIZES.map((size) => `n = ${size}`)],
    Object.entries(networks).map(([name, network]) => [
      name,
      ...SIZES.map((size) =>
        share(PAIRS, () => {
          const { change } = compare(run(network(size), whole(size)), run(network(size), whole(size)), OPTIONS);
          return change === 'worse' || change === 'better';
        }),
      ),
    ]),
  );

  for (const name of ['independent', 'much memory (0.6)', 'heavy tail (Pareto, 1.2)']) {
    table(
      `Called worse where round trips are longer: ${name}`,
      ['longer by', ...SIZES.map((size) => `n = ${size}`)],
      SHIFTS_MS.map((ms) => [
        `${ms} ms`,
        ...SIZES.map((size) =>
          share(PAIRS / 4, () => {
            const later = networks[name]!(size).map((ns) => ns + ms * 1e6);
            return (
              compare(run(networks[name]!(size), whole(size)), run(later, whole(size)), OPTIONS).change === 'worse'
            );
          }),
        ),
      ]),
    );
  }

  table(
    'Called worse by loss',
    ['loss', ...SIZES.map((size) => `n = ${size}`)],
    LOSSES.map(([title, before, now, burst]) => [
      title,
      ...SIZES.map((size) =>
        share(PAIRS, () => {
          const [first, second] = [before, now].map((ratio) => run([], loseInBursts(random, size, ratio, burst)));
          return compare(first!, second!, OPTIONS).change === 'worse';
        }),
      ),
    ]),
  );
}
