/**
 * Finds the equal-cost paths to a target: sends on as many flows as the stopping rule asks for, and tells what each met. No
 * socket, no clock. The driver asks `next`, sends, reports what became of it, and hands over all that comes in.
 */
import { measuredWords } from '../../conditions/words.ts';
import { asRoundTrip } from '../../measure/stamped-interval.ts';
import type { Instant } from '../../net/clock.ts';
import type { QueuedUdpError, UdpReply } from '../../net/udp-port.ts';
import { EMSGSIZE } from '../mtu.ts';
import { type Answer, readAnswer, readReply } from '../probing/answer.ts';
import { NO_ERROR } from '../probing/answer-error.ts';
import { type LimitsConfig, RunLimits } from '../probing/run-limits.ts';
import { readTag } from '../probing/tag.ts';
import { SEND_TRIES } from '../trace.ts';
import type { EndReason, FlowResult, FlowsEvent } from './events.ts';
import { type FlowsFigures, flowsFigures } from './figures.ts';
import { Flow, type FlowSettings, type Match } from './flow.ts';
import { buildGraph, missingFlows, type PathGraph } from './graph.ts';
import type { Probe } from './hop-state.ts';
import { Pace } from './pace.ts';
import { StoppingRule } from './stopping-rule.ts';

const NS_PER_MS = 1e6;
/** So many flows are under way together. */
const FLOWS_TOGETHER = 16;
/** A refused probe is tried again after so long. */
const RETRY_NS = 10 * NS_PER_MS;

export interface FlowsConfig extends FlowSettings {
  readonly maximumFlows: number;
  /** Between 0 and 1. */
  readonly confidence: number;
  /** The target's address as datagrams from it show it. */
  readonly target: string;
  /** Octets of the first IP packets, headers included. */
  readonly packetOctets: number;
  /** Marks this run's tags; not 0. */
  readonly run: number;
  readonly limits: LimitsConfig;
}

/** What is to be sent. */
export interface FlowProbe {
  readonly flow: number;
  readonly hop: number;
  /** Of the IP packet. */
  readonly octets: number;
  /** For the tag, and to come back with the transmit stamp. */
  readonly number: number;
}

/** `open`: a socket is wanted for that flow, see `opened`. */
export type FlowsStep =
  | { readonly do: 'open'; readonly flow: number }
  | { readonly do: 'send'; readonly probe: FlowProbe };

export class FlowsEngine {
  wakeAtNs = Number.POSITIVE_INFINITY;
  readonly #config: FlowsConfig;
  readonly #rule: StoppingRule;
  readonly #emit: (event: FlowsEvent) => void;
  readonly #limits: RunLimits;
  readonly #flows: Flow[] = [];
  readonly #probes: Probe[] = [];
  readonly #paces: Pace[] = [];
  /** Flows to be had by the end of this round; the stopping rule looks at what they met before it asks for more. */
  #wanted: number;
  #maximumFlows: number;
  #mtuOctets: number;
  #quotesShort = false;
  #sending: Probe | null = null;
  /** Refusals in a row for a size that nobody says is too big. */
  #unexplained = 0;
  #notBeforeNs = Number.NEGATIVE_INFINITY;
  #ambiguous = 0;
  #reason: EndReason | null = null;
  #turn = 0;

