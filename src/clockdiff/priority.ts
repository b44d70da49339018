/** clockdiff(8) runs with a high priority, so that little happens between a packet and a look at the clock. */
import { getPriority, setPriority } from 'node:os';

const NICER = -16;
const NICE_MINIMUM = -20;

/** nice(-16) of this thread. Answers whether it may: CAP_SYS_NICE, setpriority(2). */
export function raisePriority(): boolean {
  try {
    setPriority(Math.max(NICE_MINIMUM, getPriority() + NICER));
    return true;
  } catch {
    return false;
  }
}
