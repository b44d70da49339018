/** Entry of the bundled command, dist/arping.cjs. */
import { runAsProcess } from '../cli/command.ts';
import { runArping } from './run.ts';

export function main(commandName: string): Promise<never> {
  return runAsProcess(commandName, runArping);
}
