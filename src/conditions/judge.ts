/** A run before its conditions: what ends it, what it comes to, and what that makes of the exit status. */
import { type Condition, formatMeasured } from './condition.ts';
import type { Verdict } from './evaluate.ts';
import type { Measured } from './vocabulary.ts';

export interface RunConditions {
  /** Each makes a failure of the run unless it is known not to hold at the end. */
  readonly failIf: readonly Condition[];
  /** Ends the run when it holds; the run is a failure if it never does. */
  readonly until: Condition | null;
  /** Judged at the end, for the caller to make of it what it likes. */
  readonly asked?: readonly Condition[];
}

export type ConditionRole = 'fail-if' | 'until' | 'asked';

/** What came of one condition: in the summary of every room that has conditions. */
export interface ConditionVerdict extends Verdict {
  /** `until` ended the run where it held; `asked` is one of `conditions`; `fail-if` is a command's. */
  readonly role: ConditionRole;
  /** The condition written evenly. */
  readonly text: string;
}

const FAILED_STATUS = 1;

export class Judge {
  readonly #conditions: RunConditions;
  readonly #measured: Measured;
  /** As it was when it held first: what happens while the run ends must not take it back. */
  #reached: Verdict | null = null;

  constructor(conditions: RunConditions, measured: Measured) {
    this.#conditions = conditions;
    this.#measured = measured;
  }

  /** Whether the run waits for something at all. */
  get isWaiting(): boolean {
    return this.#conditions.until !== null;
  }

  /** Whether what the run waits for holds, or held before. Cheap enough to be asked after each event. */
  isReached(): boolean {
    const { until } = this.#conditions;
    if (until === null || this.#reached !== null) return this.#reached !== null;
    if (until.holds(this.#measured) !== true) return false;
    this.#reached = until.evaluate(this.#measured);
    return true;
  }

  /** All conditions at the end of the run. */
  verdicts(): readonly ConditionVerdict[] {
    const { failIf, until, asked = [] } = this.#conditions;
    const judge = (role: ConditionRole, condition: Condition): ConditionVerdict => ({
      role,
      text: condition.text,
      ...condition.evaluate(this.#measured),
    });
    this.isReached();
    return [
      ...(until === null ? [] : [{ ...judge('until', until), ...this.#reached }]),
      ...failIf.map((condition) => judge('fail-if', condition)),
      ...asked.map((condition) => judge('asked', condition)),
    ];
  }
}

/** What nothing was measured for does not pass: a gate that stays open where nobody answers is none. */
export function isFailure({ role, holds }: ConditionVerdict): boolean {
  switch (role) {
    case 'fail-if':
      return holds !== false;
    case 'until':
      return holds !== true;
    case 'asked':
      return false;
  }
}

/**
 * The exit status of a run that would end with `status` without conditions: 1 where one failed; 0 where what it waited for
 * came, though it says 1 for "no answer". What stands above 1 (a refusal, a signal) says more and stays.
 */
export function statusWith(verdicts: readonly ConditionVerdict[], status: number): number {
  if (status > FAILED_STATUS) return status;
  if (verdicts.some(isFailure)) return FAILED_STATUS;
  return verdicts.some(({ role }) => role === 'until') ? 0 : status;
}

/**
 * What a reader is told of a condition, a line for each term that decided it: `condition failed: loss > 2% (loss = 33.3 %)`.
 * Nothing of one that is as it should be.
 */
export function describeVerdict(verdict: ConditionVerdict): readonly string[] {
  const { role, text, holds, terms } = verdict;
  if (!isFailure(verdict)) return [];
  const what = role === 'until' ? 'not reached' : holds === null ? 'not decided' : 'failed';
  return terms.map((term) => {
    const part = term.holds === holds ? term.text : `not ${term.text}`;
    return `condition ${what}: ${part} (${formatMeasured(term)})${part === text ? '' : `, in '${text}'`}`;
  });
}
