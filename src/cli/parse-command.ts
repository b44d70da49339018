/** From a command line to what it asks for: the frame around a command's own option readers. */
import type { Notice, ParsedAction, ParsedCommand } from './command.ts';
import { UsageError } from './errors.ts';
import { type OptionSpec, readCommandLine } from './getopt.ts';

/** Options that every command answers in the same way, unless it says otherwise. */
export type FrameOption = 'usage' | 'help' | 'version';

export interface CommandReading<Name extends string, Options> {
  readonly specs: readonly OptionSpec<Name>[];
  /** What one option does to the values. Called in the order of the command line. May throw UsageError. */
  readonly read: (name: Exclude<Name, FrameOption>, value: string) => void;
  /** What comes of it all, once every option is read. May throw UsageError. */
  readonly finish: (operands: readonly string[], notices: Notice[]) => ParsedAction<Options>;
  /** In place of the usage with the message. */
  readonly onMistake?: (message: string) => ParsedAction<Options>;
  /** In place of the usage with its status. */
  readonly onUsage?: () => ParsedAction<Options>;
  /** In place of a UsageError's own. */
  readonly failStatus?: number;
}

/** Reads a whole command line (without node and script). Never throws for what a user typed. */
export function parseCommand<Name extends string, Options>(
  reading: CommandReading<Name, Options>,
  argv: readonly string[],
  posixlyCorrect: boolean,
): ParsedCommand<Options> {
  const { items, operands } = readCommandLine<Name>(reading.specs, argv, posixlyCorrect);
  const json = items.some((item) => item.kind === 'option' && item.name === 'json');
  const notices: Notice[] = [];
  const actionOf = (): ParsedAction<Options> => {
    for (const item of items) {
      if (item.kind === 'error') {
        return reading.onMistake?.(item.message) ?? { action: 'usage', message: item.message };
      }
      if (item.name === 'usage') return reading.onUsage?.() ?? { action: 'usage', message: null };
      if (item.name === 'help') return { action: 'help' };
      if (item.name === 'version') return { action: 'version' };
      reading.read(item.name as Exclude<Name, FrameOption>, item.value);
    }
    return reading.finish(operands, notices);
  };
  try {
    return { ...actionOf(), notices, json };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const exitStatus = reading.failStatus ?? error.exitStatus;
    return { action: 'fail', message: error.message, exitStatus, notices, json };
  }
}
