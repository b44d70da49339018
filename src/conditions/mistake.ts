/** What is wrong with a condition, and where. */

export interface Mistake {
  readonly message: string;
  /** What is wrong stands from `start` to before `end`, in UTF-16 units; at the end of the text both are its length. */
  readonly start: number;
  readonly end: number;
  /** What would mend it. */
  readonly hint?: string;
}

/** So much of a long text is shown around its mistake. */
const SHOWN_COLUMNS = 72;
const COLUMNS_BEFORE = 40;
const CUT = '...';
const QUOTED_LENGTH = 40;
/** Anything that is not one column wide for certain, or that steers a terminal. */
const UNSAFE = /[^\x20-\x7e\xa1-\xac\xae-\xff\u03bc\u2013-\u201d\u2200-\u22ff]/g;

/** The message, the text, and a caret under the place: three lines without a newline at the end. */
export function formatMistake(text: string, mistake: Mistake): string {
  const message = mistake.hint === undefined ? mistake.message : `${mistake.message}; ${mistake.hint}`;
  const shown = toColumns(text);
  const from = shown.length <= SHOWN_COLUMNS ? 0 : Math.max(0, mistake.start - COLUMNS_BEFORE);
  const to = Math.min(shown.length, from + SHOWN_COLUMNS);
  const before = from === 0 ? '' : CUT;
  const line = `${before}${shown.slice(from, to)}${to === shown.length ? '' : CUT}`;
  const marks = Math.max(1, Math.min(mistake.end, to) - mistake.start);
  const caret = `${' '.repeat(before.length + mistake.start - from)}^${'~'.repeat(marks - 1)}`;
  return `${message}\n  ${line}\n  ${caret}`;
}

/** A piece of the user's text as messages show it: safe for a terminal, and short. */
export function quote(text: string): string {
  const safe = toColumns(text);
  return `'${safe.length > QUOTED_LENGTH ? `${safe.slice(0, QUOTED_LENGTH)}${CUT}` : safe}'`;
}

/** A single character likewise; one that cannot be shown by its number. */
export function quoteCharacter(character: string): string {
  if (toColumns(character) === character) return `'${character}'`;
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** One column for each UTF-16 unit, so that a caret stands under what it means. */
function toColumns(text: string): string {
  return text.replace(/[\t\n\r]/g, ' ').replace(UNSAFE, '?');
}
