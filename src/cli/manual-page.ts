/**
 * The prose of a manual page: what the option table and the usage do not say. `scripts/man.mjs` makes docs/man/*.8 of both;
 * nothing of it is loaded by a command. In all texts, backticks mark what is typed or printed as it stands, and `name(8)` in
 * backticks a reference to another page.
 */

import type { Vocabulary } from '../conditions/vocabulary.ts';

export interface ManualSection {
  /** In capitals; see SECTION_ORDER in ../manual/page.ts. */
  readonly title: string;
  readonly paragraphs: readonly string[];
}

export interface Manual<Name extends string> {
  readonly description: readonly string[];
  /** In place of the table's one line of help, where that is not enough. */
  readonly options: Readonly<Partial<Record<Name, string>>>;
  readonly sections: readonly ManualSection[];
  /** What conditions may speak of, and in which runs. */
  readonly words?: readonly (readonly [introduction: string, words: Vocabulary])[];
  /** Deliberate differences from iputils that a user meets; all of them are in docs/differences.md. */
  readonly differences: readonly string[];
  /** Pages of section 8 but where a section is named: `ip(8)`, `icmp(7)`. */
  readonly seeAlso: readonly string[];
}
