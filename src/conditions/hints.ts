/** What is often written in place of what the language has, for messages that say what was meant. */

/** What is written in other languages, and what it is here. */
export const MEANT: ReadonlyMap<string, string> = new Map([
  ['=', '=='],
  ['=>', '>='],
  ['=<', '<='],
  ['<>', '!='],
  ['\u2264', '<='],
  ['\u2265', '>='],
  ['\u2260', '!='],
  ['\u2212', '-'],
  ['&', 'and'],
  ['|', 'or'],
]);

/** What is written for a unit, and what it is here. */
export const MEANT_UNITS: ReadonlyMap<string, string> = new Map([
  ['nsec', 'ns'],
  ['usec', 'us'],
  ['msec', 'ms'],
  ['millis', 'ms'],
  ['sec', 's'],
  ['secs', 's'],
  ['seconds', 's'],
  ['second', 's'],
  ['min', 'm'],
  ['mins', 'm'],
  ['minutes', 'm'],
  ['minute', 'm'],
  ['hours', 'h'],
  ['hour', 'h'],
  ['percent', '%'],
]);

/** `1st`, `22nd`, `113th`. */
export function ordinal(position: number): string {
  const isTeen = position % 100 >= 11 && position % 100 <= 13;
  const ending = isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][position % 10] ?? 'th');
  return `${position}${ending}`;
}
