/** Entry of the bundled command, dist/ping.cjs. */
import { runAsProcess } from '../cli/command.ts';
import type { CommandFacts } from '../cli/usage.ts';
import type { Recorder } from '../cli/view.ts';
import { loadBackend } from './load-backend.ts';
import { PING_OPTIONS } from './options.ts';
import { runPing } from './run.ts';
import { PING_USAGE } from './usage.ts';

export { PING_VIEWS as views } from './show.ts';

export const facts: CommandFacts = { usage: PING_USAGE, options: PING_OPTIONS };

export function main(commandName: string, recorder?: Recorder): Promise<never> {
  return runAsProcess(commandName, (argv, io) => runPing(argv, io, loadBackend), recorder);
}
