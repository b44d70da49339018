import { readFileSync } from 'node:fs';

/** Its text; nothing where it is not there, or not for us: what cannot be looked at says nothing of the machine. */
export function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
