import { describe, expect, it } from 'vitest';
import { type ClockdiffOptions, parseClockdiff } from '../../src/clockdiff/options.ts';

const parse = (line: string, posixlyCorrect = false) =>
  parseClockdiff(
    line.split(' ').filter((word) => word !== ''),
    posixlyCorrect,
  );

function optionsOf(line: string): ClockdiffOptions {
  const parsed = parse(line);
  if (parsed.action !== 'run') throw new Error(`${line}: ${JSON.stringify(parsed)}`);
  return parsed.options;
}

describe('the command line of clockdiff', () => {
  it('takes no pause, no deadline, and ICMP messages unless said', () => {
    expect(optionsOf('host')).toEqual({
      mode: 'icmp',
      dateFormat: 'ctime',
      samples: null,
      intervalSeconds: 0,
      deadlineSeconds: 0,
      uncertainty: false,
      stats: false,
      json: false,
      backend: null,
      conditions: { failIf: [], until: null },
      destination: 'host',
    });
  });

  it.each([
    ['-o host', 'ip-4'],
    ['-o1 host', 'ip-3'],
    ['-1o host', 'ip-3'],
    ['-o host -1', 'ip-3'],
    ['-1 host', 'ip-3'], // as in iputils 20221126
    ['--ip-timestamp host', 'ip-4'],
    ['--ip-timestamp-3 host', 'ip-3'],
  ])('chooses the messages: %s', (line, mode) => {
    expect(optionsOf(line).mode).toBe(mode);
  });

  it.each([
    ['-I host', 'iso'],
    ['-T iso host', 'iso'],
    ['-Tctime host', 'ctime'],
    ['-I -T ctime host', 'ctime'],
    ['--time-format=iso host', 'iso'],
    ['--t iso host', 'iso'],
    ['--iso host', 'iso'],
  ])('chooses the form of the date: %s', (line, dateFormat) => {
    expect(optionsOf(line).dateFormat).toBe(dateFormat);
  });

  it('takes samples, interval, JSON, uncertainty and backend', () => {
    expect(optionsOf('--samples 7 --interval .25 -j -u --backend raw-socket host')).toMatchObject({
      samples: 7,
      intervalSeconds: 0.25,
      json: true,
      uncertainty: true,
      backend: 'raw-socket',
    });
  });

  it('takes a deadline, statistics and conditions', () => {
    const options = optionsOf('--deadline 2m --stats --fail-if abs(offset)>5ms --until bound<1ms host');
    expect(options).toMatchObject({ deadlineSeconds: 120, stats: true });
    expect(options.conditions.failIf.map(({ text }) => text)).toEqual(['abs(offset) > 5ms']);
    expect(options.conditions.until?.text).toBe('bound < 1ms');
    expect(optionsOf('--deadline 1500ms host').deadlineSeconds).toBe(1.5);
  });

  it.each([
    ['--deadline -1 host', "invalid argument: '-1': out of range: 0 <= value <= 2147483647"],
    ['--until reached> host', expect.stringContaining('--until: ')],
    ['-T foo host', 'invalid time-format argument: foo'],
    ['--samples 0 host', "invalid argument: '0': out of range: 1 <= value <= 1000000"],
    ['--samples x host', "invalid argument: 'x'"],
    ['--interval -1 host', "invalid --interval argument: '-1' (seconds from 0 to 86400)"],
    ['--interval nan host', "invalid --interval argument: 'nan' (seconds from 0 to 86400)"],
    ['--interval 1s host', "invalid --interval argument: '1s' (seconds from 0 to 86400)"],
    ['--backend none host', 'invalid --backend argument: none (addon or raw-socket)'],
  ])('refuses a wrong argument with status 1: %s', (line, message) => {
    expect(parse(line)).toMatchObject({ action: 'fail', message, exitStatus: 1 });
  });

  it.each([
    ['-Z host', "invalid option -- 'Z'"],
    ['host --foo', "unrecognized option '--foo'"],
    ['-T', "option requires an argument -- 'T'"],
    ['--iso=1', "option '--iso' doesn't allow an argument"],
  ])('points to --help on stdout after a mistake: %s', (line, message) => {
    expect(parse(line)).toMatchObject({
      action: 'fail',
      message,
      exitStatus: 1,
      hint: "Try 'clockdiff --help' for more information.\n",
    });
  });

  it.each(['', 'a b', '-o'])('shows its usage with status 1 unless there is one destination: "%s"', (line) => {
    expect(parse(line)).toMatchObject({ action: 'usage', message: null });
    expect(parse(line)).not.toHaveProperty('exitStatus');
  });

  it.each([
    ['-h', { action: 'usage', exitStatus: 0 }],
    ['--usage', { action: 'usage', exitStatus: 0 }],
    ['--help', { action: 'help' }],
    ['-hV', { action: 'usage', exitStatus: 0 }],
    ['-Vh', { action: 'version' }],
    ['-T foo -h', { action: 'fail' }],
    ['-h -Z', { action: 'usage' }],
  ])('answers -h and -V where they stand: %s', (line, expected) => {
    expect(parse(line)).toMatchObject(expected);
  });

  it('knows that all is to be JSON wherever -j stands', () => {
    expect(parse('-Z -j host').json).toBe(true);
    expect(parse('-Z host').json).toBe(false);
  });

  it('reads no options behind the destination when POSIXLY_CORRECT says so', () => {
    expect(parse('host -o', true)).toMatchObject({ action: 'usage' });
    expect(parse('-- -x')).toMatchObject({ action: 'run', options: { destination: '-x' } });
  });
});
