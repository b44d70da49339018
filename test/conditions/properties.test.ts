/** Conditions made at random, against an evaluator of their own; and text made at random, against nothing but a throw. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCondition } from '../../src/conditions/condition.ts';
import { formatMistake } from '../../src/conditions/mistake.ts';
import { measured, parse, type Values, WORDS } from './support.ts';

type Kleene = boolean | null;
type Value = number | null;

/** A made-up piece of a condition: one way to write it, and what it comes to. */
interface Piece<Result> {
  readonly text: string;
  readonly of: (values: Values) => Result;
}

const blank = fc.constantFrom('', ' ', '  ', '\n', '\t');
const gap = fc.constantFrom(' ', '  ', '\n');

function word(name: string): Piece<Value> {
  return { text: name, of: (values) => (values[name] as Value | undefined) ?? null };
}

const durationWord = fc.constantFrom('p95', 'avg', 'offset', 'p99.9').map(word);
const UNITS = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

const durationLiteral = fc
  .tuple(fc.nat(2000), fc.constantFrom(...(Object.keys(UNITS) as (keyof typeof UNITS)[])), fc.constantFrom('', ' '))
  .map(
    ([amount, unit, between]): Piece<Value> => ({ text: `${amount}${between}${unit}`, of: () => amount * UNITS[unit] }),
  );

function strict(values: readonly Value[], calculate: (...numbers: number[]) => number): Value {
  return values.some((value) => value === null) ? null : calculate(...(values as number[]));
}

const { duration } = fc.letrec<{ duration: Piece<Value> }>((tie) => ({
  duration: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    durationWord,
    durationLiteral,
    fc.tuple(tie('duration'), tie('duration'), fc.constantFrom('+', '-'), blank).map(
      ([left, right, sign, space]): Piece<Value> => ({
        text: `(${left.text})${space}${sign}${space}(${right.text})`,
        of: (values) => strict([left.of(values), right.of(values)], (a, b) => (sign === '+' ? a + b : a - b)),
      }),
    ),
    tie('duration').map(
      ({ text, of }): Piece<Value> => ({ text: `-(${text})`, of: (v) => strict([of(v)], (a) => -a) }),
    ),
    tie('duration').map(
      ({ text, of }): Piece<Value> => ({ text: `abs( ${text} )`, of: (v) => strict([of(v)], Math.abs) }),
    ),
    fc.tuple(tie('duration'), fc.integer({ min: 1, max: 9 }), fc.constantFrom('*', '/')).map(
      ([{ text, of }, factor, sign]): Piece<Value> => ({
        text: `(${text}) ${sign} ${factor}`,
        of: (values) => strict([of(values)], (a) => (sign === '*' ? a * factor : a / factor)),
      }),
    ),
    fc.tuple(fc.array(tie('duration'), { minLength: 2, maxLength: 3 }), fc.constantFrom('min', 'max')).map(
      ([pieces, name]): Piece<Value> => ({
        text: `${name}(${pieces.map(({ text }) => text).join(',')})`,
        of: (values) =>
          strict(
            pieces.map(({ of }) => of(values)),
            name === 'min' ? Math.min : Math.max,
          ),
      }),
    ),
  ),
}));

const OPERATORS: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
};
const operator = fc.constantFrom(...Object.keys(OPERATORS));

function compared(left: Piece<Value>, sign: string, right: Piece<Value>, space: string): Piece<Kleene> {
  return {
    text: `${left.text}${space}${sign}${space}${right.text}`,
    of: (values) => {
      const [a, b] = [left.of(values), right.of(values)];
      return a === null || b === null ? null : OPERATORS[sign]!(a, b);
    },
  };
}

const comparison = fc.oneof(
  fc.tuple(durationWord, operator, duration, blank).map((parts) => compared(...parts)),
  fc.tuple(duration, operator, durationWord, blank).map((parts) => compared(...parts)),
  fc
    .tuple(fc.constantFrom('sent', 'hops').map(word), operator, fc.nat(9), blank)
    .map(([left, sign, right, space]) => compared(left, sign, { text: `${right}`, of: () => right }, space)),
  fc
    .tuple(fc.constantFrom('loss', 'loss in last 20').map(word), operator, fc.nat(100), blank)
    .map(([left, sign, right, space]) => compared(left, sign, { text: `${right}%`, of: () => right / 100 }, space)),
  fc.tuple(operator, fc.nat(5)).map(
    ([sign, row]): Piece<Kleene> => ({
      text: `received ${sign} ${row} in a row`,
      of: (values) => compared(word('received in a row'), sign, { text: '', of: () => row }, '').of(values),
    }),
  ),
);

