/** The short help of `-h`, in iputils' form, made from the option table. */
import type { OptionSpec } from './getopt.ts';

/** That of iputils: the short help goes to stderr, and follows no terminal. */
const COLUMNS = 80;
const INDENT = 2;
const GAP = 2;

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
  /** Commands of which one stands behind the first operand, with all that follows. */
  readonly runs?: readonly string[];
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
  const letterColumn = widest(specs.map(formatLetter));
  const longColumn = widest(specs.map(formatLong));
  const names = [
    ...facts.operands.map(([name]) => name),
    ...specs.map((spec) => formatLetter(spec).padEnd(letterColumn) + formatLong(spec)),
  ];
  const helps = [...facts.operands.map(([, help]) => help), ...specs.map(({ help }) => help)];
  const helpColumn = INDENT + Math.max(letterColumn + longColumn, widest(facts.operands.map(([name]) => name)));
  const rows = names.map((name, index) => {
    const lines = wrapWords(helps[index]!, COLUMNS - helpColumn);
    return `${' '.repeat(INDENT)}${name}`.padEnd(helpColumn) + lines.join(`\n${' '.repeat(helpColumn)}`);
  });
  return `\nUsage\n  ${facts.command} ${facts.synopsis}\n\nOptions:\n${rows.join('\n')}\n\nFor more details see ${manualPageOf(facts)}(8).\n`;
}

/** Lines of at most `width` characters, but for a longer word. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function widest(names: readonly string[]): number {
  return Math.max(...names.map(({ length }) => length)) + GAP;
}

function formatLetter(spec: OptionSpec): string {
  return spec.short === undefined ? '' : `-${spec.short}${formatArgument(spec)}`;
}

/** The argument stands behind the letter where there is one. */
function formatLong(spec: OptionSpec): string {
  return `--${spec.long}${spec.short === undefined ? formatArgument(spec) : ''}`;
}

function formatArgument({ argument }: OptionSpec): string {
  return argument === undefined ? '' : ` <${argument}>`;
}
