/** Conditions over a run, as `--fail-if` and `--until` take them: `loss > 2% or p95 > 50ms`. The language: docs/conditions.md. */
import { decide, explain, type TermVerdict, type Verdict } from './evaluate.ts';
import { formatTest, type Test } from './expression.ts';
import type { Mistake } from './mistake.ts';
import { readTest } from './parser.ts';
import type { Measured, Vocabulary } from './vocabulary.ts';

export class Condition {
  /** Written evenly, whatever blanks and signs it was given with. */
  readonly text: string;
  readonly #test: Test;

  constructor(test: Test) {
    this.#test = test;
    this.text = formatTest(test);
  }

  /** Whether it holds now; null where too little is measured to say. Costs no more than its comparisons. */
  holds(measured: Measured): boolean | null {
    return decide(this.#test, measured);
  }

  /** The same with the terms that decide it. */
  evaluate(measured: Measured): Verdict {
    return explain(this.#test, measured);
  }
}

export type ParsedCondition =
  | { readonly ok: true; readonly condition: Condition }
  | { readonly ok: false; readonly mistake: Mistake };

/** Reads a condition in the words of `vocabulary`. Never throws: what is wrong is a `Mistake` with its place. */
export function parseCondition(text: string, vocabulary: Vocabulary): ParsedCondition {
  const read = readTest(text, vocabulary);
  return read.ok ? { ok: true, condition: new Condition(read.test) } : read;
}

/** `loss = 33.3 %`; `p95 not measured`. */
export function formatMeasured({ subject, measured, measuredText }: TermVerdict): string {
  return measured === null ? `${subject} ${measuredText}` : `${subject} = ${measuredText}`;
}
