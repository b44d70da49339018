/** The text of a condition as tokens. */
import type { Span } from './expression.ts';
import { type Mistake, quoteCharacter } from './mistake.ts';

export type Token = Span & {
  readonly kind: 'number' | 'name' | 'symbol' | 'end';
  readonly text: string;
};

/** Blanks, then one of: digits with a point; a name; an operator, the longest first. */
const TOKEN =
  /[ \t\r\n]*(?:([0-9]+(?:\.[0-9]+)?|\.[0-9]+)|([A-Za-z_\u00b5\u03bc][A-Za-z0-9_.\u00b5\u03bc]*)|(&&|\|\||[<>=!]=|=[<>]|<>|[<>=!()+*/%,&|\u2264\u2265\u2260\u2212-])|$)/y;

/** So many characters a condition has at most. */
export const MOST_CHARACTERS = 10_000;

/** All tokens, the last one of kind `end`; or where the text stops making sense. */
export function readTokens(text: string): { readonly tokens: readonly Token[] } | { readonly mistake: Mistake } {
  if (text.length > MOST_CHARACTERS) {
    const message = `${text.length} characters are more than the ${MOST_CHARACTERS} that a condition may have`;
    return { mistake: { message, start: MOST_CHARACTERS, end: MOST_CHARACTERS + 1 } };
  }
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (;;) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) return { mistake: unexpectedCharacter(text, from) };
    const [all, number, name, symbol] = match;
    const found = number ?? name ?? symbol ?? '';
    const end = from + all.length;
    const kind =
      number !== undefined ? 'number' : name !== undefined ? 'name' : symbol !== undefined ? 'symbol' : 'end';
    tokens.push({ kind, text: found, start: end - found.length, end });
    if (kind === 'end') return { tokens };
  }
}

function unexpectedCharacter(text: string, from: number): Mistake {
  const start = from + text.slice(from).search(/[^ \t\r\n]/);
  const character = String.fromCodePoint(text.codePointAt(start)!);
  return { message: `unexpected ${quoteCharacter(character)}`, start, end: start + character.length };
}
