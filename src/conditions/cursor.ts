/** A place in a list of tokens, for a parser that goes through them once; and how it stops at a mistake. */
import type { Span } from './expression.ts';
import type { Mistake } from './mistake.ts';
import type { Token } from './tokens.ts';

/** Nobody nests so deep by hand, and the stack has room for it many times over. */
const MOST_LEVELS = 64;

/** Thrown where reading cannot go on, and caught where it began. */
export class Mistaken extends Error {
  readonly mistake: Mistake;
  constructor(mistake: Mistake) {
    super(mistake.message);
    this.mistake = mistake;
  }
}

export function fail(message: string, { start, end }: Span, hint?: string): never {
  throw new Mistaken({ message, start, end, ...(hint === undefined ? {} : { hint }) });
}

export class TokenCursor {
  readonly #tokens: readonly Token[];
  #at = 0;
  #level = 0;

  /** The last one is of kind `end`. */
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get next(): Token {
    return this.#tokens[this.#at]!;
  }

  /** The one behind the next one. */
  get after(): Token {
    return this.#tokens[this.#at + 1] ?? this.#tokens.at(-1)!;
  }

  get isAtEnd(): boolean {
    return this.next.kind === 'end';
  }

  /** The end is never passed. */
  take(): Token {
    const token = this.next;
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  /** Passes the next token where it is one of `texts`. */
  takeIf(...texts: readonly string[]): boolean {
    const isThere = !this.isAtEnd && texts.includes(this.next.text);
    if (isThere) this.#at++;
    return isThere;
  }

  /** From there to the last token that was taken. */
  spanFrom({ start }: Span): Span {
    return { start, end: this.#tokens[this.#at - 1]!.end };
  }

  /** Reads something that is nested in what begins at `begin`. */
  deeper<Result>(begin: Span, read: () => Result): Result {
    if (++this.#level > MOST_LEVELS) fail(`nested more than ${MOST_LEVELS} deep`, begin);
    const result = read();
    this.#level--;
    return result;
  }
}
