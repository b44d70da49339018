/** How wide the text on stdout may be, and whether colour is wanted. For help pages: it loads node:tty. */
import { isatty } from 'node:tty';
import { type Environment, wantsColour } from './colour.ts';

const STDOUT = 1;
const COLUMNS_OF_A_PIPE = 80;

export interface Terminal {
  readonly columns: number;
  readonly colour: boolean;
}

export function describeTerminal(env: Environment): Terminal {
  const isTerminal = isatty(STDOUT);
  const terminalColumns = isTerminal ? process.stdout.columns : undefined;
  return { columns: columnsOf(env, terminalColumns), colour: wantsColour(env, isTerminal) };
}

/** COLUMNS where the user says so, then the terminal's own width, else that of a page. */
export function columnsOf({ COLUMNS }: Environment, terminalColumns: number | undefined): number {
  const said = /^[1-9][0-9]{0,4}$/.test(COLUMNS ?? '') ? Number(COLUMNS) : undefined;
  return said ?? (terminalColumns || COLUMNS_OF_A_PIPE);
}
