import { describe, expect, it } from 'vitest';
import type { OptionSpec } from '../../src/cli/getopt.ts';
import { formatUsage } from '../../src/cli/usage.ts';

const SPECS: readonly OptionSpec[] = [
  { short: 'a', long: 'audible', help: 'ring the bell' },
  { short: 'c', long: 'count', argument: 'count', help: 'stop after <count> replies' },
  { long: 'backend', argument: 'name', help: 'which one' },
];

const FACTS = {
  command: 'ping',
  synopsis: '[options] <destination>',
  operands: [['<destination>', 'DNS name or IP address']],
  summary: 'probe a host',
  exitStatuses: [],
  examples: [],
} as const;

describe('formatUsage', () => {
  it("has iputils' frame: an empty line, the synopsis, the rows, and where to read more", () => {
    const lines = formatUsage(FACTS, SPECS).split('\n');
    expect(lines.slice(0, 5)).toEqual(['', 'Usage', '  ping [options] <destination>', '', 'Options:']);
    expect(lines.slice(-3)).toEqual(['', 'For more details see ping(8).', '']);
  });

  it('names the manual page of a command of sonde with a dash', () => {
    expect(formatUsage({ ...FACTS, command: 'sonde sweep' }, SPECS)).toMatch(/see sonde-sweep\(8\)\.\n$/);
  });

  it('has a row for each operand and option with all their names, in the order of the table', () => {
    const rows = formatUsage(FACTS, SPECS).split('\n').slice(5, 9);
    expect(rows.map((row) => row.trim().split(/ {2,}/))).toEqual([
      ['<destination>', 'DNS name or IP address'],
      ['-a', '--audible', 'ring the bell'],
      ['-c <count>', '--count', 'stop after <count> replies'],
      ['--backend <name>', 'which one'],
    ]);
    expect(rows.every((row) => row.startsWith('  '))).toBe(true);
  });

  it('shows behind a long name what it takes, where no letter does', () => {
    expect(formatUsage(FACTS, SPECS)).toMatch(/^ {2}-c <count> {2}--count {11}stop after/m);
    expect(formatUsage(FACTS, SPECS)).toMatch(/^ {14}--backend <name> {2}which one$/m);
  });

  it('goes on below its own column where a help text is too long for 80', () => {
    const help =
      'a help text of so many words that no line of eighty columns can hold all of them, nor two of such lines';
    const lines = formatUsage(FACTS, [...SPECS, { long: 'x', help }]).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const at = lines.findIndex((line) => line.includes('--x'));
    const rows = lines.slice(at, lines.indexOf('', at));
    expect(rows.map((row) => row.slice(32)).join(' ')).toBe(help);
    expect(rows.slice(1).every((row) => /^ {32}\S/.test(row))).toBe(true);
  });

  it('begins every help text in the same column', () => {
    const rows = formatUsage(FACTS, SPECS).split('\n').slice(5, 9);
    const helps = ['DNS name', 'ring the', 'stop after', 'which one'];
    const columns = rows.map((row, index) => row.indexOf(helps[index]!));
    expect(new Set(columns).size).toBe(1);
    expect(columns[0]).toBeGreaterThan(0);
  });
});
