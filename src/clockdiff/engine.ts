/**
 * Decides what clockdiff sends, which replies count and when it is over. No socket, clock or timer: each input brings its
 * own time. One probe is under way at a time, and the next one follows its reply at once, or when it has had its time.
 */
import { Judge, statusWith } from '../conditions/judge.ts';
import { measuredOf } from '../conditions/words.ts';
import { ProbeStatistics } from '../measure/probe-statistics.ts';
import type { Instant } from '../net/clock.ts';
import type { IncomingPacket, QueuedError } from '../net/port.ts';
import { ICMP_ECHO, ICMP_TIMESTAMP, peekIcmpIdentifier, peekIcmpSequence, peekIcmpType } from '../packet/icmp.ts';
import { ClockWatch } from './clock-watch.ts';
import type { ClockdiffConfig } from './config.ts';
import type { ClockdiffEvent, EndReason } from './events.ts';
import { timeExchange } from './exchange-times.ts';
import { exitStatusOf } from './exit-status.ts';
import { fatalErrno } from './icmp-error.ts';
import { PeerClock } from './peer-clock.ts';
import { ProbeSchedule } from './probe-schedule.ts';
import { type Probe, ProbeWindow } from './probe-window.ts';
import { readReply, type UnusableReason } from './reply.ts';
import { RetryTimer } from './retry-timer.ts';
import { Silence } from './silence.ts';
import { UselessReplies } from './useless-replies.ts';
import type { ClockdiffFigures } from './vocabulary.ts';

export type Step = 'send' | 'wait' | 'done';

const NS_PER_MS = 1e6;
const DAY_MS = 86_400_000;
/** The right reply may come behind an unusable one to the same probe, but need not be waited for as long as the first one. */
const AFTER_UNUSABLE_NS = 100 * NS_PER_MS;
/** So many more samples may be taken to tell in which order a peer writes octets. */
const EXTRA_SAMPLES = 1000;
const SEQUENCES = 1 << 16;
const ENOBUFS = 105;
const EXPLAINED_REFUSALS_MAXIMUM = 100;
/** Who waits tries again so long after our kernel refused to send. */
const REFUSED_PAUSE_NS = 1000 * NS_PER_MS;

export class ClockdiffEngine {
  readonly #config: ClockdiffConfig;
  readonly #emit: (event: ClockdiffEvent) => void;
  readonly #window = new ProbeWindow();
  readonly #timer: RetryTimer;
  readonly #schedule: ProbeSchedule;
  readonly #silence = new Silence();
  readonly #useless = new UselessReplies();
  readonly #statistics = new ProbeStatistics();
  readonly #judge: Judge;
  #peer: PeerClock;
  #kernelStamps = true;
  /** The probe under way. */
  #current: Probe | null = null;
  #deadlineNs = 0;
  #transmitted = 0;
  #accepted = 0;
  #errors = 0;
  #explainedRefusals = 0;
  #watch: ClockWatch | null = null;
  #wakeAtNs = 0;
  #end: EndReason | null = null;
  #startNs = 0;
  /** The last input's time, on both clocks. */
  #nowNs = 0;
  #nowMonoNs = 0;

