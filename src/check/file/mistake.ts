/** What is wrong with a check file, with the place: the only thing that reading one throws. */
import { oneLine } from '../one-line.ts';
import type { Place, Source, Span } from './source.ts';

/** More than these are counted, and not shown. */
const MOST_SHOWN = 20;

export interface Mistake {
  readonly source: Source;
  readonly span: Span;
  readonly message: string;
  /** What would mend it. */
  readonly hint?: string | undefined;
}

export class CheckFileError extends Error {
  readonly mistakes: readonly Mistake[];
  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(({ message }) => message).join('; '));
    this.mistakes = mistakes;
  }
}

/** @throws CheckFileError with one mistake */
export function refuse(source: Source, span: Span, message: string, hint?: string): never {
  throw new CheckFileError([{ source, span, message, hint }]);
}

/** `file:line:column: message`, the line with a caret, and the hint; one mistake after the other. */
export function formatMistakes(mistakes: readonly Mistake[]): string {
  const shown = mistakes.slice(0, MOST_SHOWN).map((mistake) => {
    const { source, span, message, hint } = mistake;
    const head = `${formatPlace(source.placeOf(span.start))}: ${oneLine(message)}\n`;
    return `${head}${source.quote(span)}${hint === undefined ? '' : `${oneLine(hint)}\n`}`;
  });
  const rest = mistakes.length - shown.length;
  return `${shown.join('')}${rest > 0 ? `and ${rest} more\n` : ''}`;
}

export function formatPlace({ file, line, column }: Place): string {
  return `${oneLine(file)}:${line}:${column}`;
}
