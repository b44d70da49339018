/** Address families as the library counts them. */
import type { Family } from '../check.ts';

export function familyNumber(family: Family | null): 4 | 6 | undefined {
  return family === null ? undefined : family === 'ipv4' ? 4 : 6;
}
