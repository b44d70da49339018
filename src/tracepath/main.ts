/** Entry of the bundled command, dist/tracepath.cjs. */
import { runAsProcess } from '../cli/command.ts';
import { runTracepath } from './run.ts';

export function main(commandName: string): Promise<never> {
  return runAsProcess(commandName, runTracepath);
}
