/** Entry of the bundled command, dist/rdisc.cjs. */
import { runAsProcess } from '../cli/command.ts';
import type { CommandFacts } from '../cli/usage.ts';
import type { Recorder } from '../cli/view.ts';
import { loadBackend } from './load-backend.ts';
import { RDISC_OPTIONS } from './options.ts';
import { runRdisc } from './run.ts';
import { RDISC_USAGE } from './usage.ts';

export const facts: CommandFacts = { usage: RDISC_USAGE, options: RDISC_OPTIONS };

export { RDISC_VIEWS as views } from './show.ts';

export function main(commandName: string, recorder?: Recorder): Promise<never> {
  return runAsProcess(commandName, (argv, io) => runRdisc(argv, io, loadBackend), recorder);
}
