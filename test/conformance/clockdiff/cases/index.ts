/** All suites: which tables run in which lab. */
import type { Case, Suite } from '../command.ts';
import { ARGUMENTS } from './arguments.ts';
import { CLOCKS, MEASURING, OF_NO_USE, ON_A_TERMINAL } from './measuring.ts';
import { DOWN, PRIVILEGES, REFUSALS, STREAMS } from './refusals.ts';

/**
 * A reply that is not there as soon as it is looked for costs iputils all of its wait, up to a second each: on a busy machine
 * its runs take anything. Ours is held to its own start-up.
 */
function quick(oneCase: Case): Case {
  return { takesMs: 0, ...oneCase };
}

export const SUITES: readonly Suite[] = [
  {
    title: 'clockdiff and iputils',
    lab: { names: 'files', liar: true },
    cases: [
      // Those that take long come first, so that the others fill the time.
      ...DOWN,
      ...OF_NO_USE,
      ...[...CLOCKS, ...MEASURING, ...ON_A_TERMINAL, ...REFUSALS, ...PRIVILEGES, ...STREAMS, ...ARGUMENTS].map(quick),
    ],
  },
];
