import { describe, expect, it } from 'vitest';
import { doesSolicit, isListing, parseRdisc, type RdiscOptions } from '../../src/rdisc/options.ts';

const parse = (line: string) =>
  parseRdisc(
    line.split(' ').filter((word) => word !== ''),
    false,
  );

function options(line: string): RdiscOptions {
  const parsed = parse(line);
  if (parsed.action !== 'run') throw new Error(JSON.stringify(parsed));
  return parsed.options;
}

describe('the command line of rdisc', () => {
  it('lists routers when nothing is asked for', () => {
    const given = options('');
    expect(given).toMatchObject({
      sendTo: '224.0.0.2',
      receiveAt: '224.0.0.1',
      acceptAll: false,
      install: false,
      log: null,
    });
    expect([isListing(given), doesSolicit(given)]).toEqual([true, true]);
  });

  it.each([
    ['-s', true, true],
    ['-a -v -d', true, true],
    ['-f', false, false],
    ['-sf', false, true],
    ['-t', false, false],
    ['-st', false, true],
    ['--install', false, false],
    ['-s --install', false, true],
    ['--daemon', false, false],
    ['-r', false, false],
  ])('with "%s" lists: %s, solicits: %s', (line, lists, solicits) => {
    const given = options(line);
    expect([isListing(given), doesSolicit(given)]).toEqual([lists, solicits]);
  });

  it('reads clusters, long names and their beginnings, and operands anywhere', () => {
    expect(options('-adfv')).toMatchObject({ acceptAll: true, debug: true, forever: true, verbose: true });
    expect(options('10.0.0.255 --verb 10.0.0.9 --num')).toMatchObject({
      sendTo: '10.0.0.255',
      receiveAt: '10.0.0.9',
      verbose: true,
      numeric: true,
    });
    expect(options('-ab').acceptAll).toBe(false);
    expect(options('-ba').acceptAll).toBe(true);
    expect(options('--daemon --log /tmp/x -j')).toMatchObject({ daemon: true, log: '/tmp/x', json: true });
    expect(options('--backend raw-socket').backend).toBe('raw-socket');
  });

  it('swaps the groups for a router', () => {
    expect(options('-r')).toMatchObject({
      sendTo: '224.0.0.1',
      receiveAt: '224.0.0.2',
      maximumIntervalSeconds: 600,
      preference: 0,
    });
    expect(options('-rT4 -p5')).toMatchObject({ maximumIntervalSeconds: 4, preference: 5 });
  });

  it.each([
    ['42', 42],
    ['-1', -1],
    ['0x2a', 42],
    ['052', 42],
    ['0', 0],
    ['-0', 0],
    ['+7', 7],
    ['0x80000000', -(2 ** 31)],
    ['0xffffffff', -1],
    ['-2147483648', -(2 ** 31)],
    ['2147483647', 2 ** 31 - 1],
  ])('reads the preference %s as %i', (text, preference) => {
    expect(options(`-r -p ${text}`).preference).toBe(preference);
  });

  it.each([
    ['-r -p x', "invalid argument: 'x'"],
    ['-r -p 08', "invalid argument: '08'"],
    ['-r -p 1.5', "invalid argument: '1.5'"],
    ['-r -p 4294967296', "invalid argument: '4294967296': out of range: -2147483648 <= value <= 4294967295"],
    ['-r -p -2147483649', "invalid argument: '-2147483649': out of range: -2147483648 <= value <= 4294967295"],
    ['-r -T 3', 'Bad Max Advertisement Interval: 3'],
    ['-r -T 1801', 'Bad Max Advertisement Interval: 1801'],
    ['-r -T -4', 'Bad Max Advertisement Interval: -4'],
    ['-r -T ten', "invalid argument: 'ten'"],
    ['--backend none', 'invalid --backend argument: none (addon or raw-socket)'],
  ])('refuses %s with status 1', (line, message) => {
    expect(parse(line)).toMatchObject({ action: 'fail', message, exitStatus: 1 });
  });

  it.each([
    ['a b c', 'Extra parameters'],
    ['-s -r', '-s and -r exclude each other: a router does not solicit'],
    ['-r --install', '--install and -r exclude each other: a router sets no default routes'],
    ['--daemon -t', '--daemon and -t exclude each other: -t stays in the foreground'],
    ['--log x', '--log is for --daemon only'],
    ['-Z', "invalid option -- 'Z'"],
    ['-r -p', "option requires an argument -- 'p'"],
    ['--nosuch', "unrecognized option '--nosuch'"],
  ])('answers %s with the usage', (line, message) => {
    expect(parse(line)).toMatchObject({ action: 'usage', message });
  });

  it('answers -h, -?, --help and -V at once, whatever follows', () => {
    expect(parse('-h -Z')).toMatchObject({ action: 'usage', message: null });
    expect(parse('-?')).toMatchObject({ action: 'usage', message: null });
    expect(parse('--help')).toMatchObject({ action: 'help' });
    expect(parse('-V -Z')).toMatchObject({ action: 'version' });
  });

  it('says that -p and -T mean nothing without -r', () => {
    expect(parse('-p 3 -T 4').notices).toEqual([
      { stream: 'stderr', text: '--preference and --max-interval without -r: nothing is advertised' },
    ]);
    expect(parse('-r -p 3').notices).toEqual([]);
  });
});
