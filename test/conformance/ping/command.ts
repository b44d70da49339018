/** ping, as the harness has to know it. */
import type { CaseOf, Command, SuiteOf } from '../command.ts';
import { DIFFERENCES, type DifferenceName, EVERYWHERE } from './differences.ts';
import { findWrongFigures } from './figures.ts';
import { type ExtraMask, MASKS } from './mask.ts';

export const PING: Command<DifferenceName, ExtraMask> = {
  name: 'ping',
  masks: MASKS,
  differences: DIFFERENCES,
  everywhere: EVERYWHERE,
  findWrongFigures,
  elapsedMs,
};

export type Case = CaseOf<typeof PING>;
export type Suite = SuiteOf<typeof PING>;

/** The `time 1003ms` of the summary. */
function elapsedMs(stdout: string): number | null {
  const elapsed = /% packet loss, time (\d+)ms$/m.exec(stdout)?.[1];
  return elapsed === undefined ? null : Number(elapsed);
}
