/** How a run is ended from outside, and how one beyond iputils ended. */
import type { ConditionVerdict } from '../../conditions/judge.ts';
import type { Signal } from '../../net/signals.ts';

/** Each of them ends the run with what is known, and with the screen as it was. */
export const MODE_SIGNALS: readonly Signal[] = ['SIGINT', 'SIGALRM', 'SIGQUIT', 'SIGTERM', 'SIGHUP'];

export interface ModeResult {
  /** The target has answered. */
  readonly hasReached: boolean;
  /** The signal that ended the run, null for none. */
  readonly signal: Signal | null;
}

/** With what the exit status also follows from. */
export interface JudgedResult extends ModeResult {
  readonly conditions: readonly ConditionVerdict[];
}