/** Kleene's: the least (and) or greatest (or) of false < unknown < true. */
const RANK = new Map<Kleene, number>([
  [false, 0],
  [null, 1],
  [true, 2],
]);
const BY_RANK: readonly Kleene[] = [false, null, true];

const { condition } = fc.letrec<{ condition: Piece<Kleene> }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constant<Piece<Kleene>>({ text: 'reached', of: (values) => (values['reached'] as Kleene | undefined) ?? null }),
    comparison,
    fc
      .tuple(fc.array(tie('condition'), { minLength: 2, maxLength: 3 }), fc.constantFrom('and', '&&', 'or', '||'), gap)
      .map(([pieces, sign, space]): Piece<Kleene> => {
        const best = sign === 'and' || sign === '&&' ? Math.min : Math.max;
        return {
          text: pieces.map(({ text }) => `(${text})`).join(`${space}${sign}${space}`),
          of: (values) => BY_RANK[best(...pieces.map(({ of }) => RANK.get(of(values))!))]!,
        };
      }),
    fc.tuple(tie('condition'), fc.constantFrom('not ', '!', '! ')).map(
      ([{ text, of }, sign]): Piece<Kleene> => ({
        text: `${sign}(${text})`,
        of: (values) => BY_RANK[2 - RANK.get(of(values))!]!,
      }),
    ),
  ),
}));

const values: fc.Arbitrary<Values> = fc.record(
  {
    p95: fc.nat(5000).map((ms) => ms * 1e6),
    avg: fc.nat(5000).map((us) => us * 1e3),
    'p99.9': fc.nat(100).map((s) => s * 1e9),
    offset: fc.integer({ min: -3000, max: 3000 }).map((ms) => ms * 1e6),
    sent: fc.nat(9),
    hops: fc.nat(9),
    loss: fc.nat(100).map((percent) => percent / 100),
    'loss in last 20': fc.nat(100).map((percent) => percent / 100),
    'received in a row': fc.nat(5),
    reached: fc.boolean(),
  },
  { requiredKeys: [] },
);

describe('conditions made at random', () => {
  it('come to what they should, and so do the same evenly written', () => {
    fc.assert(
      fc.property(condition, values, ({ text, of }, env) => {
        const read = parse(text);
        const expected = of(env);
        expect(read.holds(measured(env))).toBe(expected);
        expect(read.evaluate(measured(env)).holds).toBe(expected);
        const again = parse(read.text);
        expect(again.text).toBe(read.text);
        expect(again.holds(measured(env))).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('name terms that decide: with every other word unmeasured, they come to the same', () => {
    fc.assert(
      fc.property(condition, values, ({ text }, env) => {
        const { holds, terms } = parse(text).evaluate(measured(env));
        expect(terms.length).toBeGreaterThan(0);
        if (holds === null) return;
        const named = terms.map((term) => `${term.subject} ${term.required}`).join(' ');
        const known = Object.fromEntries(Object.entries(env).filter(([name]) => named.includes(name)));
        expect(parse(text).holds(measured(known))).toBe(holds);
      }),
      { numRuns: 500 },
    );
  });
});

/** Pieces of the language in no order, so that the parser goes deep before it stumbles. */
const jumble = fc
  .array(
    fc.constantFrom(
      ...['loss', 'p95', 'reached', 'offset', 'received', 'and', 'or', 'not', 'in', 'last', 'a', 'row', 'min', 'abs'],
      ...[
        '(',
        ')',
        ',',
        '+',
        '-',
        '*',
        '/',
        '<',
        '<=',
        '==',
        '=',
        '!',
        '!=',
        '&&',
        '||',
        '%',
        '5',
        '2.5',
        'ms',
        's',
        '\u00b5s',
      ],
    ),
    { maxLength: 30 },
  )
  .chain((pieces) => fc.constantFrom(pieces.join(' '), pieces.join('')));

describe('any text', () => {
  it.each([
    ['of any characters', fc.string({ unit: 'binary', maxLength: 200 })],
    ['of pieces of the language', jumble],
  ])('%s is read, or told what is wrong with it, on three lines that a terminal can show', (_what, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseCondition(text, WORDS);
        if (parsed.ok) {
          expect(parse(parsed.condition.text).text).toBe(parsed.condition.text);
          return;
        }
        const { start, end } = parsed.mistake;
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(text.length);
        const lines = formatMistake(text, parsed.mistake).split('\n');
        expect(lines).toHaveLength(3);
        expect(lines.join('')).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
        expect(lines[2]).toMatch(/^ +\^~*$/);
      }),
      { numRuns: 3000 },
    );
  });
});
