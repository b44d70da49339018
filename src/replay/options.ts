/** The command line of `sonde replay`. */
import type { ParsedCommand } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import type { OptionSpec } from '../cli/getopt.ts';
import { parseCommand } from '../cli/parse-command.ts';
import type { UsageFacts } from '../cli/usage.ts';

/** Of usage, and of a file that is no whole recording. Otherwise the status is that of the recorded run. */
export const FAILURE_STATUS = 2;

export const REPLAY_OPTIONS = [
  { long: 'json', short: 'j', group: 'Output', help: 'as NDJSON, however the run was shown' },
  { long: 'text', short: 't', group: 'Output', help: 'as lines, however the run was shown' },
  { long: 'usage', short: 'h', group: 'Help', help: 'print the short help and exit' },
  { long: 'help', group: 'Help', help: 'print the long help and exit' },
  { long: 'version', short: 'V', group: 'Help', help: 'print the version and exit' },
] as const satisfies readonly OptionSpec[];

export const USAGE: UsageFacts = {
  command: 'sonde replay',
  summary: 'show a recorded run again, byte for byte or in the other form',
  synopsis: '[-j | --text] <file>',
  operands: [['<file>', 'what sonde record wrote; - for standard input']],
  completes: 'file',
  exitStatuses: [
    ['0', 'or another: that of the recorded run'],
    ['2', 'usage, or the file is no whole recording'],
  ],
  examples: [
    ['sonde replay run.sonde', 'as it was shown'],
    ['sonde replay -j run.sonde', 'the same run as NDJSON'],
  ],
};

export interface ReplayOptions {
  readonly file: string;
  /** Null for the form in which the run was shown. */
  readonly json: boolean | null;
}

export function parseReplay(argv: readonly string[], posixlyCorrect: boolean): ParsedCommand<ReplayOptions> {
  let json: boolean | null = null;
  const parsed = parseCommand(
    {
      specs: REPLAY_OPTIONS,
      read: (name) => {
        if (json !== null && json !== (name === 'json')) {
          throw new UsageError('only one of --json and --text may be used', FAILURE_STATUS);
        }
        json = name === 'json';
      },
      finish: ([file, ...others]) => {
        if (file === undefined) return { action: 'usage', message: 'no file given' };
        if (others.length > 0) return { action: 'usage', message: 'only one file can be replayed' };
        return { action: 'run', options: { file, json } };
      },
    },
    argv,
    posixlyCorrect,
  );
  return parsed;
}
