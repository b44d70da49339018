/** The short help of `-h`, in iputils' form, made from the option table. */
import type { OptionSpec } from './getopt.ts';

const LETTER_COLUMN = 19;
const LONG_COLUMN = 21;

export interface UsageFacts {
  readonly command: string;
  /** What follows the command's name, e.g. `[options] <destination>`. */
  readonly synopsis: string;
  readonly operands: readonly (readonly [name: string, help: string])[];
}

export function formatUsage(facts: UsageFacts, specs: readonly OptionSpec[]): string {
  const rows = [
    ...facts.operands.map(([name, help]) => `  ${name.padEnd(LETTER_COLUMN + LONG_COLUMN)}${help}`),
    ...specs.map(
      (spec) => `  ${formatLetter(spec).padEnd(LETTER_COLUMN)}${`--${spec.long}`.padEnd(LONG_COLUMN)}${spec.help}`,
    ),
  ];
  return `\nUsage\n  ${facts.command} ${facts.synopsis}\n\nOptions:\n${rows.join('\n')}\n\nFor more details see ${facts.command}(8).\n`;
}

function formatLetter(spec: OptionSpec): string {
  if (spec.short === undefined) return '';
  return spec.argument === undefined ? `-${spec.short}` : `-${spec.short} <${spec.argument}>`;
}
