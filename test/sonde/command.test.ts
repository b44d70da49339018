/** The launcher and its bundles, as installed. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStage, type Stage } from '../lab/stage.ts';

describe('bin/sonde', () => {
  let stage: Stage;
  beforeAll(() => {
    stage = createStage();
  });
  afterAll(() => stage.remove());

  function sonde(args: readonly string[], env: Record<string, string> = {}) {
    return spawnSync(stage.command('sonde'), args, { encoding: 'utf8', env: { ...process.env, ...env } });
  }

  it('runs a command with the rest of the arguments, and ends with its status', () => {
    const usage = sonde(['sweep', '-Z']);
    expect([usage.status, usage.stderr.split('\n')[0]]).toEqual([3, "sonde sweep: invalid option -- 'Z'"]);
    const ping = sonde(['ping', '-c', '0', 'x']);
    expect([ping.status, ping.stderr]).toEqual([1, expect.stringMatching(/^ping: invalid argument: '0'/)]);
    expect(sonde(['sweep', '-V']).stdout).toMatch(/^sonde sweep from sonde /);
  });

  it('tells mistakes on stderr and help on stdout', () => {
    const mistake = sonde(['sweeep']);
    expect([mistake.status, mistake.stdout]).toEqual([3, '']);
    expect(mistake.stderr).toBe("sonde: no command 'sweeep'; did you mean 'sweep'?\n");
    const help = sonde(['--help']);
    expect([help.status, help.stderr]).toEqual([0, '']);
  });

  it('shows the help of a command, the short one where yargs is not installed', () => {
    const help = sonde(['help', 'clockdiff']);
    expect([help.status, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toMatch(/^\nUsage\n {2}clockdiff \[options\] <destination>\n/);
  });

  it('loads nothing but the command that is asked for: no other bundle, no package, no needless module of node', () => {
    // NODE_DEBUG=module tells of every file that is loaded, on stderr.
    const { stderr, status } = sonde(['sweep', '-q', '-r', '0', '--max-targets', '1', '127.0.0.1-2'], {
      NODE_DEBUG: 'module',
    });
    expect(status).toBe(3);
    const files = [...stderr.matchAll(/load "([^"]+)" for module/g)].map(([, file]) =>
      file!.split('/').slice(-2).join('/'),
    );
    expect(files).toEqual(['bin/sonde', 'dist/sonde.cjs', 'dist/sweep.cjs']);
    for (const module of ['child_process', 'net', 'tty', 'crypto', 'http', 'stream', 'worker_threads']) {
      expect(stderr, module).not.toContain(`load built-in module node:${module}`);
    }
  });
});
