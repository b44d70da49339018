/**
 * `--help` by yargs, from the same option table. Loaded only when asked for: importing yargs takes longer than a ping. yargs
 * never sees a command line here, because it reads several of getopt's forms differently (docs/decisions/0003).
 */
import type { OptionSpec } from './getopt.ts';
import type { UsageFacts } from './usage.ts';

const DEFAULT_COLUMNS = 100;
const MAXIMUM_COLUMNS = 120;

/** The long help, wrapped to `columns` (0: not a terminal) and with its headings in bold when `colour`. */
export async function formatHelp(
  facts: UsageFacts,
  specs: readonly OptionSpec[],
  columns: number,
  colour: boolean,
): Promise<string> {
  const { default: yargs } = await import('yargs');
  const parser = yargs([])
    .scriptName(facts.command)
    .usage(
      `${facts.command} ${facts.synopsis}\n\n${facts.operands.map(([name, help]) => `  ${name}  ${help}`).join('\n')}`,
    )
    .help(false)
    .version(false)
    .locale('en')
    .wrap(Math.min(columns === 0 ? DEFAULT_COLUMNS : columns, MAXIMUM_COLUMNS));
  for (const spec of specs) {
    parser.option(spec.long, {
      ...(spec.short === undefined ? {} : { alias: spec.short }),
      ...(spec.argument === undefined ? { type: 'boolean' as const } : { type: 'string' as const, requiresArg: true }),
      describe: spec.help,
    });
  }
  const help = `${await parser.getHelp()}\n`;
  if (!colour) return help;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return help
    .split('\n')
    .map((line) => (line === 'Options:' || line.startsWith(`${facts.command} `) ? chalk.bold(line) : line))
    .join('\n');
}
