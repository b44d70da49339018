/** Random octets from the kernel. node:crypto would be another 5 ms before the first probe. */
import { closeSync, openSync, readSync } from 'node:fs';

/** `count` words of 32 bits. @throws ErrnoException where there is no /dev/urandom */
export function randomWords(count: number): Uint32Array {
  const words = new Uint32Array(count);
  const descriptor = openSync('/dev/urandom', 'r');
  try {
    readSync(descriptor, words);
  } finally {
    closeSync(descriptor);
  }
  return words;
}
