import { describe, expect, it } from 'vitest';
import { chooseMode } from '../../src/tracepath/mode-options.ts';
import { parseTracepath, type TracepathOptions } from '../../src/tracepath/options.ts';

const parse = (...argv: readonly string[]) =>
  parseTracepath([...argv, 'host'], { commandName: 'tracepath', posixlyCorrect: false });

function optionsOf(...argv: readonly string[]): TracepathOptions {
  const parsed = parse(...argv);
  if (parsed.action !== 'run') throw new Error(JSON.stringify(parsed));
  return parsed.options;
}

describe('the modes beyond iputils', () => {
  it.each([
    [[], 'serial'],
    [['--parallel'], 'parallel'],
    [['--flows', '8'], 'flows'],
    [['--flows', '8', '-c', '3'], 'flows'],
    [['--report'], 'report'],
    [['-c', '3'], 'report'],
    [['--live'], 'live'],
    [['--live', '-c', '3'], 'live'],
  ])('are chosen by the options: %j', (argv, mode) => {
    expect(chooseMode(optionsOf(...argv))).toBe(mode);
  });

  it.each([
    [['--flows', '8', '--live'], '--flows and --live exclude each other'],
    [['--live', '--report'], '--live and --report exclude each other'],
    [['--flows', '8', '--report', '--parallel'], '--flows and --report and --parallel exclude each other'],
    [['--live', '-j'], '--live and -j exclude each other'],
    [['--parallel', '-c', '3'], '--parallel and -c exclude each other'],
  ])('exclude each other: %j', (argv, message) => {
    expect(parse(...argv)).toMatchObject({ action: 'fail', message, exitStatus: 2 });
  });

  it('have defaults', () => {
    expect(optionsOf()).toMatchObject({
      flows: null,
      confidence: 0.95,
      count: null,
      report: false,
      live: false,
      intervalSeconds: 1,
      sourcePort: 0,
    });
  });

  it('read their values', () => {
    expect(optionsOf('--flows', '256', '--confidence', '99.5', '--source-port', '65535')).toMatchObject({
      flows: 256,
      confidence: 0.995,
      sourcePort: 65_535,
    });
    expect(optionsOf('-c3', '-i.25')).toMatchObject({ count: 3, intervalSeconds: 0.25 });
  });

  it.each([
    [['--flows', '0'], "invalid argument: '0': out of range: 1 <= value <= 256"],
    [['--flows', '257'], "invalid argument: '257': out of range: 1 <= value <= 256"],
    [['--flows', 'x'], "invalid argument: 'x'"],
    [['--confidence', '100'], "invalid argument: '100': out of range: 1 <= value <= 99.9999"],
    [['--confidence', '0.5'], "invalid argument: '0.5': out of range: 1 <= value <= 99.9999"],
    [['--confidence', '95%'], "invalid argument: '95%'"],
    [['-c', '0'], "invalid argument: '0': out of range: 1 <= value <= 2147483647"],
    [['--flows', '2', '-c', '1001'], "invalid -c value with --flows: '1001': out of range: 1 <= value <= 1000"],
    [['-i', '0.001'], "invalid argument: '0.001': out of range: 0.01 <= value <= 86400"],
    [['-i', 'nan'], "invalid argument: 'nan'"],
    [['-i', ''], "invalid argument: ''"],
    [['--source-port', '65536'], "invalid argument: '65536': out of range: 0 <= value <= 65535"],
  ])('refuse other values: %j', (argv, message) => {
    expect(parse(...argv)).toMatchObject({ action: 'fail', message, exitStatus: 1 });
  });
});
