/** What may be compared, added and multiplied: judged when a condition is read, not when it is too late. */
import {
  type ComparisonOperator,
  formatQuantityTree,
  formatTest,
  type Quantity,
  type QuantityDimension,
  type Test,
} from './expression.ts';
import { type Mistake, quote } from './mistake.ts';
import { DURATION_UNITS } from './units.ts';

const NAMES: Readonly<Record<QuantityDimension, string>> = {
  number: 'a number',
  count: 'a count',
  ratio: 'a ratio',
  duration: 'a duration',
};

/** What each may be compared with, for a hint. */
const EXAMPLES: Readonly<Record<QuantityDimension, string>> = {
  number: 'loss',
  count: '3',
  ratio: '2%',
  duration: '50ms',
};

/** A longer one explains nothing. */
const LONG_EXAMPLE = 40;

/** What two quantities are together when they are compared or added; null where they are not alike. */
export function alike(left: QuantityDimension, right: QuantityDimension): QuantityDimension | null {
  if (left === right) return left;
  if (left === 'number' && right !== 'duration') return right;
  if (right === 'number' && left !== 'duration') return left;
  return null;
}

/** What a product is: something times a number or a ratio; null for anything else. */
export function timesDimension(left: QuantityDimension, right: QuantityDimension): QuantityDimension | null {
  if (right === 'number') return left;
  if (left === 'number') return right;
  if (right === 'ratio') return left;
  return left === 'ratio' ? right : null;
}

/** What a quotient is: something by a number or a ratio, or a number for two of a kind; null for anything else. */
export function byDimension(left: QuantityDimension, right: QuantityDimension): QuantityDimension | null {
  if (left === right) return 'number';
  return right === 'number' || right === 'ratio' ? left : null;
}

/** Why `left` and `right` cannot be compared or added. The caret stands under the one that seems wrong. */
export function unlike(left: Quantity, right: Quantity): Mistake {
  for (const [number, other] of [
    [right, left],
    [left, right],
  ] as const) {
    if (number.kind === 'number' && number.dimension === 'number' && other.dimension === 'duration') {
      const hint = `as in '${number.digits}ms', or one of ${DURATION_UNITS.join(' ')}`;
      return { message: `'${number.digits}' needs a unit`, ...number.span, hint };
    }
  }
  const wrong = left.kind === 'number' ? left : right;
  const message = `${nameOf(left)} is ${NAMES[left.dimension]}, ${nameOf(right)} ${NAMES[right.dimension]}`;
  return { message, ...wrong.span };
}

/**
 * A ratio compared with a number above 1, or asked to be above 1 itself: percent were meant, and the answer would be the same in
 * every run. Null where there is nothing to be said.
 */
export function forgottenPercent(ratio: Quantity, operator: ComparisonOperator, limit: Quantity): Mistake | null {
  if (ratio.kind !== 'word' || ratio.dimension !== 'ratio' || limit.kind !== 'number' || limit.unit !== null)
    return null;
  const isAboveAll = limit.value > 1 || (limit.value === 1 && (operator === '>' || operator === '<='));
  if (!isAboveAll) return null;
  return {
    message: `'${ratio.name}' is a ratio, from 0 to 1`,
    ...limit.span,
    hint: `did you mean ${limit.digits}%?`,
  };
}

/** Why a product or quotient of the two makes no sense. */
export function senseless(left: QuantityDimension, operator: '*' | '/', right: Quantity): Mistake {
  const verb = operator === '*' ? 'multiplied' : 'divided';
  return { message: `${NAMES[left]} is not ${verb} by ${NAMES[right.dimension]}`, ...right.span };
}

/** Why a quantity is no condition. */
export function notACondition(quantity: Quantity): Mistake {
  const text = formatQuantityTree(quantity);
  const example = `${text} < ${EXAMPLES[quantity.dimension]}`;
  return {
    message: `${quote(text)} is ${NAMES[quantity.dimension]}, not a condition`,
    ...quantity.span,
    hint: `compare it${example.length > LONG_EXAMPLE ? '' : `, as in '${example}'`}`,
  };
}

function nameOf(quantity: Quantity): string {
  return quote(formatQuantityTree(quantity));
}

/** Why a condition is no quantity. */
export function notAQuantity(test: Test): Mistake {
  const text = formatTest(test);
  const message = `${quote(text)} is true or false by itself`;
  if (test.kind !== 'truth') return { message, ...test.span };
  return { message, ...test.span, hint: `write '${text}' or 'not ${text}'` };
}
