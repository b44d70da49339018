/** Which of the two backends a command runs on: the addon where it loads, else the npm package raw-socket. */
import { loadForCommand } from '../net/command-process.ts';
import type { NativeAddon } from '../net/native.ts';
import { loadAddon } from './addon.ts';
import type { BackendName } from './backend-names.ts';
import { SetupError } from './errors.ts';

/** A command's own backends. */
export interface BackendMakers<Backend> {
  readonly addon: (addon: NativeAddon) => Backend;
  /** Reads its modules only when called. @throws Error with one line on what is missing and what mends it */
  readonly rawSocket: (whyNotAddon: string | null) => Promise<Backend>;
}

/** `name` null asks for the best that loads. @throws SetupError naming what is missing and what would mend it */
export async function chooseBackend<Backend>(
  name: BackendName | null,
  makers: BackendMakers<Backend>,
  load: () => NativeAddon = loadForCommand,
): Promise<Backend> {
  let whyNotAddon: string | null = null;
  if (name !== 'raw-socket') {
    try {
      return makers.addon(loadAddon(load));
    } catch (error) {
      if (!(error instanceof SetupError) || name === 'addon') throw error;
      whyNotAddon = error.message;
    }
  }
  try {
    return await makers.rawSocket(whyNotAddon);
  } catch (error) {
    const { message } = error as Error;
    throw new SetupError(whyNotAddon === null ? message : `no backend loads: ${whyNotAddon}; ${message}`);
  }
}

/** For -V: which backend a run would use, or why there is none. */
export async function nameBackend(load: () => Promise<{ readonly name: BackendName }>): Promise<string> {
  try {
    return (await load()).name;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return `none (${error.message})`;
  }
}
