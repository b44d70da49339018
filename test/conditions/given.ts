/** Conditions as a command line gives them, for tests of rooms. */
import { NO_CONDITIONS } from '../../src/cli/conditions.ts';
import { type Condition, parseCondition } from '../../src/conditions/condition.ts';
import type { RunConditions } from '../../src/conditions/judge.ts';
import type { Vocabulary } from '../../src/conditions/vocabulary.ts';

/** @throws Error with the mistake in a text */
function read(text: string, vocabulary: Vocabulary): Condition {
  const parsed = parseCondition(text, vocabulary);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.mistake.message}`);
  return parsed.condition;
}

export function failIf(vocabulary: Vocabulary, ...texts: readonly string[]): RunConditions {
  return { ...NO_CONDITIONS, failIf: texts.map((text) => read(text, vocabulary)) };
}

export function until(vocabulary: Vocabulary, text: string): RunConditions {
  return { ...NO_CONDITIONS, until: read(text, vocabulary) };
}
