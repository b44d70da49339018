import { describe, expect, it } from 'vitest';
import { escapeText, escapeWord, formatParagraph, formatSynopsis } from '../../src/manual/mdoc.ts';

describe('text of a page', () => {
  it('begins a line with each sentence, and fills lines to 78 columns', () => {
    expect(formatParagraph('One. Two? Three')).toEqual(['One.', 'Two?', 'Three']);
    const lines = formatParagraph('word '.repeat(40).trim());
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(78);
    expect(lines.join(' ')).toBe('word '.repeat(40).trim());
  });

  it.each([
    ['With `-w`: go on', ['With', '.Fl w :', 'go on']],
    ['also `--count` counts', ['also', '.Fl \\-count', 'counts']],
    ['as `fping(8)`.', ['as', '.Xr fping 8 .']],
    ['prints names (`-n`).', ['prints names', '.Pq Fl n .']],
    ['`$COLUMNS` is', ['.Ev COLUMNS', 'is']],
    ['`loss > 2%` and `Nm`', ['.Ql "loss > 2%"', 'and', '.Ql \\&Nm']],
  ])('makes a macro of what is marked: %s', (text, lines) => {
    expect(formatParagraph(text)).toEqual(lines);
  });

  it('holds no request and no escape that the text did not mean', () => {
    expect(escapeText('.Sh is C:\\x')).toBe('\\&.Sh is C:\\ex');
    expect(escapeText("'tis")).toBe("\\&'tis");
    expect(escapeWord('a "b" -c')).toBe('"a \\(dqb\\(dq \\-c"');
    expect(escapeWord('.')).toBe('\\&.');
  });
});

describe('a synopsis', () => {
  it.each([
    ['[options] [hop...] <destination>', '.Oo Ar options Oc Oo Ar hop ... Oc Ar destination'],
    ['[options] [send_address [receive_address]]', '.Oo Ar options Oc Oo Ar send_address Oo Ar receive_address Oc Oc'],
    ['[-j | --text] <file>', '.Oo Fl j | Fl \\-text Oc Ar file'],
  ])('%s', (synopsis, line) => {
    expect(formatSynopsis(synopsis)).toBe(line);
  });
});
