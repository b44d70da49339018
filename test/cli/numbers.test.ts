import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/errors.ts';
import { parseInteger, parseReal } from '../../src/cli/numbers.ts';
import { askPython, hasPython, randomTexts } from './support.ts';

const LONG_MAX = Number(2n ** 63n - 1n);
const INT_MAX = 2 ** 31 - 1;

function refusalOf(action: () => unknown): { message: string; exitStatus: number } {
  try {
    const value = action();
    throw new Error(`was not refused, but read as ${String(value)}`);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { message: error.message, exitStatus: error.exitStatus };
  }
}

describe('parseInteger', () => {
  it.each([
    ['0', 0],
    ['-0', 0],
    ['007', 7],
    ['+3', 3],
    [' 3', 3],
    ['\t\n\v\f\r -3', -3],
    ['2147483647', INT_MAX],
    ['-2147483648', -INT_MAX - 1],
  ])('reads %j as strtol in base 10 does', (text, value) => {
    expect(parseInteger(text, -INT_MAX - 1, INT_MAX)).toBe(value + 0);
  });

  it('takes both ends of a range and nothing outside', () => {
    expect([parseInteger('1', 1, 65_536), parseInteger('65536', 1, 65_536)]).toEqual([1, 65_536]);
    for (const text of ['0', '65537', '-1']) {
      expect(refusalOf(() => parseInteger(text, 1, 65_536))).toEqual({
        message: `invalid argument: '${text}': out of range: 1 <= value <= 65536`,
        exitStatus: 1,
      });
    }
  });

  it('takes LONG_MAX, and writes it in full as the end of a range', () => {
    expect(parseInteger('9223372036854775807', 1, LONG_MAX)).toBe(LONG_MAX);
    expect(refusalOf(() => parseInteger('0', 1, LONG_MAX)).message).toBe(
      "invalid argument: '0': out of range: 1 <= value <= 9223372036854775807",
    );
  });

  it.each([
    '',
    ' ',
    '+',
    '-',
    'x',
    '3x',
    '3 ',
    '- 3',
    '+-3',
    '0x10',
    '1e3',
    '1.1',
    '0.1',
    '0,1',
    '3\n',
    'inf',
    'nan',
    '١',
    '\u00a03',
  ])('refuses %j, which is not wholly a number', (text) => {
    expect(refusalOf(() => parseInteger(text, 0, INT_MAX))).toEqual({
      message: `invalid argument: '${text}'`,
      exitStatus: 1,
    });
  });

  it.each([
    '9223372036854775808',
    '-9223372036854775809',
    '99999999999999999999999999999999999999',
    ' +9223372036854775808',
  ])('says of %j that no long holds it, whatever the range', (text) => {
    expect(refusalOf(() => parseInteger(text, 0, LONG_MAX))).toEqual({
      message: `invalid argument: '${text}': Numerical result out of range`,
      exitStatus: 1,
    });
  });

  it('says so also when garbage follows, because strtol has set errno by then', () => {
    expect(refusalOf(() => parseInteger('99999999999999999999x', 0, LONG_MAX)).message).toBe(
      "invalid argument: '99999999999999999999x': Numerical result out of range",
    );
  });

  it('says of LONG_MIN that it is out of range and not that no long holds it', () => {
    expect(refusalOf(() => parseInteger('-9223372036854775808', 0, 255)).message).toBe(
      "invalid argument: '-9223372036854775808': out of range: 0 <= value <= 255",
    );
  });
});

