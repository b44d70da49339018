/** What a condition comes to over a run, in Kleene's three values: true, false, and null for what is not measured. */
import {
  type Comparison,
  type ComparisonOperator,
  formatQuantityTree,
  formatTest,
  isConstant,
  isInARow,
  MIRRORED,
  type Quantity,
  type Test,
  type Truth,
  unitIn,
} from './expression.ts';
import { formatQuantity } from './units.ts';
import type { Dimension, Measured } from './vocabulary.ts';

const NS_PER_MS = 1e6;

/** One comparison, or one word that is true or false, with what was measured. */
export interface TermVerdict {
  /** The term written evenly: `p95 <= 50ms`. */
  readonly text: string;
  /** Null where something in it is not measured. */
  readonly holds: boolean | null;
  /** The measured side: `p95`, `abs(offset)`, `received in a row`. */
  readonly subject: string;
  /** What is measured: a count, a ratio, a duration, or a truth. */
  readonly dimension: Dimension;
  /** Its value: a count, a ratio from 0 to 1, milliseconds, or true or false. */
  readonly measured: number | boolean | null;
  /** The same for a reader, in the unit of the term: `61.2 ms`, `not measured`. */
  readonly measuredText: string;
  /** What the subject is compared with, as it was written: `<= 50ms`; with its value where that was measured too. */
  readonly required: string;
  /** The value of that, likewise. */
  readonly limit: number | boolean | null;
}

export interface Verdict {
  /** Null where something that would decide it is not measured. */
  readonly holds: boolean | null;
  /** Those that decided it, in the order of the text: of `a or b` that holds only what holds. */
  readonly terms: readonly TermVerdict[];
}

/** Whether `test` holds. */
export function decide(test: Test, measured: Measured): boolean | null {
  switch (test.kind) {
    case 'comparison':
      return compare(test.operator, measure(test.left, measured), measure(test.right, measured));
    case 'truth':
      return truthOf(test, measured);
    case 'not':
      return negate(decide(test.operand, measured));
    case 'and':
    case 'or':
      return combine(
        test.kind,
        test.operands.map((operand) => decide(operand, measured)),
      );
  }
}

/** Whether `test` holds, and which terms make it so. */
export function explain(test: Test, measured: Measured): Verdict {
  switch (test.kind) {
    case 'comparison': {
      const term = explainComparison(test, measured);
      return { holds: term.holds, terms: [term] };
    }
    case 'truth': {
      const term = explainTruth(test, measured);
      return { holds: term.holds, terms: [term] };
    }
    case 'not': {
      const { holds, terms } = explain(test.operand, measured);
      return { holds: negate(holds), terms };
    }
    case 'and':
    case 'or': {
      const verdicts = test.operands.map((operand) => explain(operand, measured));
      const holds = combine(
        test.kind,
        verdicts.map((verdict) => verdict.holds),
      );
      // Each deciding operand has the value of the whole: one true one is enough for `or`, and all were needed for it to be false.
      return { holds, terms: verdicts.filter((verdict) => verdict.holds === holds).flatMap(({ terms }) => terms) };
    }
  }
}

function negate(holds: boolean | null): boolean | null {
  return holds === null ? null : !holds;
}

function combine(kind: 'and' | 'or', holds: readonly (boolean | null)[]): boolean | null {
  const decisive = kind === 'or';
  if (holds.includes(decisive)) return decisive;
  return holds.includes(null) ? null : !decisive;
}

function compare(operator: ComparisonOperator, left: number | null, right: number | null): boolean | null {
  if (left === null || right === null) return null;
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '==':
      return left === right;
    case '!=':
      return left !== right;
  }
}

/** In base units; null where something in it is not measured, or where it is divided by zero. */
function measure(quantity: Quantity, measured: Measured): number | null {
  switch (quantity.kind) {
    case 'number':
      return quantity.value;
    case 'word': {
      const value = measured.read(quantity.name, quantity.scope);
      return typeof value === 'number' && Number.isFinite(value) ? value : null;
    }
    case 'negative': {
      const value = measure(quantity.operand, measured);
      return value === null ? null : -value;
    }
    case 'sum':
    case 'product': {
      let total = measure(quantity.first, measured);
      for (const { operator, operand } of quantity.rest) {
        const value = measure(operand, measured);
        if (total === null || value === null) return null;
        total = calculate(total, operator, value);
      }
      return total !== null && Number.isFinite(total) ? total : null;
    }
    case 'call': {
      const values = quantity.operands.map((operand) => measure(operand, measured));
      if (!values.every((value) => value !== null)) return null;
      if (quantity.name === 'abs') return Math.abs(values[0]!);
      return values.reduce((best, value) => (value < best === (quantity.name === 'min') ? value : best));
    }
  }
}

function calculate(left: number, operator: '+' | '-' | '*' | '/', right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
  }
}

/** The measured side comes first, on whichever side it was written. */
function explainComparison(test: Comparison, measured: Measured): TermVerdict {
  const isMirrored = isConstant(test.left);
  const [subject, limit] = isMirrored ? [test.right, test.left] : [test.left, test.right];
  const operator = isMirrored ? MIRRORED[test.operator] : test.operator;
  const value = measure(subject, measured);
  const limitValue = measure(limit, measured);
  const dimension = toDimension(subject, limit);
  const unit = unitIn(limit) ?? unitIn(subject);
  // What is not compared with a unit of the user's is a percentage, as the texts of all commands have it.
  const isPlain = dimension === 'ratio' && limit.kind === 'number' && limit.unit === null && limit.value !== 0;
  const asText = (each: number | null, beside: number | null) =>
    isPlain ? formatQuantity(each, 'count', { beside }) : formatQuantity(each, dimension, { unit, beside });
  const limitText = formatQuantityTree(limit);
  return {
    text: formatTest(test),
    holds: compare(operator, value, limitValue),
    subject: `${formatQuantityTree(subject)}${isInARow(subject) ? ' in a row' : ''}`,
    dimension,
    measured: toPublic(value, dimension),
    measuredText: asText(value, limitValue),
    required: `${operator} ${limitText}${isConstant(limit) ? '' : ` (${asText(limitValue, value)})`}`,
    limit: toPublic(limitValue, dimension),
  };
}

/** Verdicts leave the program, where times are in milliseconds. */
function toPublic(value: number | null, dimension: Dimension): number | null {
  return value !== null && dimension === 'duration' ? value / NS_PER_MS : value;
}

/** Plain numbers are shown as what they are compared with. */
function toDimension(subject: Quantity, limit: Quantity): Dimension {
  const { dimension } = subject.dimension === 'number' ? limit : subject;
  return dimension === 'number' ? 'count' : dimension;
}

function truthOf(test: Truth, measured: Measured): boolean | null {
  const value = measured.read(test.name, { kind: 'run' });
  return typeof value === 'boolean' ? value : null;
}

function explainTruth(test: Truth, measured: Measured): TermVerdict {
  const value = truthOf(test, measured);
  return {
    text: test.name,
    holds: value,
    subject: test.name,
    dimension: 'truth',
    measured: value,
    measuredText: formatQuantity(value, 'truth'),
    required: 'true',
    limit: true,
  };
}
