import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OPTION_GROUPS } from '../../src/cli/getopt.ts';
import { formatHelp } from '../../src/cli/help.ts';
import type { CommandFacts } from '../../src/cli/usage.ts';

const FACTS: CommandFacts = {
  usage: {
    command: 'probe',
    summary: 'send probes to a host, as many as you like, and time the replies to each of them',
    synopsis: '[options] [hop...] <destination>',
    operands: [
      ['<destination>', 'DNS name or IP address'],
      ['<hop>', 'router on the way, which must be willing to take part in this'],
    ],
    exitStatuses: [
      ['0', 'some reply came'],
      ['128+n', 'signal n ended it before anything else that is told of here could'],
    ],
    examples: [
      ['probe -c 3 example.net', 'three probes'],
      ['probe --fail-if "loss > 2% or p95 > 50ms" -c 1000 example.net', 'a test for scripts'],
    ],
  },
  options: [
    { short: '4', long: 'ipv4', group: 'Addressing', help: 'use IPv4' },
    { short: 'c', long: 'count', argument: 'count', group: 'Probes', help: 'stop after <count> replies' },
    { long: 'backend', argument: 'name', group: 'Probes', help: 'one of those that there are, or the best that loads' },
    { short: 'h', alsoShort: '?', long: 'usage', group: 'Help', help: 'print the short help and exit' },
  ],
};

const plain = (columns: number) => formatHelp(FACTS, { columns, colour: false });

describe('the long help', () => {
  it('at 60 columns', async () => {
    expect(await plain(60)).toBe(`\
probe [options] [hop...] <destination>

Send probes to a host, as many as you like, and time the
replies to each of them.

  <destination>  DNS name or IP address
  <hop>          router on the way, which must be willing to
                 take part in this

Probes:
  -c, --count <count>   stop after <count> replies
      --backend <name>  one of those that there are, or the
                        best that loads

Addressing:
  -4, --ipv4  use IPv4

Help:
  -h, --usage  print the short help and exit

Exit status:
  0      some reply came
  128+n  signal n ended it before anything else that is told
         of here could

Examples:
  probe -c 3 example.net
      three probes
  probe --fail-if "loss > 2% or p95 > 50ms" -c 1000 example.net
      a test for scripts
`);
  });

  it('at 80 columns', async () => {
    expect(await plain(80)).toBe(`\
probe [options] [hop...] <destination>

Send probes to a host, as many as you like, and time the replies to each of
them.

  <destination>  DNS name or IP address
  <hop>          router on the way, which must be willing to take part in this

Probes:
  -c, --count <count>   stop after <count> replies
      --backend <name>  one of those that there are, or the best that loads

Addressing:
  -4, --ipv4  use IPv4

Help:
  -h, --usage  print the short help and exit

Exit status:
  0      some reply came
  128+n  signal n ended it before anything else that is told of here could

Examples:
  probe -c 3 example.net
      three probes
  probe --fail-if "loss > 2% or p95 > 50ms" -c 1000 example.net
      a test for scripts
`);
  });

  it('at 120 columns, which is as wide as it gets', async () => {
    const wide = await plain(120);
    expect(wide.split('\n')[2]).toBe(
      'Send probes to a host, as many as you like, and time the replies to each of them.',
    );
    expect(await plain(300)).toBe(wide);
    const wordy: CommandFacts = { ...FACTS, usage: { ...FACTS.usage, summary: 'send one probe, '.repeat(20).trim() } };
    const lines = (await formatHelp(wordy, { columns: 300, colour: false })).split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBe(
      'send one probe, '.repeat(7).length + 'send one'.length,
    );
  });

  it('is laid out for 40 columns where there are fewer', async () => {
    expect(await plain(10)).toBe(await plain(40));
  });

  it('paints headings and option names, and nothing else changes', async () => {
    const painted = await formatHelp(FACTS, { columns: 80, colour: true });
    expect(painted).toContain('\x1b[1mProbes:\x1b[22m\n  \x1b[36m-c, --count <count>\x1b[39m   stop after');
    expect(painted).toContain('\n  \x1b[36m-4, --ipv4\x1b[39m  use IPv4');
    expect(painted.replace(/\x1b\[\d+m/g, '')).toBe(await plain(80));
  });
});

/** What the bundles say of themselves, as completion and `sonde help` find it. */
const COMMANDS = readBundles();

function readBundles(): readonly (readonly [name: string, facts: CommandFacts])[] {
  const folder = join(import.meta.dirname, '../../dist');
  const names = readdirSync(folder).flatMap((file) => /^([\w-]+)\.cjs$/.exec(file)?.[1] ?? []);
  return names
    .filter((name) => name !== 'sonde')
    .map((name) => [name, createRequire(import.meta.url)(join(folder, `${name}.cjs`)).facts]);
}

describe.each(COMMANDS)('%s', (_name, facts) => {
  it('says what it is for, how it ends, and gives examples', () => {
    expect(facts).toBeDefined();
    const { summary, exitStatuses, examples } = facts.usage;
    expect(summary).toMatch(/^[a-z].*[^.]$/);
    expect(exitStatuses.length).toBeGreaterThan(0);
    expect(examples.length).toBeGreaterThan(0);
    expect(examples[0]![0]).toContain(facts.usage.command);
  });

  it('has a group and one line of help for every option', () => {
    for (const { long, group, help } of facts.options) {
      expect(OPTION_GROUPS, long).toContain(group);
      expect(help, long).toMatch(/^\S.*[^.\s]$/);
    }
  });

  it('has no name and no letter twice', () => {
    const names = facts.options.map(({ long }) => long);
    const letters = facts.options.flatMap(({ short, alsoShort }) => [short, alsoShort]).filter((letter) => letter);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(letters).size).toBe(letters.length);
  });

  it.each([60, 80, 120])(
    'shows every option once in its long help at %d columns, within the width',
    async (columns) => {
      const help = await formatHelp(facts, { columns, colour: false });
      const [options, examples] = help.split('\nExamples:\n');
      const shown = [...options!.matchAll(/^ {2}(?:-., | {4})--([\w-]+)/gm)].map(([, long]) => long!);
      expect(shown.sort()).toEqual(facts.options.map(({ long }) => long).sort());
      expect(options!.split('\n').filter((line) => line.length > columns)).toEqual([]);
      expect(examples).toBeDefined();
    },
  );
});
