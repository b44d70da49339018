/**
 * Numbers as iputils reads them from a command line: always in the C locale, never silently cut. The grammars are
 * strtol(3) in base 10 and strtod(3).
 */

import { UsageError } from './errors.ts';

const INTEGER_HELPER_STATUS = 1;
const OUT_OF_LONG = 'Numerical result out of range';
const LONG_MAX = 2n ** 63n - 1n;
const LONG_MIN = -(2n ** 63n);

/** An integer within [minimum, maximum]. @throws UsageError with exit status 1, as all of iputils does. */
export function parseInteger(text: string, minimum: number, maximum: number): number {
  const [, sign, digits, rest] = /^[ \t\n\v\f\r]*([+-]?)([0-9]+)(.*)$/s.exec(text) ?? [];
  if (digits === undefined) throw new UsageError(`invalid argument: '${text}'`, INTEGER_HELPER_STATUS);
  const value = sign === '-' ? -BigInt(digits) : BigInt(digits);
  if (value > LONG_MAX || value < LONG_MIN) {
    throw new UsageError(`invalid argument: '${text}': ${OUT_OF_LONG}`, INTEGER_HELPER_STATUS);
  }
  if (rest !== '') throw new UsageError(`invalid argument: '${text}'`, INTEGER_HELPER_STATUS);
  if (value < BigInt(minimum) || value > BigInt(maximum)) {
    const top = maximum === Number(LONG_MAX) ? LONG_MAX : BigInt(maximum);
    throw new UsageError(
      `invalid argument: '${text}': out of range: ${minimum} <= value <= ${top}`,
      INTEGER_HELPER_STATUS,
    );
  }
  return Number(value);
}

/** What strtod makes of `text`: the number, and what it left over. `value` is NaN where there is no number at all. */
export interface ParsedReal {
  readonly value: number;
  readonly rest: string;
}

const DECIMAL = /^[ \t\n\v\f\r]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)/;
const HEXADECIMAL = /^[ \t\n\v\f\r]*([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?(?:[pP]([+-]?[0-9]+))?/;
const SPECIAL = /^[ \t\n\v\f\r]*([+-]?)(infinity|inf|nan)/i;

/** Reads the longest number at the start of `text`, decimal point always `.` (strtod(3) in the C locale). */
export function parseReal(text: string): ParsedReal {
  const special = SPECIAL.exec(text);
  if (special !== null) {
    const magnitude = special[2]!.toLowerCase() === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY;
    return { value: special[1] === '-' ? -magnitude : magnitude, rest: text.slice(special[0].length) };
  }
  const hexadecimal = HEXADECIMAL.exec(text);
  if (hexadecimal !== null && `${hexadecimal[2]}${hexadecimal[3] ?? ''}` !== '') {
    const fraction = hexadecimal[3] ?? '';
    const mantissa = Number(`0x${hexadecimal[2]}${fraction}`);
    const value = mantissa * 2 ** (Number(hexadecimal[4] ?? 0) - 4 * fraction.length);
    return { value: hexadecimal[1] === '-' ? -value : value, rest: text.slice(hexadecimal[0].length) };
  }
  const decimal = DECIMAL.exec(text);
  if (decimal === null) return { value: Number.NaN, rest: text };
  return { value: Number(decimal[1]), rest: text.slice(decimal[0].length) };
}
