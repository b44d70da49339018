import { describe, expect, it } from 'vitest';
import { parseSweep, SWEEP_OPTIONS, type SweepOptions, timeoutOf } from '../../src/sweep/options.ts';

function parse(line: string): ReturnType<typeof parseSweep> {
  return parseSweep(
    line.split(' ').filter((word) => word !== ''),
    false,
  );
}

function options(line: string): SweepOptions {
  const parsed = parse(line);
  if (parsed.action !== 'run') throw new Error(JSON.stringify(parsed));
  return parsed.options;
}

/** The complaint, with its exit status. */
function complaint(line: string): string {
  const parsed = parse(line);
  if (parsed.action === 'fail') return `${parsed.exitStatus}: ${parsed.message}`;
  return parsed.action === 'usage' ? `usage: ${parsed.message}` : parsed.action;
}

describe('without options', () => {
  it('a sweep is gentle: 1000 probes a second, four tries, a table', () => {
    expect(options('10.0.0.1')).toMatchObject({
      rate: 1000,
      retries: 3,
      backoff: 1.5,
      count: null,
      size: 56,
      output: 'table',
      maxTargets: 1_048_576,
      shard: { number: 1, count: 1 },
      operands: ['10.0.0.1'],
    });
  });

  it('it waits 500 ms on the first try, and a second with -c', () => {
    expect([options('x'), options('-c3 x'), options('-t50 -c3 x')].map(timeoutOf)).toEqual([500, 1000, 50]);
  });
});

describe('an option', () => {
  it.each([
    ['-i0', { rate: 0 }],
    ['-i 10', { rate: 100 }],
    ['--interval=2.5', { rate: 400 }],
    ['--rate 250', { rate: 250 }],
    ['--rate 0', { rate: 0 }],
    ['-r0', { retries: 0 }],
    ['-B2.5', { backoff: 2.5 }],
    ['-c 65535', { count: 65_535 }],
    ['-p 20', { periodMs: 20 }],
    ['-b 20', { size: 20 }],
    ['-H 3', { ttl: 3 }],
    ['-O 0x10', { tos: 16 }],
    ['-O 184', { tos: 184 }],
    ['-a', { output: 'alive' }],
    ['-u', { output: 'unreachable' }],
    ['-j', { output: 'json' }],
    ['-q', { quiet: true }],
    ['-sa', { stats: true, output: 'alive' }],
    ['-k', { keepTrying: true }],
    ['-m', { allAddresses: true }],
    ['-I eth0', { device: 'eth0' }],
    ['-x 3', { reachable: 3 }],
    ['-4', { family: 4 }],
    ['--seed 9007199254740991', { seed: Number.MAX_SAFE_INTEGER }],
    ['--sequential', { sequential: true }],
    ['--shard 3/8', { shard: { number: 3, count: 8 } }],
    ['--max-targets 5', { maxTargets: 5 }],
    ['--exclude 10.0.0.1,10.0.0.2 --exclude 10.0.0.9', { exclude: ['10.0.0.1', '10.0.0.2', '10.0.0.9'] }],
    ['-f a -f -', { files: ['a', '-'] }],
    ['--whole-blocks', { wholeBlocks: true }],
    ['--merge', { merge: true }],
  ])('%s sets what it says', (line, expected) => {
    expect(options(`${line} x`)).toMatchObject(expected);
  });

  it('-S takes an address of either family', () => {
    expect(options('-S 10.0.0.1 x').source).toEqual({ family: 4, octets: Uint8Array.of(10, 0, 0, 1) });
    expect(options('-S fd00::1 x').source?.family).toBe(6);
  });

  it('-g takes a block, or two ends', () => {
    expect(options('-g 10.0.0.0/24').operands).toEqual(['10.0.0.0/24']);
    expect(options('-g 10.0.0.1 10.0.0.9').generate).toBe(true);
  });

  it.each([
    ['--shard 0/3 x', "3: invalid --shard value '0/3': i/n is needed, with i from 1 to n"],
    ['--shard 4/3 x', "3: invalid --shard value '4/3': i/n is needed, with i from 1 to n"],
    ['--shard 3 x', "3: invalid --shard value '3': i/n is needed, with i from 1 to n"],
    ['-b 19 x', "3: invalid --size value '19': a whole number from 20 to 65507 is needed"],
    ['-c 0 x', "3: invalid --count value '0': a whole number from 1 to 65535 is needed"],
    ['-c 3x x', "3: invalid --count value '3x': a whole number from 1 to 65535 is needed"],
    ['-r 21 x', "3: invalid --retries value '21': a whole number from 0 to 20 is needed"],
    ['-B 0.9 x', "3: invalid --backoff value '0.9': a number from 1 to 5 is needed"],
    ['-i nan x', "3: invalid --interval value 'nan': a number from 0 to 3600000 is needed"],
    ['--rate -1 x', "3: invalid --rate value '-1': a number from 0 to 10000000 is needed"],
    ['-t 0 x', "3: invalid --timeout value '0': a number from 1 to 3600000 is needed"],
    ['-S host x', "3: invalid --source value 'host': a numeric address is needed"],
    ['-O 256 x', "3: invalid --tos value '256': a whole number from 0 to 255 is needed"],
    ['-4 -6 x', '3: only one of -4 and -6 may be used'],
    ['-a -u x', '3: only one of -a, -u and -j may be used'],
    ['--seed 1 --sequential x', '3: only one of --sequential and --seed may be used'],
    ['--merge', '3: --merge needs files with results'],
    ['-g 10.0.0.1 10.0.0.2 10.0.0.3', '3: -g takes one block, or the two ends of a range'],
    ['-g 10.0.0.0/24 10.0.1.0/24', '3: -g takes one block, or the two ends of a range'],
    ['-Z x', "usage: invalid option -- 'Z'"],
    ['-h', 'usage: null'],
    ['--help', 'help'],
    ['-V', 'version'],
  ])('%s: %s', (line, expected) => {
    expect(complaint(line)).toBe(expected);
  });

  it('has a letter of its own', () => {
    const letters = SWEEP_OPTIONS.flatMap((spec) => ('short' in spec ? [spec.short] : []));
    expect(new Set(letters).size).toBe(letters.length);
  });
});
