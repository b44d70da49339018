/** docs/check.md: its files are check files, its mistakes are said so, and its tables name what there is. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPECTATIONS, KINDS, keysOf } from '../../src/check/file/schema.ts';
import { CHECK_OPTIONS } from '../../src/check/options.ts';
import { REPORTER_NAMES } from '../../src/check/report/names.ts';
import { VOCABULARIES } from '../../src/check/vocabularies.ts';
import { CheckFolder, EXAMPLE } from './support.ts';

const PAGE = readFileSync(`${import.meta.dirname}/../../docs/check.md`, 'utf8');

/** Blocks behind `<!-- test: … -->`. */
const BLOCKS = [...PAGE.matchAll(/<!-- test: ([^>]+) -->\n```\w+\n([\s\S]*?)```/g)].map(
  ([, what, text]) => [what!, text!] as const,
);

/** Rows of the tables whose first cell is code, cell by cell, with the code of each. */
const ROWS = PAGE.split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split(' | ').map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!)));

describe('docs/check.md', () => {
  let folder: CheckFolder;
  beforeAll(() => {
    folder = new CheckFolder();
    folder.write('vpn.yaml', 'version: 1\nchecks: { vpn: { ping: 10.8.0.1 } }\n');
  });
  afterAll(() => folder.remove());

  it('has tests for as many blocks as there are yaml files in it', () => {
    expect(BLOCKS.filter(([what]) => what !== 'mistake')).toHaveLength(PAGE.match(/```yaml/g)!.length);
  });

  it('begins with the example, which a lab runs', () => {
    const [what, text] = BLOCKS[0]!;
    expect([what, text.slice(text.indexOf('\n') + 1)]).toEqual(['runs in the lab', EXAMPLE]);
  });

  it.each(BLOCKS.filter(([what]) => what.startsWith('valid')))('%s', (_what, text) => {
    expect(folder.checks(text, {}).length).toBeGreaterThan(0);
  });

  it('shows mistakes as they are shown', () => {
    const [, shown] = BLOCKS.find(([what]) => what === 'mistake')!;
    const [, ...lines] = shown.split('\n');
    const line = /^ 3 \| (.*)$/.exec(lines[1]!)![1]!;
    expect(folder.complaint(`version: 1\nchecks:\n${line}\n`)).toBe(lines.join('\n'));
  });

  it('has each kind with all of its options', () => {
    const common = ROWS.map(([first]) => first?.[0] ?? '');
    for (const kind of KINDS) {
      const row = ROWS.find((cells) => cells[0]?.[0] === kind && cells.length === 4)!;
      const options = row[3]!;
      expect(
        new Set([
          ...options,
          ...common.filter((word) => ['assert', 'expect', 'tags', 'deadline', 'retries', 'backoff'].includes(word)),
          kind,
        ]),
      ).toEqual(new Set(keysOf(kind)));
    }
  });

  it('has each word of each kind', () => {
    const wordsOf = (kind: string) => ROWS.find((cells) => cells[0]?.[0] === kind && cells.length === 2)![1]!;
    const shared = wordsOf('ping').filter((word) => !['duplicates', 'corrupted', 'errors'].includes(word));
    for (const kind of KINDS) {
      const words = wordsOf(kind);
      const all = words.includes('ping') ? [...words, ...(kind === 'tcp' ? wordsOf('ping') : shared)] : words;
      for (const word of Object.keys(VOCABULARIES[kind])) {
        if (!/^p9\d$/.test(word)) expect(all, `${kind}: ${word}`).toContain(word);
      }
    }
  });

  it('has each expectation, option and reporter', () => {
    for (const expectation of new Set(KINDS.flatMap((kind) => EXPECTATIONS[kind] as readonly string[]))) {
      expect(
        ROWS.flatMap(([first]) => first!),
        expectation,
      ).toContain(expectation);
    }
    for (const reporter of REPORTER_NAMES) expect(ROWS.map(([first]) => first![0])).toContain(reporter);
    const words = ROWS.flatMap(([first]) => first!).flatMap((code) => code.split(' '));
    for (const spec of CHECK_OPTIONS) {
      if (spec.group === 'Help') continue;
      const names = [`--${spec.long}`, 'short' in spec ? `-${spec.short}` : ''];
      expect(
        words.some((word) => names.includes(word)),
        spec.long,
      ).toBe(true);
    }
  });
});
