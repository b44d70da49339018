/** What the engine of arping is told of a run. */
import type { RunConditions } from '../conditions/judge.ts';

export interface ArpingConfig {
  readonly count: number | null;
  /** Between probes; 0 for a single probe. */
  readonly intervalNs: number;
  /** -w; 0 for none. */
  readonly deadlineNs: number;
  /** -U, -A: no answer is waited for. */
  readonly unsolicited: boolean;
  /** -D. */
  readonly duplicateDetection: boolean;
  /** -f: the first answer ends the run. */
  readonly quitOnReply: boolean;
  /** -b: probes go to everybody, also once somebody has answered. */
  readonly broadcastOnly: boolean;
  /** --expect-one: nothing ends the run early, since a second one may yet answer. */
  readonly expectOne: boolean;
  /** --watch: changes are told, answers are not. */
  readonly watch: boolean;
  /** --fail-if, --until. While something is waited for, no error ends the run. */
  readonly conditions: RunConditions;
}
