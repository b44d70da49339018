/** Which checks of a file are run: --only and --tag. */
import { nearestWord } from '../measure/edit-distance.ts';
import type { Check } from './check.ts';

export interface Selection {
  /** Names, with `*` for any characters. */
  readonly only: readonly string[];
  readonly tags: readonly string[];
}

/** Checks that match one of `only` and one of `tags`, as far as either is given; or what is wrong with the choice. */
export function selectChecks(checks: readonly Check[], { only, tags }: Selection): readonly Check[] | string {
  for (const pattern of only) {
    if (!checks.some(({ name }) => matches(name, pattern)))
      return noSuch(
        'check',
        pattern,
        checks.map(({ name }) => name),
      );
  }
  for (const tag of tags) {
    const known = [...new Set(checks.flatMap((check) => check.tags))];
    if (!known.includes(tag)) return noSuch('tag', tag, known);
  }
  const selected = checks.filter(
    (check) =>
      (only.length === 0 || only.some((pattern) => matches(check.name, pattern))) &&
      (tags.length === 0 || tags.some((tag) => check.tags.includes(tag))),
  );
  return selected.length === 0 ? 'no check matches both --only and --tag' : selected;
}

/** Without a regular expression made of what a user typed: a long row of `*` would take for ever in one. */
function matches(name: string, pattern: string): boolean {
  const [first = '', ...parts] = pattern.split('*');
  if (parts.length === 0) return name === pattern;
  const last = parts.pop()!;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > name.length - last.length) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}

function noSuch(what: string, word: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known);
  return `no ${what} '${word}' in the file${nearest === null ? '' : `; did you mean '${nearest}'?`}`;
}
