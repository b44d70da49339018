/** Entry of the bundled command, dist/clockdiff.cjs. */
import { runAsProcess } from '../cli/command.ts';
import { loadBackend } from './load-backend.ts';
import { runClockdiff } from './run.ts';

export function main(commandName: string): Promise<never> {
  return runAsProcess(commandName, (argv, io) => runClockdiff(argv, io, loadBackend));
}
