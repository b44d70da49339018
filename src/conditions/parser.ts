/**
 * From tokens to a tree, by recursive descent: one method for each line of the grammar in docs/conditions.md. Dimensions are
 * judged on the way, so that each mistake has its place. What is wrong is thrown, in words of complaints.ts where they take some
 * thought, and answered as a value.
 */
import { MAXIMUM_WINDOW_PROBES } from '../measure/probe-statistics.ts';
import {
  describeMeant,
  describeWordsWith,
  didYouMean,
  failAtIn,
  failAtUnit,
  failAtWindow,
  failBefore,
  failBehind,
} from './complaints.ts';
import { fail, Mistaken, TokenCursor } from './cursor.ts';
import {
  alike,
  byDimension,
  forgottenPercent,
  notACondition,
  notAQuantity,
  senseless,
  timesDimension,
  unlike,
} from './dimensions.ts';
import {
  type ComparisonOperator,
  type Expression,
  type Factor,
  type FunctionName,
  isConstant,
  isTest,
  MIRRORED,
  type Quantity,
  type QuantityDimension,
  type Summand,
  type Test,
} from './expression.ts';
import { MEANT, ordinal } from './hints.ts';
import { type Mistake, quote } from './mistake.ts';
import { FUNCTIONS, KEYWORDS } from './reserved.ts';
import { readTokens, type Token } from './tokens.ts';
import { findUnit, toBaseUnits } from './units.ts';
import { findWord, type Scope, type Vocabulary, type Word } from './vocabulary.ts';

/** In base units: 31 years. */
const GREATEST_NUMBER = 1e18;

const COMPARISONS: readonly string[] = ['<', '<=', '>', '>=', '==', '!='] satisfies readonly ComparisonOperator[];

/** The tree of `text`, or what is wrong with it. Never throws, whatever the text. */
export function readTest(
  text: string,
  vocabulary: Vocabulary,
): { readonly ok: true; readonly test: Test } | { readonly ok: false; readonly mistake: Mistake } {
  const read = readTokens(text);
  if ('mistake' in read) return { ok: false, mistake: read.mistake };
  try {
    return { ok: true, test: new Parser(read.tokens, vocabulary).read() };
  } catch (error) {
    if (!(error instanceof Mistaken)) throw error;
    return { ok: false, mistake: error.mistake };
  }
}

class Parser {
  readonly #tokens: TokenCursor;
  readonly #vocabulary: Vocabulary;

  constructor(tokens: readonly Token[], vocabulary: Vocabulary) {
    this.#tokens = new TokenCursor(tokens);
    this.#vocabulary = vocabulary;
  }

