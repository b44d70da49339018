/**
 * A sweep as a state machine without socket, clock or timer. The driver asks `take` whom to probe next and sends; it hands in
 * replies, errors and refusals with their times, and asks again no later than `wakeAtNs`. All state is in typed arrays, a few
 * dozen octets for each target; nothing is allocated for a packet.
 *
 * Two ways to probe. *Reach*: up to `attempts` tries, each waiting `backoff` times as long as the one before, until one is
 * answered or an ICMP error says that none will be. *Count*: `attempts` probes to everyone, one each period, whatever comes.
 */
import { QuantileSketch } from '../measure/quantiles.ts';
import {
  ICMP_DEST_UNREACH,
  ICMP_FRAG_NEEDED,
  ICMP_PARAMETERPROB,
  ICMP_TIME_EXCEEDED,
} from '../packet/icmp-constants.ts';
import { ICMPV6_DEST_UNREACH, ICMPV6_PARAMPROB, ICMPV6_TIME_EXCEED } from '../packet/icmp6-constants.ts';
import { ErrorTable, type ProbeError } from './error-table.ts';
import type { Figures, RoundTripFigures, Verdict } from './events.ts';
import { TokenBucket } from './pacer.ts';
import { makeSamples, type SampleSummary, type Samples } from './samples.ts';
import { NOBODY, WaitingLists } from './waiting-lists.ts';

export interface SweepConfig {
  readonly targets: number;
  /** The target at a place in the order, each exactly once. */
  readonly order: (position: number) => number;
  readonly mode: 'reach' | 'count';
  readonly attempts: number;
  readonly timeoutNs: number;
  readonly backoff: number;
  readonly periodNs: number;
  /** Probes per second, 0 for no limit. */
  readonly rate: number;
  /** Reach: an ICMP error or a refusal ends no target. */
  readonly keepTrying: boolean;
}

/** What is known of one target. */
export interface TargetFigures {
  readonly verdict: Verdict;
  readonly sent: number;
  readonly received: number;
  readonly roundTrip: SampleSummary | null;
  readonly samplesNs: readonly (number | null)[] | null;
  readonly error: ProbeError | null;
}

const PENDING = 0;
/** By the numbers in the verdict array. */
const VERDICTS: readonly Verdict[] = ['unfinished', 'alive', 'silent', 'unreachable', 'refused', 'unfinished'];
const [ALIVE, SILENT, UNREACHABLE, REFUSED, UNFINISHED] = [1, 2, 3, 4, 5] as const;

/** Those whose time has come to be probed again. */
const READY = 0;
/** Count: those who wait for their next period, and those who wait for the last reply. Reach: a list for each attempt. */
const PERIOD = 1;
const LAST = 2;
/** Beyond any sweep: what backoff may lead to is an hour at most. */
const LONGEST_WAIT_NS = 3600e9;

/** Errors after which another try would meet the same; "fragmentation needed" is none, as the kernel has learned from it. */
const FINAL_ICMP = [ICMP_DEST_UNREACH, ICMP_TIME_EXCEEDED, ICMP_PARAMETERPROB];
const FINAL_ICMP6 = [ICMPV6_DEST_UNREACH, ICMPV6_TIME_EXCEED, ICMPV6_PARAMPROB];

export class SweepEngine {
  /** When to ask `take` again at the latest, after it answered NOBODY. */
  wakeAtNs = Number.POSITIVE_INFINITY;

  readonly #config: SweepConfig;
  readonly #onFinished: (index: number) => void;
  readonly #bucket: TokenBucket;
  readonly #lists: WaitingLists;
  readonly #waitsNs: Float64Array;
  readonly #verdicts: Uint8Array;
  readonly #sent: Uint16Array;
  readonly #received: Uint16Array;
  readonly #samples: Samples;
  readonly #errors: ErrorTable;
  readonly #roundTrips = new QuantileSketch();
  /** Targets by verdict. */
  readonly #counts = new Float64Array(VERDICTS.length);
  #position = 0;
  #totalSent = 0;
  #totalReceived = 0;
  #duplicates = 0;
  #late = 0;
  #foreign = 0;
  #errorCount = 0;

