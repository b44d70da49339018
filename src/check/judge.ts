/** From what was measured to what it means for the check. */
import type { TermVerdict, Verdict } from '../conditions/evaluate.ts';
import type { Check } from './check.ts';
import type { Expectation } from './file/schema.ts';
import type { Measured, Presence } from './measurement.ts';
import type { Finding, Status } from './result.ts';

export interface Judgement {
  readonly status: Exclude<Status, 'not-run'>;
  readonly findings: readonly Finding[];
  readonly reason: string | null;
}

/** Whom an expectation is content with. */
const CONTENT_WITH: Readonly<Record<Expectation, readonly Presence[]>> = {
  reachable: ['answers'],
  open: ['answers'],
  refused: ['refuses'],
  unreachable: ['unreachable', 'silent'],
  closed: ['refuses', 'unreachable', 'silent'],
  resolvable: ['answers'],
  unresolvable: ['nameless'],
};

/**
 * All that the check asks for must hold; what could not be measured of a target that was probed does not hold. `isCutShort`: the
 * deadline of the check ended the measurement.
 */
export function judge(check: Check, measured: Measured, isCutShort: boolean): Judgement {
  if (isCutShort && isContentWithSilence(check) && measured.presence === 'silent') return NOT_HEARD_OUT;
  const expected = check.expect === null ? [] : [judgeExpectation(check.expect, measured.presence)];
  const findings = [...expected, ...measured.verdicts.flatMap((verdict, index) => findingsOf(check, verdict, index))];
  const conditionsHold = measured.verdicts.every(({ holds }) => holds === true);
  const passes = conditionsHold && expected.every(({ holds }) => holds === true);
  return { status: passes ? 'passed' : 'failed', findings, reason: passes ? null : measured.remark };
}

/** Silence is told by waiting: who was not waited for may be there. */
const NOT_HEARD_OUT: Judgement = {
  status: 'unknown',
  findings: [],
  reason: 'the deadline of the check came before it could know that nobody answers',
};

function isContentWithSilence({ expect }: Check): boolean {
  return expect !== null && CONTENT_WITH[expect].includes('silent');
}

function judgeExpectation(expected: Expectation, presence: Presence): Finding {
  return {
    text: `expect: ${expected}`,
    holds: CONTENT_WITH[expected].includes(presence),
    subject: '',
    measured: PRESENCE_WORDS[presence],
    required: expected,
  };
}

const PRESENCE_WORDS: Readonly<Record<Presence, string>> = {
  answers: 'answers',
  refuses: 'refuses',
  unreachable: 'reported unreachable',
  silent: 'no answer',
  nameless: 'no such name',
};

/** The terms that decided a condition. Under `not` a term may be false and the condition true: the condition counts. */
function findingsOf(check: Check, { holds, terms }: Verdict, index: number): readonly Finding[] {
  const [only] = terms;
  if (terms.length === 1 && only!.holds === holds) return [termFinding(only!)];
  const text = check.assertions[index]!.condition.text;
  return [{ text, holds, subject: '', measured: terms.map(wordTerm).join(', '), required: text }];
}

function termFinding({ text, holds, subject, measuredText, required }: TermVerdict): Finding {
  return { text, holds, subject, measured: measuredText, required };
}

function wordTerm({ subject, measuredText }: TermVerdict): string {
  return `${subject} = ${measuredText}`;
}
