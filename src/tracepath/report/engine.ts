/**
 * Probes a path in rounds: in each one every hop once, without waiting for answers. A hop has a destination port of its own, so
 * an answer tells its hop however little of the probe a router quotes. Which round it answers, the tag in the payload tells;
 * where a router quotes none, no two probes of its hop are open at the same port (docs/decisions/0018).
 */
import type { ProbeStatistics } from '../../measure/probe-statistics.ts';
import { asRoundTrip, isStampOfSend, measureInterval, type StampedInterval } from '../../measure/stamped-interval.ts';
import type { Instant } from '../../net/clock.ts';
import type { QueuedUdpError, UdpProbe, UdpReply } from '../../net/udp-port.ts';
import { EMSGSIZE, mtuBelow } from '../mtu.ts';
import { type Answer, readAnswer, readReply } from '../probing/answer.ts';
import { NO_ERROR } from '../probing/answer-error.ts';
import { RunLimits } from '../probing/run-limits.ts';
import { encodeTag, readTag, TAG_OCTETS } from '../probing/tag.ts';
import { SEND_TRIES, type Step, type TraceEngine } from '../trace.ts';
import type { RoundsConfig } from './config.ts';
import type { HopReport, RoundsEndReason, RoundsEvent } from './events.ts';
import { measureRounds } from './figures.ts';
import { HopStatistics } from './hop-statistics.ts';
import { type Match, type Probe, ProbesUnderWay, type StagedProbe } from './probes-under-way.ts';
import { RoundSchedule } from './round-schedule.ts';
import { TargetRounds } from './target-rounds.ts';
import { WayEnd } from './way-end.ts';

const NS_PER_MS = 1e6;
/** No answer takes longer than this: until then a lost probe may be what an answer is about. */
const ANSWER_LIFETIME_NS = 3000 * NS_PER_MS;
/** So many hops beyond the last one that answered are asked. */
const SILENT_HOPS = 12;
const RETRY_NS = 10 * NS_PER_MS;

export class RoundsEngine implements TraceEngine {
  batch: readonly UdpProbe[] = [];
  wakeAtNs = Number.POSITIVE_INFINITY;
  readonly #config: RoundsConfig;
  readonly #emit: (event: RoundsEvent) => void;
  readonly #schedule: RoundSchedule;
  readonly #limits: RunLimits;
  #hops: HopStatistics[] = [];
  #target = new TargetRounds();
  readonly #underWay: ProbesUnderWay;
  #sending: StagedProbe | null = null;
  #number = 0;
  #end = new WayEnd();
  #packetOctets: number;
  #retries = 0;
  /** Refusals in a row for a size that nobody says is too big. */
  #unexplained = 0;
  #isOver = false;

  constructor(config: RoundsConfig, emit: (event: RoundsEvent) => void) {
    this.#config = config;
    this.#emit = emit;
    this.#packetOctets = config.packetOctets;
    this.#schedule = new RoundSchedule(config.rounds, config.intervalNs);
    this.#underWay = new ProbesUnderWay(config);
    this.#limits = new RunLimits(config.limits, (time) => measureRounds(this, time));
  }

  get isPaused(): boolean {
    return this.#schedule.isPaused;
  }

  /** Rounds that were begun since the start or the last reset, and the time since then. */
  get rounds(): number {
    return this.#schedule.rounds;
  }

  elapsedNs(now: Instant): number {
    return this.#schedule.elapsedNs(now);
  }

