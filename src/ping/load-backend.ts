/** Picks the backend: the addon where it loads, else the npm package raw-socket. */
import { loadAddon } from '../cli/addon.ts';
import { SetupError } from '../cli/errors.ts';
import { loadForCommand } from '../net/command-process.ts';
import type { NativeAddon } from '../net/native.ts';
import { addonBackend } from './addon-backend.ts';
import type { BackendName, PingBackend } from './backend.ts';

/** How the two parts in other languages are loaded; a test has its own ways. */
export interface Loaders {
  readonly addon: () => NativeAddon;
  /** @throws Error with one line on what mends it */
  readonly rawSocket: (whyNotAddon: string | null) => Promise<PingBackend>;
}

const LOADERS: Loaders = {
  addon: loadForCommand,
  // The second backend's modules, and those of node that it needs, are read only where it is used.
  rawSocket: async (whyNotAddon) => {
    const { loadRawSocketBackend } = await import('./raw-socket-backend.ts');
    return loadRawSocketBackend(whyNotAddon);
  },
};

/** @throws SetupError naming what is missing and what would mend it */
export async function loadBackend(name: BackendName | null, loaders: Loaders = LOADERS): Promise<PingBackend> {
  let whyNotAddon: string | null = null;
  if (name !== 'raw-socket') {
    try {
      return addonBackend(loadAddon(loaders.addon));
    } catch (error) {
      if (!(error instanceof SetupError) || name === 'addon') throw error;
      whyNotAddon = error.message;
    }
  }
  try {
    return await loaders.rawSocket(whyNotAddon);
  } catch (error) {
    const { message } = error as Error;
    throw new SetupError(whyNotAddon === null ? message : `no backend loads: ${whyNotAddon}; ${message}`);
  }
}
