/** The addon as a command gets it: loaded for a whole process, with one line for the user where it cannot be had. */
import { loadForCommand } from '../net/command-process.ts';
import type { NativeAddon } from '../net/native.ts';
import { dropPrivileges } from '../net/privileges.ts';
import { SetupError } from './errors.ts';

/** What loading the addon fails with where it is not built, or built for another machine. Anything else is a bug. */
const NOT_LOADABLE = ['ERR_SONDE_ADDON_MISSING', 'ERR_DLOPEN_FAILED'];

/** @throws SetupError naming what is missing and what would mend it */
export function loadAddon(load: () => NativeAddon = loadForCommand): NativeAddon {
  try {
    return load();
  } catch (error) {
    throw new SetupError(explainAddon(error as NodeJS.ErrnoException), undefined, { cause: error });
  }
}

/** One line on why the addon is not here. @throws what is not about loading */
export function explainAddon(error: NodeJS.ErrnoException): string {
  if (!NOT_LOADABLE.includes(error.code ?? '')) throw error;
  if (error.code === 'ERR_SONDE_ADDON_MISSING') return error.message;
  return `the native addon does not load: ${error.message.replaceAll(/\s+/g, ' ').trim()}`;
}

/** For -V of a command that knows no other backend. */
export async function nameAddon(): Promise<string> {
  try {
    loadAddon();
    return 'addon';
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return `none (${error.message})`;
  }
}

/** Better no command than one that could do more than its work. `keep`: a mask of what this thread needs. @throws SetupError */
export function giveUpPrivileges(addon: NativeAddon, keep = 0): void {
  try {
    dropPrivileges(addon, keep);
  } catch (error) {
    throw new SetupError((error as Error).message);
  }
}