  /** `onFinished` hears of each target once, in the order in which they are done. */
  constructor(config: SweepConfig, onFinished: (index: number) => void) {
    const { targets, attempts, mode, timeoutNs, backoff } = config;
    this.#config = config;
    this.#onFinished = onFinished;
    this.#bucket = new TokenBucket(config.rate);
    this.#waitsNs = Float64Array.from({ length: mode === 'reach' ? attempts : 0 }, (_, attempt) =>
      Math.min(LONGEST_WAIT_NS, timeoutNs * backoff ** attempt),
    );
    this.#lists = new WaitingLists(mode === 'reach' ? attempts + 1 : LAST + 1, targets);
    this.#verdicts = new Uint8Array(targets);
    this.#sent = new Uint16Array(targets);
    this.#received = new Uint16Array(targets);
    this.#samples = makeSamples(targets, attempts);
    this.#errors = new ErrorTable(targets);
    this.#counts[PENDING] = targets;
  }

  start(nowNs: number): void {
    this.#bucket.start(nowNs);
  }

  get isDone(): boolean {
    return this.#counts[PENDING] === 0;
  }

  /** The next target to probe now, counted as sent; NOBODY where none is due: see `wakeAtNs` and `isDone`. */
  take(nowNs: number): number {
    if (this.isDone) return NOBODY; // interrupted: what is taken now would count as sent and lost
    this.#expire(nowNs);
    const isReady = this.#lists.first(READY) !== NOBODY;
    if (!isReady && this.#position === this.#config.targets) {
      this.wakeAtNs = this.#nextDueNs();
      return NOBODY;
    }
    if (!this.#bucket.take(nowNs)) {
      this.wakeAtNs = Math.min(this.#bucket.nextNs, this.#nextDueNs());
      return NOBODY;
    }
    const index = isReady ? this.#lists.shift(READY) : this.#config.order(this.#position++);
    const attempt = this.#sent[index]!;
    this.#sent[index] = attempt + 1;
    this.#totalSent++;
    this.#wait(index, attempt, nowNs);
    return index;
  }

  /** The attempt, from 0, that `take` has just begun with target `index`. */
  attemptOf(index: number): number {
    return this.#sent[index]! - 1;
  }

  #wait(index: number, attempt: number, nowNs: number): void {
    const { mode, attempts, timeoutNs, periodNs } = this.#config;
    if (mode === 'reach') {
      this.#lists.append(PERIOD + attempt, index, nowNs + this.#waitsNs[attempt]!);
    } else if (attempt === attempts - 1) {
      this.#lists.append(LAST, index, nowNs + timeoutNs);
    } else {
      // By the schedule and not by the clock, so that lateness does not add up; but half a period apart at least.
      const base = attempt === 0 ? nowNs : Math.max(this.#lists.momentOf(index), nowNs - periodNs / 2);
      this.#lists.append(PERIOD, index, base + periodNs);
    }
  }

  /** Those whose wait is over are probed again, or are done. */
  #expire(nowNs: number): void {
    for (let list = PERIOD; list < this.#lists.lists; list++) {
      while (this.#lists.dueNs(list) <= nowNs) {
        const index = this.#lists.shift(list);
        if (this.#verdicts[index] !== PENDING) continue;
        if (this.#sent[index]! < this.#config.attempts) {
          this.#lists.append(READY, index, this.#lists.momentOf(index));
        } else {
          this.#finish(index, this.#finalVerdict(index));
        }
      }
    }
  }

  #nextDueNs(): number {
    let due = Number.POSITIVE_INFINITY;
    for (let list = PERIOD; list < this.#lists.lists; list++) due = Math.min(due, this.#lists.dueNs(list));
    return due;
  }

  #finalVerdict(index: number): number {
    if (this.#received[index]! > 0) return ALIVE;
    const error = this.#errors.get(index);
    if (error === null || !isFinal(error)) return SILENT;
    return error.kind === 'local' ? REFUSED : UNREACHABLE;
  }

  #finish(index: number, verdict: number): void {
    this.#verdicts[index] = verdict;
    this.#counts[PENDING]! -= 1;
    this.#counts[verdict]! += 1;
    this.#onFinished(index);
  }

  /** A reply from target `index` to one of its probes. Who sent it, and that it is one, has been seen to. */
  reply(index: number, attempt: number, roundTripNs: number): void {
    const { mode, timeoutNs, attempts } = this.#config;
    if (this.#samples.has(index, attempt)) {
      this.#duplicates++;
      return;
    }
    const isOver = this.#verdicts[index] !== PENDING;
    if (isOver || (mode === 'count' && roundTripNs > timeoutNs)) {
      this.#late++;
      return;
    }
    this.#samples.add(index, attempt, roundTripNs);
    this.#roundTrips.add(Math.max(0, roundTripNs));
    this.#totalReceived++;
    this.#received[index]! += 1;
    if (mode === 'reach' || this.#received[index] === attempts) this.#finish(index, ALIVE);
  }

  /** A reply to a probe of ours, from an address that is not the target's. */
  foreignReply(): void {
    this.#foreign++;
  }

  /** An ICMP error about target `index`, or a refusal of the kernel to send to it. */
  error(index: number, error: ProbeError): void {
    this.#errorCount++;
    if (this.#verdicts[index] !== PENDING) return;
    this.#errors.set(index, error);
    if (this.#config.mode === 'count' || this.#config.keepTrying) return;
    if (isFinal(error)) this.#finish(index, error.kind === 'local' ? REFUSED : UNREACHABLE);
  }

  /** The run ends here: what is not done is told as it stands. */
  interrupt(): void {
    for (let index = 0; index < this.#config.targets; index++) {
      if (this.#verdicts[index] === PENDING) this.#finish(index, this.#received[index]! > 0 ? ALIVE : UNFINISHED);
    }
  }

  verdictOf(index: number): Verdict {
    return VERDICTS[this.#verdicts[index]!]!;
  }

  describe(index: number): TargetFigures {
    const sent = this.#sent[index]!;
    return {
      verdict: this.verdictOf(index),
      sent,
      received: this.#received[index]!,
      roundTrip: this.#samples.summary(index),
      samplesNs: this.#samples.list(index, sent),
      error: this.#errors.get(index),
    };
  }

  figures(unresolved: number): Figures {
    const counts = this.#counts;
    return {
      targets: this.#config.targets,
      alive: counts[ALIVE]!,
      silent: counts[SILENT]!,
      unreachable: counts[UNREACHABLE]!,
      refused: counts[REFUSED]!,
      unfinished: counts[UNFINISHED]! + counts[PENDING]!,
      unresolved,
      sent: this.#totalSent,
      received: this.#totalReceived,
      duplicates: this.#duplicates,
      late: this.#late,
      foreign: this.#foreign,
      errors: this.#errorCount,
    };
  }

  /** Of all targets; null while nothing was measured. */
  roundTrips(): RoundTripFigures | null {
    return summarizeSketch(this.#roundTrips);
  }
}

export function summarizeSketch(sketch: QuantileSketch): RoundTripFigures | null {
  if (sketch.count === 0) return null;
  return {
    count: sketch.count,
    minNs: sketch.min,
    meanNs: sketch.mean,
    maxNs: sketch.max,
    medianNs: sketch.quantile(0.5),
    p95Ns: sketch.quantile(0.95),
    p99Ns: sketch.quantile(0.99),
    buckets: Array.from(sketch.buckets(), ({ value, count }) => [value, count] as const),
  };
}

/** Whether more tries are in vain. */
function isFinal(error: ProbeError): boolean {
  switch (error.kind) {
    case 'local':
      return true;
    case 'icmp':
      if (error.type === ICMP_DEST_UNREACH && error.code === ICMP_FRAG_NEEDED) return false;
      return FINAL_ICMP.includes(error.type);
    case 'icmp6':
      return FINAL_ICMP6.includes(error.type);
  }
}
