/** What the conditions of a check come to over what was measured. */
import type { Verdict } from '../../conditions/evaluate.ts';
import type { Scope } from '../../conditions/vocabulary.ts';
import type { Check } from '../check.ts';

export type ReadWord = (word: string, scope: Scope) => number | boolean | null;

/** One verdict for each condition, in the order of the file. */
export function verdictsOf({ assertions }: Check, read: ReadWord): readonly Verdict[] {
  return assertions.map(({ condition }) => condition.evaluate({ read }));
}

/** The same for a run of the library, which judges them itself, live. */
export function conditionTexts({ assertions }: Check): readonly string[] {
  return assertions.map(({ condition }) => condition.text);
}
