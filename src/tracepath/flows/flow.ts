/**
 * One flow: what to send next on it, and which of its probes an answer is about (docs/decisions/0017). All its probes have the
 * same addresses and ports, so an answer tells its probe only by the tag in the quoted payload. Where a router quotes none, the
 * answer counts only if it can be about nothing else.
 */
import { isStampOfSend, measureInterval, type StampedInterval } from '../../measure/stamped-interval.ts';
import type { Instant } from '../../net/clock.ts';
import { mtuBelow } from '../mtu.ts';
import type { Answer } from '../probing/answer.ts';
import type { FlowEnd, FlowResult } from './events.ts';
import { emptyHop, type HopState, type Probe, toFlowHop } from './hop-state.ts';

const NS_PER_MS = 1e6;
/** No answer takes longer than this: an unanswered probe may be what an answer is about until then. */
export const ANSWER_LIFETIME_NS = 3000 * NS_PER_MS;
/** After an answer without a tag a copy of it may follow. It is given as long as the answer itself took, within these. */
const SETTLE_NS = { least: 1 * NS_PER_MS, most: 100 * NS_PER_MS } as const;
/** Hops asked at the same time while all routers quote the tag. */
const WINDOW_HOPS = 8;
/** Probes for a hop that does not answer. */
const ATTEMPTS = 3;
/** So many hops in a row without an answer, and no more are asked. */
export const SILENT_HOPS = 12;
/** RFC 791 and RFC 8200: every link takes packets of this size. */
const SURE_OCTETS = { 4: 576, 6: 1280 } as const;
export interface FlowSettings {
  readonly family: 4 | 6;
  readonly maximumHops: number;
  /** Probes for each hop that answers. */
  readonly probesPerHop: number;
  readonly timeoutNs: number;
}

/** What an answer turned out to be. */
export type Match =
  | { readonly is: 'answer'; readonly probe: Probe; readonly roundTrip: StampedInterval; readonly late: boolean }
  | { readonly is: 'too-big'; readonly hop: number | null; readonly mtuOctets: number; readonly isNews: boolean }
  /** About several probes at once, or about none that is known. */
  | { readonly is: 'ambiguous' }
  | { readonly is: 'nothing' };

export class Flow {
  readonly index: number;
  /** Probes in a row that the kernel did not take. */
  refusals = 0;
  readonly sourcePort: number;
  readonly #settings: FlowSettings;
  readonly #hops: HopState[] = [];
  /** Those that an answer may still be about, oldest first. */
  readonly #open: Probe[] = [];
  #mtuOctets: number;
  #blackHoleHop: number | null = null;
  /** The first hop at which the way ends, and how. */
  #end: { readonly hop: number; readonly end: FlowEnd } | null = null;
  #window = 1;
  /** Some router on the way quotes no tag. */
  #quotesShort: boolean;
  #hasFailed = false;
  /** Nothing is sent before this. */
  #quietUntilNs = Number.NEGATIVE_INFINITY;

  constructor(index: number, sourcePort: number, mtuOctets: number, quotesShort: boolean, settings: FlowSettings) {
    this.index = index;
    this.sourcePort = sourcePort;
    this.#mtuOctets = mtuOctets;
    this.#quotesShort = quotesShort;
    this.#settings = settings;
  }

  get quotesShort(): boolean {
    return this.#quotesShort;
  }

  get mtuOctets(): number {
    return this.#mtuOctets;
  }

  /** Everything is known that will be asked for. */
  get isDone(): boolean {
    return this.#nextHop() === null && this.#hops.every(({ waiting }) => waiting === null);
  }