  constructor(config: ClockdiffConfig, emit: (event: ClockdiffEvent) => void) {
    this.#config = config;
    this.#emit = emit;
    this.#peer = new PeerClock(config.clockErrorNs);
    this.#timer = new RetryTimer(config.waitMinimumNs);
    this.#schedule = new ProbeSchedule(config.intervalNs);
    const time = { nowNs: () => this.#nowMonoNs, startNs: () => this.#startNs };
    const figures: ClockdiffFigures = {
      offset: () => this.#peer.offset?.offsetNs ?? null,
      bound: () => this.#peer.offset?.boundNs ?? null,
      samples: () => this.#accepted,
      reached: () => this.#accepted > 0,
    };
    this.#judge = new Judge(config.conditions, measuredOf(this.#statistics, time, figures));
  }

  start(now: Instant): void {
    this.#startNs = this.#nowMonoNs = now.monoNs;
    this.#schedule.start(now.monoNs);
    this.#silence.end(now.monoNs);
    this.#watch = new ClockWatch(now);
  }

  /** After `wait`: when `next` is to be called at the latest, on the monotonic clock. */
  get wakeAtNs(): number {
    return this.#wakeAtNs;
  }

  /** The sequence that the next probe must carry. It begins with 1. */
  get nextSequence(): number {
    return (this.#transmitted + 1) % SEQUENCES;
  }

  /** Milliseconds since midnight UT, for the request. */
  originateMs(now: Instant): number {
    const ms = Math.floor((this.#config.midnightNs + now.wallNs) / NS_PER_MS) % DAY_MS;
    return ms < 0 ? ms + DAY_MS : ms; // a clock set back by more than the day is old
  }

  /** What is to be done at `now`. */
  next(now: Instant): Step {
    this.#watchClocks(now);
    this.#note(now);
    if (this.#current !== null && now.monoNs >= this.#deadlineNs) this.#giveUp(this.#current, now);
    if (this.#judge.isReached()) this.#stop(now, { kind: 'condition' });
    const { deadlineNs } = this.#config;
    const runEndsNs = deadlineNs === 0 ? Number.POSITIVE_INFINITY : this.#startNs + deadlineNs;
    if (now.monoNs >= runEndsNs) this.#stop(now, { kind: 'deadline' });
    if (this.#end !== null) return 'done';
    const dueNs = this.#current === null ? this.#schedule.dueNs(this.#transmitted) : this.#deadlineNs;
    this.#wakeAtNs = Math.min(dueNs, runEndsNs);
    return this.#current === null && now.monoNs >= dueNs ? 'send' : 'wait';
  }

  #note(now: Instant): void {
    this.#nowNs = now.wallNs;
    this.#nowMonoNs = now.monoNs;
  }

  /** To be called just before a probe is handed to the kernel. */
  sending(now: Instant): void {
    this.#current = this.#window.enter(this.#transmitted + 1, this.nextSequence, now);
    this.#deadlineNs = now.monoNs + this.#timer.waitNs(this.#silence.misses);
    this.#transmitted++;
    this.#schedule.spend(now.monoNs);
  }

  /** The kernel took the probe. */
  sent(): void {
    this.#explainedRefusals = 0;
    if (this.#current !== null) this.#statistics.sent(this.#current.monoNs);
  }

  /** It did not. `explained`: an ICMP error had been waiting in the socket and was told by `send`, which may be tried again. */
  refused(now: Instant, errno: number, explained: boolean): void {
    const probe = this.#current;
    if (probe === null) return;
    if (errno === ENOBUFS) return this.#statistics.sent(probe.monoNs); // as good as lost on the way
    this.#window.remove(probe);
    this.#current = null;
    this.#transmitted--;
    if (explained && ++this.#explainedRefusals < EXPLAINED_REFUSALS_MAXIMUM) return;
    if (!this.#judge.isWaiting) return this.#stop(now, { kind: 'unreachable', errno });
    this.#explainedRefusals = 0;
    this.#schedule.pause(now.monoNs + REFUSED_PAUSE_NS);
  }

  /** The kernel's transmit stamp of the probe with this sequence. */
  transmitted(sequence: number, stampNs: number): void {
    const probe = this.#window.find(sequence);
    if (probe !== null) probe.stampNs = stampNs;
  }

  packet(packet: IncomingPacket, now: Instant): void {
    const { mode, identifier, target } = this.#config;
    if (this.#end !== null || (target !== null && packet.source !== target)) return;
    this.#watchClocks(now);
    this.#note(now);
    const { octets, start, end, optionsStart, optionsEnd } = packet;
    const options = octets.subarray(optionsStart, optionsEnd);
    const reply = readReply(octets.subarray(start, end), options, mode, identifier);
    switch (reply.kind) {
      case 'foreign':
        return;
      case 'unusable':
        return this.#noteUnusable(reply.why, reply.sequence, now);
      case 'stamped': {
        const probe = this.#window.find(reply.sequence);
        if (probe === null) return this.#noteUnusable('sequence', reply.sequence, now);
        if (probe.state === 'answered') return this.#noteDuplicate(probe, now);
        this.#accept(probe, reply.receiveStamp, reply.transmitStamp, packet.stampNs, now);
        // At once: the next packet of the same batch may take back what is waited for.
        this.#judge.isReached();
      }
    }
  }

  #noteDuplicate({ sequence }: Probe, now: Instant): void {
    this.#useless.addDuplicate();
    this.#emit({ type: 'duplicate', wallNs: now.wallNs, sequence });
  }

  #noteUnusable(why: UnusableReason, sequence: number | null, now: Instant): void {
    const count = this.#useless.add(why);
    // Those may be another program's, and many.
    if (why !== 'identifier' || count === 1) this.#emit({ type: 'unusable', wallNs: now.wallNs, why, sequence });
    if (sequence === null || sequence !== this.#current?.sequence) return;
    this.#useless.markOurs();
    this.#deadlineNs = Math.min(this.#deadlineNs, now.monoNs + AFTER_UNUSABLE_NS);
  }

  #accept(probe: Probe, receiveStamp: number, transmitStamp: number, packetStampNs: number, now: Instant): void {
    const isVoid = probe.state === 'void';
    const late = probe.state === 'unanswered';
    probe.state = 'answered';
    if (this.#current === probe) this.#current = null;
    this.#silence.end(now.monoNs);
    this.#useless.forgive();
    // It was answered all the same, and the other clock was not set.
    if (isVoid) return this.#statistics.answered(probe.number, now.monoNs - probe.monoNs);
    const { sentNs, receivedNs, ...stamps } = timeExchange(probe, packetStampNs, now.wallNs);
    this.#kernelStamps &&= stamps.receiveStamp === 'kernel' && stamps.transmitStamp === 'kernel';
    this.#statistics.answered(probe.number, receivedNs - sentNs);
    const { midnightNs } = this.#config;
    this.#peer.add({ sentNs: midnightNs + sentNs, receivedNs: midnightNs + receivedNs, receiveStamp, transmitStamp });
    if (this.#peer.byteOrder === null) return this.#stop(now, { kind: 'non-standard' });
    this.#timer.add(receivedNs - sentNs);
    // A late reply tells how long the next one must be waited for.
    if (this.#current !== null) {
      this.#deadlineNs = Math.max(this.#deadlineNs, this.#current.monoNs + this.#timer.waitNs(0));
    }
    this.#accepted++;
    this.#emit({
      type: 'sample',
      wallNs: receivedNs,
      sequence: probe.sequence,
      roundTripNs: receivedNs - sentNs,
      transmitStamp: stamps.transmitStamp,
      receiveStamp: stamps.receiveStamp,
      peerReceiveStamp: receiveStamp,
      peerTransmitStamp: transmitStamp,
      late,
    });
    this.#stopIfEnough(now);
  }

  #stopIfEnough(now: Instant): void {
    const { samples } = this.#config;
    if (this.#accepted < samples) return;
    if (this.#peer.isDecided) return this.#stop(now, { kind: 'samples' });
    if (this.#accepted < samples + EXTRA_SAMPLES) return;
    this.#stop(now, { kind: this.#peer.byteOrder === 'network' ? 'samples' : 'non-standard' });
  }

  /** A probe has had its time. */
  #giveUp(probe: Probe, now: Instant): void {
    probe.state = 'unanswered';
    this.#current = null;
    this.#silence.miss();
    this.#statistics.lost(probe.number);
    this.#emit({ type: 'unanswered', wallNs: now.wallNs, sequence: probe.sequence, roundTripNs: null });
    const verdict = this.#judge.isWaiting ? null : this.#silence.verdict(now.monoNs, this.#useless);
    if (verdict !== null) this.#stop(now, { kind: verdict });
  }

  /** An entry of the error queue. Answers whether it explains that a send was refused. */
  queuedError(error: QueuedError, now: Instant): boolean {
    if (error.origin !== 'icmp') return false;
    if (this.#end !== null || !this.#isAboutOurs(error)) return true;
    const fatal = fatalErrno(error.type, error.code);
    const errno = error.errno === 0 ? (fatal ?? 0) : error.errno;
    this.#errors++;
    this.#emit({
      type: 'network-error',
      wallNs: now.wallNs,
      source: error.offender,
      icmpType: error.type,
      icmpCode: error.code,
      errno,
    });
    // Whoever has answered is there, whatever others say.
    const isFatal = fatal !== null && this.#accepted === 0 && !this.#judge.isWaiting;
    if (isFatal) this.#stop(now, { kind: 'refused', errno });
    return true;
  }

  #isAboutOurs({ octets, start }: QueuedError): boolean {
    const type = this.#config.mode === 'icmp' ? ICMP_TIMESTAMP : ICMP_ECHO;
    return (
      peekIcmpType(octets, start) === type &&
      peekIcmpIdentifier(octets, start) === this.#config.identifier &&
      this.#window.find(peekIcmpSequence(octets, start)) !== null
    );
  }

  interrupt(): void {
    this.#end ??= { kind: 'interrupted' };
  }

  /** Tells the summary and answers the exit status: 0 when an offset was measured, 1 when not, and what conditions make of it. */
  finish(): number {
    const reason = this.#end ?? { kind: 'interrupted' };
    const { figures, offset, byteOrder } = this.#peer;
    const conditions = this.#judge.verdicts();
    this.#emit({
      type: 'summary',
      wallNs: this.#nowNs,
      reason,
      transmitted: this.#transmitted,
      accepted: this.#accepted,
      duplicates: this.#useless.duplicates,
      unusable: this.#useless.byReason,
      errors: this.#errors,
      roundTrip: this.#timer.roundTrip,
      byteOrder: figures === null ? null : byteOrder,
      figures,
      offset,
      kernelStamps: this.#accepted > 0 && this.#kernelStamps,
      statistics: this.#statistics.summary(this.#nowMonoNs),
      conditions,
    });
    return statusWith(conditions, exitStatusOf(reason, figures !== null));
  }

  #stop(now: Instant, reason: EndReason): void {
    this.#note(now);
    this.#end ??= reason;
  }

  /** An offset from a clock that was set meanwhile is none: begins anew. */
  #watchClocks(now: Instant): void {
    const stepNs = this.#watch?.stepAt(now) ?? 0;
    if (stepNs === 0) return;
    this.#window.voidAll();
    this.#peer = new PeerClock(this.#config.clockErrorNs);
    this.#accepted = 0;
    this.#emit({ type: 'clock-step', wallNs: now.wallNs, stepNs });
  }
}