/** Worked by hand from strtod(3) and C99 7.20.1.3: text, value, what is left over. */
const REALS: readonly (readonly [text: string, value: number, rest: string])[] = [
  ['1', 1, ''],
  ['.2', 0.2, ''],
  ['2.', 2, ''],
  ['-0.5', -0.5, ''],
  ['+1e3', 1000, ''],
  ['1E-2', 0.01, ''],
  ['1e', 1, 'e'],
  ['1e+', 1, 'e+'],
  ['1ex', 1, 'ex'],
  [' \t\n\v\f\r1', 1, ''],
  ['1 ', 1, ' '],
  ['1,5', 1, ',5'],
  ['1.5.2', 1.5, '.2'],
  ['1x', 1, 'x'],
  ['0x', 0, 'x'],
  ['0xg', 0, 'xg'],
  ['0x10', 16, ''],
  ['0X1.8p3', 12, ''],
  ['0x.8', 0.5, ''],
  ['0x1.p1', 2, ''],
  ['0x1p', 1, 'p'],
  ['0x1p-', 1, 'p-'],
  ['-0x1p-1', -0.5, ''],
  ['0x.p1', 0, 'x.p1'],
  ['inf', Number.POSITIVE_INFINITY, ''],
  ['-INFINITY', Number.NEGATIVE_INFINITY, ''],
  ['infin', Number.POSITIVE_INFINITY, 'in'],
  ['1e400', Number.POSITIVE_INFINITY, ''],
  ['5e-324', 5e-324, ''],
  ['1e-400', 0, ''],
];

describe('parseReal', () => {
  it.each(REALS)('reads %j as %d and leaves %j', (text, value, rest) => {
    expect(parseReal(text)).toEqual({ value, rest });
  });

  it('reads nan, with a sign and with something behind it', () => {
    for (const text of ['nan', '-NaN', ' nanx']) expect(parseReal(text).value).toBeNaN();
    expect(parseReal('nanx').rest).toBe('x');
  });

  it.each(['', ' ', '.', '-', '+.', 'x', 'e5', '.e5', '- 1', '\u00a01'])('finds no number in %j', (text) => {
    expect(parseReal(text)).toEqual({ value: Number.NaN, rest: text });
  });

  it('takes the decimal point for one whatever the locale says', () => {
    const before = process.env['LC_ALL'];
    process.env['LC_ALL'] = 'de_DE.UTF-8';
    try {
      expect(parseReal('0.2')).toEqual({ value: 0.2, rest: '' });
    } finally {
      if (before === undefined) delete process.env['LC_ALL'];
      else process.env['LC_ALL'] = before;
    }
  });

  it.skipIf(!hasPython)("agrees with the C library's strtod on 30,000 random texts", () => {
    const texts = [
      ...REALS.map(([text]) => text),
      ...randomTexts(12_000, 9, '0123456789.eE+-x ', 0x57a),
      ...randomTexts(9_000, 8, '01.8fpPxX-+', 0x0d1).map((text) => `0x${text}`),
      ...randomTexts(6_000, 24, '0123456789', 0xbee).map((text, index) => `${text}.${text}e${(index % 660) - 340}`),
      ...randomTexts(3_000, 6, 'infatyINFATY+- ', 0xcab),
    ];
    const answers = askPython<[hex: string, used: number][]>(STRTOD, texts);
    for (const [index, text] of texts.entries()) {
      const [value, used] = answers[index]!;
      // parseReal answers NaN where there is no number, strtod 0 and nothing used.
      const expected = { value: used === 0 ? Number.NaN : Number(value), rest: text.slice(used) };
      const actual = parseReal(text);
      if (!Object.is(actual.value, expected.value) || actual.rest !== expected.rest) {
        throw new Error(`${JSON.stringify(text)}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
      }
    }
  });
});

const STRTOD = `
import ctypes, json, sys
strtod = ctypes.CDLL(None).strtod
strtod.restype = ctypes.c_double
strtod.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p)]
answers = []
for text in json.load(sys.stdin):
    buffer = ctypes.create_string_buffer(text.encode())
    end = ctypes.c_void_p()
    value = strtod(ctypes.addressof(buffer), ctypes.byref(end))
    shown = repr(value).replace('inf', 'Infinity').replace('nan', 'NaN')
    answers.append([shown, (end.value or 0) - ctypes.addressof(buffer)])
json.dump(answers, sys.stdout)
`;
