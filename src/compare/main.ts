/** Entry of the bundled command, dist/compare.cjs: reads both sides, compares them, and tells. */
import { type Command, type CommandIo, runAsProcess, runCommand } from '../cli/command.ts';
import { SetupError } from '../cli/errors.ts';
import { escapeControl } from '../cli/printf.ts';
import type { CommandFacts } from '../cli/usage.ts';
import { type Change, compare } from './compare.ts';
import { formatJson } from './json.ts';
import { loadSeries } from './load.ts';
import { COMPARE_OPTIONS, type CompareCommandOptions, EXIT, parseCompare, USAGE } from './options.ts';
import { findMixture } from './series.ts';
import { formatComparison } from './text.ts';

export const facts: CommandFacts = { usage: USAGE, options: COMPARE_OPTIONS };

const STATUS: Readonly<Record<Change, number>> = {
  worse: EXIT.WORSE,
  better: EXIT.NOT_WORSE,
  none: EXIT.NOT_WORSE,
  unknown: EXIT.TOO_LITTLE,
};

export function main(commandName: string): Promise<never> {
  return runAsProcess(commandName, (argv, io) => {
    const command: Command<CompareCommandOptions> = {
      usage: USAGE,
      options: COMPARE_OPTIONS,
      usageStatus: EXIT.USAGE,
      versionFacts: async () => ({ node: process.version }),
      run: async (options) => await compareFiles(options, io),
    };
    return runCommand(command, parseCompare(argv, io.env['POSIXLY_CORRECT'] !== undefined), io);
  });
}

/** @throws SetupError for a file that cannot be read */
async function compareFiles(options: CompareCommandOptions, io: CommandIo): Promise<number> {
  const [base, next] = [await loadSeries(options.base), await loadSeries(options.new)];
  const mixture = findMixture(base, next);
  if (mixture !== null) throw new SetupError(escapeControl(mixture), EXIT.USAGE);
  const comparison = compare(base, next, options);
  // The status that a full disk gets elsewhere says here that something is worse.
  io.whenStdoutFails?.({ outlivesReader: false, status: () => EXIT.USAGE });
  io.stdout((options.json ? formatJson : formatComparison)(comparison, options.alpha));
  return STATUS[comparison.change];
}
