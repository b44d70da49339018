/**
 * tracepath as iputils does it: one hop after the other, one probe at a time, three attempts of a second each. It has no socket,
 * clock or terminal: inputs carry their times, `next` says what to do, events go out through `emit`.
 *
 * An attempt that changed the MTU does not count: the hop is probed anew, whatever came of it. So a hop that answered is heard
 * twice then, and an end has to be told twice to be believed, as in iputils.
 */
import type { Instant } from '../net/clock.ts';
import type { QueuedUdpError, UdpProbe, UdpReply } from '../net/udp-port.ts';
import { readAnswer, shownAddress } from './answers.ts';
import { BlackHoleSearch, type SearchResult } from './black-hole-search.ts';
import type { AnswerEvent, EndReason, TracepathEvent } from './events.ts';
import { MINIMUM_MTU, OVERHEAD_OCTETS } from './mtu.ts';
import { ProbeHistory, type ProbeRecord, SERIAL_RING } from './probe-history.ts';
import { ENDINGS, findClamp, HopTally, RunTally } from './run-tally.ts';
import { ATTEMPTS, PATIENCE_NS, SEND_TRIES, type Step, type TraceConfig, type TraceEngine } from './trace.ts';

type AttemptResult =
  | { readonly kind: 'answered' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'end'; readonly reason: EndReason };

type Phase = 'ready' | 'sending' | 'waiting' | 'over';

export class SerialEngine implements TraceEngine {
  batch: readonly UdpProbe[] = [];

  readonly #config: TraceConfig;
  readonly #emit: (event: TracepathEvent) => void;
  readonly #history: ProbeHistory;
  /** Who answered for which hop. */
  readonly #hops = new Map<string, number>();
  readonly #run: RunTally;
  #tally: HopTally | null = null;
  #phase: Phase = 'ready';
  /** The present probe is lost then. */
  #silentAtNs = Number.POSITIVE_INFINITY;
  #hop = 1;
  #attempt = 0;
  #tries = 0;
  #slot = 0;
  #mtu: number;
  /** The MTU when the present attempt began. */
  #attemptMtu: number;
  #probe: ProbeRecord | null = null;
  /** Something in the error queue explains why the kernel refused the probe. */
  #isExplained = false;
  #search: BlackHoleSearch | null = null;
  #lastLargeHop = 0;

  constructor(config: TraceConfig, emit: (event: TracepathEvent) => void) {
    this.#config = config;
    this.#emit = emit;
    this.#mtu = this.#attemptMtu = config.length;
    this.#history = new ProbeHistory(config.basePort, OVERHEAD_OCTETS[config.family]);
    this.#run = new RunTally(config.limits, () => this.#mtu);
  }

