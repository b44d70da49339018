/** The command line of `sonde completion`. */
import type { ParsedCommand } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import type { OptionSpec } from '../cli/getopt.ts';
import { parseCommand } from '../cli/parse-command.ts';
import { didYouMean } from '../cli/suggest.ts';
import type { UsageFacts } from '../cli/usage.ts';

/** Of usage, as of all commands that `sonde` alone has. */
export const USAGE_STATUS = 3;

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export const COMPLETION_OPTIONS = [
  { short: 'h', alsoShort: '?', long: 'usage', group: 'Help', help: 'print the short help and exit' },
  { long: 'help', group: 'Help', help: 'print the long help and exit' },
  { short: 'V', long: 'version', group: 'Help', help: 'print the version and exit' },
] as const satisfies readonly OptionSpec[];

export const COMPLETION_USAGE: UsageFacts = {
  command: 'sonde completion',
  summary: "print a shell's completion script for all commands",
  synopsis: '[options] <shell>',
  operands: [['<shell>', `one of ${SHELLS.join(', ')}`]],
  completes: SHELLS,
  exitStatuses: [
    ['0', 'the script was printed'],
    ['3', 'usage'],
  ],
  examples: [
    ['source <(sonde completion bash)', 'for this bash'],
    ['sonde completion zsh > /usr/local/share/zsh/site-functions/_sonde', 'for every zsh from the next one on'],
    ['sonde completion fish > ~/.config/fish/conf.d/sonde.fish', 'for every fish from the next one on'],
  ],
};

export interface CompletionOptions {
  readonly shell: Shell;
}

export function parseCompletion(argv: readonly string[], posixlyCorrect: boolean): ParsedCommand<CompletionOptions> {
  return parseCommand<(typeof COMPLETION_OPTIONS)[number]['long'], CompletionOptions>(
    {
      specs: COMPLETION_OPTIONS,
      read: () => {},
      finish: ([word, ...others]) => {
        if (word === undefined || others.length > 0) return { action: 'usage', message: null };
        const shell = SHELLS.find((name) => name === word);
        if (shell === undefined) {
          const message = `no completion for '${word}' (${SHELLS.join(', ')})${didYouMean(word, SHELLS)}`;
          throw new UsageError(message, USAGE_STATUS);
        }
        return { action: 'run', options: { shell } };
      },
    },
    argv,
    posixlyCorrect,
  );
}
