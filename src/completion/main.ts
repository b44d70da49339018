/** Entry of the bundled command, dist/completion.cjs: `sonde completion SHELL`. Asks every bundle beside it for its options. */
import { readdirSync } from 'node:fs';
import { loadBundle } from '../cli/bundle.ts';
import { type Command, runAsProcess, runCommand } from '../cli/command.ts';
import type { CommandFacts } from '../cli/usage.ts';
import { formatBash } from './bash.ts';
import { type Completable, toCompletable } from './completable.ts';
import { formatFish } from './fish.ts';
import {
  COMPLETION_OPTIONS,
  COMPLETION_USAGE,
  type CompletionOptions,
  parseCompletion,
  type Shell,
  USAGE_STATUS,
} from './options.ts';
import { formatZsh } from './zsh.ts';

export const facts: CommandFacts = { usage: COMPLETION_USAGE, options: COMPLETION_OPTIONS };

const FORMATS: Readonly<Record<Shell, (commands: readonly Completable[]) => string>> = {
  bash: formatBash,
  zsh: formatZsh,
  fish: formatFish,
};

export function main(commandName: string): Promise<never> {
  return runAsProcess(commandName, (argv, io) => {
    const command: Command<CompletionOptions> = {
      ...facts,
      usageStatus: USAGE_STATUS,
      versionFacts: async () => ({ node: process.version }),
      run: async ({ shell }, console) => {
        console.tell(FORMATS[shell](readCommands()));
        return 0;
      },
    };
    return runCommand(command, parseCompletion(argv, io.env['POSIXLY_CORRECT'] !== undefined), io);
  });
}

/** All commands of this package, by name. `sonde` itself has no options of its own. */
function readCommands(): readonly Completable[] {
  const names = readdirSync(import.meta.dirname).flatMap((file) => /^([\w-]+)\.cjs$/.exec(file)?.[1] ?? []);
  return names
    .sort()
    .map((name) => loadBundle(name).facts)
    .filter((found) => found !== undefined)
    .map(toCompletable);
}