  next(now: Instant): Step {
    if (this.#isOver) return 'done';
    this.#giveUp(now);
    const limit = this.#limits.look(now.monoNs);
    if (limit !== null) {
      this.#finish(limit, now);
      return 'done';
    }
    const before = this.#schedule.round;
    this.#schedule.advance(now, this.#lastHop);
    if (this.#schedule.round > before) this.#target.began(this.#schedule.round, now.monoNs);
    const dueNs = this.#schedule.dueNs(this.#lastHop);
    if (dueNs <= now.monoNs) {
      this.#stage(now);
      return 'send';
    }
    const timeoutNs = this.#firstTimeoutNs();
    if (timeoutNs === Number.POSITIVE_INFINITY && this.#schedule.isOver(this.#lastHop)) {
      this.#target.completed();
      this.#finish('complete', now);
      return 'done';
    }
    this.wakeAtNs = Math.min(dueNs, this.#schedule.nextRoundNs, timeoutNs, this.#limits.dueNs);
    return 'wait';
  }

  get #lastHop(): number {
    return this.#end.hop ?? Math.min(this.#config.maximumHops, this.#lastAnswered + SILENT_HOPS);
  }

  /** 0 while none has. */
  get #lastAnswered(): number {
    return this.#hops.findLastIndex(({ hasAnswered }) => hasAnswered) + 1;
  }

  #stage(now: Instant): void {
    const { round, hop } = this.#schedule;
    while (this.#hops.length < hop) this.#hops.push(new HopStatistics(this.#hops.length + 1));
    const { overheadOctets, run } = this.#config;
    const statistics = this.#hops[hop - 1]!;
    const payloadOctets = Math.max(TAG_OCTETS, this.#packetOctets - overheadOctets);
    const probe: StagedProbe = {
      number: this.#number,
      round,
      hop,
      port: this.#underWay.choosePort(statistics),
      octets: payloadOctets + overheadOctets,
      monoNs: now.monoNs,
      wallNs: now.wallNs,
      stampNs: Number.NaN,
      statistics,
      isLost: false,
      isDoubtful: false,
    };
    this.#sending = probe;
    const payload = encodeTag(run, probe.number);
    this.batch = [{ destinationPort: probe.port, hopLimit: probe.hop, payload, payloadOctets, token: probe.number }];
  }

  sent(): void {
    const probe = this.#sending!;
    this.#underWay.add({ ...probe, sample: probe.statistics.sent() });
    this.#target.sent(probe.round);
    this.#number = (this.#number + 1) >>> 0;
    this.#retries = 0;
    this.#unexplained = 0;
    this.#schedule.hop++;
  }

  refused(errno: number, now: Instant): void {
    const probe = this.#sending!;
    if (errno === EMSGSIZE && this.#mayBeSentAgain(probe, now)) return;
    this.#schedule.holdUntil(now.monoNs + RETRY_NS);
    if (++this.#retries < SEND_TRIES) return;
    this.#emit({ type: 'send-error', hop: probe.hop, errno, wallNs: now.wallNs });
    if (!this.#limits.isWaiting) return this.#finish('send-failed', now);
    // What is waited for may still come: the next round tries again.
    this.#retries = 0;
    this.#schedule.endRound();
  }

  #mayBeSentAgain({ octets }: StagedProbe, now: Instant): boolean {
    // The error queue has said how large it may be.
    if (this.#packetOctets < octets) return true;
    // Unexplained: a router's "too big" about an earlier probe may have been told in place of sending this one, but not twice.
    if (this.#unexplained++ === 0) return true;
    this.#limit(null, 0, octets, now);
    return this.#packetOctets < octets;
  }

  /** A packet of `refusedOctets` is too big for a link: all are smaller from now on. */
  #limit(source: string | null, reported: number, refusedOctets: number, { wallNs }: Instant): void {
    const mtuOctets = mtuBelow(this.#config.family, refusedOctets, reported);
    if (mtuOctets >= this.#packetOctets) return;
    this.#packetOctets = mtuOctets;
    this.#emit({ type: 'pmtu', source, mtuOctets, wallNs });
  }

  #firstTimeoutNs(): number {
    for (const { isLost, monoNs } of this.#underWay) if (!isLost) return monoNs + this.#config.timeoutNs;
    return Number.POSITIVE_INFINITY;
  }

  #giveUp(now: Instant): void {
    for (const probe of this.#underWay) {
      if (probe.monoNs + this.#config.timeoutNs > now.monoNs) return;
      if (!probe.isLost) {
        probe.isLost = true;
        probe.statistics.lost(probe.sample);
        this.#target.decided(probe.round);
        if (this.#end.reaches(probe.hop)) this.#tell(probe, null, null, false, now);
      }
      if (probe.monoNs + ANSWER_LIFETIME_NS <= now.monoNs) this.#underWay.forget(probe);
    }
  }

  transmitted(number: number, stampNs: number): void {
    const probe = this.#underWay.get(number);
    if (probe !== undefined && isStampOfSend(stampNs, probe.wallNs)) probe.stampNs = stampNs;
  }

  queuedError(error: QueuedUdpError, now: Instant): void {
    if (error.origin === 'local') {
      const isNews = error.errno === EMSGSIZE && error.info < this.#packetOctets;
      if (isNews) this.#limit(null, error.info, this.#packetOctets, now);
      return;
    }
    const answer = readAnswer(error);
    if (answer !== null) this.#answered(answer, error.destinationPort, error, now);
  }

  /** A datagram comes from the port that the probe went to. A stranger's is none of ours. */
  reply(reply: UdpReply, now: Instant): void {
    if (reply.source === this.#config.target) this.#answered(readReply(reply), reply.sourcePort, reply, now);
  }

  #answered(
    answer: Answer,
    port: number,
    { octets, start, end }: Pick<UdpReply, 'octets' | 'start' | 'end'>,
    now: Instant,
  ): void {
    if (this.#isOver) return;
    const match = this.#underWay.match(readTag(octets, start, end, this.#config.run), port);
    if (match === null) return;
    if (answer.verdict === 'too-big') this.#withdraw(match.probe, answer, now);
    else this.#settle(match, answer, now);
  }

  #withdraw(probe: Probe, { source, mtu }: Answer, now: Instant): void {
    this.#underWay.forget(probe);
    probe.statistics.withdraw(probe.sample);
    if (!probe.isLost) this.#target.decided(probe.round);
    this.#limit(source, mtu, probe.octets, now);
  }

  #settle(match: Match, answer: Answer, now: Instant): void {
    const { probe, isNamed } = match;
    if (!isNamed) probe.statistics.quotesShort = true;
    const isCertain = this.#underWay.answered(match);
    const interval = isCertain ? measureInterval(probe, { ...instantOf(now), stampNs: answer.stampNs }) : null;
    probe.statistics.answered(probe.sample, answer.source, interval?.ns ?? null, answer.mark);
    if (answer.verdict === 'reached') this.#target.reached(probe.round, interval?.ns ?? null);
    if (!probe.isLost) this.#target.decided(probe.round);
    this.#end.heard(probe.hop, answer);
    if (this.#end.reaches(probe.hop)) this.#tell(probe, answer, interval, probe.isLost, now);
  }

  #tell(
    { round, hop, port, octets }: Probe,
    answer: Answer | null,
    roundTrip: StampedInterval | null,
    late: boolean,
    { wallNs }: Instant,
  ): void {
    this.#emit({
      type: 'probe',
      round,
      hop,
      port,
      octets,
      source: answer?.source ?? null,
      ...asRoundTrip(roundTrip),
      hopLimit: answer === null || answer.hopLimit < 0 ? null : answer.hopLimit,
      reached: answer?.verdict === 'reached',
      mark: answer?.mark ?? null,
      ...(answer?.error ?? NO_ERROR),
      late,
      wallNs,
    });
  }

  /** No more probes until `resume`; what is under way may still be answered. */
  pause(): void {
    this.#schedule.isPaused = true;
  }

  resume(): void {
    this.#schedule.isPaused = false;
  }

  /** Forgets all that was measured, and begins with a new round. What is still under way counts for nothing. */
  reset(now: Instant): void {
    this.#schedule.reset(now);
    this.#hops = this.#hops.map((hop) => hop.anew());
    this.#target = new TargetRounds(this.#schedule.round + 1);
    this.#end = new WayEnd();
  }

  /** The hops up to the end of the way, or else up to the last one that answered (all, while none has). */
  shownHops(): readonly HopStatistics[] {
    return this.#hops.slice(0, this.#end.hop ?? (this.#lastAnswered || this.#hops.length));
  }

  report(): readonly HopReport[] {
    return this.shownHops().map((hop) => hop.report());
  }

  interrupt(now: Instant): void {
    this.#finish('interrupted', now);
  }

  #finish(reason: RoundsEndReason, now: Instant): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const conditions = this.#limits.verdicts(now.monoNs);
    this.#emit({
      type: 'summary',
      reason,
      rounds: this.rounds,
      hops: this.report(),
      reached: this.hasReached,
      elapsedNs: this.elapsedNs(now),
      statistics: this.statistics.summary(now.monoNs),
      conditions,
    });
  }

  /** Of the target: each round counts as one probe of it. */
  get statistics(): ProbeStatistics {
    return this.#target.statistics;
  }

  /** The target answers from where the way ends. */
  get hasReached(): boolean {
    return this.#end.isTarget;
  }
}

function instantOf({ monoNs, wallNs }: Instant): Instant {
  return { monoNs, wallNs };
}
