/** What opening a session leaves to those who want it: a command owns its process, the library is a guest in somebody's program. */
import { loadForCommand } from '../net/command-process.ts';
import type { NativeAddon } from '../net/native.ts';
import { giveUpPrivileges } from './addon.ts';

export interface SetupRules {
  /** The process serves this run alone, and may be made what the run would like: of another locale, of a higher priority. */
  readonly isOwnProcess: boolean;
  readonly loadAddon: () => NativeAddon;
  /** Called once all that needs privileges is open, before anything from the network is read; `keep` is a mask of capabilities. */
  readonly secure: (addon: NativeAddon, keep?: number) => void;
  /** Waits for what is being looked up, as long as somebody wants to know. Rejects with why nobody does any more. */
  readonly wait: <T>(lookup: Promise<T>) => Promise<T>;
  /** Whether somebody does still, for a lookup that has not begun. */
  readonly isStillWanted: () => boolean;
}

export const COMMAND_RULES: SetupRules = {
  isOwnProcess: true,
  loadAddon: loadForCommand,
  secure: giveUpPrivileges,
  wait: (lookup) => lookup,
  isStillWanted: () => true,
};
