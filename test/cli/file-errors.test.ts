/** Why a file fails, as every command says it. */
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fileReason } from '../../src/cli/file-errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'sonde-file-errors-'));
afterAll(() => rmSync(folder, { recursive: true }));

function reasonOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return fileReason(error);
  }
  throw new Error('nothing failed');
}

it.each([
  ['a file that is not there', () => readFileSync(join(folder, 'none')), 'No such file or directory'],
  ['a folder', () => readFileSync(folder), 'Is a directory'],
  ['a path through a file', () => openSync('/etc/hosts/x', 'r'), 'Not a directory'],
  ['a name that is too long', () => openSync(join(folder, 'x'.repeat(300)), 'w'), 'File name too long'],
  ['a path with a NUL', () => openSync('a\0b', 'r'), 'a path holds no NUL'],
  ['an error that is none of the file system', () => new Uint8Array(-1), 'Invalid typed array length: -1'],
])("tells %s in libc's words, without the call and the path", (_what, act, words) => {
  expect(reasonOf(act)).toBe(words);
});
