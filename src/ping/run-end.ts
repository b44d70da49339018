/** When a run is over, why, and with which exit status: ping(8) -c, -w, -W, and what a condition waits for. */
import { type ConditionVerdict, statusWith } from '../conditions/judge.ts';
import type { RoundTripStatistics } from '../measure/round-trip.ts';
import type { PingConfig } from './config.ts';
import type { EndReason } from './events.ts';
import type { ProbeCounts } from './probe-counts.ts';
import type { ProbeFollower } from './probe-follower.ts';
import type { SendSchedule } from './send-schedule.ts';

const NS_PER_US = 1e3;

type EndConfig = Pick<PingConfig, 'count' | 'deadlineNs' | 'lingerNs' | 'lingersInFull'>;

/** What the end of a run depends on. */
export interface RunState {
  readonly counts: ProbeCounts;
  readonly roundTrips: Pick<RoundTripStatistics, 'maxUs'>;
  readonly schedule: Pick<SendSchedule, 'intervalNs'>;
  readonly follower: Pick<ProbeFollower, 'isReached' | 'isWaiting'>;
}

export class RunEnd {
  readonly #config: EndConfig;
  readonly #state: RunState;
  readonly #counts: ProbeCounts;
  #startNs = 0;
  #reason: EndReason | null = null;

  constructor(config: EndConfig, state: RunState) {
    this.#config = config;
    this.#state = state;
    this.#counts = state.counts;
  }

  /** -w counts from here. */
  start(nowNs: number): void {
    this.#startNs = nowNs;
  }

  /** SIGINT. The reason of a run that is over already stays. */
  interrupt(): void {
    this.#reason ??= 'interrupted';
  }

  /** Why it is over; that of one which its driver gave up is an interruption. */
  get reason(): EndReason {
    return this.#reason ?? 'interrupted';
  }

  /** Whether the run is over at `nowNs`. Once it is, it stays so. */
  isOver(nowNs: number): boolean {
    this.#reason ??= this.#reasonAt(nowNs);
    return this.#reason !== null;
  }

  #reasonAt(nowNs: number): EndReason | null {
    const { deadlineNs } = this.#config;
    const { follower } = this.#state;
    if (follower.isReached(nowNs)) return 'condition';
    if (this.hasCount()) return 'count';
    if (deadlineNs > 0 && this.#counts.errors > 0 && !follower.isWaiting) return 'error';
    if (nowNs >= this.deadlineAtNs) return 'deadline';
    if (this.hasSentAll() && nowNs >= this.lingerAtNs()) return 'linger';
    return null;
  }

  /** What -c asked for has come. Whatever else is in the same batch came too late, as it would have by itself. */
  hasCount(): boolean {
    const { count } = this.#config;
    return count !== null && this.#counts.concluded >= count;
  }

  /** Nothing is left to send. With a deadline, -c counts replies and does not limit sending. */
  hasSentAll(): boolean {
    const { count, deadlineNs } = this.#config;
    return count !== null && deadlineNs === 0 && this.#counts.sent >= count;
  }

  /** -w: when the run ends at the latest, `monoNs`; Infinity without. */
  get deadlineAtNs(): number {
    const { deadlineNs } = this.#config;
    return deadlineNs > 0 ? this.#startNs + deadlineNs : Number.POSITIVE_INFINITY;
  }

  /**
   * Until when what is still out is waited for, ping(8) -W: for twice the longest round trip once anything has come back, for
   * -W before that. Worked out anew each time it is asked, where iputils fixes it once and for all.
   */
  lingerAtNs(): number {
    const { lingerNs, lingersInFull = false } = this.#config;
    const { roundTrips, schedule } = this.#state;
    const { received, lastSentNs } = this.#counts;
    if (received > 0 && !lingersInFull) {
      return lastSentNs + Math.max(2 * roundTrips.maxUs * NS_PER_US, schedule.intervalNs);
    }
    return lingerNs === 0 ? Number.POSITIVE_INFINITY : lastSentNs + lingerNs;
  }

  /** ping(8), EXIT STATUS, and what conditions make of it. */
  status(verdicts: readonly ConditionVerdict[]): number {
    const { count, deadlineNs } = this.#config;
    const { received } = this.#counts;
    const isEnough = deadlineNs === 0 || count === null || received >= count;
    return statusWith(verdicts, received > 0 && isEnough ? 0 : 1);
  }
}
