/** docs/conditions.md says what is so: its examples are read, its mistakes made, and its words are those of the rooms. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ARPING_WORDS } from '../../src/arping/vocabulary.ts';
import { CLOCKDIFF_WORDS } from '../../src/clockdiff/vocabulary.ts';
import type { Vocabulary } from '../../src/conditions/vocabulary.ts';
import { PING_WORDS } from '../../src/ping/vocabulary.ts';
import { FLOWS_WORDS, ROUNDS_WORDS, TRACE_WORDS } from '../../src/tracepath/vocabulary.ts';
import { complaint, parse } from './support.ts';

const PAGE = readFileSync(new URL('../../docs/conditions.md', import.meta.url), 'utf8');

const ROOMS: Readonly<Record<string, Vocabulary>> = {
  ping: PING_WORDS,
  tracepath: TRACE_WORDS,
  'tracepath --report, --count, --live': ROUNDS_WORDS,
  'tracepath --flows': FLOWS_WORDS,
  arping: ARPING_WORDS,
  clockdiff: CLOCKDIFF_WORDS,
};

/** The cells of each row of the first table behind `heading`, the two head rows left out. */
function tableBehind(heading: string): readonly (readonly string[])[] {
  const rows = PAGE.slice(PAGE.indexOf(`\n${heading}\n`))
    .split('\n')
    .slice(2);
  const from = rows.findIndex((row) => row.startsWith('|'));
  const length = rows.slice(from).findIndex((row) => !row.startsWith('|'));
  return rows.slice(from + 2, from + length).map((row) => row.slice(2, -2).split(' | '));
}

describe('the page about conditions', () => {
  it.each(tableBehind('A condition compares what is measured with what you want:'))(
    'has an example that can be read: %s, of %s',
    (condition, command) => {
      const room = Object.keys(ROOMS).find((name) => name === command || name.startsWith(`${command},`));
      const text = condition.slice(1, -1);
      expect(parse(text, ROOMS[room!]).text).toBe(text);
    },
  );

  it.each(Object.keys(ROOMS))('lists the words of %s', (room) => {
    const rows = tableBehind(`### ${room}`);
    const wanted = Object.entries(ROOMS[room]!).map(([word, { dimension, help }]) => [`\`${word}\``, dimension, help]);
    expect(rows).toEqual(wanted);
  });

  it('shows mistakes as they are told', () => {
    const blocks = [...PAGE.matchAll(/```text\n([^`$]+)\n```/g)].map(([, block]) => block!);
    expect(blocks.length).toBe(3);
    for (const block of blocks) {
      const text = block.split('\n')[1]!.trim();
      expect(complaint(text, PING_WORDS)).toBe(block);
    }
  });
});