  /** The hop to ask next and with how many octets; else when to look again, as `monoNs`. */
  next(now: Instant): { readonly hop: number; readonly octets: number } | number {
    if (this.#quietUntilNs > now.monoNs) return this.#quietUntilNs;
    const underWay = this.#hops.filter(({ waiting }) => waiting !== null).length;
    if (underWay >= this.#window) return Number.POSITIVE_INFINITY;
    const hop = this.#nextHop();
    if (hop === null) return Number.POSITIVE_INFINITY;
    return { hop, octets: this.#octetsFor(this.#hops[hop - 1]) };
  }

  /** The nearest hop that wants a probe and has none under way; at most a window beyond the nearest that wants one at all. */
  #nextHop(): number | null {
    if (this.#hasFailed) return null;
    const last = this.#lastHop();
    let limit = last;
    for (let hop = 1; hop <= limit; hop++) {
      const state = this.#hops[hop - 1];
      if (state !== undefined && !this.#wantsMore(state)) continue;
      limit = Math.min(last, limit, hop + WINDOW_HOPS - 1);
      if (state === undefined || state.waiting === null) return hop;
    }
    return null;
  }

  #lastHop(): number {
    if (this.#end !== null) return this.#end.hop;
    const lastAnswered = this.#hops.findLastIndex(({ sources }) => sources.length > 0) + 1;
    return Math.min(this.#settings.maximumHops, lastAnswered + SILENT_HOPS);
  }

  #wantsMore(state: HopState): boolean {
    if (state.waiting !== null || this.#doubtsSize(state)) return true;
    return state.sent < (state.sources.length > 0 ? this.#settings.probesPerHop : this.#attempts);
  }

  get #attempts(): number {
    return Math.max(ATTEMPTS, this.#settings.probesPerHop);
  }

  /** Large probes were lost and a small one was not: one more large one decides whether that was chance. */
  #doubtsSize({ largeLost, largestOctets }: HopState): boolean {
    return largestOctets !== null && largestOctets < this.#mtuOctets && largeLost >= ATTEMPTS - 1;
  }

  /** The last attempt at a silent hop is of a size that every link takes. */
  #octetsFor(state: HopState | undefined): number {
    const isLastAttempt = state?.largestOctets === null && state.sent >= this.#attempts - 1;
    return isLastAttempt ? Math.min(this.#mtuOctets, this.#sureOctets) : this.#mtuOctets;
  }

  get #sureOctets(): number {
    return SURE_OCTETS[this.#settings.family];
  }

  /** A probe that is about to be handed to the kernel. It counts once `sent` says that it was taken. */
  prepare(number: number, hop: number, octets: number, now: Instant): Probe {
    const attempt = 1 + (this.#hops[hop - 1]?.sent ?? 0);
    const { monoNs, wallNs } = now;
    return { number, flow: this, hop, attempt, octets, monoNs, wallNs, stampNs: Number.NaN, state: 'waiting' };
  }

  sent(probe: Probe): void {
    this.refusals = 0;
    while (this.#hops.length < probe.hop) this.#hops.push(emptyHop(this.#hops.length + 1));
    const state = this.#hops[probe.hop - 1]!;
    if (this.#doubtsSize(state)) state.hasDoubted = true;
    state.sent++;
    state.waiting = probe;
    this.#open.push(probe);
  }

  #forget(probe: Probe): void {
    const at = this.#open.indexOf(probe);
    if (at !== -1) this.#open.splice(at, 1);
    this.#stopWaiting(probe);
  }

  #stopWaiting(probe: Probe): void {
    const state = this.#hops[probe.hop - 1];
    if (state?.waiting === probe) state.waiting = null;
  }

  /** When the next of the waiting probes will be given up. */
  get firstTimeoutNs(): number {
    const waiting = this.#open.find(({ state }) => state === 'waiting');
    return waiting === undefined ? Number.POSITIVE_INFINITY : waiting.monoNs + this.#settings.timeoutNs;
  }

  /** The probes that have waited long enough: they are lost now. */
  giveUp(now: Instant): readonly Probe[] {
    this.#dropOld(now);
    const lost = this.#open.filter(
      ({ state, monoNs }) => state === 'waiting' && monoNs + this.#settings.timeoutNs <= now.monoNs,
    );
    for (const probe of lost) this.#lose(probe);
    return lost;
  }

  #lose(probe: Probe): void {
    const state = this.#hops[probe.hop - 1]!;
    probe.state = 'lost';
    if (probe.octets > Math.max(state.largestOctets ?? 0, this.#sureOctets)) state.largeLost++;
    this.#stopWaiting(probe);
    if (this.#quotesShort) this.#waitOut(probe);
    if (state.hasDoubted && state.largestOctets !== null && probe.octets > state.largestOctets) {
      this.#blackHoleHop ??= probe.hop;
      this.#mtuOctets = state.largestOctets;
    }
  }

  /** Until nothing can answer this probe any more, an answer without a tag to another one would not be certain. */
  #waitOut(probe: Probe): void {
    this.#quietUntilNs = Math.max(this.#quietUntilNs, probe.monoNs + ANSWER_LIFETIME_NS);
  }

  #dropOld(now: Instant): void {
    while (this.#open[0] !== undefined && this.#open[0].monoNs + ANSWER_LIFETIME_NS <= now.monoNs) {
      if (this.#open[0].state === 'waiting') return;
      this.#open.shift();
    }
  }

  /** `named` is the probe whose tag the answer quotes, null for an answer without one. */
  match(answer: Answer, named: Probe | null, now: Instant): Match {
    this.#dropOld(now);
    if (named !== null) {
      if (named.state === 'answered') return { is: 'nothing' };
      if (!this.#quotesShort) this.#window = Math.min(WINDOW_HOPS, this.#window + 1);
      return this.#settle(named, answer, now);
    }
    if (this.#open.length === 0) return { is: 'nothing' };
    this.#quotesShort = true;
    this.#window = 1;
    if (this.#open.length > 1) {
      const largestOctets = Math.max(...this.#open.map(({ octets }) => octets));
      this.#voidAll();
      return answer.verdict === 'too-big' ? this.#shrink(answer, largestOctets, null) : { is: 'ambiguous' };
    }
    const match = this.#settle(this.#open[0]!, answer, now);
    if (match.is === 'answer') this.#awaitCopies(match.roundTrip.ns, now);
    return match;
  }

  #awaitCopies(roundTripNs: number, now: Instant): void {
    const settleNs = Math.min(SETTLE_NS.most, Math.max(SETTLE_NS.least, roundTripNs));
    this.#quietUntilNs = Math.max(this.#quietUntilNs, now.monoNs + settleNs);
  }

  /** All that was under way is to be sent again, once no answer to it can come any more. */
  #voidAll(): void {
    for (const probe of this.#open) {
      this.#waitOut(probe);
      if (probe.state !== 'waiting') continue;
      probe.state = 'void';
      this.#stopWaiting(probe);
      this.#hops[probe.hop - 1]!.sent--;
    }
  }

  #settle(probe: Probe, answer: Answer, now: Instant): Match {
    const state = this.#hops[probe.hop - 1];
    const before = probe.state;
    this.#forget(probe);
    probe.state = 'answered';
    if (state === undefined) return { is: 'nothing' };
    if (answer.verdict === 'too-big') {
      const match = this.#shrink(answer, probe.octets, probe.hop);
      const isSmaller = match.mtuOctets < probe.octets;
      // It was neither answered from its hop nor lost; but who refuses the least packet there is will not be asked for ever.
      if (before !== 'void' && isSmaller) state.sent--;
      return match;
    }
    if (before === 'void') state.sent++;
    const roundTrip = measureInterval(probe, { monoNs: now.monoNs, wallNs: now.wallNs, stampNs: answer.stampNs });
    if (!state.sources.includes(answer.source)) state.sources.push(answer.source);
    state.roundTripsNs.push(roundTrip.ns);
    state.largestOctets = Math.max(state.largestOctets ?? 0, probe.octets);
    state.mark ??= answer.mark;
    if (answer.verdict !== 'passed-by') this.#endAt(probe.hop, answer.verdict);
    return { is: 'answer', probe, roundTrip, late: before === 'lost' };
  }

  /** What lies beyond the end is of no interest any more, but for being what an answer without a tag may be about. */
  #endAt(hop: number, end: FlowEnd): void {
    if (this.#end !== null && this.#end.hop <= hop) return;
    this.#end = { hop, end };
    for (const { waiting } of this.#hops.splice(hop)) if (waiting !== null) waiting.state = 'void';
  }

  #shrink(answer: Answer, refusedOctets: number, hop: number | null): Extract<Match, { is: 'too-big' }> {
    const before = this.#mtuOctets;
    const mtuOctets = this.limitTo(answer.mtu, refusedOctets);
    return { is: 'too-big', hop, mtuOctets, isNews: mtuOctets < before };
  }

  /** Packets of `refusedOctets` are too big: `reported` is what would not be, if that is less. Answers their size from now on. */
  limitTo(reported: number, refusedOctets: number): number {
    const octets = mtuBelow(this.#settings.family, refusedOctets, reported);
    this.#mtuOctets = Math.min(this.#mtuOctets, octets);
    return this.#mtuOctets;
  }

  /** The kernel's transmit stamp of a probe; one from before its sending is another's. */
  stamp(probe: Probe, stampNs: number): void {
    if (isStampOfSend(stampNs, probe.wallNs)) probe.stampNs = stampNs;
  }

  /** Nothing more can be sent on this flow. */
  fail(): void {
    this.#hasFailed = true;
    for (const probe of this.#open) this.#stopWaiting(probe);
  }

  result(isFinished: boolean): FlowResult {
    return {
      flow: this.index,
      sourcePort: this.sourcePort,
      end: this.#endOf(isFinished),
      hops: this.#hops.map(toFlowHop),
      mtuOctets: this.#mtuOctets,
      blackHoleHop: this.#blackHoleHop,
    };
  }

  #endOf(isFinished: boolean): FlowEnd {
    if (this.#end !== null) return this.#end.end;
    if (this.#hasFailed) return 'send-failed';
    if (!isFinished) return 'unfinished';
    return this.#lastHop() < this.#settings.maximumHops ? 'silent' : 'hop-limit';
  }
}
