/** How far two words are apart, and which known word somebody may have meant. */

/** Words that differ by more have nothing to do with each other. */
const LARGEST_SLIP = 2;

/**
 * Letters to be changed, added, left out or swapped with their neighbour to make one word of the other: the optimal string
 * alignment distance. The work grows with the product of both lengths: callers bound them.
 */
export function countSlips(from: string, to: string): number {
  const table: number[][] = Array.from({ length: from.length + 1 }, (_, row) => [row]);
  for (let column = 0; column <= to.length; column++) table[0]![column] = column;
  for (let row = 1; row <= from.length; row++) {
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      let least = Math.min(
        table[row - 1]![column]! + 1,
        table[row]![column - 1]! + 1,
        table[row - 1]![column - 1]! + Number(!isSame),
      );
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (isSwap) least = Math.min(least, table[row - 2]![column - 2]! + 1);
      table[row]![column] = least;
    }
  }
  return table[from.length]![to.length]!;
}

/**
 * The one of `known` that `word` may have been meant for: at most two slips away (one for a word of three letters or less),
 * or begun by it. The nearest one, the first of equals; null where none is near.
 */
export function nearestWord(word: string, known: readonly string[]): string | null {
  const most = word.length <= 3 ? 1 : LARGEST_SLIP;
  let nearest: { readonly name: string; readonly slips: number } | null = null;
  for (const name of known) {
    const isBegun = word.length > 1 && name.startsWith(word);
    // As many letters as the lengths differ by are left out or added in any case.
    if (!isBegun && Math.abs(name.length - word.length) > most) continue;
    const slips = countSlips(word, name);
    if ((isBegun || slips <= most) && (nearest === null || slips < nearest.slips)) nearest = { name, slips };
  }
  return nearest?.name ?? null;
}
