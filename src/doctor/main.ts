/** Entry of the bundled command, dist/doctor.cjs. */
import { runAsProcess } from '../cli/command.ts';
import type { CommandFacts } from '../cli/usage.ts';
import { examine } from './machine.ts';
import { DOCTOR_OPTIONS, DOCTOR_USAGE } from './options.ts';
import { runDoctor } from './run.ts';

export const facts: CommandFacts = { usage: DOCTOR_USAGE, options: DOCTOR_OPTIONS };

export function main(commandName: string): Promise<never> {
  return runAsProcess(commandName, (argv, io) => runDoctor(argv, io, examine));
}
