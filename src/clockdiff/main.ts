/** Entry of the bundled command, dist/clockdiff.cjs. */
import { runAsProcess } from '../cli/command.ts';
import type { CommandFacts } from '../cli/usage.ts';
import type { Recorder } from '../cli/view.ts';
import { loadBackend } from './load-backend.ts';
import { CLOCKDIFF_OPTIONS } from './options.ts';
import { runClockdiff } from './run.ts';
import { CLOCKDIFF_USAGE } from './usage.ts';

export const facts: CommandFacts = { usage: CLOCKDIFF_USAGE, options: CLOCKDIFF_OPTIONS };

export { CLOCKDIFF_VIEWS as views } from './show.ts';

export function main(commandName: string, recorder?: Recorder): Promise<never> {
  return runAsProcess(commandName, (argv, io) => runClockdiff(argv, io, loadBackend), recorder);
}
