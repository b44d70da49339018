/** The command line of `sonde record`: its own options come before the file, all that follows is the command's. */
import { RECORDABLE } from '../cli/bundle.ts';
import type { ParsedCommand } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import type { OptionSpec } from '../cli/getopt.ts';
import { parseCommand } from '../cli/parse-command.ts';
import type { UsageFacts } from '../cli/usage.ts';

/** Of usage, and of a file that cannot be written: those of the command are its own. */
export const USAGE_STATUS = 2;

export const RECORD_OPTIONS = [
  { long: 'usage', short: 'h', group: 'Help', help: 'print the short help and exit' },
  { long: 'help', group: 'Help', help: 'print the long help and exit' },
  { long: 'version', short: 'V', group: 'Help', help: 'print the version and exit' },
] as const satisfies readonly OptionSpec[];

export const USAGE: UsageFacts = {
  command: 'sonde record',
  summary: "write a run's events to a file, from which sonde replay shows the run again",
  synopsis: '<file> <command> [argument...]',
  operands: [
    ['<file>', 'where the recording goes; what it held before is lost'],
    ['<command>', 'what is recorded: ping, tracepath, arping, clockdiff, rdisc or sweep, with its own arguments'],
  ],
  completes: 'file',
  runs: Object.keys(RECORDABLE),
  exitStatuses: [
    ['0', 'that of the command; 1 where it would be 0 and the recording could not be written to its end'],
    ['2', 'usage, or the file cannot be written'],
  ],
  examples: [
    ['sonde record run.sonde ping -c 100 example.net', 'ping as ever, and keep what it told'],
    ['sonde replay run.sonde', 'show the same again'],
  ],
};

export interface RecordOptions {
  readonly file: string;
  readonly command: string;
  readonly args: readonly string[];
}

export function parseRecord(argv: readonly string[], recordable: readonly string[]): ParsedCommand<RecordOptions> {
  return parseCommand(
    {
      specs: RECORD_OPTIONS,
      read: () => {},
      finish: ([file, command, ...args]) => {
        if (file === undefined || command === undefined) {
          return { action: 'usage', message: file === undefined ? 'no file given' : 'no command given' };
        }
        // Before anything is opened: whoever forgot the file would find one with the command's name.
        if (!recordable.includes(command)) {
          throw new UsageError(`no command '${command}' to record: there are ${recordable.join(', ')}`, USAGE_STATUS);
        }
        if (file === '-') throw new UsageError('stdout is for the command: name a file', USAGE_STATUS);
        return { action: 'run', options: { file, command, args } };
      },
    },
    argv,
    // The first operand ends our options, whatever the environment says.
    true,
  );
}
