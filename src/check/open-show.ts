/** Which show a run has, by its options and by what stdout and stderr are. */
import { randomUUID } from 'node:crypto';
import { wantsColour } from '../cli/colour.ts';
import type { CommandIo } from '../cli/command.ts';
import { isTerminal } from '../cli/is-terminal.ts';
import type { CheckOptions } from './options.ts';
import { type Paint, PLAIN } from './report/pretty-text.ts';
import { JsonShow, PrettyShow, type Show } from './show.ts';

const STDOUT = 1;
const STDERR = 2;
const UNKNOWN_COLUMNS = 80;

const SILENT: Show = { begin: () => {}, result: () => {}, end: () => {} };

/** Lines for a reader unless another reporter has stdout, or nothing is wanted. */
export async function openShow(options: CheckOptions, io: CommandIo, total: number): Promise<Show> {
  const onStdout = options.reporters.filter(({ file }) => file === null).map(({ name }) => name);
  if (options.json || onStdout.includes('json')) return new JsonShow(io);
  if (!onStdout.includes('pretty') && (onStdout.length > 0 || options.quiet)) return SILENT;
  const paint = wantsColour(io.env, await isTerminal(STDOUT)) ? await colours() : PLAIN;
  const progressColumns = (await isTerminal(STDERR)) ? process.stderr.columns || UNKNOWN_COLUMNS : 0;
  const guard = onStdout.includes('github') ? { guard: randomUUID() } : {};
  return new PrettyShow(io, { paint, progressColumns, total, ...guard });
}

async function colours(): Promise<Paint> {
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  const paints = {
    passed: chalk.green,
    failed: chalk.red,
    unknown: chalk.yellow,
    'not-run': chalk.yellow,
    faint: chalk.dim,
  };
  return (status, text) => paints[status](text);
}
