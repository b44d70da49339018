/** Whether a descriptor is a terminal, without loading node:tty (and with it net and stream) where it plainly is none. */
import { fstatSync } from 'node:fs';

export async function isTerminal(descriptor: number): Promise<boolean> {
  try {
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
  } catch {
    return false; // it is closed
  }
  const { isatty } = await import('node:tty');
  return isatty(descriptor);
}
