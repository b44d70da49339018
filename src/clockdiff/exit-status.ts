/** What the end of a run means to a script: ../shared/spec/iputils.md section 4, and our own ends likewise. */
import type { EndReason } from './events.ts';

/** 0 when an offset was measured, 1 when not: before conditions have their say. */
export function exitStatusOf({ kind }: EndReason, hasResult: boolean): 0 | 1 {
  switch (kind) {
    case 'samples':
      return 0;
    case 'interrupted':
    case 'deadline':
    case 'condition':
      return hasResult ? 0 : 1;
    case 'down':
    case 'unusable':
    case 'non-standard':
    case 'unreachable':
    case 'refused':
      return 1;
  }
}
