/** Entry of the bundled command, dist/ping.cjs. */
import { runAsProcess } from '../cli/command.ts';
import { loadBackend } from './load-backend.ts';
import { runPing } from './run.ts';

export function main(commandName: string): Promise<never> {
  return runAsProcess(commandName, (argv, io) => runPing(argv, io, loadBackend));
}
