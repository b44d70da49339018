/** What a mistyped word may have been meant for, as the end of a message. */
import { nearestWord } from '../measure/edit-distance.ts';

/** `; did you mean '--count'?` for the known word that is near to `word`; '' where none is. `before` stands before the word. */
export function didYouMean(word: string, known: readonly string[], before = ''): string {
  const nearest = nearestWord(word, known);
  return nearest === null ? '' : `; did you mean '${before}${nearest}'?`;
}
