/** The command line of tracepath: every option, its ranges and messages, and which mistake is told first. */
import { describe, expect, it } from 'vitest';
import { limitsOf, parseTracepath, TRACEPATH_OPTIONS, type TracepathEnvironment } from '../../src/tracepath/options.ts';

const ENVIRONMENT: TracepathEnvironment = { commandName: 'tracepath', posixlyCorrect: false };

function parse(line: string, environment: Partial<TracepathEnvironment> = {}) {
  return parseTracepath(line === '' ? [] : line.split(' '), { ...ENVIRONMENT, ...environment });
}

function optionsOf(line: string, environment: Partial<TracepathEnvironment> = {}) {
  const parsed = parse(line, environment);
  if (parsed.action !== 'run') throw new Error(JSON.stringify(parsed));
  return parsed.options;
}

describe('what tracepath is asked for', () => {
  it('has the defaults of tracepath(8)', () => {
    expect(optionsOf('host')).toMatchObject({
      family: null,
      both: false,
      blackHoles: false,
      json: false,
      length: 0,
      maxHops: 30,
      numeric: false,
      parallel: false,
      port: 44_444,
      verbose: false,
      destination: 'host',
    });
  });

  it.each([
    ['-4 h', { family: 4 }],
    ['--ipv4 h', { family: 4 }],
    ['-6 h', { family: 6 }],
    ['--ipv6 h', { family: 6 }],
    ['-b h', { both: true }],
    ['--both h', { both: true }],
    ['--black-holes h', { blackHoles: true }],
    ['-j h', { json: true }],
    ['--json h', { json: true }],
    ['-l 1400 h', { length: 1400 }],
    ['--length=1400 h', { length: 1400 }],
    ['-l 0 h', { length: 0 }],
    ['-l 2147483647 h', { length: 2_147_483_647 }],
    ['-m 255 h', { maxHops: 255 }],
    ['--max-hops 0 h', { maxHops: 0 }],
    ['-n h', { numeric: true }],
    ['--numeric h', { numeric: true }],
    ['-p 33434 h', { port: 33_434 }],
    ['--port=65535 h', { port: 65_535 }],
    ['--parallel h', { parallel: true }],
    ['-v h', { verbose: true }],
    ['--verbose h', { verbose: true }],
    ['-nbm7 h', { numeric: true, both: true, maxHops: 7 }],
    ['h -n', { numeric: true }],
    ['-- -n', { numeric: false, destination: '-n' }],
  ])('reads %s', (line, wanted) => {
    expect(optionsOf(line)).toMatchObject(wanted);
  });

  it('has a long form for every letter', () => {
    for (const { long } of TRACEPATH_OPTIONS) expect(long).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  it.each([
    ['h', 44_444, 'h'],
    ['h/5000', 5000, 'h'],
    ['-p 0 h/5000', 5000, 'h'],
    ['-p 7 h/5000', 7, 'h/5000'],
    ['-p 0 h', 44_444, 'h'],
    ['h/0', 0, 'h'],
    ['::1/5000', 5000, '::1'],
  ])('takes port and host from %s', (line, port, destination) => {
    expect(optionsOf(line)).toMatchObject({ port, destination });
  });

  it.each([
    ['tracepath4', 4],
    ['/usr/bin/tracepath6', 6],
    ['tracepath', null],
  ])('called %s takes that family', (commandName, family) => {
    expect(optionsOf('h', { commandName }).family).toBe(family);
  });

  it('ends its options at the first operand where POSIX wants that', () => {
    expect(parse('h -n', { posixlyCorrect: true })).toMatchObject({ action: 'usage', message: null });
  });
});

describe('conditions', () => {
  const given = (argv: readonly string[]) => parseTracepath(argv, ENVIRONMENT);
  const accepted = (...argv: readonly string[]) => {
    const parsed = given([...argv, 'h']);
    if (parsed.action !== 'run') throw new Error(JSON.stringify(parsed));
    const { failIf, until } = parsed.options.conditions;
    return { failIf: failIf.map(({ text }) => text), until: until?.text ?? null };
  };

  it('are none, unless given', () => {
    expect(accepted()).toEqual({ failIf: [], until: null });
    expect(optionsOf('h')).toMatchObject({ stats: false, deadlineSeconds: 0 });
    expect(limitsOf(optionsOf('h')).deadlineNs).toBe(Number.POSITIVE_INFINITY);
  });

  it('have the words of the way of running, wherever its option stands', () => {
    expect(accepted('--fail-if', 'hops>6', '--until', 'silent > 2', '--fail-if', 'not reached')).toEqual({
      failIf: ['hops > 6', 'not reached'],
      until: 'silent > 2',
    });
    expect(accepted('--until', 'received >= 3 in a row', '--report').until).toBe('received >= 3 in a row');
    expect(accepted('--until', 'loss in last 9 > 5%', '-c', '3').until).toBe('loss in last 9 > 5%');
    expect(accepted('--flows', '4', '--fail-if', 'paths < 2').failIf).toEqual(['paths < 2']);
  });

  it.each([
    [['--until', 'received > 3'], "--until: unknown word 'received'; that goes with --report"],
    [['--report', '--fail-if', 'paths > 3'], "--fail-if: unknown word 'paths'; that goes with --flows"],
    [
      ['--report', '--fail-if', 'back > 3'],
      "--fail-if: unknown word 'back'; that goes neither with --report nor with --flows",
    ],
    [['--until', 'hosp > 3'], "--until: unknown word 'hosp'; did you mean 'hops'?"],
  ])('that have others are refused with the place, and with what they are for: %j', (argv, message) => {
    const refused = given([...argv, 'h']);
    expect(refused).toMatchObject({ action: 'fail', exitStatus: 255 });
    expect((refused.action === 'fail' ? refused.message : '').split('\n')).toEqual([
      message,
      `  ${argv.at(-1)}`,
      expect.stringMatching(/^ {2}\^~+$/),
    ]);
  });

  it.each([
    ['--deadline 90 h', 90e9],
    ['--deadline 1500ms h', 1.5e9],
    ['--deadline 2m h', 120e9],
    ['--deadline 0 h', Number.POSITIVE_INFINITY],
  ])('may have %s', (line, deadlineNs) => {
    expect(limitsOf(optionsOf(line)).deadlineNs).toBe(deadlineNs);
  });
});

describe('what it refuses', () => {
  it.each([
    ['', null],
    ['-n', null],
    ['a b', null],
    ['-h', null],
    ['-? h', null],
    ['-Z h', "invalid option -- 'Z'"],
    ['h -p', "option requires an argument -- 'p'"],
    ['--nonsense h', "unrecognized option '--nonsense'"],
    ['--p=1 h', "option '--p=1' is ambiguous; possibilities: '--port' '--parallel'"],
  ])('answers "%s" with its usage', (line, message) => {
    expect(parse(line)).toMatchObject({ action: 'usage', message });
  });

  it.each([
    ['-p x h', "invalid argument: 'x'", 1],
    ['-p 65536 h', "invalid argument: '65536': out of range: 0 <= value <= 65535", 1],
    ['-p -1 h', "invalid argument: '-1': out of range: 0 <= value <= 65535", 1],
    ['-m 256 h', "invalid argument: '256': out of range: 0 <= value <= 255", 1],
    ['-l 2147483648 h', "invalid argument: '2147483648': out of range: 0 <= value <= 2147483647", 1],
    ['h/x', "invalid argument: 'x'", 1],
    ['h/', "invalid argument: ''", 1],
    ['h/1/2', "invalid argument: '1/2'", 1],
    ['-4 -6 h', 'Only one -4 or -6 option may be specified', 2],
    ['-p x -4 -6 h', "invalid argument: 'x'", 1],
    ['--parallel --black-holes h', '--black-holes goes hop by hop: not together with --parallel', 2],
    ['--stats h', '--stats goes with --report, --count or --live', 2],
    ['--stats --flows 2 h', '--stats goes with --report, --count or --live', 2],
    ['--deadline x h', "invalid argument: 'x'", 1],
    ['--flows 4 --black-holes h', '--black-holes goes hop by hop: not together with --flows', 2],
  ])('says of "%s" what is wrong', (line, message, exitStatus) => {
    expect(parse(line)).toMatchObject({ action: 'fail', message, exitStatus });
  });

  it('refuses the other family than that of its name', () => {
    expect(parse('-6 h', { commandName: 'tracepath4' })).toMatchObject({ action: 'fail', exitStatus: 2 });
  });

  it.each(['-V', '-V -Z', 'a b -V'])('answers "%s" with the version, whatever else is wrong behind it', (line) => {
    expect(parse(line)).toMatchObject({ action: 'version' });
  });

  it('says in JSON what is wrong where -j stands anywhere', () => {
    expect(parse('-p x h -j')).toMatchObject({ action: 'fail', json: true });
    expect(parse('--help')).toMatchObject({ action: 'help', json: false });
  });
});
