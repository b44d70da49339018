/** ping's two backends, and which of them a run takes: see ../cli/load-backend.ts. */
import type { BackendName } from '../cli/backend-names.ts';
import { chooseBackend } from '../cli/load-backend.ts';
import { loadForCommand } from '../net/command-process.ts';
import type { NativeAddon } from '../net/native.ts';
import { addonBackend } from './addon-backend.ts';
import type { PingBackend } from './backend.ts';

/** How the two parts in other languages are loaded; a test has its own ways. */
export interface Loaders {
  readonly addon: () => NativeAddon;
  /** @throws Error with one line on what mends it */
  readonly rawSocket: (whyNotAddon: string | null) => Promise<PingBackend>;
}

/** Its modules, and those of node that it needs, are read only where it is used. */
export const loadRawSocket: Loaders['rawSocket'] = async (whyNotAddon) => {
  const { loadRawSocketBackend } = await import('./raw-socket-backend.ts');
  return loadRawSocketBackend(whyNotAddon);
};

const LOADERS: Loaders = { addon: loadForCommand, rawSocket: loadRawSocket };

/** @throws SetupError naming what is missing and what would mend it */
export async function loadBackend(name: BackendName | null, loaders: Loaders = LOADERS): Promise<PingBackend> {
  return await chooseBackend(name, { addon: addonBackend, rawSocket: loaders.rawSocket }, loaders.addon);
}
