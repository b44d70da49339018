/** Entry of the bundled command, dist/replay.cjs: shows a recorded run again, by the renderers of the command that it is of. */

import { hasBundle, loadBundle, RECORDABLE } from '../cli/bundle.ts';
import { type Command, type CommandIo, runAsProcess, runCommand } from '../cli/command.ts';
import { SetupError } from '../cli/errors.ts';
import { fileReason } from '../cli/file-errors.ts';
import { BrokenRecording, openRecording, readChunks, splitLines } from '../cli/recording-reader.ts';
import { Replay } from '../cli/replay.ts';
import type { CommandFacts } from '../cli/usage.ts';
import { isSystemError } from '../net/errors.ts';
import { FAILURE_STATUS, parseReplay, REPLAY_OPTIONS, type ReplayOptions, USAGE } from './options.ts';
import { safeOutput } from './safe-output.ts';

export const facts: CommandFacts = { usage: USAGE, options: REPLAY_OPTIONS };

export function main(commandName: string): Promise<never> {
  return runAsProcess(commandName, (argv, io) => {
    const command: Command<ReplayOptions> = {
      usage: USAGE,
      options: REPLAY_OPTIONS,
      usageStatus: FAILURE_STATUS,
      versionFacts: async () => ({ node: process.version }),
      run: async (options) => await replay(options, io),
    };
    // The complaints of replay itself are lines in any case: the JSON is the recorded run's.
    return runCommand(command, { ...parseReplay(argv, io.env['POSIXLY_CORRECT'] !== undefined), json: false }, io);
  });
}

/** Answers the exit status of the recorded run. @throws SetupError for a file that cannot be read, or is no whole recording */
async function replay({ file, json }: ReplayOptions, io: CommandIo): Promise<number> {
  try {
    const recording = openRecording(splitLines(readChunks(file)));
    const { command, name } = recording.header;
    const isKnown = Object.hasOwn(RECORDABLE, command) && hasBundle(command);
    const views = isKnown ? loadBundle(command).views : undefined;
    if (views === undefined) throw new BrokenRecording(`line 1: no command '${command}' that could be replayed`);
    return await new Replay(recording, views, safeOutput(io, name), json).run(recording);
  } catch (error) {
    if (error instanceof BrokenRecording) throw new SetupError(`${file}: ${error.message}`, FAILURE_STATUS);
    if (isSystemError(error)) throw new SetupError(`${file}: ${fileReason(error)}`, FAILURE_STATUS);
    throw error;
  }
}
