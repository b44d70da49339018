/** clockdiff, as the harness has to know it. */
import type { CaseOf, Command, SuiteOf } from '../command.ts';
import { DIFFERENCES, type DifferenceName, EVERYWHERE } from './differences.ts';
import { type ExtraMask, MASKS } from './mask.ts';

export const CLOCKDIFF: Command<DifferenceName, ExtraMask> = {
  name: 'clockdiff',
  masks: MASKS,
  differences: DIFFERENCES,
  everywhere: EVERYWHERE,
};

export type Case = CaseOf<typeof CLOCKDIFF>;
export type Suite = SuiteOf<typeof CLOCKDIFF>;
