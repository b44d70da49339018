/** The clocks in clockdiff's output. All hosts of the lab have one clock, so figures beyond 2 ms are not masked: they are wrong. */
import type { Mask, MaskTable } from '../mask.ts';

/** What only some cases may hide, each by name. */
export type ExtraMask = 'about 256 ms' | 'about 245 ms' | 'about -1234 ms';

const ABOUT_ZERO = '(?:-[12]|[0-2])';

function figures(pattern: string): Mask[] {
  return [
    { pattern: new RegExp(`^\\d{10} ${pattern} ${pattern}$`, 'gm'), mask: '<now> <figures>' },
    { pattern: new RegExp(`(?<= )delta=${pattern}ms/${pattern}ms(?= )`, 'g'), mask: 'delta=<figures>' },
  ];
}

const CLOCKS: MaskTable<ExtraMask>['always'] = [
  ...figures(ABOUT_ZERO),
  { pattern: /(?<=^host=\S+ )rtt=\d+\(\d+\)ms\/-?\d+ms(?= )/gm, mask: 'rtt=<figures>' },
  { pattern: /[A-Z][a-z]{2} [A-Z][a-z]{2} [ 1-3]\d \d\d:\d\d:\d\d \d{4}(?=\r?$)/gm, mask: '<ctime>' },
  { pattern: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?=[+-]\d{4}\r?$)/gm, mask: '<ISO>' },
];

export const MASKS: MaskTable<ExtraMask> = {
  always: CLOCKS,
  extra: {
    'about 256 ms': figures('25[4-7]'),
    'about 245 ms': figures('24[3-6]'),
    'about -1234 ms': figures('-123[2-6]'),
  },
};
