/** Texts out of the file or from the network, made safe to be shown. */
import { escapeControl } from '../cli/printf.ts';

/** Controls, line ends of Unicode, and what turns the direction of the text around it. */
export const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
const EACH_UNPRINTABLE = new RegExp(UNPRINTABLE, 'g');

/** On one line, safe for a terminal. */
export function oneLine(text: string): string {
  return text.replace(EACH_UNPRINTABLE, (character) =>
    character > '\xff' ? `\\u${character.charCodeAt(0).toString(16)}` : escapeControl(character),
  );
}
