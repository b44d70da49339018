/**
 * One run of ping as a state machine without socket, clock, timer or terminal. Every input carries its own time (an Instant
 * of both clocks); the engine answers with what to do next and tells what happened through `emit`. The driver in driver.ts
 * performs: it asks `next`, sends when told to, reports the outcome, feeds in what the port drained, and asks again no later
 * than `wakeAtNs`. Behaviour: ../shared/spec/iputils.md section 1.6.
 */
import { type RunConditions, statusWith } from '../conditions/judge.ts';
import { RoundTripStatistics } from '../measure/round-trip.ts';
import type { StampedInterval, StampSource } from '../measure/stamped-interval.ts';
import type { Instant } from '../net/clock.ts';
import type { IncomingPacket, QueuedError } from '../net/port.ts';
import { ICMP_HEADER_LENGTH } from '../packet/icmp-constants.ts';
import { peekIcmpCode, peekIcmpType } from '../packet/icmp-echo.ts';
import type { AnswerKind, EndReason, NetworkErrorEvent, PingEvent, ReplyEvent } from './events.ts';
import type { Method } from './method/method.ts';
import { Pacer } from './pacer.ts';
import { findMismatch } from './payload-mismatch.ts';
import { ProbeFollower } from './probe-follower.ts';
import { ProbeTable } from './probe-table.ts';
import { echoProtocol, NOT_OURS, type ProbeProtocol, peekIcmpInfo } from './protocol.ts';
import { readQuotedMessage } from './quoted-message.ts';

const NS_PER_MS = 1e6;
const NS_PER_US = 1e3;
const SEQUENCE_MASK = 0xffff;
const HALF_SEQUENCES = 0x7fff;

const EAGAIN = 11;
const ENOMEM = 12;
const EMSGSIZE = 90;
const ENOBUFS = 105;
const RETRY_NS = 10 * NS_PER_MS;
const NO_BUFFER_RETRY_MAXIMUM_NS = 500 * NS_PER_MS;
const NO_BUFFER_ADDEND_MAXIMUM_US = 50_000;
/** Unprivileged users' adaptive interval is never shorter, ping(8) -A. */
const USER_MINIMUM_INTERVAL_MS = 2;

export interface PingConfig {
  readonly family: 4 | 6;
  /** Numeric, as the port names sources. */
  readonly target: string;
  /** What our replies must carry; null on a datagram socket, where the kernel sees to it. */
  readonly identifier: number | null;
  /** The messages that are sent and counted, where the method has any; an echo unless said. */
  readonly protocol?: ProbeProtocol;
  /** ICMP unless said. */
  readonly method?: Method;
  /** UDP's or TCP's. */
  readonly port?: number | null;
  /** Shown with -v: the identifier where it is known. */
  readonly shownIdentifier: number | null;
  readonly count: number | null;
  readonly intervalNs: number;
  readonly preload: number;
  /** -w; 0 for none. */
  readonly deadlineNs: number;
  /** -W; 0 waits for ever. */
  readonly lingerNs: number;
  /** Waits so long also when other probes were answered, where ping(8) waits for twice the longest round trip. */
  readonly lingersInFull?: boolean;
  readonly adaptive: boolean;
  readonly privileged: boolean;
  readonly reportUnanswered: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** A broadcast, multicast or subnet-router anycast target: many may answer, each from its own address. */
  readonly manyMayAnswer: boolean;
  /** The payload as sent; its first 16 octets are the time stamp's where it fits. */
  readonly payload: Uint8Array;
  /** -U: round trips by the user-space clock. */
  readonly userStamps: boolean;
  readonly emitSent: boolean;
  /** Whether replies are told with all their octets: the answers of -N are in them. */
  readonly keepMessages?: boolean;
  /** Whether each probe that is given up is told of: `-W` after it was sent, or at the end. */
  readonly reportLost?: boolean;
  /** Whether more is collected than the last line shows. Conditions need it in any case. */
  readonly collects?: boolean;
  /** --fail-if, --until. While something is waited for, no error ends the run. */
  readonly conditions?: RunConditions;
}

