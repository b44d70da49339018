import { describe, expect, it } from 'vitest';
import { COMMANDS, chooseCommand } from '../../src/sonde/choose.ts';

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
      command: { name: 'sweep', shownName: 'sonde sweep' },
      args: ['10.0.0.1'],
    });
    expect(choose('ping -c1 host')).toMatchObject({
      action: 'run',
      command: { shownName: 'ping' },
      args: ['-c1', 'host'],
    });
  });

  it('that names a command which is not installed is a mistake', () => {
    expect(choose('rdisc', COMMANDS.slice(0, 2))).toMatchObject({ action: 'refuse', exitStatus: 3 });
  });

  it.each([
    ['swep', "sonde: no command 'swep'; did you mean 'sweep'?\n"],
    ['pnig', "sonde: no command 'pnig'; did you mean 'ping'?\n"],
    ['trace', "sonde: no command 'trace'; did you mean 'tracepath'?\n"],
    ['arpping', "sonde: no command 'arpping'; did you mean 'arping'?\n"],
    ['frobnicate', "sonde: no command 'frobnicate'; see sonde --help\n"],
  ])('%s: what was meant, where it is near enough', (word, text) => {
    expect(choose(word)).toEqual({ action: 'refuse', text, exitStatus: 3 });
  });

  it('help with a name is that command with --help', () => {
    expect(choose('help ping')).toMatchObject({ action: 'run', command: { name: 'ping' }, args: ['--help'] });
    expect(choose('help pnig')).toMatchObject({
      action: 'refuse',
      text: "sonde: no command 'pnig'; did you mean 'ping'?\n",
    });
  });

  it('may ask for help or the version, on stdout and with status 0', () => {
    for (const word of ['-h', '--help', 'help', 'help help']) {
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
    expect(choose('--hepl')).toMatchObject({
      text: expect.stringMatching(/^sonde: unrecognized option '--hepl'; did you mean '--help'\?\n/),
    });
  });

  it('shows only commands that are there', () => {
    const choice = choose('--help', COMMANDS.slice(0, 1));
    expect(choice.action === 'tell' && choice.text).not.toContain('ping ');
  });
});
