/** The short help of `-h`, in iputils' form, made from the option table. */
import type { OptionSpec } from './getopt.ts';

const LETTER_COLUMN = 19;
const LONG_COLUMN = 21;

/** What a command says of itself beside its options. Usage, long help, completion and manual page are made from it. */
export interface UsageFacts {
  readonly command: string;
  /** Other names of its launcher. */
  readonly alsoCalled?: readonly string[];
  /** What it is for: half a sentence, in the imperative. */
  readonly summary: string;
  /** What follows the command's name, e.g. `[options] <destination>`. */
  readonly synopsis: string;
  readonly operands: readonly (readonly [name: string, help: string])[];
  /** What a shell may offer for operands. */
  readonly completes?: 'host' | 'file' | readonly string[];
  readonly exitStatuses: readonly (readonly [status: string, meaning: string])[];
  readonly examples: readonly (readonly [commandLine: string, what: string])[];
}

/** All that help, completion and manual page are made from. */
export interface CommandFacts {
  readonly usage: UsageFacts;
  readonly options: readonly OptionSpec[];
}

/** The name of its page in section 8: `sonde-sweep` for `sonde sweep`. */
export function manualPageOf({ command }: UsageFacts): string {
  return command.replaceAll(' ', '-');
}

export function formatUsage(facts: UsageFacts, specs: readonly OptionSpec[]): string {
  const rows = [
    ...facts.operands.map(([name, help]) => `  ${name.padEnd(LETTER_COLUMN + LONG_COLUMN)}${help}`),
    ...specs.map(
      (spec) => `  ${formatLetter(spec).padEnd(LETTER_COLUMN)}${`--${spec.long}`.padEnd(LONG_COLUMN)}${spec.help}`,
    ),
  ];
  return `\nUsage\n  ${facts.command} ${facts.synopsis}\n\nOptions:\n${rows.join('\n')}\n\nFor more details see ${manualPageOf(facts)}(8).\n`;
}

function formatLetter(spec: OptionSpec): string {
  if (spec.short === undefined) return '';
  return spec.argument === undefined ? `-${spec.short}` : `-${spec.short} <${spec.argument}>`;
}