/** An answer that is no ICMP message of ours, as other methods of probing have it. */
export interface Answer {
  readonly kind: AnswerKind;
  /** Of the probe, modulo 65,536. */
  readonly sequence: number;
  readonly source: string;
  readonly octets: number;
  /** TTL or hop limit; null where it was not told. */
  readonly hopLimit: number | null;
  /** The kernel's receive stamp, or the round trip where it was measured as a whole, and by whom. */
  readonly time: { readonly stampNs: number } | { readonly roundTripNs: number; readonly clock: StampSource };
}

/** What the kind of answer, or its message, says of a reply. */
type ReplyDetails = Pick<
  ReplyEvent,
  'answer' | 'octets' | 'hopLimit' | 'badChecksum' | 'truncated' | 'mismatch' | 'message' | 'ipOptions'
>;

/** Of an answer that is no message of ours. */
const NOTHING_ODD = { badChecksum: false, truncated: false, mismatch: null, message: null, ipOptions: null } as const;

export type NextStep = 'send' | 'wait' | 'done';

export class PingEngine {
  /** When to ask `next` again at the latest, after it answered `wait`. */
  wakeAtNs = Number.POSITIVE_INFINITY;
  /** icmp_seq of the probe to send when `next` answers `send`. */
  nextSequence = 1;
  /** A reply has come since the last probe: the neighbour is alive, so the next one may say so (MSG_CONFIRM). */
  confirmNeighbour = false;

  readonly #config: PingConfig;
  readonly #emit: (event: PingEvent) => void;
  readonly #protocol: ProbeProtocol;
  readonly #probes = new ProbeTable();
  readonly #pacer: Pacer;
  readonly #roundTrips = new RoundTripStatistics();
  readonly #follower: ProbeFollower;
  readonly #tellsReplies: boolean;

  #startNs = 0;
  #firstSentNs = 0;
  #lastSentNs = 0;
  #sent = 0;
  #received = 0;
  #duplicates = 0;
  #corrupted = 0;
  #errors = 0;
  #pipe = 0;
  /** Highest sequence that was answered, by any reply or IPv4 error. */
  #acknowledged = 0;
  #ending: EndReason | null = null;
  /** Not before this may a refused send be tried again. */
  #retryAtNs = 0;
  #noBufferTriesNs = 0;
  #addendUs = 0;
  #unansweredReported = false;

  constructor(config: PingConfig, emit: (event: PingEvent) => void) {
    this.#config = config;
    this.#emit = emit;
    this.#protocol = config.protocol ?? echoProtocol(config.family, config.identifier);
    this.#pacer = new Pacer(config.intervalNs, config.preload, !config.adaptive);
    const { lingerNs, reportLost = false, collects = false, conditions = null } = config;
    const figures = {
      duplicates: () => this.#duplicates,
      corrupted: () => this.#corrupted,
      errors: () => this.#errors,
    };
    this.#follower = new ProbeFollower({ lingerNs, reportLost, collects, conditions }, this.#probes, figures, emit);
    // With -q nobody shows them; but somebody may follow every probe.
    this.#tellsReplies = !config.quiet || config.emitSent || reportLost;
  }

