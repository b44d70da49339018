/**
 * `--help` by yargs, from the same option table. Loaded only when asked for: importing yargs takes longer than a ping. yargs
 * never sees a command line here, because it reads several of getopt's forms differently (docs/decisions/0003).
 */
import type { Argv } from 'yargs';
import { OPTION_GROUPS, type OptionSpec } from './getopt.ts';
import type { Terminal } from './terminal.ts';
import { type CommandFacts, type UsageFacts, wrapWords } from './usage.ts';

const MINIMUM_COLUMNS = 40;
const MAXIMUM_COLUMNS = 120;

/**
 * A digit is no letter to yargs, which would write `--4`. It lays the text out with a character of the private use area in
 * its place, as wide as a digit.
 */
const DIGIT_STAND_INS = 0xe000;

/** The long help: options under their headings, exit statuses, examples. Wrapped to the terminal's width. */
export async function formatHelp({ usage, options }: CommandFacts, { columns, colour }: Terminal): Promise<string> {
  const { default: yargs } = await import('yargs');
  const width = Math.max(MINIMUM_COLUMNS, Math.min(columns, MAXIMUM_COLUMNS));
  const parser: Argv = yargs([])
    .scriptName(usage.command)
    .usage(`${usage.command} ${usage.synopsis}`)
    .help(false)
    .version(false)
    .locale('en')
    .wrap(width);
  for (const spec of sortByGroup(options)) addOption(parser, spec);
  const [synopsis, ...rows] = restoreDigits(await parser.getHelp()).split('\n');
  const help = [synopsis, ...introduce(usage, width), ...rows, ...conclude(usage, width), ''].join('\n');
  return colour ? await paint(help) : help;
}

function sortByGroup(options: readonly OptionSpec[]): readonly OptionSpec[] {
  return OPTION_GROUPS.flatMap((group) => options.filter((spec) => spec.group === group));
}

/** The argument stands in the name: yargs shows names only. */
function addOption(parser: Argv, { long, short, argument, group, help }: OptionSpec): void {
  parser.option(argument === undefined ? long : `${long} <${argument}>`, {
    ...(short === undefined ? {} : { alias: hideDigit(short) }),
    group: `${group}:`,
    describe: help,
  });
}

function introduce({ summary, operands }: UsageFacts, width: number): string[] {
  const summaryLines = wrapWords(`${capitalize(summary)}.`, width);
  return ['', ...summaryLines, ...(operands.length === 0 ? [] : ['', ...alignRows(operands, width)])];
}

/** Command lines stand whole on lines of their own, so that they can be copied at any width. */
function conclude({ exitStatuses, examples }: UsageFacts, width: number): string[] {
  return [
    ...['', 'Exit status:', ...alignRows(exitStatuses, width)],
    ...['', 'Examples:', ...examples.flatMap(([line, what]) => [`  ${line}`, ...alignRows([['  ', what]], width)])],
  ];
}

/** Two columns, the second one wrapped within itself. */
function alignRows(rows: readonly (readonly [string, string])[], width: number): string[] {
  const column = Math.max(...rows.map(([name]) => name.length)) + 4;
  return rows.flatMap(([name, text]) => {
    const [first, ...others] = wrapWords(text, width - column);
    return [`  ${name}`.padEnd(column) + first, ...others.map((line) => ' '.repeat(column) + line)];
  });
}

function hideDigit(letter: string): string {
  return /^[0-9]$/.test(letter) ? String.fromCodePoint(DIGIT_STAND_INS + Number(letter)) : letter;
}

function restoreDigits(text: string): string {
  return text.replace(/[\ue000-\ue009]/g, (standIn) => String(standIn.codePointAt(0)! - DIGIT_STAND_INS));
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Headings bold, options in colour. */
async function paint(help: string): Promise<string> {
  const { Chalk } = await import('chalk');
  const { bold, cyan } = new Chalk({ level: 1 });
  const [synopsis, ...lines] = help.split('\n');
  const painted = lines.map((line) =>
    /^\S.*:$/.test(line)
      ? bold(line)
      : line.replace(/^( +)(-.*?)(?= {2,}|$)/, (_all, blanks, names) => blanks + cyan(names)),
  );
  return [bold(synopsis!), ...painted].join('\n');
}
