/** Whether what we print may hold more than ASCII. */

/** The locale's character set is UTF-8, by the first of the variables that is set: locale(7). */
export function isUtf8(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '');
  return /\.utf-?8/i.test(locale ?? '');
}