  get #next(): Token {
    return this.#tokens.next;
  }

  read(): Test {
    if (this.#tokens.isAtEnd) fail('a condition is missing', this.#next);
    const test = requireTest(this.#either());
    if (!this.#tokens.isAtEnd) failBehind(this.#tokens);
    return test;
  }

  /** `condition`. Every method answers an Expression: only what stands around a part says which kind it must be. */
  #either(): Expression {
    return this.#chain('or', '||', () => this.#both());
  }

  /** `both` */
  #both(): Expression {
    return this.#chain('and', '&&', () => this.#negation());
  }

  /** Operands joined by one operator are a list: however long it is, nothing nests. */
  #chain(kind: 'and' | 'or', symbol: string, readOperand: () => Expression): Expression {
    const begin = this.#next;
    const first = readOperand();
    if (this.#next.text !== kind && this.#next.text !== symbol) return first;
    const operands = [requireTest(first)];
    while (this.#tokens.takeIf(kind, symbol)) operands.push(requireTest(readOperand()));
    return { kind, operands, span: this.#tokens.spanFrom(begin) };
  }

  /** `negation` */
  #negation(): Expression {
    const begin = this.#next;
    if (!this.#tokens.takeIf('not', '!')) return this.#comparison();
    const operand = requireTest(this.#tokens.deeper(begin, () => this.#negation()));
    return { kind: 'not', operand, span: this.#tokens.spanFrom(begin) };
  }

  /** `comparison`, or what stands alone. */
  #comparison(): Expression {
    const begin = this.#next;
    const left = this.#sum();
    const sign = this.#next;
    if (sign.text === 'in') failAtIn(this.#tokens);
    const meant = MEANT.get(sign.text) ?? '';
    if (COMPARISONS.includes(meant)) fail(`unexpected ${quote(sign.text)}`, sign, didYouMean(meant));
    if (!this.#tokens.takeIf(...COMPARISONS)) return left;
    const operator = sign.text as ComparisonOperator;
    const sides: [Quantity, Quantity] = [requireQuantity(left), requireQuantity(this.#sum())];
    if (alike(sides[0].dimension, sides[1].dimension) === null) throw new Mistaken(unlike(...sides));
    const forgotten =
      forgottenPercent(sides[0], operator, sides[1]) ?? forgottenPercent(sides[1], MIRRORED[operator], sides[0]);
    if (forgotten !== null) throw new Mistaken(forgotten);
    const inARow = this.#next.text === 'in' ? this.#inARow(sides) : sides;
    const span = this.#tokens.spanFrom(begin);
    if (sides.every(isConstant)) fail('nothing measured is compared here', span);
    if (COMPARISONS.includes(this.#next.text)) {
      fail(`a comparison has two sides: ${quote(this.#next.text)} is one too many`, this.#next, "join two with 'and'");
    }
    return { kind: 'comparison', operator, left: inARow[0], right: inARow[1], span };
  }

  /** `in a row` behind a comparison of one word with a number. */
  #inARow(sides: readonly [Quantity, Quantity]): [Quantity, Quantity] {
    const begin = this.#tokens.take();
    if (this.#next.text === 'last') failAtWindow(begin);
    if (!this.#tokens.takeIf('a') || !this.#tokens.takeIf('row')) fail("expected 'in a row'", this.#next);
    const span = this.#tokens.spanFrom(begin);
    const counted = sides.find((side) => !isConstant(side));
    if (counted?.kind !== 'word' || counted.scope.kind !== 'run' || !sides.some(isConstant)) {
      fail("'in a row' goes with one word and a number", span, "as in 'received >= 3 in a row'");
    }
    if (findWord(this.#vocabulary, counted.name)?.inARow !== true) {
      fail(
        `'${counted.name}' is not counted in a row`,
        span,
        describeWordsWith(this.#vocabulary, (each) => each.inARow === true),
      );
    }
    const scoped: Quantity = { ...counted, scope: { kind: 'in-a-row' } };
    return sides[0] === counted ? [scoped, sides[1]] : [sides[0], scoped];
  }

  /** `value` */
  #sum(): Expression {
    const begin = this.#next;
    const expression = this.#product();
    if (this.#next.text !== '+' && this.#next.text !== '-') return expression;
    const first = requireQuantity(expression);
    const rest: Summand[] = [];
    let dimension: QuantityDimension = first.dimension;
    while (this.#next.text === '+' || this.#next.text === '-') {
      const operator = this.#tokens.take().text as Summand['operator'];
      const operand = requireQuantity(this.#product());
      const together = alike(dimension, operand.dimension);
      if (together === null) throw new Mistaken(unlike(first, operand));
      dimension = together;
      rest.push({ operator, operand });
    }
    return { kind: 'sum', first, rest, dimension, span: this.#tokens.spanFrom(begin) };
  }

  /** `product` */
  #product(): Expression {
    const begin = this.#next;
    const expression = this.#signed();
    if (this.#next.text !== '*' && this.#next.text !== '/') return expression;
    const first = requireQuantity(expression);
    const rest: Factor[] = [];
    let dimension: QuantityDimension = first.dimension;
    while (this.#next.text === '*' || this.#next.text === '/') {
      const operator = this.#tokens.take().text as Factor['operator'];
      const operand = requireQuantity(this.#signed());
      const combine = operator === '*' ? timesDimension : byDimension;
      const together = combine(dimension, operand.dimension);
      if (together === null) throw new Mistaken(senseless(dimension, operator, operand));
      if (operator === '/' && operand.kind === 'number' && operand.value === 0) fail('divided by zero', operand.span);
      dimension = together;
      rest.push({ operator, operand });
    }
    return { kind: 'product', first, rest, dimension, span: this.#tokens.spanFrom(begin) };
  }

  /** `signed`, its first form. */
  #signed(): Expression {
    const begin = this.#next;
    if (!this.#tokens.takeIf('-')) return this.#primary();
    const operand = requireQuantity(this.#tokens.deeper(begin, () => this.#signed()));
    return { kind: 'negative', operand, dimension: operand.dimension, span: this.#tokens.spanFrom(begin) };
  }

  /** The other forms of `signed`: a number, a word, a call, or anything in parentheses. */
  #primary(): Expression {
    const begin = this.#next;
    if (begin.kind === 'number') return this.#number();
    if (this.#tokens.takeIf('(')) {
      const inner = this.#tokens.deeper(begin, () => this.#either());
      this.#close(begin);
      return { ...inner, span: this.#tokens.spanFrom(begin) };
    }
    if (begin.kind !== 'name' || KEYWORDS.includes(begin.text)) return failBefore(this.#next);
    if (FUNCTIONS.includes(begin.text) && this.#tokens.after.text === '(') return this.#call();
    return this.#word();
  }

  /** `number`, and its unit if there is one. */
  #number(): Quantity {
    const begin = this.#tokens.take();
    const sign = this.#next;
    const isUnit = sign.text === '%' || (sign.kind === 'name' && !KEYWORDS.includes(sign.text));
    const unit = isUnit ? findUnit(sign.text) : null;
    if (isUnit && unit === null) failAtUnit(sign);
    if (isUnit) this.#tokens.take();
    const span = this.#tokens.spanFrom(begin);
    const value = unit === null ? Number(begin.text) : toBaseUnits(begin.text, unit);
    if (value > GREATEST_NUMBER) fail('a number too great', span);
    const dimension = unit === null ? 'number' : unit === '%' ? 'ratio' : 'duration';
    return { kind: 'number', value, digits: begin.text, unit, dimension, span };
  }

  /** `abs(x)`, `min(x, y)`, `max(x, y)`: the name and `(` are next. */
  #call(): Quantity {
    const begin = this.#tokens.take();
    const name = begin.text as FunctionName;
    const open = this.#tokens.take();
    const operands = [requireQuantity(this.#tokens.deeper(begin, () => this.#sum()))];
    while (this.#tokens.takeIf(',')) operands.push(requireQuantity(this.#tokens.deeper(begin, () => this.#sum())));
    this.#close(open);
    const span = this.#tokens.spanFrom(begin);
    if (name === 'abs' && operands.length !== 1) fail('abs() takes one value', span);
    if (name !== 'abs' && operands.length < 2) fail(`${name}() takes two values or more`, span);
    let { dimension } = operands[0]!;
    for (const operand of operands) {
      const together = alike(dimension, operand.dimension);
      if (together === null) throw new Mistaken(unlike(operands[0]!, operand));
      dimension = together;
    }
    return { kind: 'call', name, operands, dimension, span };
  }

  /** A word of the room: a truth, or a value with its window. */
  #word(): Expression {
    const token = this.#tokens.take();
    const word = findWord(this.#vocabulary, token.text);
    if (word === null) fail(`unknown word ${quote(token.text)}`, token, describeMeant(token.text, this.#vocabulary));
    const { dimension } = word;
    if (dimension === 'truth') return { kind: 'truth', name: token.text, span: token };
    const { scope, scopeText } = this.#window(token, word);
    return { kind: 'word', name: token.text, scope, scopeText, dimension, span: this.#tokens.spanFrom(token) };
  }

  /** `in last 20` or `in last 30s` behind a word. */
  #window(name: Token, word: Word): { readonly scope: Scope; readonly scopeText: string } {
    const begin = this.#next;
    // `in a row` belongs to the comparison.
    if (this.#tokens.after.text === 'a' || !this.#tokens.takeIf('in')) return { scope: { kind: 'run' }, scopeText: '' };
    if (!this.#tokens.takeIf('last')) fail("expected 'in last'", this.#next, "as in 'loss in last 20 > 10%'");
    if (this.#next.kind !== 'number')
      fail('expected probes or a time', this.#next, "as in 'in last 20' or 'in last 30s'");
    const size = requireQuantity(this.#number());
    const span = this.#tokens.spanFrom(begin);
    if (word.windowed !== true) {
      fail(
        `'${name.text}' has no window`,
        span,
        describeWordsWith(this.#vocabulary, (each) => each.windowed === true),
      );
    }
    if (size.kind !== 'number' || size.value === 0) fail('a window of nothing', size.span);
    const scopeText = ` in last ${size.digits}${size.unit ?? ''}`;
    if (size.dimension === 'duration') return { scope: { kind: 'last-time', ns: size.value }, scopeText };
    if (size.dimension === 'ratio')
      fail('a window is probes or a time', size.span, "as in 'in last 20' or 'in last 30s'");
    if (!Number.isInteger(size.value) || size.value > MAXIMUM_WINDOW_PROBES) {
      fail(`a window is a whole number of probes, at most ${MAXIMUM_WINDOW_PROBES}`, size.span);
    }
    return { scope: { kind: 'last-probes', probes: size.value }, scopeText };
  }

  #close(open: Token): void {
    if (this.#tokens.takeIf(')')) return;
    if (this.#next.kind === 'end')
      fail("')' is missing", this.#next, `'(' is the ${ordinal(open.start + 1)} character`);
    failBehind(this.#tokens);
  }
}

function requireTest(expression: Expression): Test {
  if (!isTest(expression)) throw new Mistaken(notACondition(expression));
  return expression;
}

function requireQuantity(expression: Expression): Quantity {
  if (isTest(expression)) throw new Mistaken(notAQuantity(expression));
  return expression;
}
