/** clockdiff's two backends, and which of them a run takes: see ../cli/load-backend.ts. */
import { type BackendName, chooseBackend } from '../cli/load-backend.ts';
import { addonBackend } from './addon-backend.ts';
import type { ClockdiffBackend } from './backend.ts';

/** @throws SetupError naming what is missing and what would mend it */
export async function loadBackend(name: BackendName | null): Promise<ClockdiffBackend> {
  return await chooseBackend(name, {
    addon: addonBackend,
    rawSocket: async (whyNotAddon) => {
      const { loadRawSocketBackend } = await import('./raw-socket-backend.ts');
      return loadRawSocketBackend(whyNotAddon);
    },
  });
}
