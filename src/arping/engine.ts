/**
 * One run of arping as a state machine without socket, clock, timer or terminal. Every input carries its own time; the engine
 * answers with what to do next and tells what happened through `emit`. Behaviour: ../shared/spec/iputils.md sections 3.4 to 3.6.
 */
import { Judge, statusWith } from '../conditions/judge.ts';
import { measuredOf } from '../conditions/words.ts';
import { ProbeStatistics } from '../measure/probe-statistics.ts';
import { RoundTripStatistics } from '../measure/round-trip.ts';
import {
  asRoundTrip,
  isStampOfSend,
  measureInterval,
  STAMP_SLACK_NS,
  type StampedInterval,
} from '../measure/stamped-interval.ts';
import type { Instant } from '../net/clock.ts';
import type { IncomingFrame } from '../net/packet-socket.ts';
import { Binding, type Change } from './binding.ts';
import type { ArpingConfig } from './config.ts';
import type { Answer, ArpingEvent, EndReason } from './events.ts';
import type { ArpingProtocol } from './protocol.ts';
import type { ArpingFigures } from './vocabulary.ts';

const NS_PER_US = 1e3;
/** -i 0 sends one probe and arms no timer; -c then waits so long for its answer. Longer than that no probe is undecided. */
const LONE_PROBE_WAIT_NS = 1e9;
/** A peer may make up any number of answers; of so many different ones each is remembered. */
const MOST_TOLD = 64;

export type NextStep = 'send' | 'wait' | 'done';

/** What leaves next: the packet, and to whom; null for everybody. */
export interface OutgoingProbe {
  readonly packet: Uint8Array;
  readonly destination: Uint8Array | null;
}

interface SentProbe {
  readonly sequence: number;
  readonly monoNs: number;
  readonly wallNs: number;
  stampNs: number;
}

export class ArpingEngine {
  /** When to ask `next` again at the latest, after it answered `wait`. */
  wakeAtNs = Number.POSITIVE_INFINITY;

  readonly #config: ArpingConfig;
  readonly #protocol: ArpingProtocol;
  readonly #emit: (event: ArpingEvent) => void;
  readonly #roundTrips = new RoundTripStatistics();
  readonly #statistics = new ProbeStatistics();
  readonly #judge: Judge;
  readonly #binding = new Binding();
  readonly #told = new Set<string>();
  /** --watch has seen several answer the same probe. */
  #wasContested = false;

  #startNs = 0;
  #nowNs = 0;
  #nextTickNs = 0;
  #ticks = 0;
  #sent = 0;
  #broadcasts = 0;
  #received = 0;
  #receivedRequests = 0;
  #receivedBroadcasts = 0;
  #unanswered = 0;
  #last: SentProbe | null = null;
  #previous: SentProbe | null = null;
  /** The last probe was answered; or a later one was refused, and it was told to be unanswered before. */
  #isLastSettled = false;
  /** The target's hardware address, once it has answered and unless -b. */
  #learnt: Uint8Array | null = null;
  #ending: EndReason | null = null;

