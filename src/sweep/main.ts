/** Entry of the bundled command, dist/sweep.cjs. */
import { loadAddon } from '../cli/addon.ts';
import { runAsProcess } from '../cli/command.ts';
import type { CommandFacts } from '../cli/usage.ts';
import type { Recorder } from '../cli/view.ts';
import { SWEEP_OPTIONS } from './options.ts';
import { runSweep } from './run.ts';
import { SWEEP_USAGE } from './usage.ts';

export const facts: CommandFacts = { usage: SWEEP_USAGE, options: SWEEP_OPTIONS };

export { SWEEP_VIEWS as views } from './show.ts';

export function main(commandName: string, recorder?: Recorder): Promise<never> {
  return runAsProcess(commandName, (argv, io) => runSweep(argv, io, loadAddon), recorder);
}