  constructor(config: FlowsConfig, emit: (event: FlowsEvent) => void) {
    this.#config = config;
    this.#rule = new StoppingRule(config.confidence);
    this.#emit = emit;
    this.#maximumFlows = config.maximumFlows;
    this.#wanted = Math.min(config.maximumFlows, this.#rule.flowsNeeded(1));
    this.#mtuOctets = config.packetOctets;
    this.#limits = new RunLimits(config.limits, (time) => {
      const figures: FlowsFigures = {
        ...flowsFigures(() => this.#results(false)),
        time: () => time.nowNs() - time.startNs(),
      };
      return measuredWords(figures);
    });
  }

  /** What to do now; `wait` until `wakeAtNs` or until something comes in; `done` at the end. */
  next(now: Instant): FlowsStep | 'wait' | 'done' {
    if (this.#reason !== null) return 'done';
    this.#giveUp(now);
    this.#reason = this.#limits.look(now.monoNs);
    if (this.#reason !== null) return 'done';
    const active = this.#flows.filter((flow) => !flow.isDone);
    if (active.length === 0 && this.#flows.length === this.#wanted && this.#isOver()) return 'done';
    if (active.length < FLOWS_TOGETHER && this.#flows.length < this.#wanted) {
      return { do: 'open', flow: this.#flows.length };
    }
    const probe = this.#notBeforeNs <= now.monoNs ? this.#nextProbe(active, now) : null;
    if (probe !== null) return { do: 'send', probe };
    this.wakeAtNs = Math.min(
      ...active.map(({ firstTimeoutNs }) => firstTimeoutNs),
      ...active.map((flow) => this.#readyNs(flow, now)),
      this.#limits.dueNs,
    );
    return 'wait';
  }

  #giveUp(now: Instant): void {
    for (const flow of this.#flows) {
      for (const probe of flow.giveUp(now)) {
        this.#pace(probe.hop).lost();
        this.#tell(probe, null, now);
      }
    }
  }

  /** All flows that were wanted are done: either more are wanted now, or that was all. */
  #isOver(): boolean {
    if (this.#flows.every((flow) => flow.result(true).end === 'send-failed')) {
      this.#reason = 'send-failed';
      return true;
    }
    const missing = missingFlows(this.#graph(true));
    if (missing > 0 && this.#wanted < this.#maximumFlows) {
      this.#wanted = Math.min(this.#maximumFlows, this.#wanted + missing);
      return false;
    }
    this.#reason = missing > 0 ? 'flow-limit' : 'settled';
    return true;
  }

  /** The flows take turns, so that none waits for another's pace. */
  #nextProbe(active: readonly Flow[], now: Instant): FlowProbe | null {
    for (let step = 0; step < active.length; step++) {
      const flow = active[(this.#turn + step) % active.length]!;
      const next = flow.next(now);
      if (typeof next === 'number' || this.#pace(next.hop).readyNs > now.monoNs) continue;
      this.#turn += step + 1;
      return { flow: flow.index, hop: next.hop, octets: next.octets, number: this.#probes.length };
    }
    return null;
  }

  #readyNs(flow: Flow, now: Instant): number {
    const next = flow.next(now);
    const readyNs = typeof next === 'number' ? next : this.#pace(next.hop).readyNs;
    return readyNs === Number.POSITIVE_INFINITY ? readyNs : Math.max(readyNs, this.#notBeforeNs);
  }

  #pace(hop: number): Pace {
    this.#paces[hop] ??= new Pace();
    return this.#paces[hop];
  }

  /** The next flow has a socket with this port. */
  opened(sourcePort: number): void {
    this.#flows.push(new Flow(this.#flows.length, sourcePort, this.#mtuOctets, this.#quotesShort, this.#config));
  }

  /** There is no socket for the next flow. */
  noMoreFlows(): void {
    this.#wanted = this.#maximumFlows = this.#flows.length;
  }

  /** The probe is about to be handed to the kernel. */
  sending({ flow, hop, octets, number }: FlowProbe, now: Instant): void {
    this.#sending = this.#flows[flow]!.prepare(number, hop, octets, now);
  }

  /** The kernel has taken it. */
  sent(now: Instant): void {
    const probe = this.#sending!;
    probe.flow.sent(probe);
    this.#probes.push(probe);
    this.#pace(probe.hop).sent(now);
    this.#unexplained = 0;
  }

  /** The kernel has not taken it. What its error queue says of it has been handed over before. */
  refused(errno: number, now: Instant): void {
    const probe = this.#sending!;
    const { flow } = probe;
    if (errno === EMSGSIZE && this.#mayBeSentAgain(probe, now)) return;
    // Whatever it is, it may pass: a full buffer, or a router's answer to an earlier probe, told in place of sending this one.
    if (++flow.refusals < SEND_TRIES) {
      this.#notBeforeNs = now.monoNs + RETRY_NS;
      return;
    }
    flow.fail();
    this.#emit({ type: 'send-error', flow: flow.index, hop: probe.hop, errno, wallNs: now.wallNs });
  }

  #mayBeSentAgain({ flow, octets }: Probe, now: Instant): boolean {
    // The error queue has said how large it may be.
    if (flow.mtuOctets < octets) return true;
    // Unexplained: a router's "too big" about an earlier probe may have been told in place of sending this one, but not twice.
    if (this.#unexplained++ === 0) return true;
    this.#limit(flow, 0, octets, now);
    return flow.mtuOctets < octets;
  }

  /** This machine's own link is too small for a probe: all flows have the same. */
  #limit(flow: Flow, reported: number, refusedOctets: number, now: Instant): void {
    const limit = flow.limitTo(reported, refusedOctets);
    if (limit < this.#mtuOctets) this.#mtuOctets = limit;
    this.#emit({ type: 'pmtu', flow: flow.index, hop: null, source: null, mtuOctets: limit, wallNs: now.wallNs });
  }

  transmitted(number: number, stampNs: number): void {
    const probe = this.#probes[number];
    if (probe !== undefined) probe.flow.stamp(probe, stampNs);
  }

  /** An entry of the error queue of a flow's socket. */
  queuedError(flow: number, error: QueuedUdpError, now: Instant): void {
    if (error.origin === 'local') {
      const own = this.#flows[flow]!;
      if (error.errno === EMSGSIZE && error.info < own.mtuOctets) this.#limit(own, error.info, own.mtuOctets, now);
      return;
    }
    const answer = readAnswer(error);
    if (answer !== null) this.#answered(flow, answer, this.#named(flow, error), now);
  }

  /** A datagram that came to a flow's socket. A stranger's is none of ours, unless it has our tag. */
  reply(flow: number, reply: UdpReply, now: Instant): void {
    const named = this.#named(flow, reply);
    if (named !== null || reply.source === this.#config.target) this.#answered(flow, readReply(reply), named, now);
  }

  #named(flow: number, { octets, start, end }: Pick<UdpReply, 'octets' | 'start' | 'end'>): Probe | null {
    const number = readTag(octets, start, end, this.#config.run);
    const probe = number === null ? undefined : this.#probes[number];
    return probe === undefined || probe.flow.index !== flow ? null : probe;
  }

  #answered(index: number, answer: Answer, named: Probe | null, now: Instant): void {
    if (this.#reason !== null) return;
    const flow = this.#flows[index]!;
    const match = flow.match(answer, named, now);
    if (flow.quotesShort) this.#quotesShort = true;
    this.#report(flow, answer, match, now);
  }

  #report(flow: Flow, answer: Answer, match: Match, now: Instant): void {
    const { source } = answer;
    switch (match.is) {
      case 'nothing':
        return;
      case 'ambiguous':
        this.#ambiguous++;
        this.#emit({ type: 'ambiguous', flow: flow.index, source, wallNs: now.wallNs });
        return;
      case 'too-big': {
        const { hop, mtuOctets, isNews } = match;
        if (!isNews) return;
        this.#emit({ type: 'pmtu', flow: flow.index, hop, source, mtuOctets, wallNs: now.wallNs });
        return;
      }
      case 'answer':
        this.#pace(match.probe.hop).answered();
        this.#tell(match.probe, { answer, match }, now);
    }
  }

  #tell(
    { flow, hop, attempt, octets }: Probe,
    found: { readonly answer: Answer; readonly match: Extract<Match, { is: 'answer' }> } | null,
    { wallNs }: Instant,
  ): void {
    this.#emit({
      type: 'probe',
      flow: flow.index,
      hop,
      attempt,
      octets,
      source: found?.answer.source ?? null,
      ...asRoundTrip(found?.match.roundTrip ?? null),
      hopLimit: found === null || found.answer.hopLimit < 0 ? null : found.answer.hopLimit,
      reached: found?.answer.verdict === 'reached',
      mark: found?.answer.mark ?? null,
      ...(found?.answer.error ?? NO_ERROR),
      late: found?.match.late ?? false,
      wallNs,
    });
  }

  interrupt(): void {
    this.#reason ??= 'interrupted';
  }

  #graph(isFinished: boolean): PathGraph {
    return buildGraph(this.#results(isFinished), this.#rule);
  }

  #results(isFinished: boolean): readonly FlowResult[] {
    return this.#flows.map((flow) => flow.result(isFinished || flow.isDone));
  }

  /** Tells what is known. Answers whether some flow has come to the target. */
  finish({ monoNs }: Instant): boolean {
    const reason = this.#reason ?? 'interrupted';
    const flows = this.#results(reason === 'settled' || reason === 'flow-limit' || reason === 'send-failed');
    const conditions = this.#limits.verdicts(monoNs);
    this.#emit({
      type: 'summary',
      reason,
      confidence: this.#config.confidence,
      maximumFlows: this.#config.maximumFlows,
      flows,
      graph: buildGraph(flows, this.#rule),
      ambiguousAnswers: this.#ambiguous,
      conditions,
    });
    return flows.some(({ end }) => end === 'reached');
  }
}
