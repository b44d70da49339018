/** Vocabulary and measured values for tests of conditions. */
import { expect } from 'vitest';
import { type Condition, parseCondition } from '../../src/conditions/condition.ts';
import type { Verdict } from '../../src/conditions/evaluate.ts';
import { formatMistake } from '../../src/conditions/mistake.ts';
import type { Measured, Scope, Vocabulary } from '../../src/conditions/vocabulary.ts';
import { STATISTICS_WORDS } from '../../src/conditions/words.ts';

export const MS = 1e6;

/** Words of every dimension. */
export const WORDS: Vocabulary = {
  ...STATISTICS_WORDS,
  pmtu: { dimension: 'count', help: 'path MTU' },
  hops: { dimension: 'count', help: 'hops' },
  offset: { dimension: 'duration', help: 'offset', signed: true },
  connect: { dimension: 'duration', help: 'time to connect' },
  macs: { dimension: 'count', help: 'hardware addresses' },
  reached: { dimension: 'truth', help: 'reached' },
};

export type Values = Readonly<Record<string, number | boolean | null>>;

/** A scoped value stands under `loss in last 20`, `loss in last 30000000000ns`, `received in a row`. */
export function measured(values: Values): Measured {
  return { read: (word, scope) => values[`${word}${scopeKey(scope)}`] ?? null };
}

function scopeKey(scope: Scope): string {
  switch (scope.kind) {
    case 'run':
      return '';
    case 'in-a-row':
      return ' in a row';
    case 'last-probes':
      return ` in last ${scope.probes}`;
    case 'last-time':
      return ` in last ${scope.ns}ns`;
  }
}

export function parse(text: string, vocabulary = WORDS): Condition {
  const parsed = parseCondition(text, vocabulary);
  if (!parsed.ok) throw new Error(formatMistake(text, parsed.mistake));
  return parsed.condition;
}

export function judge(text: string, values: Values): Verdict {
  const condition = parse(text);
  const verdict = condition.evaluate(measured(values));
  expect(condition.holds(measured(values))).toBe(verdict.holds);
  return verdict;
}

/** Message, text and caret. */
export function complaint(text: string, vocabulary = WORDS): string {
  const parsed = parseCondition(text, vocabulary);
  if (parsed.ok) throw new Error(`was read as ${parsed.condition.text}`);
  return formatMistake(text, parsed.mistake);
}
