import { expect, it } from 'vitest';
import { findWrongFigures } from './figures.ts';

function run(times: readonly string[], figures: string, marks = ''): string {
  const lines = times.map((time, index) => `64 bytes from ::1: icmp_seq=${index + 1} ttl=64 time=${time} ms${marks}\n`);
  return `PING ::1 (::1) 56 data bytes\n${lines.join('')}\nrtt min/avg/max/mdev = ${figures} ms\n`;
}

it.each([
  ['one reply', run(['0.304'], '0.304/0.304/0.304/0.000')],
  ['rounded lines', run(['0.304', '124', '16.3'], '0.304/46.882/123.620/54.777')],
  ['no summary', 'PING ::1 (::1) 56 data bytes\n'],
  ['no lines', run([], '0.304/1.000/2.000/0.500')],
])('finds nothing wrong with %s', (_, stdout) => {
  expect(findWrongFigures(stdout)).toEqual([]);
});

it.each([
  ['an average that is too great', run(['0.304', '0.400'], '0.304/0.500/0.400/0.048')],
  ['a deviation that is too great', run(['0.304', '0.400'], '0.304/0.352/0.400/0.060')],
  ['a least that was not shown', run(['0.304', '0.400'], '0.200/0.352/0.400/0.048')],
  ['a greatest that was not shown', run(['0.304', '0.400'], '0.304/0.352/0.500/0.048')],
  ['a line that is rounded wrongly', run(['17.4'], '16.300/16.300/16.300/0.000')],
])('finds %s', (_, stdout) => {
  expect(findWrongFigures(stdout)).not.toEqual([]);
});

it('looks at no lines where not every time counts', () => {
  expect(findWrongFigures(run(['0.304'], '1.000/1.000/1.000/0.000', ' (BAD CHECKSUM!)'))).toEqual([]);
});
