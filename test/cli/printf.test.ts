import { describe, expect, it } from 'vitest';
import { escapeControl, formatG, formatMilliseconds } from '../../src/cli/printf.ts';
import { askPython, hasPython, randomNumbers } from './support.ts';

describe('formatG', () => {
  // Worked by hand from C99 7.19.6.1: six significant digits, exact halves to the even digit.
  it.each([
    [0, '0'],
    [100, '100'],
    [50, '50'],
    [100 / 3, '33.3333'],
    [100 / 6, '16.6667'],
    [200 / 3, '66.6667'],
    [-100, '-100'],
    [0.5, '0.5'],
    [99.9999, '99.9999'],
    [99.99999, '100'],
    [999999, '999999'],
    [999999.5, '1e+06'],
    [1e6, '1e+06'],
    [1234567, '1.23457e+06'],
    [1e100, '1e+100'],
    [0.0001, '0.0001'],
    [0.0000999999, '9.99999e-05'],
    [0.000099999996, '0.0001'],
    [0.00001, '1e-05'],
    [123456.5, '123456'],
    [123457.5, '123458'],
  ])('writes %d as %s', (value, text) => {
    expect(formatG(value)).toBe(text);
  });

  it('rounds exact halves to the even digit, as printf does with one probe lost of 512 (0.1953125 %)', () => {
    expect(formatG(100 / 512)).toBe('0.195312');
    expect(formatG(300 / 512)).toBe('0.585938');
    expect(formatG(100 / 102_400)).toBe('0.000976562');
  });

  it.skipIf(!hasPython)("agrees with C's printf on every loss of up to 300 probes and on 40,000 other numbers", () => {
    const values: number[] = [];
    for (let sent = 1; sent <= 300; sent++) for (let lost = 0; lost <= sent; lost++) values.push((lost * 100) / sent);
    for (let power = 1; power <= 30; power++) for (let odd = 1; odd < 200; odd += 2) values.push(odd / 2 ** power);
    const next = randomNumbers(0x9f);
    for (let i = 0; i < 40_000; i++)
      values.push((next() / 2 ** 32) * 10 ** ((next() % 24) - 10) * (next() % 2 ? 1 : -1));
    const texts = askPython<string[]>(
      'import json, sys; print(json.dumps(["%g" % v for v in json.load(sys.stdin)]))',
      values,
    );
    const different = values.flatMap((value, index) =>
      formatG(value) === texts[index] ? [] : [`${value}: ${formatG(value)} instead of ${texts[index]}`],
    );
    expect(different).toEqual([]);
  });
});

describe('formatMilliseconds', () => {
  it.each([
    [0, '0.000'],
    [1, '0.001'],
    [12, '0.012'],
    [999, '0.999'],
    [1000, '1.000'],
    [124_390, '124.390'],
    [9_007_199_254_740_991, '9007199254740.991'],
  ])('writes %d us as %s', (us, text) => {
    expect(formatMilliseconds(us)).toBe(text);
  });
});

describe('escapeControl', () => {
  it('shows every control character as three octal digits, so that no name can move the cursor', () => {
    expect(escapeControl('\x1b[2Jhost\x07')).toBe('\\033[2Jhost\\007');
    expect(escapeControl('a\nb\tc\rd\0e\x7f')).toBe('a\\012b\\011c\\015d\\000e\\177');
  });

  it('shows the C1 controls too: 0x9b begins an escape sequence on some terminals', () => {
    expect(escapeControl('\x9b31m\x80\x85')).toBe('\\23331m\\200\\205');
  });

  it('shows the backslash itself, so that no name can pretend to be escaped', () => {
    expect(escapeControl('a\\033b')).toBe('a\\134033b');
  });

  it('leaves everything else alone, letters beyond ASCII included', () => {
    const plain = ` !"#$%&'()*+,-./0123456789:;<=>?@ABCXYZ[]^_\`abcxyz{|}~ éßжあ😀`;
    expect(escapeControl(plain)).toBe(plain);
    expect(escapeControl('')).toBe('');
  });

  it('leaves no character of the control ranges in its answer', () => {
    const everything = Array.from({ length: 0x250 }, (_, code) => String.fromCharCode(code)).join('');
    expect(escapeControl(everything)).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
  });
});
