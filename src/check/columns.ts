/** How many columns of a terminal a text takes: what Unicode calls wide takes two, what combines with its neighbour none. */

/** East Asian Width W and F (UAX 11) by blocks, and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18d8f}\u{1aff0}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const COMBINING = /^[\p{Mn}\p{Me}\p{Cf}\p{Emoji_Modifier}]$/u;

export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfOne(character);
  return columns;
}

function columnsOfOne(character: string): number {
  if (character < '\u0300') return 1;
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** `text`, or as much of its beginning as leaves room for an ellipsis in so many columns. */
export function cutToColumns(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let cut = '';
  let used = 0;
  for (const character of text) {
    used += columnsOfOne(character);
    if (used > columns - 1) break;
    cut += character;
  }
  return `${cut}…`;
}