  /** Probes that may still be answered: the 16-bit distance to the highest answered one, or all that are missing. */
  get inFlight(): number {
    const distance = (this.#sent - this.#acknowledged) & SEQUENCE_MASK;
    return distance <= HALF_SEQUENCES ? distance : this.#sent - this.#received - this.#errors;
  }

  /** So many probes may go by turns with their replies, each at once behind the reply before, until `next` is asked again. */
  get allowance(): number {
    const { count, adaptive } = this.#config;
    if (adaptive || this.#pacer.intervalNs > 0) return 1;
    if (count === null) return Number.POSITIVE_INFINITY;
    return Math.max(1, count - Math.max(this.#sent, this.#received + this.#errors));
  }

  /** icmp_seq of the probe that is `distance` behind the next one. */
  sequenceAfter(distance: number): number {
    return (this.nextSequence + distance) & SEQUENCE_MASK;
  }

  /** The run begins: -w counts from here. */
  start(now: Instant): void {
    this.#startNs = now.monoNs;
    this.#follower.start(now);
  }

  /** Says what is to be done at `now`, and until when nothing is, in `wakeAtNs`. */
  next(now: Instant): NextStep {
    const { count, deadlineNs } = this.#config;
    const giveUpAtNs = this.#follower.giveUpOverdue(now);
    const reason = this.#endReason(now.monoNs);
    if (reason !== null) {
      this.#ending = reason;
      return 'done';
    }
    const deadlineAtNs = deadlineNs > 0 ? this.#startNs + deadlineNs : Number.POSITIVE_INFINITY;
    // With a deadline, -c counts replies and does not limit sending.
    if (count !== null && deadlineNs === 0 && this.#sent >= count) {
      this.wakeAtNs = Math.min(this.#lingerAtNs(), giveUpAtNs);
      return 'wait';
    }
    const delayNs = Math.max(this.#pacer.delayNs(now.monoNs, this.inFlight), this.#retryAtNs - now.monoNs);
    if (delayNs <= 0) return 'send';
    this.wakeAtNs = Math.min(now.monoNs + delayNs, deadlineAtNs, giveUpAtNs);
    return 'wait';
  }

  #endReason(nowNs: number): EndReason | null {
    const { count, deadlineNs } = this.#config;
    if (this.#ending !== null) return this.#ending;
    if (this.#follower.isReached(nowNs)) return 'condition';
    if (this.#hasCount()) return 'count';
    if (deadlineNs > 0 && this.#errors > 0 && !this.#follower.isWaiting) return 'error';
    if (deadlineNs > 0 && nowNs >= this.#startNs + deadlineNs) return 'deadline';
    if (deadlineNs === 0 && count !== null && this.#sent >= count && nowNs >= this.#lingerAtNs()) return 'linger';
    return null;
  }

  /** What -c asked for has come. Whatever else is in the same batch came too late, as it would have by itself. */
  #hasCount(): boolean {
    const { count } = this.#config;
    return count !== null && this.#received + this.#errors >= count;
  }

  /**
   * How long to wait for what is still out, ping(8) -W: for twice the longest round trip once anything has come back, for
   * -W before that. Worked out anew each time it is asked, where iputils fixes it once and for all.
   */
  #lingerAtNs(): number {
    const { lingerNs, lingersInFull = false } = this.#config;
    const intervalNs = this.#pacer.intervalNs;
    if (this.#received > 0 && !lingersInFull) {
      return this.#lastSentNs + Math.max(2 * this.#roundTrips.maxUs * NS_PER_US, intervalNs);
    }
    return lingerNs === 0 ? Number.POSITIVE_INFINITY : this.#lastSentNs + lingerNs;
  }

  /** Probe `nextSequence` is about to leave: call right before the send. */
  sending(now: Instant): void {
    if (this.#config.reportUnanswered && this.#sent > 0 && !this.#unansweredReported) {
      const previous = this.#sent & SEQUENCE_MASK;
      if (!this.#probes.isAnswered(previous)) {
        this.#emit({ type: 'unanswered', wallNs: now.wallNs, sequence: previous });
      }
      // Said once per probe, also when the send that follows has to be tried again.
      this.#unansweredReported = true;
    }
    this.#follower.makeRoom(now);
    this.#probes.begin(this.nextSequence, now.monoNs, now.wallNs);
  }

  /** The send went out. */
  sent(now: Instant): void {
    this.#noBufferTriesNs = 0;
    this.#countProbe(now);
    if (this.#config.emitSent) {
      this.#emit({ type: 'sent', sequence: this.#sent & SEQUENCE_MASK, inFlight: this.inFlight, pipe: this.#pipe });
    }
  }

  #countProbe(now: Instant): void {
    this.#pacer.spend(now.monoNs);
    this.#lastSentNs = now.monoNs;
    if (this.#sent === 0) this.#firstSentNs = now.monoNs;
    this.#sent++;
    this.#follower.sent(now);
    this.nextSequence = (this.#sent + 1) & SEQUENCE_MASK;
    this.confirmNeighbour = false;
    this.#retryAtNs = 0;
    this.#unansweredReported = false;
    this.#follower.changed(now);
  }

  /**
   * The send was refused with `errno`. `explained`: the error queue, drained meanwhile, told of an error, so that this
   * refusal was its echo. Some refusals mean "later"; the others count as a probe that was sent and lost.
   */
  refused(now: Instant, errno: number, explained: boolean): void {
    const sequence = this.nextSequence;
    if (this.#triesAgain(now, errno, explained)) return this.#probes.withdraw(sequence);
    this.#countProbe(now);
    // A local error names no probe.
    if (explained) return this.#follower.giveUpLatest(now);
    if (errno === EMSGSIZE && !this.#config.quiet) this.#errors++;
    this.#follower.failed(sequence);
    this.#emit({ type: 'send-error', wallNs: now.wallNs, errno, sequence });
    this.#follower.changed(now);
  }

  /** Whether the refusal means "later". */
  #triesAgain(now: Instant, errno: number, explained: boolean): boolean {
    if (errno === ENOBUFS || errno === ENOMEM) return this.#backOff(now);
    if (errno !== EAGAIN && (errno === EMSGSIZE || !explained)) return false;
    this.#retryAtNs = now.monoNs + RETRY_NS;
    return true;
  }

  /** No buffers in the kernel: slows down, and tries again for as long as one would wait for a reply. False: give up. */
  #backOff(now: Instant): boolean {
    const intervalNs = this.#pacer.intervalNs;
    this.#addendUs += Math.min(this.#roundTrips.ewmaUs, NO_BUFFER_ADDEND_MAXIMUM_US);
    const retryNs = Math.min(NO_BUFFER_RETRY_MAXIMUM_NS, Math.max(RETRY_NS, intervalNs / 2));
    this.#pacer.forfeit(now.monoNs, retryNs);
    this.#noBufferTriesNs += retryNs;
    if (this.#config.lingerNs > 0 && this.#noBufferTriesNs >= this.#config.lingerNs) {
      this.#noBufferTriesNs = 0;
      return false;
    }
    this.#retryAtNs = now.monoNs + retryNs;
    return true;
  }

  /** The kernel's transmit stamp of probe `sequence`. */
  transmitted(sequence: number, stampNs: number): void {
    if (!this.#config.userStamps) this.#probes.stamp(sequence, stampNs);
  }

  /** A packet from the network, of whatever kind. */
  packet(packet: IncomingPacket, now: Instant): void {
    if (this.#hasCount()) return;
    const { octets, start, end } = packet;
    if (end - start < ICMP_HEADER_LENGTH) {
      this.#emit({ type: 'short-packet', source: packet.source, octets: end - start });
      return;
    }
    const type = peekIcmpType(octets, start);
    if (type === this.#protocol.replyType) this.#reply(packet, now);
    else if (this.#protocol.rawErrorTypes.includes(type)) this.#rawError(packet, now);
  }

  #reply(packet: IncomingPacket, now: Instant): void {
    const { octets, start, end } = packet;
    const sequence = this.#protocol.sequenceOf(octets, start, end);
    // A sequence that was never sent cannot have been answered: forged, or a stranger's.
    if (sequence === NOT_OURS || !this.#probes.wasSent(sequence)) return;
    const badChecksum = !this.#protocol.isChecksumOk(octets, start, end);
    const measured = this.#measure(sequence, packet.stampNs, now);
    const duplicate = badChecksum ? this.#countCorrupted() : this.#countAnswer(sequence, measured.ns);
    this.#follower.changed(now);
    if (!this.#tellsReplies) return;
    const size = this.#config.payload.length;
    const truncated = end - start < ICMP_HEADER_LENGTH + size;
    const keepsMessage = this.#config.keepMessages === true;
    this.#tellReply(sequence, packet.source, measured, duplicate, now, {
      answer: keepsMessage ? 'node-information' : 'echo-reply',
      octets: end - start,
      hopLimit: packet.hopLimit < 0 ? null : packet.hopLimit,
      badChecksum,
      truncated,
      mismatch: truncated ? null : findMismatch(packet, this.#config.payload),
      message: keepsMessage ? octets.slice(start, end) : null,
      ipOptions: packet.optionsEnd > packet.optionsStart ? octets.slice(packet.optionsStart, packet.optionsEnd) : null,
    });
  }

  /** An answer of another method than ICMP echo. Whoever calls has matched it to a probe. */
  answer({ kind, sequence, source, octets, hopLimit, time }: Answer, now: Instant): void {
    if (this.#hasCount() || !this.#probes.wasSent(sequence)) return;
    const measured =
      'stampNs' in time ? this.#measure(sequence, time.stampNs, now) : measuredBy(time.clock, time.roundTripNs);
    const duplicate = this.#countAnswer(sequence, measured.ns);
    this.#follower.changed(now);
    if (!this.#tellsReplies) return;
    const details = { answer: kind, octets, hopLimit, ...NOTHING_ODD };
    this.#tellReply(sequence, source, measured, duplicate, now, details);
  }

  #measure(sequence: number, stampNs: number, { monoNs, wallNs }: Instant): StampedInterval {
    return this.#probes.measure(sequence, this.#config.userStamps ? Number.NaN : stampNs, monoNs, wallNs);
  }

  #countCorrupted(): false {
    this.#corrupted++;
    return false;
  }

  /** Counts a good answer to `sequence`; answers whether there had been one before. */
  #countAnswer(sequence: number, roundTripNs: number): boolean {
    const duplicate = this.#probes.answer(sequence);
    if (duplicate) this.#duplicates++;
    else {
      this.#received++;
      this.#follower.answered(sequence, roundTripNs);
    }
    this.#roundTrips.add(Math.trunc(roundTripNs / NS_PER_US));
    this.#acknowledge(sequence);
    this.confirmNeighbour = true;
    if (this.#config.adaptive) this.#adapt();
    return duplicate;
  }

  /** Member by member: a spread costs microseconds, and this is done for each reply. */
  #tellReply(
    sequence: number,
    source: string,
    measured: StampedInterval,
    duplicate: boolean,
    now: Instant,
    details: ReplyDetails,
  ): void {
    this.#emit({
      type: 'reply',
      answer: details.answer,
      wallNs: now.wallNs,
      octets: details.octets,
      source,
      sequence,
      identifier: this.#config.shownIdentifier,
      hopLimit: details.hopLimit,
      roundTripNs: measured.ns,
      transmitStamp: measured.transmitStamp,
      receiveStamp: measured.receiveStamp,
      duplicate,
      badChecksum: details.badChecksum,
      differentAddress: !this.#config.manyMayAnswer && source !== this.#config.target,
      truncated: details.truncated,
      mismatch: details.mismatch,
      message: details.message,
      ipOptions: details.ipOptions,
    });
  }

  /** An ICMP error as a raw socket sees it. The error queue tells of most; redirect and source quench come only here. */
  #rawError(packet: IncomingPacket, now: Instant): void {
    const { octets, start, end } = packet;
    const quote = readQuotedMessage(octets, start + ICMP_HEADER_LENGTH, end);
    const type = peekIcmpType(octets, start);
    const sequence =
      quote === null || quote.destination !== this.#config.target
        ? NOT_OURS
        : this.#sequenceOfRequest(quote.message, 0, quote.message.length);
    if (sequence !== NOT_OURS) {
      if (this.#protocol.isInErrorQueue(type)) {
        this.#acknowledge(sequence);
        return;
      }
    } else if (!this.#config.verbose || !this.#config.privileged) {
      return;
    }
    this.#emit({
      type: 'network-error',
      wallNs: now.wallNs,
      source: packet.source,
      sequence: sequence === NOT_OURS ? null : sequence,
      family: this.#config.family,
      icmpType: type,
      icmpCode: peekIcmpCode(octets, start),
      info: peekIcmpInfo(octets, start),
      via: 'raw',
      errno: null,
      badChecksum: !this.#protocol.isChecksumOk(octets, start, end),
      quoted: octets.slice(start + ICMP_HEADER_LENGTH, end),
    });
  }

  /** One entry of the error queue. Answers whether it was about one of our probes. */
  queuedError(error: QueuedError, now: Instant): boolean {
    if (this.#hasCount()) return false;
    if (error.origin === 'local') {
      if (!this.#config.quiet) this.#errors++;
      this.#emit({ type: 'local-error', wallNs: now.wallNs, errno: error.errno, mtu: error.info });
      this.#follower.changed(now);
      return true;
    }
    const { octets, start, end } = error;
    if (error.destination !== null && error.destination !== this.#config.target) return false;
    const sequence = this.#sequenceOfRequest(octets, start, end);
    if (sequence === NOT_OURS) return false;
    this.#failed(sequence, error, now);
    return true;
  }

  /** An ICMP error about a probe of another method than ICMP echo. Whoever calls has matched it to the probe. */
  probeError(sequence: number, error: QueuedError, now: Instant): void {
    if (!this.#hasCount() && this.#probes.wasSent(sequence)) this.#failed(sequence, error, now);
  }

  #failed(sequence: number, error: QueuedError, now: Instant): void {
    this.#errors++;
    this.#follower.failed(sequence);
    if (this.#config.family === 4) this.#acknowledge(sequence);
    const event: NetworkErrorEvent = {
      type: 'network-error',
      wallNs: now.wallNs,
      source: error.offender ?? '',
      sequence,
      family: this.#config.family,
      icmpType: error.type,
      icmpCode: error.code,
      info: error.info,
      via: 'queue',
      errno: error.errno,
      badChecksum: false,
      quoted: null,
    };
    this.#emit(event);
    this.#follower.changed(now);
  }

  /** The sequence of a quoted request that we sent; NOT_OURS for anything else. */
  #sequenceOfRequest(octets: Uint8Array, start: number, end: number): number {
    if (end - start < ICMP_HEADER_LENGTH || peekIcmpType(octets, start) !== this.#protocol.requestType) return NOT_OURS;
    const sequence = this.#protocol.sequenceOf(octets, start, end);
    return sequence !== NOT_OURS && this.#probes.wasSent(sequence) ? sequence : NOT_OURS;
  }

  interrupt(): void {
    this.#ending ??= 'interrupted';
  }

  /** SIGQUIT: where things stand. */
  status(): void {
    this.#emit({
      type: 'status',
      transmitted: this.#sent,
      received: this.#received,
      rtt: this.#roundTrips.summary(),
    });
  }

  /** Tells the summary and answers the exit status: ping(8), EXIT STATUS. Call once, after `next` answered `done`. */
  finish(now: Instant): number {
    const reason = this.#ending ?? 'interrupted';
    const { statistics, verdicts } = this.#follower.finish(now);
    this.#emit({
      type: 'summary',
      reason,
      method: this.#config.method ?? 'icmp',
      port: this.#config.port ?? null,
      transmitted: this.#sent,
      received: this.#received,
      duplicates: this.#duplicates,
      corrupted: this.#corrupted,
      errors: this.#errors,
      elapsedNs: this.#lastSentNs - this.#firstSentNs,
      rtt: this.#roundTrips.summary(),
      statistics,
      conditions: verdicts,
      pipe: this.#pipe,
    });
    const { count, deadlineNs } = this.#config;
    const enough = deadlineNs === 0 || count === null || this.#received >= count;
    return statusWith(verdicts, this.#received > 0 && enough ? 0 : 1);
  }

  #acknowledge(sequence: number): void {
    const distance = (this.#sent - sequence + 1) & SEQUENCE_MASK;
    if (distance <= HALF_SEQUENCES && distance > this.#pipe) this.#pipe = distance;
    const ahead = (sequence - this.#acknowledged) & SEQUENCE_MASK;
    if (ahead <= HALF_SEQUENCES) this.#acknowledged = sequence;
  }

  /** -A: about one probe in flight, so the interval follows the moving average of the round trip. */
  #adapt(): void {
    const ms = Math.trunc((this.#roundTrips.ewmaUs + this.#addendUs + 500) / 1000);
    const floor = this.#config.privileged ? 0 : USER_MINIMUM_INTERVAL_MS;
    this.#pacer.intervalNs = Math.max(ms, floor) * NS_PER_MS;
  }
}

function measuredBy(clock: StampSource, roundTripNs: number): StampedInterval {
  return { ns: Math.round(roundTripNs), transmitStamp: clock, receiveStamp: clock };
}
