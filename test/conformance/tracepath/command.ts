/** tracepath, as the harness has to know it. */
import type { CaseOf, Command, SuiteOf } from '../command.ts';
import { DIFFERENCES, type DifferenceName, EVERYWHERE } from './differences.ts';
import { type ExtraMask, MASKS } from './mask.ts';

export const TRACEPATH: Command<DifferenceName, ExtraMask> = {
  name: 'tracepath',
  masks: MASKS,
  differences: DIFFERENCES,
  everywhere: EVERYWHERE,
};

export type Case = CaseOf<typeof TRACEPATH>;
export type Suite = SuiteOf<typeof TRACEPATH>;
