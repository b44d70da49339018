/** The few printf conversions that iputils' lines are made of. */

const SIGNIFICANT_DIGITS = 6;

/** `%g`: six significant digits, no trailing zeros, an exponent below 1e-4 and from 1e6 on. */
export function formatG(value: number): string {
  if (value === 0) return '0';
  const exponent = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(SIGNIFICANT_DIGITS)))));
  if (exponent < -4 || exponent >= SIGNIFICANT_DIGITS) {
    const [mantissa, power] = value.toExponential(SIGNIFICANT_DIGITS - 1).split('e') as [string, string];
    const digits = Math.abs(Number(power)).toString().padStart(2, '0');
    return `${Number(mantissa)}e${power.startsWith('-') ? '-' : '+'}${digits}`;
  }
  return Number(value.toPrecision(SIGNIFICANT_DIGITS)).toString();
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
