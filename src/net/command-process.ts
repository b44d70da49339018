/** The addon for a process that is a command and nothing else: there the whole process may be set up for it. */
import { SIGUSR1 } from './constants.ts';
import { loadNative, type NativeAddon } from './native.ts';

/** Loads the addon, lets the resolver know the user's locale, and takes node's debugger off SIGUSR1. @throws Error */
export function loadForCommand(): NativeAddon {
  const addon = loadNative();
  addon.useLocale();
  addon.defaultSignal(SIGUSR1);
  return addon;
}
