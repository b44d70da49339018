import { describe, expect, it } from 'vitest';
import { parseCondition } from '../../src/conditions/condition.ts';
import { MOST_CHARACTERS } from '../../src/conditions/tokens.ts';
import { complaint, parse, WORDS } from './support.ts';

describe('a condition, written evenly', () => {
  it.each([
    ['loss > 2% or p95 > 50ms', 'loss > 2% or p95 > 50ms'],
    ['loss>2%||p95>50ms', 'loss > 2% or p95 > 50ms'],
    ['  loss > 2 %\n&&\tp95 > 50 ms  ', 'loss > 2% and p95 > 50ms'],
    ['!reached', 'not reached'],
    ['not not reached', 'not not reached'],
    ['not loss > 2%', 'not loss > 2%'],
    ['not (loss > 2% or reached)', 'not (loss > 2% or reached)'],
    ['((loss > 2%) or ((reached)))', 'loss > 2% or reached'],
    ['reached and (loss > 2% or p95 > 1s)', 'reached and (loss > 2% or p95 > 1s)'],
    ['reached and loss > 2% or p95 > 1s', 'reached and loss > 2% or p95 > 1s'],
    ['(reached and loss > 2%) or p95 > 1s', 'reached and loss > 2% or p95 > 1s'],
    ['received >= 3 in a row', 'received >= 3 in a row'],
    ['3 <= received in   a row', '3 <= received in a row'],
    ['lost >= 5 in a row', 'lost >= 5 in a row'],
    ['loss in last 20 > 10%', 'loss in last 20 > 10%'],
    ['loss in last 30 s >= 50%', 'loss in last 30s >= 50%'],
    ['loss == 0.02', 'loss == 0.02'],
    ['p95 < 50\u00b5s and p50 < 20\u03bcs', 'p95 < 50us and p50 < 20us'],
    ['p99.9 < 1.5m', 'p99.9 < 1.5m'],
    ['p1 > .5ms', 'p1 > .5ms'],
    ['jitter.rfc3550 < 2ms', 'jitter.rfc3550 < 2ms'],
    ['pmtu >= 1420 and hops <= 6', 'pmtu >= 1420 and hops <= 6'],
    ['abs( offset )<5ms', 'abs(offset) < 5ms'],
    ['offset > -5ms', 'offset > -5ms'],
    ['offset > --5ms', 'offset > --5ms'],
    ['max - min < 5ms', 'max - min < 5ms'],
    ['max(max, min) < 5ms', 'max(max, min) < 5ms'],
    ['min (p50, p95, 1s) < 5ms', 'min(p50, p95, 1s) < 5ms'],
    ['p99 < 3 * p50', 'p99 < 3 * p50'],
    ['p99 / p50 < 3', 'p99 / p50 < 3'],
    ['p99 < 150% * p50', 'p99 < 150% * p50'],
    ['lost / sent > 2%', 'lost / sent > 2%'],
    ['p95 - (p50 + 1ms) > 5ms', 'p95 - (p50 + 1ms) > 5ms'],
    ['(p95 - p50) + 1ms > 5ms', '(p95 - p50) + 1ms > 5ms'],
    ['2 * (p95 - p50) / 3 > 5ms', '2 * (p95 - p50) / 3 > 5ms'],
    ['(2 * p95) / 3 > 5ms', '(2 * p95) / 3 > 5ms'],
    ['2 * (p95 / 3) > 5ms', '2 * (p95 / 3) > 5ms'],
    ['-(p95 - p50) < 5ms', '-(p95 - p50) < 5ms'],
    ['outage < 1h and time >= 3m', 'outage < 1h and time >= 3m'],
    ['macs == 1', 'macs == 1'],
    ['connect != 100ns', 'connect != 100ns'],
  ])('%j is %j, and the same read again', (text, even) => {
    expect(parse(text).text).toBe(even);
    expect(parse(even).text).toBe(even);
  });
});

