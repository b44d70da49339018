/**
 * One run of ping as a state machine without socket, clock, timer or terminal. Every input carries its own time (an Instant
 * of both clocks); the engine answers with what to do next and tells what happened through `emit`. The driver in driver.ts
 * performs: it asks `next`, sends when told to, reports the outcome, feeds in what the port drained, and asks again no later
 * than `wakeAtNs`. Behaviour: ../shared/spec/iputils.md section 1.6.
 *
 * The parts decide, each for itself: when the next probe goes (send-schedule.ts), whose a message is (probe-matcher.ts), how
 * many probes are under way (flight-window.ts), when the run is over (run-end.ts), what becomes of each probe
 * (probe-follower.ts). Here they meet, in the order of a run.
 */
import { RoundTripStatistics } from '../measure/round-trip.ts';
import type { StampedInterval } from '../measure/stamped-interval.ts';
import type { Instant } from '../net/clock.ts';
import type { IncomingPacket, QueuedError } from '../net/port.ts';
import { ICMP_HEADER_LENGTH } from '../packet/icmp-constants.ts';
import { peekIcmpType } from '../packet/icmp-echo.ts';
import type { PingConfig } from './config.ts';
import type { PingEvent } from './events.ts';
import { FlightWindow, SEQUENCE_MASK } from './flight-window.ts';
import { queuedNetworkError, rawNetworkError } from './network-error.ts';
import { ProbeCounts } from './probe-counts.ts';
import { ProbeFollower } from './probe-follower.ts';
import { ProbeMatcher } from './probe-matcher.ts';
import { ProbeTable } from './probe-table.ts';
import { echoProtocol, NOT_OURS, type ProbeProtocol } from './protocol.ts';
import { type Answer, answerDetails, measuredAsWhole, messageDetails, replyEvent } from './reply.ts';
import { RunEnd } from './run-end.ts';
import { EMSGSIZE, SendSchedule } from './send-schedule.ts';

