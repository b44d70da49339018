/** Entry of the bundled command, dist/check.cjs. */
import { runAsProcess } from '../cli/command.ts';
import type { CommandFacts } from '../cli/usage.ts';
import { CHECK_OPTIONS } from './options.ts';
import { runCheck } from './run.ts';
import { CHECK_USAGE } from './usage.ts';

export const facts: CommandFacts = { usage: CHECK_USAGE, options: CHECK_OPTIONS };

export function main(commandName: string): Promise<never> {
  return runAsProcess(commandName, runCheck);
}
