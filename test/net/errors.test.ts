/** System errors: what they look like, what they say, and what becomes of them. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isSystemError, reasonOf, systemError } from '../../src/net/errors.ts';
import type { NativeAddon } from '../../src/net/native.ts';
import { dropPrivileges } from '../../src/net/privileges.ts';
import { runProgram } from '../native/program.ts';
import { addon, thrownBy } from '../native/support.ts';

describe('isSystemError', () => {
  it('knows those of the addon and those of node', () => {
    expect(isSystemError(thrownBy(() => addon.open(9999, 0, 0)))).toBe(true);
    expect(isSystemError(systemError(addon, 1, 'sendmsg'))).toBe(true);
    expect(isSystemError(thrownBy(() => process.chdir('/nonexistent')))).toBe(true);
  });

  it('leaves bugs alone', () => {
    expect(isSystemError(new Error('EPERM'))).toBe(false);
    expect(isSystemError(thrownBy(() => addon.fd({} as never)))).toBe(false);
    expect(isSystemError({ code: 'EPERM', errno: -1, syscall: 'open' })).toBe(false);
    for (const other of [null, undefined, 'EPERM', 1]) expect(isSystemError(other)).toBe(false);
  });
});

it('reasonOf takes the name of the call off', () => {
  expect(reasonOf(systemError(addon, 101, 'connect'))).toBe('Network is unreachable');
  const other = Object.assign(new Error('something else'), { code: 'EIO', errno: -5, syscall: 'read' });
  expect(reasonOf(other)).toBe('something else');
});

it('systemError makes of an errno what the addon throws for it', () => {
  const thrown = thrownBy(() => addon.open(9999, 0, 0));
  const made = systemError(addon, 97, 'socket');
  expect({ ...made, message: made.message }).toEqual({ ...thrown, message: thrown.message });
});

describe('dropPrivileges', () => {
  const answering = (left: number) => ({ dropCapabilities: () => left }) as NativeAddon;

  it('is content when every thread was reached', () => {
    expect(() => dropPrivileges(answering(0))).not.toThrow();
  });

  it('throws when one keeps its capabilities, or when nobody knows', () => {
    expect(() => dropPrivileges(answering(2))).toThrow('capabilities could not be dropped in 2 threads');
    expect(() => dropPrivileges(answering(-1))).toThrow('capabilities could not be dropped in the other threads');
  });
});

describe('loadNative', () => {
  const PROGRAM = new URL('../native/programs/lifetimes.ts', import.meta.url);

  it('says what to do when the addon is missing', async () => {
    // The bundle lies in a temporary folder that has neither native/ nor scripts/ beside it, as in a damaged installation.
    const { status, stderr } = await runProgram(PROGRAM, 'exitAtOnce', null, {
      prefix: ['env', '-u', 'SONDE_ADDON'],
      addon: null,
    });
    expect(status).toBe(1);
    expect(stderr).toContain('the native addon is missing: run `npm install --force sonde`');
    expect(stderr).toContain("code: 'ERR_SONDE_ADDON_MISSING'");
  });

  it('says how to build it in a checkout', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sonde-checkout-'));
    try {
      for (const name of ['dist', 'scripts']) mkdirSync(join(folder, name));
      copyFileSync('dist/arping.cjs', join(folder, 'dist/arping.cjs'));
      writeFileSync(join(folder, 'scripts/build.mjs'), '');
      const program = "require('./dist/arping.cjs').main('arping')";
      const { SONDE_ADDON: _, ...env } = process.env;
      const { stderr } = spawnSync(process.execPath, ['-e', program, '--', 'arping', '127.0.0.1'], {
        cwd: folder,
        env,
        encoding: 'utf8',
      });
      expect(stderr).toContain('the native addon is not built: run `npm run build` (it needs make and a C compiler)');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('takes the addon that SONDE_ADDON names, and no other', async () => {
    const { status, stderr } = await runProgram(PROGRAM, 'exitAtOnce', null, {
      env: { SONDE_ADDON: '/nonexistent.node' },
    });
    expect(status).toBe(1);
    expect(stderr).toContain('/nonexistent.node');
    expect(stderr).toContain("code: 'ERR_DLOPEN_FAILED'");
  });
});