const NS_PER_US = 1e3;

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
  readonly #counts = new ProbeCounts();
  readonly #roundTrips = new RoundTripStatistics();
  readonly #flight: FlightWindow;
  readonly #schedule: SendSchedule;
  readonly #matcher: ProbeMatcher;
  readonly #follower: ProbeFollower;
  readonly #end: RunEnd;
  readonly #tellsReplies: boolean;
  #unansweredReported = false;

  constructor(config: PingConfig, emit: (event: PingEvent) => void) {
    this.#config = config;
    this.#emit = emit;
    this.#protocol = config.protocol ?? echoProtocol(config.family, config.identifier);
    this.#flight = new FlightWindow(this.#counts);
    this.#schedule = new SendSchedule(config, this.#roundTrips);
    this.#matcher = new ProbeMatcher(config.target, this.#protocol, this.#probes);
    const { lingerNs, reportLost = false, collects = false, conditions = null } = config;
    const following = { lingerNs, reportLost, collects, conditions };
    this.#follower = new ProbeFollower(following, this.#probes, this.#counts, emit);
    this.#end = new RunEnd(config, {
      counts: this.#counts,
      roundTrips: this.#roundTrips,
      schedule: this.#schedule,
      follower: this.#follower,
    });
    // With -q nobody shows them; but somebody may follow every probe.
    this.#tellsReplies = !config.quiet || config.emitSent || reportLost;
  }

  /** Probes that may still be answered. */
  get inFlight(): number {
    return this.#flight.inFlight;
  }

  /** So many probes may go by turns with their replies, each at once behind the reply before, until `next` is asked again. */
  get allowance(): number {
    const { count, adaptive } = this.#config;
    if (adaptive || this.#schedule.intervalNs > 0) return 1;
    if (count === null) return Number.POSITIVE_INFINITY;
    return Math.max(1, count - Math.max(this.#counts.sent, this.#counts.concluded));
  }

  /** icmp_seq of the probe that is `distance` behind the next one. */
  sequenceAfter(distance: number): number {
    return (this.nextSequence + distance) & SEQUENCE_MASK;
  }

  /** The run begins: -w counts from here. */
  start(now: Instant): void {
    this.#end.start(now.monoNs);
    this.#follower.start(now);
  }

  /** Says what is to be done at `now`, and until when nothing is, in `wakeAtNs`. */
  next(now: Instant): NextStep {
    const giveUpAtNs = this.#follower.giveUpOverdue(now);
    if (this.#end.isOver(now.monoNs)) return 'done';
    if (this.#end.hasSentAll()) {
      this.wakeAtNs = Math.min(this.#end.lingerAtNs(), giveUpAtNs);
      return 'wait';
    }
    const delayNs = this.#schedule.delayNs(now.monoNs, this.inFlight);
    if (delayNs <= 0) return 'send';
    this.wakeAtNs = Math.min(now.monoNs + delayNs, this.#end.deadlineAtNs, giveUpAtNs);
    return 'wait';
  }

  /** Probe `nextSequence` is about to leave: call right before the send. */
  sending(now: Instant): void {
    if (this.#config.reportUnanswered) this.#reportUnanswered(now);
    this.#follower.makeRoom(now);
    this.#probes.begin(this.nextSequence, now.monoNs, now.wallNs);
  }

  /** Said once per probe, also when the send that follows has to be tried again. */
  #reportUnanswered({ wallNs }: Instant): void {
    const { sent } = this.#counts;
    if (sent === 0 || this.#unansweredReported) return;
    this.#unansweredReported = true;
    const sequence = sent & SEQUENCE_MASK;
    if (!this.#probes.isAnswered(sequence)) this.#emit({ type: 'unanswered', wallNs, sequence });
  }

  /** The send went out. */
  sent(now: Instant): void {
    this.#schedule.accepted(now.monoNs);
    this.#countProbe(now);
    if (!this.#config.emitSent) return;
    const { inFlight, pipe } = this.#flight;
    this.#emit({ type: 'sent', sequence: this.#counts.sent & SEQUENCE_MASK, inFlight, pipe });
  }

  /**
   * The send was refused with `errno`. `explained`: the error queue, drained meanwhile, told of an error, so that this
   * refusal was its echo. Some refusals mean "later"; the others count as a probe that was sent and lost.
   */
  refused(now: Instant, errno: number, explained: boolean): void {
    const sequence = this.nextSequence;
    if (this.#schedule.triesAgain(now.monoNs, errno, explained)) return this.#probes.withdraw(sequence);
    this.#schedule.spend(now.monoNs);
    this.#countProbe(now);
    // A local error names no probe.
    if (explained) return this.#follower.giveUpLatest(now);
    if (errno === EMSGSIZE && !this.#config.quiet) this.#counts.errors++;
    this.#follower.failed(sequence);
    this.#emit({ type: 'send-error', wallNs: now.wallNs, errno, sequence });
    this.#follower.changed(now);
  }

  #countProbe(now: Instant): void {
    this.#counts.countSent(now.monoNs);
    this.#follower.sent(now);
    this.nextSequence = (this.#counts.sent + 1) & SEQUENCE_MASK;
    this.confirmNeighbour = false;
    this.#unansweredReported = false;
    this.#follower.changed(now);
  }

  /** The kernel's transmit stamp of probe `sequence`. */
  transmitted(sequence: number, stampNs: number): void {
    if (!this.#config.userStamps) this.#probes.stamp(sequence, stampNs);
  }

  /** A packet from the network, of whatever kind. */
  packet(packet: IncomingPacket, now: Instant): void {
    if (this.#end.hasCount()) return;
    const { octets, start, end, source } = packet;
    if (end - start < ICMP_HEADER_LENGTH) {
      this.#emit({ type: 'short-packet', source, octets: end - start });
      return;
    }
    const type = peekIcmpType(octets, start);
    if (type === this.#protocol.replyType) this.#reply(packet, now);
    else if (this.#protocol.rawErrorTypes.includes(type)) this.#rawError(type, packet, now);
  }

  #reply(packet: IncomingPacket, now: Instant): void {
    const { octets, start, end, source, stampNs } = packet;
    const sequence = this.#matcher.repliedTo(packet);
    if (sequence === NOT_OURS) return;
    const badChecksum = !this.#protocol.isChecksumOk(octets, start, end);
    const measured = this.#measure(sequence, stampNs, now);
    const duplicate = badChecksum ? this.#countCorrupted() : this.#countAnswer(sequence, measured.ns);
    this.#follower.changed(now);
    if (!this.#tellsReplies) return;
    const counted = { sequence, source, wallNs: now.wallNs, measured, duplicate };
    this.#emit(replyEvent(this.#config, counted, messageDetails(packet, badChecksum, this.#config)));
  }

  /** An answer of another method than ICMP echo. Whoever calls has matched it to a probe. */
  answer(answer: Answer, now: Instant): void {
    const { sequence, source, time } = answer;
    if (this.#end.hasCount() || !this.#probes.wasSent(sequence)) return;
    const measured = 'stampNs' in time ? this.#measure(sequence, time.stampNs, now) : measuredAsWhole(time);
    const duplicate = this.#countAnswer(sequence, measured.ns);
    this.#follower.changed(now);
    if (!this.#tellsReplies) return;
    const counted = { sequence, source, wallNs: now.wallNs, measured, duplicate };
    this.#emit(replyEvent(this.#config, counted, answerDetails(answer)));
  }

  #measure(sequence: number, stampNs: number, { monoNs, wallNs }: Instant): StampedInterval {
    return this.#probes.measure(sequence, this.#config.userStamps ? Number.NaN : stampNs, monoNs, wallNs);
  }

  /** A reply with a wrong checksum answers nothing: a right one may still come, and is no duplicate then. */
  #countCorrupted(): false {
    this.#counts.corrupted++;
    return false;
  }

  /** Counts a good answer to `sequence`; answers whether there had been one before. */
  #countAnswer(sequence: number, roundTripNs: number): boolean {
    const duplicate = this.#probes.answer(sequence);
    if (duplicate) this.#counts.duplicates++;
    else {
      this.#counts.received++;
      this.#follower.answered(sequence, roundTripNs);
    }
    this.#roundTrips.add(Math.trunc(roundTripNs / NS_PER_US));
    this.#flight.acknowledge(sequence);
    this.confirmNeighbour = true;
    this.#schedule.follow();
    return duplicate;
  }

  /** An ICMP error as a raw socket sees it. The error queue tells of most; redirect and source quench come only here. */
  #rawError(type: number, packet: IncomingPacket, { wallNs }: Instant): void {
    const { verbose, privileged, family } = this.#config;
    const about = this.#matcher.quotedIn(packet);
    const isOurs = about !== NOT_OURS;
    if (isOurs && this.#protocol.isInErrorQueue(type)) return this.#flight.acknowledge(about);
    if (!isOurs && !(verbose && privileged)) return;
    const badChecksum = !this.#protocol.isChecksumOk(packet.octets, packet.start, packet.end);
    this.#emit(rawNetworkError(packet, badChecksum, { family, wallNs, sequence: isOurs ? about : null }));
  }

  /** One entry of the error queue. Answers whether it was about one of our probes. */
  queuedError(error: QueuedError, now: Instant): boolean {
    if (this.#end.hasCount()) return false;
    if (error.origin === 'local') {
      this.#localError(error, now);
      return true;
    }
    const sequence = this.#matcher.quotedBy(error);
    if (sequence === NOT_OURS) return false;
    this.#networkError(sequence, error, now);
    return true;
  }

  /** An ICMP error about a probe of another method than ICMP echo. Whoever calls has matched it to the probe. */
  probeError(sequence: number, error: QueuedError, now: Instant): void {
    if (!this.#end.hasCount() && this.#probes.wasSent(sequence)) this.#networkError(sequence, error, now);
  }

  /** Our own kernel refused a probe: told of, but no error of a quiet run, as in iputils. */
  #localError({ errno, info }: QueuedError, now: Instant): void {
    if (!this.#config.quiet) this.#counts.errors++;
    this.#emit({ type: 'local-error', wallNs: now.wallNs, errno, mtu: info });
    this.#follower.changed(now);
  }

  #networkError(sequence: number, error: QueuedError, now: Instant): void {
    const { family } = this.#config;
    this.#counts.errors++;
    this.#follower.failed(sequence);
    if (family === 4) this.#flight.acknowledge(sequence);
    this.#emit(queuedNetworkError(error, { family, wallNs: now.wallNs, sequence }));
    this.#follower.changed(now);
  }

  /** SIGINT. */
  interrupt(): void {
    this.#end.interrupt();
  }

  /** SIGQUIT: where things stand. */
  status(): void {
    const { sent, received } = this.#counts;
    this.#emit({ type: 'status', transmitted: sent, received, rtt: this.#roundTrips.summary() });
  }

  /** Tells the summary and answers the exit status: ping(8), EXIT STATUS. Call once, after `next` answered `done`. */
  finish(now: Instant): number {
    const { method = 'icmp', port = null } = this.#config;
    const { reason } = this.#end;
    const { statistics, verdicts } = this.#follower.finish(now);
    const { sent, received, duplicates, corrupted, errors, elapsedNs } = this.#counts;
    this.#emit({
      type: 'summary',
      reason,
      method,
      port,
      transmitted: sent,
      received,
      duplicates,
      corrupted,
      errors,
      elapsedNs,
      rtt: this.#roundTrips.summary(),
      statistics,
      conditions: verdicts,
      pipe: this.#flight.pipe,
    });
    return this.#end.status(verdicts);
  }
}
