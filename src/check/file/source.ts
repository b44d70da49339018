/** The text of a check file and places in it, so that every complaint names file, line and column and shows the place. */
import { columnsOf } from '../columns.ts';
import { oneLine } from '../one-line.ts';

/** A span of a source: offsets in UTF-16 units, `end` behind the last one. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Place {
  /** As the user named it, or as `include:` led to it. */
  readonly file: string;
  /** Both count from 1; columns are characters, as editors count them. */
  readonly line: number;
  readonly column: number;
}

/** Lines are shown with so many characters around the place. */
const SHOWN_CHARACTERS = 100;
const SHOWN_BEFORE = 60;

export class Source {
  readonly file: string;
  readonly text: string;
  readonly #lineStarts: number[] = [0];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1);
  }

  placeOf(offset: number): Place {
    const { line, start } = this.#lineAt(offset);
    return { file: this.file, line, column: [...this.text.slice(start, offset)].length + 1 };
  }

  /** The line that `span` begins in, and a caret under what of it lies on that line. Long lines are cut around the place. */
  quote({ start, end }: Span): string {
    const line = this.#lineAt(start);
    const lineEnd = this.#endOfLine(line.start);
    const from =
      start - line.start > SHOWN_CHARACTERS - SHOWN_BEFORE ? Math.max(line.start, start - SHOWN_BEFORE) : line.start;
    const to = Math.min(lineEnd, from + SHOWN_CHARACTERS);
    const cutBefore = from > line.start ? '…' : '';
    const before = `${cutBefore}${showCharacters(this.text.slice(from, start))}`;
    const marked = showCharacters(this.text.slice(start, Math.min(end, to)));
    const rest = showCharacters(this.text.slice(Math.max(start, Math.min(end, to)), to));
    const gutter = ` ${line.line} | `;
    const carets = '^'.repeat(Math.max(1, columnsOf(marked)));
    const cutBehind = to < lineEnd ? '…' : '';
    return `${gutter}${before}${marked}${rest}${cutBehind}\n${' '.repeat(gutter.length - 2)}| ${' '.repeat(columnsOf(before))}${carets}\n`;
  }

  #lineAt(offset: number): { readonly line: number; readonly start: number } {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, start: this.#lineStarts[low]! };
  }

  #endOfLine(start: number): number {
    const end = this.text.indexOf('\n', start);
    const last = end < 0 ? this.text.length : end;
    return this.text[last - 1] === '\r' && last > start ? last - 1 : last;
  }
}

/** A file may hold anything: tabs become blanks so that the caret stays below its place, what a terminal would obey is shown. */
function showCharacters(text: string): string {
  return oneLine(text.replaceAll('\t', ' '));
}
