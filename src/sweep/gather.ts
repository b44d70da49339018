/** What the command line and its files ask to be probed. */

import { closeSync, openSync } from 'node:fs';
import { SetupError, UsageError } from '../cli/errors.ts';
import { fileReason } from '../cli/file-errors.ts';
import { EXIT } from './exit-status.ts';
import type { SweepOptions } from './options.ts';
import { addTargets } from './target-file.ts';
import type { TargetList } from './target-list.ts';
import { listOperands, planTargets, type ScopeOf, type TargetPlan } from './target-plan.ts';

const STDIN = 0;

/**
 * Reads operands and files; without either, standard input. `stdinIsTerminal`: nobody would know that we wait for them to
 * type. @throws UsageError, SetupError
 */
export function gatherTargets(options: SweepOptions, scopeOf: ScopeOf, stdinIsTerminal: boolean): TargetPlan {
  const wanted = listOperands(options, scopeOf);
  const files = options.files.length === 0 && options.operands.length === 0 ? ['-'] : options.files;
  for (const file of files) addFile(wanted, file, stdinIsTerminal);
  return planTargets(wanted, options, scopeOf);
}

/** @throws UsageError, SetupError */
function addFile(list: TargetList, file: string, stdinIsTerminal: boolean): void {
  if (file === '-' && stdinIsTerminal) throw new UsageError('no targets: name some, or a file with -f', EXIT.USAGE);
  let descriptor = STDIN;
  try {
    if (file !== '-') descriptor = openSync(file, 'r');
    addTargets(list, file === '-' ? 'standard input' : file, descriptor);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new SetupError(`${file}: ${fileReason(error)}`, EXIT.SYSTEM);
  } finally {
    if (descriptor !== STDIN) closeSync(descriptor);
  }
}
