/** README and docs/ as a stranger reads them: links that lead somewhere, command lines that are taken, figures that have a source. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../src/cli/getopt.ts';
import { type CommandFacts, formatUsage } from '../src/cli/usage.ts';

const ROOT = join(import.meta.dirname, '..');
const pagesOf = (folder: string) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const PAGES = [...pagesOf('.'), ...pagesOf('docs'), ...pagesOf('docs/decisions'), ...pagesOf('docs/ci')];
const read = (page: string) => readFileSync(join(ROOT, page), 'utf8');
const FENCED = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** Of all bundles but that of sonde, by how their commands are called. */
const FACTS = new Map(
  readdirSync(join(ROOT, 'dist'))
    .filter((file) => file.endsWith('.cjs') && file !== 'sonde.cjs')
    .map((file) => createRequire(import.meta.url)(join(ROOT, 'dist', file)).facts as CommandFacts)
    .map((facts) => [facts.usage.command, facts]),
);

/** As GitHub makes them of headings. */
function anchorsOf(page: string): Set<string> {
  const headings = [
    ...read(page)
      .replace(FENCED, '')
      .matchAll(/^#+ (.*)$/gm),
  ].map(([, heading]) => heading!);
  const slugs = headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set(slugs);
}

/** Words of a shell's line up to what ends a command, without their quotes. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    if (/^([|&;>#<]|2>)/.test(word)) break;
    words.push(word.replace(/'([^']*)'|"([^"]*)"|;$/g, '$1$2'));
    if (word.endsWith(';')) break;
  }
  return words;
}

/** What our own parser has against a line that runs one of our commands; null where it runs none. */
function mistakesOf(line: string): string[] | null {
  const words = wordsOf(line.replace(/^\$ /, ''));
  if (words[0] === 'sonde' && words[1] === 'record') words.splice(0, 3);
  const command = words[0] === 'sonde' ? (FACTS.has(words[1]!) ? words[1]! : `sonde ${words[1]}`) : words[0]!;
  const facts = FACTS.get(command);
  if (facts === undefined) return null;
  const { items } = readCommandLine(facts.options, words.slice(words[0] === 'sonde' ? 2 : 1));
  return items.flatMap((item) => (item.kind === 'error' ? [item.message] : []));
}

describe.each(PAGES)('%s', (page) => {
  it('has no link to a page or a heading that is not there', () => {
    const links = [
      ...read(page)
        .replace(FENCED, '')
        .matchAll(/\]\(([^)\s]+)\)/g),
    ].map(([, target]) => target!);
    const dead = links.filter((target) => {
      if (/^https?:/.test(target)) return false;
      const [path, anchor] = target.split('#');
      const linked = path === '' ? page : join(dirname(page), path!);
      return !existsSync(join(ROOT, linked)) || (anchor !== undefined && !anchorsOf(linked).has(anchor));
    });
    expect(dead).toEqual([]);
  });

  it('shows no command line with an option that there is not', () => {
    const lines = [...read(page).matchAll(FENCED)]
      .filter(([, language]) => ['console', 'sh', 'text', 'bash'].includes(language!))
      .flatMap(([, , block]) => block!.split('\n'));
    const refused = lines.map((line) => [line, mistakesOf(line)] as const).filter(([, found]) => found?.length);
    expect(refused).toEqual([]);
  });
});

describe('the examples of --help and of the manual pages', () => {
  it.each([...FACTS.values()].flatMap(({ usage }) => usage.examples.map(([line]) => line)))('are taken: %s', (line) => {
    expect(mistakesOf(line) ?? []).toEqual([]);
  });
});

describe('the short help', () => {
  it.each([...FACTS.values()])('of $usage.command is no wider than a terminal of 80 columns', ({ usage, options }) => {
    const lines = formatUsage(usage, options).split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('the figures of README', () => {
  const source = read('docs/performance.md');
  const table = /^\| what \| sonde \| peer \|\n.*\n((?:\|.*\n)+)/m.exec(read('README.md'))![1]!;
  const figures = table
    .trim()
    .split('\n')
    .flatMap((row) => row.split('|').slice(2, -1))
    .flatMap((cell) => [...cell.matchAll(/[\d.,]*\d/g)].map(([figure]) => figure));
  /** Pages give some of them in milliseconds where README has seconds. */
  const seconds = [...source.matchAll(/([\d,]+) ms/g)].map(([, ms]) =>
    (Number(ms!.replace(',', '')) / 1000).toFixed(2),
  );

  it.each(figures)('have their source in docs/performance.md: %s', (figure) => {
    const isThere = new RegExp(`(?<![\\d.,])${figure.replaceAll('.', '\\.')}(?![\\d.]*\\d)`).test(source);
    expect(isThere || seconds.includes(figure)).toBe(true);
  });
});