describe('a mistake is told with its place', () => {
  it.each([
    ['', ['a condition is missing', '  ', '  ^']],
    ['los > 2%', ["unknown word 'los'; did you mean 'loss'?", '  los > 2%', '  ^~~']],
    ['LOSS > 2%', ["unknown word 'LOSS'; did you mean 'loss'?", '  LOSS > 2%', '  ^~~~']],
    ['jitter > 2ms', ["unknown word 'jitter'; did you mean 'jitter.mad'?", '  jitter > 2ms', '  ^~~~~~']],
    ['loss > 2', ["'loss' is a ratio, from 0 to 1; did you mean 2%?", '  loss > 2', '         ^']],
    ['loss > 1', ["'loss' is a ratio, from 0 to 1; did you mean 1%?", '  loss > 1', '         ^']],
    ['1 >= loss', ["'loss' is a ratio, from 0 to 1; did you mean 1%?", '  1 >= loss', '  ^']],
    ['loss > 50ms', ["'loss' is a ratio, '50ms' a duration", '  loss > 50ms', '         ^~~~']],
    ['50% < received', ["'50%' is a ratio, 'received' a count", '  50% < received', '  ^~~']],
    ['loss > p95', ["'loss' is a ratio, 'p95' a duration", '  loss > p95', '         ^~~']],
    ['p95 > 50', ["'50' needs a unit; as in '50ms', or one of ns us ms s m h", '  p95 > 50', '        ^~']],
    ['50 < p95', ["'50' needs a unit; as in '50ms', or one of ns us ms s m h", '  50 < p95', '  ^~']],
    ['p95 + 5 > 5ms', ["'5' needs a unit; as in '5ms', or one of ns us ms s m h", '  p95 + 5 > 5ms', '        ^']],
    [
      'loss > 2% or p95',
      [
        "'p95' is a duration, not a condition; compare it, as in 'p95 < 50ms'",
        '  loss > 2% or p95',
        '               ^~~',
      ],
    ],
    ['not 5', ["'5' is a number, not a condition; compare it, as in '5 < loss'", '  not 5', '      ^']],
    [
      'reached == 1',
      ["'reached' is true or false by itself; write 'reached' or 'not reached'", '  reached == 1', '  ^~~~~~~'],
    ],
    ['1 + (loss > 2%) > 1', ["'loss > 2%' is true or false by itself", '  1 + (loss > 2%) > 1', '      ^~~~~~~~~~~']],
    ['p95 > 5 msec', ["unknown unit 'msec'; did you mean 'ms'?", '  p95 > 5 msec', '          ^~~~']],
    ['p95 > 5MS', ["unknown unit 'MS'; did you mean 'ms'?", '  p95 > 5MS', '         ^~']],
    ['time > 5 min', ["unknown unit 'min'; did you mean 'm'?", '  time > 5 min', '           ^~~']],
    ['p95 > 5e3', ["unknown unit 'e3'; units are ns us ms s m h %", '  p95 > 5e3', '         ^~']],
    ['loss = 0%', ["unexpected '='; did you mean '=='?", '  loss = 0%', '       ^']],
    ['loss => 2%', ["unexpected '=>'; did you mean '>='?", '  loss => 2%', '       ^~']],
    ['loss <> 2%', ["unexpected '<>'; did you mean '!='?", '  loss <> 2%', '       ^~']],
    ['loss \u2264 2%', ["unexpected '\u2264'; did you mean '<='?", '  loss \u2264 2%', '       ^']],
    [
      'offset < \u22125ms',
      ["expected a word or a number before '\u2212'; did you mean '-'?", '  offset < \u22125ms', '           ^'],
    ],
    ['reached AND hops < 3', ["unexpected 'AND'; did you mean 'and'?", '  reached AND hops < 3', '          ^~~']],
    ['reached & reached', ["unexpected '&'; did you mean 'and'?", '  reached & reached', '          ^']],
    ['reached hops < 3', ["expected 'and' or 'or' before 'hops'", '  reached hops < 3', '          ^~~~']],
    ['reached, reached', ["unexpected ','", '  reached, reached', '         ^']],
    [
      '1 < hops < 6',
      ["a comparison has two sides: '<' is one too many; join two with 'and'", '  1 < hops < 6', '           ^'],
    ],
    ['1 < 2', ['nothing measured is compared here', '  1 < 2', '  ^~~~~']],
    ['min(1ms, 2ms) < 1s', ['nothing measured is compared here', '  min(1ms, 2ms) < 1s', '  ^~~~~~~~~~~~~~~~~~']],
    ['(loss > 2%', ["')' is missing; '(' is the 1st character", '  (loss > 2%', '            ^']],
    ['not (loss > 2%', ["')' is missing; '(' is the 5th character", '  not (loss > 2%', '                ^']],
    ['loss > 2%)', ["')' without '('", '  loss > 2%)', '           ^']],
    ['()', ["expected a word or a number before ')'", '  ()', '   ^']],
    ['loss > ', ['a word or a number is missing', '  loss > ', '         ^']],
    ['> 2', ["expected a word or a number before '>'", '  > 2', '  ^']],
    ['reached or', ['a word or a number is missing', '  reached or', '            ^']],
    ['received >= 3 in row', ["expected 'in a row'", '  received >= 3 in row', '                   ^~~']],
    [
      'hops >= 3 in a row',
      ["'hops' is not counted in a row; here received, lost may be", '  hops >= 3 in a row', '            ^~~~~~~~'],
    ],
    [
      'received + 1 >= 3 in a row',
      [
        "'in a row' goes with one word and a number; as in 'received >= 3 in a row'",
        '  received + 1 >= 3 in a row',
        '                    ^~~~~~~~',
      ],
    ],
    [
      'received in a row >= 3',
      [
        "'in a row' stands behind the number; as in 'received >= 3 in a row'",
        '  received in a row >= 3',
        '           ^~',
      ],
    ],
    [
      'loss > 10% in last 20',
      [
        "a window stands behind a word that has one; as in 'loss in last 20 > 10%'",
        '  loss > 10% in last 20',
        '             ^~',
      ],
    ],
    ['p95 in last 20 > 5ms', ["'p95' has no window; here loss may be", '  p95 in last 20 > 5ms', '      ^~~~~~~~~~']],
    [
      'reached in last 20',
      [
        "a window stands behind a word that has one; as in 'loss in last 20 > 10%'",
        '  reached in last 20',
        '          ^~',
      ],
    ],
    [
      '(p95 + 1ms) in last 20 > 5ms',
      [
        "a window stands behind a word that has one; as in 'loss in last 20 > 10%'",
        '  (p95 + 1ms) in last 20 > 5ms',
        '              ^~',
      ],
    ],
    [
      'reached in a row',
      ["'in a row' stands behind the number; as in 'received >= 3 in a row'", '  reached in a row', '          ^~'],
    ],
    [
      'received >= lost in a row',
      [
        "'in a row' goes with one word and a number; as in 'received >= 3 in a row'",
        '  received >= lost in a row',
        '                   ^~~~~~~~',
      ],
    ],
    ['loss in last 0s > 5%', ['a window of nothing', '  loss in last 0s > 5%', '               ^~']],
    [
      'loss in last 20% > 5%',
      [
        "a window is probes or a time; as in 'in last 20' or 'in last 30s'",
        '  loss in last 20% > 5%',
        '               ^~~',
      ],
    ],
    [
      'loss in last 2.5 > 5%',
      ['a window is a whole number of probes, at most 65536', '  loss in last 2.5 > 5%', '               ^~~'],
    ],
    [
      'loss in last hour > 5%',
      [
        "expected probes or a time; as in 'in last 20' or 'in last 30s'",
        '  loss in last hour > 5%',
        '               ^~~~',
      ],
    ],
    [
      'loss in the last 20 > 5%',
      ["expected 'in last'; as in 'loss in last 20 > 10%'", '  loss in the last 20 > 5%', '          ^~~'],
    ],
    ['p95 * p50 > 5ms', ['a duration is not multiplied by a duration', '  p95 * p50 > 5ms', '        ^~~']],
    ['sent / p50 > 5', ['a count is not divided by a duration', '  sent / p50 > 5', '         ^~~']],
    ['p95 / 0 > 5ms', ['divided by zero', '  p95 / 0 > 5ms', '        ^']],
    ['abs(min, max) < 5ms', ['abs() takes one value', '  abs(min, max) < 5ms', '  ^~~~~~~~~~~~~']],
    ['min(p95) < 5ms', ['min() takes two values or more', '  min(p95) < 5ms', '  ^~~~~~~~']],
    ['max(loss, p95) > 2%', ["'loss' is a ratio, 'p95' a duration", '  max(loss, p95) > 2%', '            ^~~']],
    ['lo$s > 2%', ["unexpected '$'", '  lo$s > 2%', '    ^']],
    ['loss > 2% \u{1f600}', ['unexpected U+1F600', '  loss > 2% ??', '            ^~']],
    ['reached or \x1b[31m', ['unexpected U+001B', '  reached or ?[31m', '             ^']],
    ['sent >\r\n\tlos', ["unknown word 'los'; did you mean 'loss'?", '  sent >   los', '           ^~~']],
    [
      'sent > 9999999999999999999',
      ['a number too great', '  sent > 9999999999999999999', '         ^~~~~~~~~~~~~~~~~~~'],
    ],
    ['1.2.3 > sent', ["'1.2' is a number, not a condition; compare it, as in '1.2 < loss'", '  1.2.3 > sent', '  ^~~']],
  ])('%j', (text, lines) => {
    expect(complaint(text).split('\n')).toEqual(lines);
  });

  it.each(['loss >= 1', 'loss < 1', '1 == loss', '1 > loss', 'loss > 1%'])(
    'but not where it may be meant: %s',
    (text) => {
      expect(parse(text).text).toBe(text);
    },
  );

  it.each(['constructor', 'toString', '__proto__', 'p0', 'p100', 'p99.1234', 'hasOwnProperty'])(
    'also where a word is not one of ours: %s',
    (word) => {
      expect(complaint(`${word} > 1`)).toContain(`unknown word '${word}'`);
    },
  );

  it('in a long text, with what is around it', () => {
    const text = `${'loss > 1% or '.repeat(10)}lss > 2%${' or loss > 1%'.repeat(10)}`;
    expect(complaint(text).split('\n')).toEqual([
      "unknown word 'lss'; did you mean 'loss'?",
      '  ... loss > 1% or loss > 1% or loss > 1% or lss > 2% or loss > 1% or loss > ...',
      '                                             ^~~',
    ]);
  });

  it('and not beyond what is shown of it', () => {
    const [message, line, caret] = complaint(`${'x'.repeat(100)} > 1`).split('\n');
    expect(message).toMatch(/^unknown word 'x{40}\.\.\.'/);
    expect(line).toBe(`  ${'x'.repeat(72)}...`);
    expect(caret).toBe(`  ^${'~'.repeat(71)}`);
  });

  it.each([
    [1, '1st'],
    [2, '2nd'],
    [3, '3rd'],
    [4, '4th'],
    [11, '11th'],
    [12, '12th'],
    [13, '13th'],
    [21, '21st'],
    [113, '113th'],
  ])('by the number of a character: %i', (position, shown) => {
    expect(complaint(`${' '.repeat(position - 1)}(loss > 1%`)).toContain(`'(' is the ${shown} character`);
  });

  it('and words are told where none is near, but percentiles only where the room has them', () => {
    const words = { hops: WORDS['hops']! };
    expect(complaint('p95 < 50ms', words)).toMatch(/^unknown word 'p95'; words are hops\n/);
    expect(complaint('hops in last 3 > 1', words)).toMatch(/^'hops' has no window; here no word may be\n/);
  });
});

