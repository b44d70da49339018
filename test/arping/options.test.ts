import { describe, expect, it } from 'vitest';
import { type ArpingOptions, parseArping } from '../../src/arping/options.ts';
import type { ParsedCommand } from '../../src/cli/command.ts';

function parse(line: string, posixlyCorrect = false): ParsedCommand<ArpingOptions> {
  return parseArping(line === '' ? [] : line.split(' '), posixlyCorrect);
}

function optionsOf(line: string): ArpingOptions {
  const parsed = parse(line);
  if (parsed.action !== 'run') throw new Error(`${line}: ${parsed.action}`);
  return parsed.options;
}

describe('options', () => {
  it('are these unless said', () => {
    expect(optionsOf('host')).toEqual({
      answer: false,
      broadcast: false,
      count: null,
      duplicate: false,
      expectOne: false,
      first: false,
      intervalSeconds: 1,
      device: null,
      json: false,
      ouiFile: null,
      quiet: false,
      reverse: null,
      source: null,
      stats: false,
      unsolicited: false,
      deadlineSeconds: 0,
      watch: false,
      conditions: { failIf: [], until: null },
      destination: 'host',
    });
  });

  it.each<[string, string, Partial<ArpingOptions>]>([
    ['-A', '--answer', { answer: true, unsolicited: true }],
    ['-b', '--broadcast', { broadcast: true }],
    ['-c 3', '--count=3', { count: 3 }],
    ['-D', '--duplicate', { duplicate: true }],
    ['-f', '--first', { first: true }],
    ['-i 5', '--interval 5', { intervalSeconds: 5 }],
    ['-i 0', '--interval 0', { intervalSeconds: 0 }],
    ['-I eth0', '--interface eth0', { device: 'eth0' }],
    ['-j', '--json', { json: true }],
    ['-q', '--quiet', { quiet: true }],
    ['-s 10.1', '--source 10.1', { source: '10.1' }],
    ['-U', '--unsolicited', { unsolicited: true }],
    ['-w 2147483647', '--deadline 2147483647', { deadlineSeconds: 2147483647 }],
    ['-w 0', '--dead 0', { deadlineSeconds: 0 }],
    ['-w 2m', '--deadline 2m', { deadlineSeconds: 120 }],
    ['-w 1500ms', '--deadline 1500ms', { deadlineSeconds: 1.5 }],
    ['-I=', '--oui=/x -I =', { device: '=' }],
  ])('%s is the same as %s', (short, long, wanted) => {
    expect(optionsOf(`${short} host`)).toMatchObject(wanted);
    expect(optionsOf(`host ${long}`)).toMatchObject(wanted);
  });

  it('of our own are read', () => {
    expect(optionsOf('--oui /x --expect-one host')).toMatchObject({ ouiFile: '/x', expectOne: true });
    expect(optionsOf('--watch host')).toMatchObject({ watch: true });
    expect(optionsOf('--stats host')).toMatchObject({ stats: true });
    const { conditions } = optionsOf('--fail-if loss>2% --fail-if duplicate --until macs>=2 host');
    expect(conditions.failIf.map(({ text }) => text)).toEqual(['loss > 2%', 'duplicate']);
    expect(conditions.until?.text).toBe('macs >= 2');
    expect(optionsOf('--reverse 02-00-00-00-00-1 -c1')).toMatchObject({
      reverse: Uint8Array.of(2, 0, 0, 0, 0, 1),
      destination: '',
    });
  });

  it('may be clustered, may follow the operand, and end at --', () => {
    expect(optionsOf('-bfqc2 host')).toMatchObject({ broadcast: true, first: true, quiet: true, count: 2 });
    expect(optionsOf('host -Ieth0')).toMatchObject({ device: 'eth0', destination: 'host' });
    expect(optionsOf('-c1 -- -host').destination).toBe('-host');
    expect(parse('host -c1', true).action).toBe('usage');
  });

  it('take an empty device for none', () => {
    expect(parseArping(['-I', '', 'host'], false)).toMatchObject({ options: { device: null } });
  });
});

describe('a command line that is wrong', () => {
  it.each([
    ['', 'usage', null],
    ['a b', 'usage', null],
    ['-h', 'usage', null],
    ['-? -c 0', 'usage', null],
    ['-Z host', 'usage', "invalid option -- 'Z'"],
    ['host -c', 'usage', "option requires an argument -- 'c'"],
    ['--nonsense host', 'usage', "unrecognized option '--nonsense'"],
    ['--reverse 02:00 host', 'usage', null],
  ])('%s asks for the usage text', (line, action, message) => {
    expect(parse(line)).toMatchObject({ action, message });
  });

  it.each([
    ['-c 0 host', 1, "invalid argument: '0': out of range: 1 <= value <= 2147483647"],
    ['-c x -Z host', 1, "invalid argument: 'x'"],
    ['-c 2147483648 host', 1, "invalid argument: '2147483648': out of range: 1 <= value <= 2147483647"],
    ['-w -1 host', 1, "invalid argument: '-1': out of range: 0 <= value <= 2147483647"],
    ['-i -1 host', 1, "invalid argument: '-1': out of range: 0 <= value <= 2147483647"],
    ['--reverse x', 2, 'invalid hardware address x'],
    ['--expect-one -f host', 2, '--expect-one cannot be combined with -f'],
    ['--expect-one -D host', 2, '--expect-one cannot be combined with -D'],
    ['--expect-one -A host', 2, '--expect-one cannot be combined with -A'],
    ['--expect-one -U host', 2, '--expect-one cannot be combined with -U'],
    ['--expect-one --watch host', 2, '--expect-one cannot be combined with --watch'],
    ['--watch -f host', 2, '--watch cannot be combined with -f'],
    ['--watch --reverse 02:01', 2, '--watch cannot be combined with --reverse'],
    ['--reverse 02:01 -D', 2, '--reverse cannot be combined with -D'],
    ['--reverse 02:01 -s 1.2.3.4', 2, '--reverse cannot be combined with -s'],
    ['--until macs>1 -D host', 2, '--until cannot be combined with -D'],
    ['--until macs>1 --expect-one host', 2, '--until cannot be combined with --expect-one'],
    ['--until macs> host', 2, expect.stringContaining('--until: ')],
    ['--fail-if pmtu<1500 host', 2, expect.stringContaining('--fail-if: ')],
    ['-w 5x host', 1, expect.stringContaining("invalid argument: '5x'")],
  ])('%s is refused with status %i', (line, exitStatus, message) => {
    expect(parse(line)).toMatchObject({ action: 'fail', exitStatus, message });
  });

  it('is judged in the order of its options', () => {
    expect(parse('-V -c 0').action).toBe('version');
    expect(parse('-c 0 -V').action).toBe('fail');
    expect(parse('--help -Z').action).toBe('help');
  });

  it('is told in JSON where -j stands anywhere', () => {
    expect(parse('-c 0 host -j').json).toBe(true);
    expect(parse('-c 0 host').json).toBe(false);
  });
});
