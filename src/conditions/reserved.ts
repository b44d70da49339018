/** Names of the language itself. A room may have words that are called as functions are: no `(` stands behind those. */
import type { FunctionName } from './expression.ts';

export const KEYWORDS: readonly string[] = ['and', 'or', 'not', 'in'];
export const FUNCTIONS: readonly string[] = ['min', 'max', 'abs'] satisfies readonly FunctionName[];