describe('a text without measure', () => {
  it('is refused above 10,000 characters', () => {
    expect(complaint(`reached${' '.repeat(MOST_CHARACTERS)}`)).toMatch(/^10007 characters are more than the 10000 /);
  });

  it.each([
    ['(', 'nested more than 64 deep'],
    ['not ', 'nested more than 64 deep'],
    ['! ', 'nested more than 64 deep'],
    ['-', 'nested more than 64 deep'],
    ['abs(', 'nested more than 64 deep'],
    ['max(1,', 'nested more than 64 deep'],
  ])('is refused where it nests without end: %s', (piece, message) => {
    const text = piece.repeat(Math.floor(MOST_CHARACTERS / piece.length));
    expect(complaint(text).split('\n')[0]).toBe(message);
  });

  it('is read where it is long and flat', () => {
    const long = `reached${' or reached'.repeat(900)}`;
    expect(parse(long).text).toBe(long);
    const sum = `p95${' + p95'.repeat(1400)} > 1s`;
    expect(parse(sum).text).toBe(sum);
  });

  it('may nest as deep as nobody does', () => {
    expect(parse(`${'('.repeat(64)}loss > 2%${')'.repeat(64)}`).text).toBe('loss > 2%');
    expect(complaint(`${'('.repeat(65)}loss > 2%${')'.repeat(65)}`)).toMatch(/^nested more than 64 deep\n/);
  });

  it('of one word says all there is', () => {
    const parsed = parseCondition('hops > ', WORDS);
    expect(parsed).toEqual({ ok: false, mistake: { message: 'a word or a number is missing', start: 7, end: 7 } });
  });
});
