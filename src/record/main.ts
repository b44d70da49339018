/** Entry of the bundled command, dist/record.cjs: `sonde record FILE COMMAND …` runs the command with somebody who listens. */

import { hasBundle, loadBundle, RECORDABLE } from '../cli/bundle.ts';
import { type Command, runAsProcess, runCommand } from '../cli/command.ts';
import type { Console } from '../cli/console.ts';
import { SetupError } from '../cli/errors.ts';
import { fileReason } from '../cli/file-errors.ts';
import type { CommandFacts } from '../cli/usage.ts';
import { parseRecord, RECORD_OPTIONS, type RecordOptions, USAGE, USAGE_STATUS } from './options.ts';
import { FileRecorder } from './recorder.ts';

export const facts: CommandFacts = { usage: USAGE, options: RECORD_OPTIONS };

export function main(commandName: string): Promise<never> {
  return runAsProcess(commandName, (argv, io) => {
    const recordable = Object.keys(RECORDABLE).filter(hasBundle);
    const command: Command<RecordOptions> = {
      usage: USAGE,
      options: RECORD_OPTIONS,
      usageStatus: USAGE_STATUS,
      versionFacts: async () => ({ node: process.version }),
      run: async (options, console) => await record(options, console),
    };
    return runCommand(command, parseRecord(argv, recordable), io);
  });
}

/** Goes over into the command: it is the process from here on, and ends it. */
async function record({ file, command, args }: RecordOptions, console: Console): Promise<never> {
  const name = RECORDABLE[command]!;
  const recorder = open(file, { command, name, argv: args }, (message) => console.warn(`${file}: ${message}`));
  // A reader of stdout that is gone ends the process at once: cli/output.ts.
  process.on('exit', (status) => recorder.end(status));
  // The command finds its arguments where it would if it had been called by itself.
  process.argv.splice(2, process.argv.length, ...args);
  await loadBundle(command).main(name, recorder);
  throw new Error(`${command} did not end the process`);
}

/** Before the command gives its privileges up: the folder may be root's. @throws SetupError */
function open(...[file, facts, complain]: ConstructorParameters<typeof FileRecorder>): FileRecorder {
  try {
    return new FileRecorder(file, facts, complain);
  } catch (error) {
    throw new SetupError(`${file}: ${fileReason(error)}`, USAGE_STATUS);
  }
}
