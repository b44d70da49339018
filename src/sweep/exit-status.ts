/** Exit statuses of fping(8): all alive, some not, a name without an address, wrong usage, the system refused. */
import type { Figures } from './events.ts';

export const EXIT = { ALL: 0, SOME: 1, UNRESOLVED: 2, USAGE: 3, SYSTEM: 4 } as const;

/** `wanted`: how many must be alive (-x), null for all. `isWhole`: nothing is missing that should have been probed. */
export function exitStatus(figures: Figures, wanted: number | null, isWhole: boolean): number {
  if (wanted !== null) return figures.alive >= wanted ? EXIT.ALL : EXIT.SOME;
  if (figures.unresolved > 0) return EXIT.UNRESOLVED;
  return figures.alive === figures.targets && isWhole ? EXIT.ALL : EXIT.SOME;
}
