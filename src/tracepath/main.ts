/** Entry of the bundled command, dist/tracepath.cjs. */
import { runAsProcess } from '../cli/command.ts';
import type { CommandFacts } from '../cli/usage.ts';
import type { Recorder } from '../cli/view.ts';
import { TRACEPATH_OPTIONS } from './options.ts';
import { runTracepath } from './run.ts';
import { TRACEPATH_USAGE } from './usage.ts';

export const facts: CommandFacts = { usage: TRACEPATH_USAGE, options: TRACEPATH_OPTIONS };

export { TRACEPATH_VIEWS as views } from './show.ts';

export function main(commandName: string, recorder?: Recorder): Promise<never> {
  return runAsProcess(commandName, runTracepath, recorder);
}
