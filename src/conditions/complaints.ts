/** What a parser of conditions says where something stands in the wrong place, or is unknown, and what may have been meant. */
import { nearestWord } from '../measure/edit-distance.ts';
import { fail, type TokenCursor } from './cursor.ts';
import { MEANT, MEANT_UNITS } from './hints.ts';
import { quote } from './mistake.ts';
import { FUNCTIONS, KEYWORDS } from './reserved.ts';
import type { Token } from './tokens.ts';
import { findUnit, UNIT_LIST } from './units.ts';
import type { Vocabulary, Word } from './vocabulary.ts';

/** `in a row` or a window, behind something that can have neither there. */
export function failAtIn({ next, after }: TokenCursor): never {
  if (after.text === 'last') failAtWindow(next);
  fail("'in a row' stands behind the number", next, "as in 'received >= 3 in a row'");
}

export function failAtWindow(begin: Token): never {
  fail('a window stands behind a word that has one', begin, "as in 'loss in last 20 > 10%'");
}

/** Something stands where nothing, or an operator, should. */
export function failBehind({ next }: TokenCursor): never {
  const { text, kind } = next;
  const meant = MEANT.get(text) ?? (kind === 'name' ? nearestWord(text.toLowerCase(), KEYWORDS) : null);
  if (text === ')') fail("')' without '('", next);
  if (meant !== null) fail(`unexpected ${quote(text)}`, next, didYouMean(meant));
  if (kind === 'symbol') fail(`unexpected ${quote(text)}`, next);
  fail(`expected 'and' or 'or' before ${quote(text)}`, next);
}

/** Something stands, or nothing does, where a value should. */
export function failBefore(next: Token): never {
  if (next.kind === 'end') fail('a word or a number is missing', next);
  const meant = MEANT.get(next.text);
  fail(`expected a word or a number before ${quote(next.text)}`, next, meant === undefined ? meant : didYouMean(meant));
}

export function failAtUnit(unit: Token): never {
  const name = unit.text.toLowerCase();
  const meant = MEANT_UNITS.get(name) ?? findUnit(name);
  fail(`unknown unit ${quote(unit.text)}`, unit, meant === null ? `units are ${UNIT_LIST}` : didYouMean(meant));
}

/** The hint for a word that nobody knows. */
export function describeMeant(name: string, vocabulary: Vocabulary): string {
  const known = Object.keys(vocabulary);
  const nearest = nearestWord(name.toLowerCase(), [...known, ...KEYWORDS, ...FUNCTIONS]);
  return nearest === null ? `words are ${known.join(' ')}` : didYouMean(nearest);
}

/** The hint for a word that stands where only some may. */
export function describeWordsWith(vocabulary: Vocabulary, isMeant: (word: Word) => boolean): string {
  const names = Object.keys(vocabulary).filter((name) => isMeant(vocabulary[name]!));
  return `here ${names.length === 0 ? 'no word' : names.join(', ')} may be`;
}

export function didYouMean(meant: string): string {
  return `did you mean '${meant}'?`;
}
