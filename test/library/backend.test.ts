/** Which part in another language a run of ping() reaches the network by. */
import { describe, expect, it, vi } from 'vitest';
import { SetupError } from '../../src/cli/errors.ts';
import { ping } from '../../src/index.ts';

const WHY = 'the native addon is not built';
vi.mock('../../src/net/native.ts', () => ({
  loadNative: () => {
    throw Object.assign(new Error(WHY), { code: 'ERR_SONDE_ADDON_MISSING' });
  },
}));
/** Refuses to open anything, and so says that it was asked, and why. */
vi.mock('../../src/ping/raw-socket-backend.ts', () => ({
  loadRawSocketBackend: (whyNotAddon: string | null) => ({
    name: 'raw-socket',
    openSession: () => Promise.reject(new SetupError(`raw-socket, as ${whyNotAddon ?? 'asked for'}`)),
  }),
}));

describe('ping() where the addon does not load', () => {
  it('runs on the other backend, as the command does', async () => {
    await expect(ping('127.0.0.1')).rejects.toThrow(`raw-socket, as ${WHY}`);
    await expect(ping('127.0.0.1', { backend: 'raw-socket' })).rejects.toThrow('raw-socket, as asked for');
  });

  it('rejects where it was to be the addon', async () => {
    await expect(ping('127.0.0.1', { backend: 'addon' })).rejects.toMatchObject({
      ...{ name: 'SondeError', code: 'ERR_SONDE_ADDON_MISSING', message: WHY },
    });
  });
});
