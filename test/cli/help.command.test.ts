/** --help of the real commands, with the packages that they are installed with. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const BIN = join(import.meta.dirname, '../../bin');

function help(command: string, env: Record<string, string>, ...args: string[]) {
  const { PATH } = process.env;
  return spawnSync(process.execPath, [join(BIN, command), ...args, '--help'], {
    encoding: 'utf8',
    env: { PATH, ...env },
  });
}

describe('--help', () => {
  it('is told on stdout, 80 columns wide and without colour in a pipe, with status 0', () => {
    const { status, stdout, stderr } = help('clockdiff', {});
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^clockdiff \[options\] <destination>\n\nMeasure the difference /);
    expect(stdout).not.toContain('\x1b');
  });

  it('follows COLUMNS and FORCE_COLOR', () => {
    const widths = (text: string) =>
      Math.max(
        ...text
          .split('\nExamples:')[0]!
          .split('\n')
          .map((line) => line.length),
      );
    expect(widths(help('arping', { COLUMNS: '50' }).stdout)).toBeLessThanOrEqual(50);
    expect(help('arping', { FORCE_COLOR: '1' }).stdout).toMatch(/^\x1b\[1marping /);
    expect(help('arping', { FORCE_COLOR: '1', NO_COLOR: '1' }).stdout).toContain('\x1b');
  });

  it('is painted on a terminal, unless NO_COLOR is set', () => {
    const onTerminal = (env: string) =>
      spawnSync('script', ['-qec', `env ${env} ${process.execPath} ${join(BIN, 'rdisc')} --help`, '/dev/null'], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], TERM: 'xterm' },
      }).stdout;
    expect(onTerminal('')).toContain('\x1b[1mRouters:\x1b[22m');
    expect(onTerminal('NO_COLOR=1')).not.toContain('\x1b[');
  });

  it('is one object with -j', () => {
    const { text, type } = JSON.parse(help('ping', {}, '-j').stdout);
    expect([type, text.split('\n')[0]]).toEqual(['text', 'ping [options] [hop...] <destination>']);
  });
});
