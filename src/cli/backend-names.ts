/** The two backends by name: for option tables, which load neither. */
import { UsageError } from './errors.ts';
import { didYouMean } from './suggest.ts';

export const BACKEND_NAMES = ['addon', 'raw-socket'] as const;
export type BackendName = (typeof BACKEND_NAMES)[number];

/** The argument of --backend. @throws UsageError with `exitStatus` for any other word */
export function parseBackendName(word: string, exitStatus: number): BackendName {
  const name = BACKEND_NAMES.find((each) => each === word);
  if (name !== undefined) return name;
  const hint = didYouMean(word, BACKEND_NAMES);
  throw new UsageError(`invalid --backend argument: ${word} (${BACKEND_NAMES.join(' or ')})${hint}`, exitStatus);
}
