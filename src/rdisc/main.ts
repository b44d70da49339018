/** Entry of the bundled command, dist/rdisc.cjs. */
import { runAsProcess } from '../cli/command.ts';
import { loadBackend } from './load-backend.ts';
import { runRdisc } from './run.ts';

export function main(commandName: string): Promise<never> {
  return runAsProcess(commandName, (argv, io) => runRdisc(argv, io, loadBackend));
}
