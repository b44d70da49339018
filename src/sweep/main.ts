/** Entry of the bundled command, dist/sweep.cjs. */
import { loadAddon } from '../cli/addon.ts';
import { runAsProcess } from '../cli/command.ts';
import { runSweep } from './run.ts';

export function main(commandName: string): Promise<never> {
  return runAsProcess(commandName, (argv, io) => runSweep(argv, io, loadAddon));
}