  constructor(config: ArpingConfig, protocol: ArpingProtocol, emit: (event: ArpingEvent) => void) {
    this.#config = config;
    this.#protocol = protocol;
    this.#emit = emit;
    const time = { nowNs: () => this.#nowNs, startNs: () => this.#startNs };
    const figures: ArpingFigures = { macs: () => this.#told.size, duplicate: () => this.#isContested };
    this.#judge = new Judge(config.conditions, measuredOf(this.#statistics, time, figures));
  }

  /** The run begins: -w counts from here, and the first probe is due. */
  start(now: Instant): void {
    this.#startNs = this.#nowNs = now.monoNs;
    this.#nextTickNs = now.monoNs;
  }

  /** Number of the probe that is to be sent, from 1. */
  get nextSequence(): number {
    return this.#sent + 1;
  }

  /** Says what is to be done at `now`, and until when nothing is, in `wakeAtNs`. */
  next(now: Instant): NextStep {
    if (this.#ending !== null) return 'done';
    this.#nowNs = now.monoNs;
    if (this.#judge.isReached()) return this.#end('condition');
    const { deadlineNs } = this.#config;
    const deadlineAtNs = deadlineNs > 0 ? this.#startNs + deadlineNs : Number.POSITIVE_INFINITY;
    // A probe due at the deadline itself still leaves, also where we wake up late for both.
    if (now.monoNs >= this.#nextTickNs && this.#nextTickNs <= deadlineAtNs) {
      if (!this.#hasSpentCount()) return 'send';
      return this.#end('count');
    }
    if (now.monoNs >= deadlineAtNs) return this.#end('deadline');
    this.wakeAtNs = Math.min(this.#nextTickNs, deadlineAtNs);
    return 'wait';
  }

  #hasSpentCount(): boolean {
    return this.#config.count !== null && this.#ticks >= this.#config.count;
  }

  #end(reason: EndReason): 'done' {
    this.#ending = reason;
    return 'done';
  }

  /** The probe that is due; call `sent` or `refused` behind the send. Its time is that right before it. */
  sending(now: Instant): OutgoingProbe {
    this.#settleLast(now);
    this.#ticks++;
    this.#scheduleNext(now.monoNs);
    this.#previous = this.#last;
    this.#last = { sequence: this.nextSequence, monoNs: now.monoNs, wallNs: now.wallNs, stampNs: Number.NaN };
    this.#isLastSettled = false;
    return { packet: this.#protocol.probe(this.#learnt), destination: this.#learnt };
  }

  /** Intervals count from the start of the run. Those that were slept through are left out, not made up for. */
  #scheduleNext(nowNs: number): void {
    const { intervalNs, count } = this.#config;
    if (intervalNs === 0) {
      this.#nextTickNs = count === null ? Number.POSITIVE_INFINITY : nowNs + LONE_PROBE_WAIT_NS;
      // A single probe it is, whatever the count.
      this.#ticks = Math.max(this.#ticks, count ?? 0);
      return;
    }
    const missed = Math.floor((nowNs - this.#nextTickNs) / intervalNs);
    this.#nextTickNs += (missed + 1) * intervalNs;
  }

  sent(): void {
    this.#sent++;
    if (this.#last !== null) this.#statistics.sent(this.#last.monoNs);
    if (this.#learnt === null) this.#broadcasts++;
    const { unsolicited, duplicateDetection, count } = this.#config;
    if (unsolicited && !duplicateDetection && this.#sent === count) this.#end('count');
  }

  /** The kernel refused the probe; the next interval has another try. */
  refused(now: Instant, errno: number): void {
    this.#last = this.#previous;
    this.#isLastSettled = true;
    this.#emit({ type: 'send-error', wallNs: now.wallNs, errno });
  }

  /** The kernel's transmit stamp of probe `sequence`. */
  transmitted(sequence: number, stampNs: number): void {
    const probe = [this.#last, this.#previous].find((each) => each?.sequence === sequence);
    if (probe != null && isStampOfSend(stampNs, probe.wallNs)) probe.stampNs = stampNs;
  }

  /** A frame from the network, of whatever kind. */
  frame(frame: IncomingFrame, now: Instant): void {
    if (this.#ending !== null) return;
    const answer = this.#protocol.read(frame);
    if (answer === null) return;
    if (this.#config.watch) this.#tellChange(this.#binding.heard(answer.senderHardware, this.#sent), now);
    if (answer.isAnnouncement) return;
    this.#count(answer);
    const probe = this.#probeOf(frame, now);
    const roundTrip = probe === null ? null : this.#measure(probe, frame, now);
    if (!this.#config.watch) {
      const sequence = probe?.sequence ?? null;
      this.#emit({ type: 'reply', wallNs: now.wallNs, answer, sequence, ...asRoundTrip(roundTrip) });
    }
    // At once: the next frame of the same batch may take back what is waited for.
    this.#nowNs = now.monoNs;
    this.#judge.isReached();
    this.#decideAfter(answer);
  }

  #count(answer: Answer): void {
    this.#received++;
    if (answer.operation === 'request') this.#receivedRequests++;
    if (answer.delivery === 'broadcast') this.#receivedBroadcasts++;
    if (this.#told.size < MOST_TOLD) this.#told.add(this.#protocol.toldBy(answer));
  }

  /** The probe that an answer is to: the last one, but for an answer that was received before that left. */
  #probeOf({ stampNs }: IncomingFrame, now: Instant): SentProbe | null {
    if (this.#last === null || Number.isNaN(stampNs)) return this.#last;
    // On the monotonic clock, so that a step of the other one since the probe left changes nothing.
    const receivedNs = now.monoNs - (now.wallNs - stampNs);
    return receivedNs < this.#last.monoNs - STAMP_SLACK_NS ? this.#previous : this.#last;
  }

  #measure(probe: SentProbe, { stampNs }: IncomingFrame, now: Instant): StampedInterval {
    if (probe === this.#last) this.#isLastSettled = true;
    const interval = measureInterval(probe, { monoNs: now.monoNs, wallNs: now.wallNs, stampNs });
    this.#roundTrips.add(Math.trunc(interval.ns / NS_PER_US));
    this.#statistics.answered(probe.sequence, interval.ns);
    return interval;
  }

  /** What an answer means for the rest of the run. */
  #decideAfter(answer: Answer): void {
    const { count, deadlineNs, quitOnReply, duplicateDetection, broadcastOnly, expectOne, watch } = this.#config;
    if (expectOne || watch) return;
    const hasEnough = deadlineNs > 0 && this.#received === count;
    if (hasEnough || quitOnReply || duplicateDetection) this.#end('replies');
    else if (!broadcastOnly) this.#learnt = answer.hardware;
  }

  #tellChange(change: Change | null, now: Instant): void {
    if (change === null) return;
    if (change.change === 'duplicate') this.#wasContested = true;
    this.#emit({ type: 'binding', wallNs: now.wallNs, ...change });
  }

  /** Nothing has come to the last probe, and no more will be heard. */
  #settleLast(now: Instant): void {
    if (this.#last === null) return;
    const { unsolicited, duplicateDetection, watch } = this.#config;
    if (watch) this.#tellChange(this.#binding.settled(this.#last.sequence), now);
    if (this.#isLastSettled || (unsolicited && !duplicateDetection)) return;
    this.#unanswered++;
    // One that the end of the run cut short is not lost: -w sends its last probe at the very deadline.
    const isOver = now.monoNs >= Math.min(this.#nextTickNs, this.#last.monoNs + LONE_PROBE_WAIT_NS);
    if (isOver) this.#statistics.lost(this.#last.sequence);
    this.#emit({ type: 'unanswered', wallNs: now.wallNs, sequence: this.#last.sequence, roundTripNs: null });
  }

  /**
   * Receiving failed with `errno` (ENETDOWN: the interface went down): there is nothing to go on with, unless something is
   * waited for. The socket hears again once the interface is up.
   */
  receiveFailed(now: Instant, errno: number): void {
    if (this.#ending !== null) return;
    if (!this.#judge.isWaiting) this.#end('error');
    this.#emit({ type: 'receive-error', wallNs: now.wallNs, errno });
  }

  interrupt(): void {
    this.#ending ??= 'interrupted';
  }

  /** In the course of a --watch an address may move from one to the other, and belong to one at a time. */
  get #isContested(): boolean {
    return this.#config.watch ? this.#wasContested : this.#told.size > 1;
  }

  /** Tells the summary and answers the exit status: section 3.6. Call once, after `next` answered `done`. */
  finish(now: Instant): number {
    this.#nowNs = now.monoNs;
    this.#settleLast(now);
    const conditions = this.#judge.verdicts();
    this.#emit({
      type: 'summary',
      reason: this.#ending ?? 'interrupted',
      sent: this.#sent,
      broadcasts: this.#broadcasts,
      received: this.#received,
      receivedRequests: this.#receivedRequests,
      receivedBroadcasts: this.#receivedBroadcasts,
      unanswered: this.#unanswered,
      told: [...this.#told],
      duplicate: this.#isContested,
      roundTrip: this.#roundTrips.summary(),
      statistics: this.#statistics.summary(now.monoNs),
      conditions,
    });
    return statusWith(conditions, this.#exitStatus());
  }

  #exitStatus(): 0 | 1 | 2 {
    const { count, deadlineNs, quitOnReply, duplicateDetection, unsolicited, expectOne } = this.#config;
    if (this.#ending === 'error') return 2;
    if (duplicateDetection) return this.#received > 0 ? 1 : 0;
    if (unsolicited) return 0;
    if (expectOne) return this.#told.size === 1 ? 0 : 1;
    const needed = deadlineNs > 0 && count !== null && !quitOnReply ? count : 1;
    return this.#received >= needed ? 0 : 1;
  }
}
