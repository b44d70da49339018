/** Entry of the bundled command, dist/arping.cjs. */
import { runAsProcess } from '../cli/command.ts';
import type { CommandFacts } from '../cli/usage.ts';
import type { Recorder } from '../cli/view.ts';
import { ARPING_OPTIONS } from './options.ts';
import { runArping } from './run.ts';
import { ARPING_USAGE } from './usage.ts';

export const facts: CommandFacts = { usage: ARPING_USAGE, options: ARPING_OPTIONS };

export { ARPING_VIEWS as views } from './show.ts';

export function main(commandName: string, recorder?: Recorder): Promise<never> {
  return runAsProcess(commandName, runArping, recorder);
}
