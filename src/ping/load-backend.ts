/** Picks the backend: the addon where it loads, else the npm package raw-socket. */
import { loadForCommand } from '../net/command-process.ts';
import type { NativeAddon } from '../net/native.ts';
import { addonBackend } from './addon-backend.ts';
import { type BackendName, type PingBackend, SetupError } from './backend.ts';

/** What loading the addon fails with where it is not built, or built for another machine. Anything else is a bug. */
const NOT_LOADABLE = ['ERR_SONDE_ADDON_MISSING', 'ERR_DLOPEN_FAILED'];

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
      return addonBackend(loaders.addon());
    } catch (error) {
      whyNotAddon = explainAddon(error as NodeJS.ErrnoException);
      if (name === 'addon') throw new SetupError(whyNotAddon);
    }
  }
  try {
    return await loaders.rawSocket(whyNotAddon);
  } catch (error) {
    const { message } = error as Error;
    throw new SetupError(whyNotAddon === null ? message : `no backend loads: ${whyNotAddon}; ${message}`);
  }
}

/** One line on why the addon is not here. @throws what is not about loading */
function explainAddon(error: NodeJS.ErrnoException): string {
  if (!NOT_LOADABLE.includes(error.code ?? '')) throw error;
  if (error.code === 'ERR_SONDE_ADDON_MISSING') return error.message;
  return `the native addon does not load: ${error.message.replaceAll(/\s+/g, ' ').trim()}`;
}
