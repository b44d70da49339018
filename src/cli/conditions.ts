/** --fail-if and --until, the same in every command that has them: rows, reading, and what is shown of verdicts. */
import { type Condition, parseCondition } from '../conditions/condition.ts';
import { type ConditionVerdict, describeVerdict, isFailure, type RunConditions } from '../conditions/judge.ts';
import { formatMistake, type Mistake } from '../conditions/mistake.ts';
import type { Vocabulary } from '../conditions/vocabulary.ts';
import { UsageError } from './errors.ts';
import type { OptionSpec } from './getopt.ts';
import type { ConditionLine } from './lines.ts';
import type { Output } from './pieces.ts';

/** For a room's option table. */
export const CONDITION_OPTIONS = [
  {
    long: 'fail-if',
    argument: 'condition',
    group: 'Conditions',
    help: "exit with 1 if <condition> holds at the end or is not decided, as 'loss > 2%'; may be repeated",
  },
  {
    long: 'until',
    argument: 'condition',
    group: 'Conditions',
    help: "stop when <condition> holds, as 'received >= 3 in a row'; exit with 1 if it never does",
  },
] as const satisfies readonly OptionSpec[];

export type ConditionOptionName = (typeof CONDITION_OPTIONS)[number]['long'];

/** Among a room's options. */
export interface ConditionOptions {
  conditions: RunConditions;
}

export const NO_CONDITIONS: RunConditions = { failIf: [], until: null };

/** Readers of CONDITION_OPTIONS for a room with these words. They throw UsageError with the room's usage status. */
export function conditionReaders(
  vocabulary: Vocabulary,
  usageStatus: number,
): Readonly<Record<ConditionOptionName, (options: ConditionOptions, value: string) => void>> {
  return {
    'fail-if': (options, value) => {
      const failIf = [...options.conditions.failIf, readCondition('--fail-if', value, vocabulary, usageStatus)];
      options.conditions = { ...options.conditions, failIf };
    },
    until: (options, value) => {
      options.conditions = {
        ...options.conditions,
        until: readCondition('--until', value, vocabulary, usageStatus),
      };
    },
  };
}

function readCondition(option: string, text: string, vocabulary: Vocabulary, usageStatus: number): Condition {
  const parsed = parseCondition(text, vocabulary);
  if (parsed.ok) return parsed.condition;
  throw conditionError(option, text, parsed.mistake, usageStatus);
}

/** The option's name, what is wrong, the text, and a caret under the place. */
export function conditionError(option: string, text: string, mistake: Mistake, usageStatus: number): UsageError {
  return new UsageError(`${option}: ${formatMistake(text, mistake)}`, usageStatus);
}

/** What text output says of verdicts, on stderr, behind the summary. */
export function conditionPieces(verdicts: readonly ConditionVerdict[]): readonly Output[] {
  return verdicts.flatMap(describeVerdict).map((line) => ({ stream: 'stderr', text: `${line}\n` }));
}

/** What -j says of a verdict, before the summary. */
export function toConditionLine(verdict: ConditionVerdict): ConditionLine {
  return {
    type: 'condition',
    role: verdict.role,
    text: verdict.text,
    holds: verdict.holds,
    failed: isFailure(verdict),
    terms: verdict.terms.map((term) => ({
      text: term.text,
      holds: term.holds,
      subject: term.subject,
      dimension: term.dimension,
      measured: term.measured,
      limit: term.limit,
      shown: term.measuredText,
      required: term.required,
    })),
  };
}
