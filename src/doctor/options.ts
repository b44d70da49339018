/** The command line of `sonde doctor`. */
import type { ParsedCommand } from '../cli/command.ts';
import type { OptionSpec } from '../cli/getopt.ts';
import { parseCommand } from '../cli/parse-command.ts';
import type { UsageFacts } from '../cli/usage.ts';

export const EXIT = { ALL_WORK: 0, SOME_DO_NOT: 1, USAGE: 3 } as const;

export const DOCTOR_OPTIONS = [
  { short: 'h', long: 'usage', group: 'Help', help: 'print the short help and exit' },
  { long: 'help', group: 'Help', help: 'print the long help and exit' },
  { short: 'j', long: 'json', group: 'Output', help: 'print one JSON object a line' },
  { short: 'V', long: 'version', group: 'Help', help: 'print the version and exit' },
] as const satisfies readonly OptionSpec[];

export const DOCTOR_USAGE: UsageFacts = {
  command: 'sonde doctor',
  summary: 'tell what this machine permits, and what would mend the rest',
  synopsis: '[options]',
  operands: [],
  exitStatuses: [
    [`${EXIT.ALL_WORK}`, 'every command works'],
    [`${EXIT.SOME_DO_NOT}`, 'some command does not, or within limits'],
    [`${EXIT.USAGE}`, 'usage'],
  ],
  examples: [
    ['sonde doctor', 'which commands can this user run here?'],
    ['docker run --rm -v "$PWD:/app" -w /app node:22 npx sonde doctor', 'and inside a container?'],
    ['sonde doctor -j | jq -r \'select(.status == "no") | .mends[0]\'', 'what is to be done, for a script'],
  ],
};

export interface DoctorOptions {
  readonly json: boolean;
}

export function parseDoctor(argv: readonly string[], posixlyCorrect: boolean): ParsedCommand<DoctorOptions> {
  let json = false;
  return parseCommand(
    {
      specs: DOCTOR_OPTIONS,
      read: (name) => {
        switch (name) {
          case 'json':
            json = true;
        }
      },
      finish: (operands) =>
        operands.length === 0
          ? { action: 'run', options: { json } }
          : { action: 'usage', message: `no operands are taken: '${operands[0]}'` },
    },
    argv,
    posixlyCorrect,
  );
}
