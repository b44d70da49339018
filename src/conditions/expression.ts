/** A condition as a tree, and the tree as text. */
import type { Unit } from './units.ts';
import type { Scope } from './vocabulary.ts';

/** A place in the text, in UTF-16 units: from `start` to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What a quantity is. A `number` is a plain one, that goes with counts and ratios. */
export type QuantityDimension = 'number' | 'count' | 'ratio' | 'duration';
export type ComparisonOperator = '<' | '<=' | '>' | '>=' | '==' | '!=';
export type FunctionName = 'min' | 'max' | 'abs';

/** With the sides swapped. */
export const MIRRORED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '==': '==',
  '!=': '!=',
};

export type Quantity = { readonly span: Span; readonly dimension: QuantityDimension } & (
  | {
      readonly kind: 'number';
      /** In base units. */
      readonly value: number;
      /** As it was written, without its unit. */
      readonly digits: string;
      readonly unit: Unit | null;
    }
  | { readonly kind: 'word'; readonly name: string; readonly scope: Scope; readonly scopeText: string }
  | { readonly kind: 'negative'; readonly operand: Quantity }
  | { readonly kind: 'sum'; readonly first: Quantity; readonly rest: readonly Summand[] }
  | { readonly kind: 'product'; readonly first: Quantity; readonly rest: readonly Factor[] }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly operands: readonly Quantity[] }
);

export interface Summand {
  readonly operator: '+' | '-';
  readonly operand: Quantity;
}

export interface Factor {
  readonly operator: '*' | '/';
  readonly operand: Quantity;
}

export interface Comparison {
  readonly kind: 'comparison';
  readonly span: Span;
  readonly operator: ComparisonOperator;
  readonly left: Quantity;
  readonly right: Quantity;
}

/** A word that is true or false by itself. */
export interface Truth {
  readonly kind: 'truth';
  readonly span: Span;
  readonly name: string;
}

export type Test =
  | Comparison
  | Truth
  | { readonly kind: 'not'; readonly span: Span; readonly operand: Test }
  | { readonly kind: 'and' | 'or'; readonly span: Span; readonly operands: readonly Test[] };

export type Expression = Quantity | Test;

export function isTest(expression: Expression): expression is Test {
  switch (expression.kind) {
    case 'comparison':
    case 'truth':
    case 'not':
    case 'and':
    case 'or':
      return true;
    case 'number':
    case 'word':
    case 'negative':
    case 'sum':
    case 'product':
    case 'call':
      return false;
  }
}

/** Whether a quantity is the same in every run. */
export function isConstant(quantity: Quantity): boolean {
  switch (quantity.kind) {
    case 'number':
      return true;
    case 'word':
      return false;
    case 'negative':
      return isConstant(quantity.operand);
    case 'sum':
    case 'product':
      return isConstant(quantity.first) && quantity.rest.every(({ operand }) => isConstant(operand));
    case 'call':
      return quantity.operands.every(isConstant);
  }
}

/** The unit that the user wrote first in it; null where there is none. */
export function unitIn(quantity: Quantity): Unit | null {
  switch (quantity.kind) {
    case 'number':
      return quantity.unit;
    case 'word':
      return null;
    case 'negative':
      return unitIn(quantity.operand);
    case 'sum':
    case 'product':
      return [quantity.first, ...quantity.rest.map(({ operand }) => operand)].reduce(firstUnit, null);
    case 'call':
      return quantity.operands.reduce(firstUnit, null);
  }
}

function firstUnit(found: Unit | null, quantity: Quantity): Unit | null {
  return found ?? unitIn(quantity);
}

/** The condition written evenly, with no more parentheses than it needs: reading it again makes the same tree. */
export function formatTest(test: Test): string {
  switch (test.kind) {
    case 'comparison':
      return formatComparison(test);
    case 'truth':
      return test.name;
    case 'not':
      return `not ${formatOperand(test.operand, test.operand.kind === 'and' || test.operand.kind === 'or')}`;
    case 'and':
    case 'or': {
      const { kind } = test;
      const isWrapped = (operand: Test) => operand.kind === kind || (kind === 'and' && operand.kind === 'or');
      return test.operands.map((operand) => formatOperand(operand, isWrapped(operand))).join(` ${kind} `);
    }
  }
}

function formatOperand(operand: Test, isWrapped: boolean): string {
  return isWrapped ? `(${formatTest(operand)})` : formatTest(operand);
}

/** `in a row` stands behind the number, on whichever side the word is. */
function formatComparison({ left, operator, right }: Comparison): string {
  const tail = isInARow(left) || isInARow(right) ? ' in a row' : '';
  return `${formatQuantityTree(left)} ${operator} ${formatQuantityTree(right)}${tail}`;
}

export function isInARow(quantity: Quantity): boolean {
  return quantity.kind === 'word' && quantity.scope.kind === 'in-a-row';
}

export function formatQuantityTree(quantity: Quantity): string {
  switch (quantity.kind) {
    case 'number':
      return `${quantity.digits}${quantity.unit ?? ''}`;
    case 'word':
      return `${quantity.name}${quantity.scopeText}`;
    case 'negative':
      return `-${wrap(quantity.operand, ['sum', 'product'])}`;
    case 'sum':
      return [
        wrap(quantity.first, ['sum']),
        ...quantity.rest.map(({ operator, operand }) => ` ${operator} ${wrap(operand, ['sum'])}`),
      ].join('');
    case 'product':
      return [
        wrap(quantity.first, ['sum', 'product']),
        ...quantity.rest.map(({ operator, operand }) => ` ${operator} ${wrap(operand, ['sum', 'product'])}`),
      ].join('');
    case 'call':
      return `${quantity.name}(${quantity.operands.map(formatQuantityTree).join(', ')})`;
  }
}

function wrap(quantity: Quantity, kinds: readonly Quantity['kind'][]): string {
  const text = formatQuantityTree(quantity);
  return kinds.includes(quantity.kind) ? `(${text})` : text;
}