  get wakeAtNs(): number {
    return Math.min(this.#silentAtNs, this.#run.dueNs);
  }

  next(now: Instant): Step {
    if (this.#phase === 'waiting' && now.monoNs >= this.#silentAtNs) this.#endAttempt({ kind: 'silent' }, now);
    const limit = this.#run.look(now.monoNs);
    if (limit !== null && this.#phase !== 'over') this.#finish(limit, now);
    if (this.#phase === 'ready' && this.#hop > this.#config.maxHops) {
      this.#emit({ type: 'too-many-hops', mtu: this.#mtu });
      this.#finish('too-many-hops', now);
    }
    if (this.#phase === 'over') return 'done';
    if (this.#phase === 'waiting') return 'wait';
    this.#prepare(now);
    return 'send';
  }

  #prepare(now: Instant): void {
    this.#tally ??= new HopTally(this.#hop);
    this.#probe = this.#history.begin(this.#hop, this.#search?.size ?? this.#mtu, this.#slot, now);
    this.batch = [this.#history.toUdpProbe(this.#probe)];
    this.#isExplained = false;
    this.#phase = 'sending';
  }

  sent(count: number): void {
    this.#run.sent(count);
    this.#tally?.sent();
    this.#silentAtNs = this.#probe!.monoNs + PATIENCE_NS;
    if (this.#phase === 'sending') this.#phase = 'waiting';
  }

  refused(errno: number, now: Instant): void {
    this.#history.forget(this.#probe!);
    if (this.#phase !== 'sending') return;
    this.#phase = 'ready';
    this.#tries = this.#isExplained ? 0 : this.#tries + 1;
    if (this.#tries < SEND_TRIES) return;
    this.#emit({ type: 'send-failed', hop: this.#hop, errno });
    this.#endAttempt({ kind: 'end', reason: 'send-failed' }, now);
  }

  transmitted(token: number, stampNs: number): void {
    this.#history.stamp(token, stampNs);
  }

  queuedError(error: QueuedUdpError, now: Instant): void {
    if (this.#phase === 'over') return;
    const context = { config: this.#config, history: this.#history, presentHop: this.#hop, mtu: this.#mtu };
    const answer = readAnswer(error, context, now);
    this.#run.answered(answer);
    // An answer to an earlier hop's probe comes late: it is told, and this hop's is still to come.
    const isOfThisHop = !answer.isHopKnown || answer.hop === this.#hop;
    if (isOfThisHop) this.#tally?.answered(answer);
    if (this.#search !== null && isOfThisHop && answer.outcome !== 'mtu') return this.#foundSize(answer, now);
    this.#emit(answer);
    this.#take(answer, isOfThisHop, now);
  }

  #take(answer: AnswerEvent, isOfThisHop: boolean, now: Instant): void {
    const { outcome } = answer;
    switch (outcome) {
      case 'mtu': {
        // A copy of what has shrunk the packets before: the smaller one is still to be answered.
        const isStale = answer.probe !== null && answer.probe.octets > this.#mtu;
        if (isStale && answer.mtu >= this.#mtu) return;
        this.#shrink(answer);
        break;
      }
      case 'hop':
      case 'silent':
        if (answer.isHopKnown && answer.address !== null && outcome === 'hop')
          this.#hops.set(answer.address, answer.hop);
        if (answer.probe?.octets === this.#mtu) this.#lastLargeHop = Math.max(this.#lastLargeHop, answer.hop);
        break;
      case 'reached':
      case 'host-unreachable':
      case 'net-unreachable':
      case 'prohibited':
      case 'protocol-error':
      case 'other-error':
        return this.#endAttempt({ kind: 'end', reason: ENDINGS[outcome] }, now);
    }
    if (this.#phase === 'waiting' && isOfThisHop) this.#endAttempt({ kind: 'answered' }, now);
  }

  #shrink(answer: AnswerEvent): void {
    if (answer.mtu >= this.#mtu) return;
    const behindHop = findClamp(answer.address, answer.hop, this.#hops);
    this.#emit({ type: 'mtu', behindHop, address: answer.address, before: this.#mtu, after: answer.mtu });
    this.#mtu = answer.mtu;
    this.#isExplained = true;
    this.#search = null;
  }

  reply(reply: UdpReply, now: Instant): void {
    if (this.#phase === 'over') return;
    this.#run.replied();
    this.#emit({
      type: 'reply',
      wallNs: now.wallNs,
      hop: this.#hop,
      address: shownAddress(this.#config, reply.source),
      port: reply.sourcePort,
      octets: reply.end - reply.start,
    });
    this.#endAttempt({ kind: 'end', reason: 'reply' }, now);
  }

  interrupt(now: Instant): void {
    if (this.#phase !== 'over') this.#finish('interrupted', now);
  }

  #endAttempt(result: AttemptResult, now: Instant): void {
    if (result.kind === 'silent') this.#tellLoss(now);
    this.#slot = (this.#slot + 1) % SERIAL_RING;
    this.#tries = 0;
    this.#phase = 'ready';
    const isAnew = this.#mtu !== this.#attemptMtu;
    this.#attemptMtu = this.#mtu;
    if (isAnew) {
      this.#attempt = 0;
      return;
    }
    switch (result.kind) {
      case 'end':
        return this.#finish(result.reason, now);
      case 'answered':
        return this.#leaveHop();
      case 'silent':
        if (this.#search !== null) return this.#conclude(this.#search.vanished());
        if (++this.#attempt >= ATTEMPTS) this.#giveUp();
    }
  }

  #tellLoss(now: Instant): void {
    const { hop, port, octets } = this.#probe!;
    const attempt = this.#search === null ? this.#attempt + 1 : null;
    this.#emit({ type: 'lost', wallNs: now.wallNs, probe: { hop, port, octets }, attempt, roundTripNs: null });
  }

  /** Three attempts in vain: a hop that never speaks, or one that large probes do not reach. */
  #giveUp(): void {
    const minimum = MINIMUM_MTU[this.#config.family];
    if (this.#config.blackHoles && this.#mtu > minimum) this.#search = new BlackHoleSearch(minimum, this.#mtu);
    else this.#passOver();
  }

  #passOver(): void {
    this.#run.silentHop();
    this.#emit({ type: 'no-reply', hop: this.#hop });
    this.#leaveHop();
  }

  /** An answer while sizes are tried says that its probe's size passes; a late one to the large probes, that there is no hole. */
  #foundSize(answer: AnswerEvent, now: Instant): void {
    const size = answer.probe?.octets ?? this.#probe!.octets;
    if (size !== this.#search!.size && size < this.#mtu) return;
    const result: SearchResult | null = size === this.#mtu ? { kind: 'no-hole' } : this.#search!.answered();
    if (result?.kind !== 'no-hole') {
      this.#slot = (this.#slot + 1) % SERIAL_RING;
      this.#phase = 'ready';
      return this.#conclude(result);
    }
    this.#search = null;
    this.#emit(answer);
    this.#take(answer, true, now);
  }

  #conclude(result: SearchResult | null): void {
    if (result === null) return;
    this.#search = null;
    this.#attempt = 0;
    if (result.kind !== 'hole') return this.#passOver();
    const { passes, fails } = result;
    this.#emit({ type: 'black-hole', behindHop: this.#lastLargeHop, hop: this.#hop, passes, fails });
    this.#mtu = this.#attemptMtu = passes;
  }

  #leaveHop(): void {
    if (this.#tally !== null) this.#emit(this.#tally.event());
    this.#tally = null;
    this.#hop++;
    this.#attempt = 0;
  }

  #finish(reason: EndReason, now: Instant): void {
    this.#phase = 'over';
    if (this.#tally !== null) this.#emit(this.#tally.event());
    this.#tally = null;
    this.#emit(this.#run.summary(reason, now.monoNs));
  }
}
