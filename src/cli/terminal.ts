/** Whether stdout is a terminal, how wide it is, and whether colour is wanted. For help pages: it loads node:tty. */
import { isatty } from 'node:tty';

const STDOUT = 1;

/** `columns` is 0 where stdout is no terminal. NO_COLOR (no-color.org) and FORCE_COLOR are respected. */
export function describeTerminal(env: Readonly<Record<string, string | undefined>>): {
  readonly columns: number;
  readonly colour: boolean;
} {
  const isTerminal = isatty(STDOUT);
  const columns = isTerminal ? (process.stdout.columns ?? 0) : 0;
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return { columns, colour: false };
  if (env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0') return { columns, colour: true };
  return { columns, colour: isTerminal };
}
