import { describe, expect, it } from 'vitest';
import { COMMANDS, chooseCommand, countSlips } from '../../src/sonde/choose.ts';

const choose = (line: string, present = COMMANDS) =>
  chooseCommand(
    line.split(' ').filter((word) => word !== ''),
    present,
    'sonde',
  );

describe('the first argument of sonde', () => {
  it('chooses a command that is there; those of iputils keep their name in messages', () => {
    expect(choose('sweep 10.0.0.1')).toMatchObject({
      action: 'run',
      command: { name: 'sweep' },
      shownName: 'sonde sweep',
    });
    expect(choose('ping -c1 host')).toMatchObject({ action: 'run', shownName: 'ping' });
  });

  it('that names a command which is not installed is a mistake', () => {
    expect(choose('rdisc', COMMANDS.slice(0, 2))).toMatchObject({ action: 'refuse', exitStatus: 3 });
  });

  it.each([
    ['swep', "sonde: no command 'swep': did you mean 'sweep'?; see sonde --help\n"],
    ['pnig', "sonde: no command 'pnig': did you mean 'ping'?; see sonde --help\n"],
    ['trace', "sonde: no command 'trace': did you mean 'tracepath'?; see sonde --help\n"],
    ['arpping', "sonde: no command 'arpping': did you mean 'arping'?; see sonde --help\n"],
    ['frobnicate', "sonde: no command 'frobnicate'; see sonde --help\n"],
  ])('%s: what was meant, where it is near enough', (word, text) => {
    expect(choose(word)).toEqual({ action: 'refuse', text, exitStatus: 3 });
  });

  it('may ask for help or the version, on stdout and with status 0', () => {
    for (const word of ['-h', '--help', 'help']) {
      expect(choose(word)).toMatchObject({
        action: 'tell',
        exitStatus: 0,
        text: expect.stringContaining('\n  sweep  '),
      });
    }
    expect(choose('-V')).toMatchObject({ action: 'tell', exitStatus: 0, text: expect.stringMatching(/^sonde /) });
  });

  it('is missed: help on stderr, and status 3', () => {
    expect(choose('')).toMatchObject({ action: 'refuse', exitStatus: 3, text: expect.stringContaining('Usage\n') });
    expect(choose('-x')).toMatchObject({
      action: 'refuse',
      text: expect.stringMatching(/^sonde: unrecognized option '-x'\n/),
    });
  });

  it('shows only commands that are there', () => {
    const choice = choose('--help', COMMANDS.slice(0, 1));
    expect(choice.action === 'tell' && choice.text).not.toContain('ping ');
  });
});

describe('slips', () => {
  it.each([
    ['', '', 0],
    ['ping', 'ping', 0],
    ['ping', 'png', 1],
    ['ping', 'pingg', 1],
    ['ping', 'pong', 1],
    ['ping', 'pign', 1],
    ['ping', '', 4],
    ['sweep', 'sleep', 1],
    ['rdisc', 'disk', 2],
  ])('between %s and %s are %d', (from, to, slips) => {
    expect(countSlips(from, to)).toBe(slips);
    expect(countSlips(to, from)).toBe(slips);
  });
});
