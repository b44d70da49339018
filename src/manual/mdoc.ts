/** Text -> mdoc(7), the language of the pages: it names what a word is (an option, an argument), not how it looks. */

/** Lines of roff input should not be longer, mandoc(1) -T lint. */
const INPUT_COLUMNS = 78;

/** What must not be mistaken for a request, an escape or a hyphen. */
export function escapeText(text: string): string {
  return text.replaceAll('\\', '\\e').replace(/^(?=[.'])/, '\\&');
}

/** A word of a macro line: one argument, and never another macro. */
export function escapeWord(word: string): string {
  const escaped = word.replaceAll('\\', '\\e').replaceAll('"', '\\(dq').replaceAll('-', '\\-');
  const isMacro = /^[A-Z%][A-Za-z1]$/.test(word);
  return `${isMacro || /^[.,:;()[\]?!|]/.test(word) ? '\\&' : ''}${/\s/.test(escaped) ? `"${escaped}"` : escaped}`;
}

/** A paragraph with marks in backticks, as lines of input: a sentence begins a line, a mark has a line of its own. */
export function formatParagraph(text: string): string[] {
  const lines: string[] = [];
  const pieces = text.split(/(\(?`[^`]+`[.,;:?!)]*)/);
  for (const piece of pieces) {
    const mark = /^(\(?)`([^`]+)`([.,;:?!)]*)$/.exec(piece);
    if (mark !== null) lines.push(formatMark(mark[2]!, mark[1]!, mark[3]!));
    else for (const sentence of piece.trim().split(/(?<=[.?!]) +/)) lines.push(...fill(sentence));
  }
  return lines;
}

function formatMark(mark: string, before: string, after: string): string {
  const opening = before === '' ? '' : 'Pq ';
  const rest = before === '' ? after : after.replace(/^\)/, '');
  const behind = [...rest].map((character) => ` ${character}`).join('');
  return `.${opening}${macroOf(mark)}${behind}`;
}

/** `ping(8)` is a page, `-c` an option, `$NAME` a variable of the environment; all else is literal. */
function macroOf(mark: string): string {
  const page = /^([\w.-]+)\(([1-9])\)$/.exec(mark);
  if (page !== null) return `Xr ${page[1]} ${page[2]}`;
  if (/^-\S+$/.test(mark)) return `Fl ${escapeWord(mark.slice(1))}`;
  if (/^\$\w+$/.test(mark)) return `Ev ${mark.slice(1)}`;
  return `Ql ${escapeWord(mark)}`;
}

function fill(sentence: string): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(' ').filter((each) => each !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= INPUT_COLUMNS)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map(escapeText);
}

/** What follows a command's name, `[options] [hop...] <destination>`, as one line. */
export function formatSynopsis(synopsis: string): string {
  const tokens = synopsis.match(/[[\]|]|<[^>]+>|[^\s[\]|<>]+/g) ?? [];
  return `.${tokens.map(formatSynopsisToken).join(' ')}`;
}

function formatSynopsisToken(token: string): string {
  if (token === '[') return 'Oo';
  if (token === ']') return 'Oc';
  if (token === '|' || token === '...') return token;
  if (token.startsWith('-')) return `Fl ${escapeWord(token.slice(1))}`;
  const [, name, dots] = /^<?(.*?)>?(\.\.\.)?$/.exec(token)!;
  return `Ar ${escapeWord(name!)}${dots === undefined ? '' : ' ...'}`;
}
