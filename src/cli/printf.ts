/** The few printf conversions that iputils' lines are made of. */

const SIGNIFICANT_DIGITS = 6;

/** As many as toExponential gives: a double that is a tie at the sixth digit shows it well before that. */
const EXACT_DIGITS = 100;

/** `%g`: six significant digits of the exact value, ties to even, no trailing zeros, an exponent below 1e-4 and from 1e6 on. */
export function formatG(value: number): string {
  if (value === 0) return '0';
  const rounded = roundToDigits(value);
  const exponent = Number(rounded.toExponential().split('e')[1]);
  if (exponent >= -4 && exponent < SIGNIFICANT_DIGITS) return rounded.toString();
  const mantissa = rounded.toExponential().split('e')[0]!;
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${Math.abs(exponent).toString().padStart(2, '0')}`;
}

/** toPrecision rounds ties away from zero, printf rounds them to the even digit. */
function roundToDigits(value: number): number {
  const [mantissa, exponent] = Math.abs(value).toExponential(EXACT_DIGITS).split('e') as [string, string];
  const digits = mantissa.replace('.', '');
  const head = Number(digits.slice(0, SIGNIFICANT_DIGITS));
  const tail = digits.slice(SIGNIFICANT_DIGITS);
  const isTie = /^50*$/.test(tail);
  const up = isTie ? head % 2 === 1 : tail >= '5';
  const magnitude = Number(`${head + Number(up)}e${Number(exponent) - SIGNIFICANT_DIGITS + 1}`);
  return value < 0 ? -magnitude : magnitude;
}

/** Integer microseconds as milliseconds with three decimals, `%ld.%03ld`. */
export function formatMilliseconds(us: number): string {
  return `${Math.trunc(us / 1000)}.${(Math.abs(us) % 1000).toString().padStart(3, '0')}`;
}

/** Names from the network may hold anything: control characters and backslashes are shown as `\ooo`. */
export function escapeControl(text: string): string {
  return text.replace(
    /[\x00-\x1f\x7f-\x9f\\]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}
