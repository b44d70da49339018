/** What the engine is told of a run: the options, the target and the session, as far as decisions depend on them. */
import type { RunConditions } from '../conditions/judge.ts';
import type { Mode } from './probe.ts';

export interface ClockdiffConfig {
  readonly mode: Mode;
  readonly identifier: number;
  /** Replies from anyone else are none; null where the socket is connected and the kernel sees to it. */
  readonly target: string | null;
  /** Replies to accept before the run is over; Infinity for no limit. */
  readonly samples: number;
  /** From one probe to the next at least; 0 sends as soon as the last one is answered. */
  readonly intervalNs: number;
  /** Nanoseconds since midnight UT at `wallNs` 0. */
  readonly midnightNs: number;
  /** How far readings of the wall clock may be from it, for times without a kernel stamp. */
  readonly clockErrorNs: number;
  /** A reply is waited for so long at least. */
  readonly waitMinimumNs: number;
  /** From the start; 0 for none. */
  readonly deadlineNs: number;
  /** --fail-if, --until. While something is waited for, neither silence nor an error that may pass ends the run. */
  readonly conditions: RunConditions;
}
