/** rdisc's two backends, and which of them a run takes: see ../cli/load-backend.ts. */
import type { BackendName } from '../cli/backend-names.ts';
import { type BackendMakers, chooseBackend } from '../cli/load-backend.ts';
import { COMMAND_RULES, type SetupRules } from '../cli/setup-rules.ts';
import { addonBackend } from './addon-backend.ts';
import type { RdiscBackend } from './backend.ts';

/** @throws SetupError naming what is missing and what would mend it */
export async function loadBackend(name: BackendName | null, rules: SetupRules = COMMAND_RULES): Promise<RdiscBackend> {
  const makers: BackendMakers<RdiscBackend> = {
    addon: (addon) => addonBackend(addon, rules),
    // The second backend's modules, and those of node that it needs, are read only where it is used.
    rawSocket: async (whyNotAddon) => {
      const { loadRawSocketBackend } = await import('./raw-socket-backend.ts');
      return loadRawSocketBackend(whyNotAddon, rules);
    },
  };
  return await chooseBackend(name, makers, rules.loadAddon);
}
