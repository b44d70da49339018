/** Conditions as the library's options have them: docs/conditions.md describes their language. */
import { type Condition, parseCondition } from '../conditions/condition.ts';
import type { RunConditions } from '../conditions/judge.ts';
import { formatMistake } from '../conditions/mistake.ts';
import type { Vocabulary } from '../conditions/vocabulary.ts';
import { type Check, listOf, text } from './options.ts';

const MOST_CONDITIONS = 1000;

/** Of every function whose runs can be judged. */
export interface ConditionLibraryOptions {
  /** Judged at the end: the verdicts are the summary's `conditions`, in this order. As `loss < 1% and p95 < 50ms`. */
  readonly conditions?: string | readonly string[] | undefined;
  /** Ends the run as soon as this holds, as `received >= 3 in a row`. Its verdict comes first among the summary's. */
  readonly until?: string | undefined;
}

/** The checks of both options for a room with these words. */
export function conditionChecks(words: Vocabulary): Readonly<Record<keyof ConditionLibraryOptions, Check>> {
  const condition: Check = (value, name) => {
    text(value, name);
    readCondition(value as string, name, words);
  };
  const conditions: Check = (value, name) => {
    if (Array.isArray(value)) listOf(condition, MOST_CONDITIONS)(value, name);
    else condition(value, name);
  };
  return { conditions, until: condition };
}

/** The options were checked. */
export function readConditions(given: ConditionLibraryOptions, words: Vocabulary): RunConditions {
  const { conditions = [], until } = given;
  return {
    failIf: [],
    until: until === undefined ? null : readCondition(until, 'until', words),
    asked: [conditions].flat().map((each) => readCondition(each, 'conditions', words)),
  };
}

/** @throws RangeError with the place of the mistake under the text */
function readCondition(condition: string, name: string, words: Vocabulary): Condition {
  const parsed = parseCondition(condition, words);
  if (parsed.ok) return parsed.condition;
  throw new RangeError(`${name}: ${formatMistake(condition, parsed.mistake)}`);
}
