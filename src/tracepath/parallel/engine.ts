/**
 * All hops at once: every hop gets its probe in the first batch, and what comes back is told in the order of the hops, each as soon
 * as all before it are settled. So the text is that of a run hop by hop, and ten silent hops take no longer than one.
 *
 * A router that tells a smaller MTU blocks all hops behind it: they are probed again with packets of that size. Answers that do
 * not quote the port they are about cannot be placed and are left out.
 */
import type { Instant } from '../../net/clock.ts';
import type { QueuedUdpError, UdpProbe, UdpReply } from '../../net/udp-port.ts';
import { readAnswer, shownAddress } from '../answers.ts';
import type { AnswerEvent, EndReason, TracepathEvent } from '../events.ts';
import { OVERHEAD_OCTETS } from '../mtu.ts';
import { ProbeHistory, type ProbeRecord } from '../probe-history.ts';
import { ENDINGS, findClamp, RunTally } from '../run-tally.ts';
import { SEND_TRIES, type Step, type TraceConfig, type TraceEngine } from '../trace.ts';
import { HopState } from './hop-state.ts';

/** Ports in use: four for each of 255 hops, so that none is used again while its probe may be answered. */
const RING = 1024;
const BATCH_PROBES = 32;
/** A full send buffer empties by itself: ask again so much later, for so long. */
const BUSY_NS = 5e6;
const BUSY_TRIES = 400;
const BUSY_ERRNOS: readonly number[] = [11, 12, 105]; // EAGAIN, ENOMEM, ENOBUFS

export class ParallelEngine implements TraceEngine {
  batch: readonly UdpProbe[] = [];
  wakeAtNs = Number.POSITIVE_INFINITY;

  readonly #config: TraceConfig;
  readonly #emit: (event: TracepathEvent) => void;
  readonly #history: ProbeHistory;
  readonly #hops: readonly HopState[];
  /** Who answered for which hop, as far as told. */
  readonly #known = new Map<string, number>();
  #records: readonly ProbeRecord[] = [];
  readonly #run: RunTally;
  #isOver = false;
  /** Until the kernel has taken one probe, others of that size would be refused too. */
  #isFirstTaken = false;
  /** The first hop that is not told yet. */
  #next = 1;
  /** The last hop of interest: the run ends here, or earlier. */
  #limit: number;
  #mtu: number;
  #toldMtu: number;
  #slot = 0;
  #tries = 0;
  #busyTries = 0;
  #notBeforeNs = Number.NEGATIVE_INFINITY;
  #isExplained = false;

  constructor(config: TraceConfig, emit: (event: TracepathEvent) => void) {
    this.#config = config;
    this.#emit = emit;
    this.#mtu = this.#toldMtu = config.length;
    this.#limit = config.maxHops;
    this.#hops = Array.from({ length: config.maxHops + 1 }, (_, hop) => new HopState(hop));
    this.#history = new ProbeHistory(config.basePort, OVERHEAD_OCTETS[config.family]);
    this.#run = new RunTally(config.limits, () => this.#toldMtu);
  }

  next(now: Instant): Step {
    this.#tell(now);
    const limit = this.#run.look(now.monoNs);
    if (limit !== null) this.#stop(limit, now);
    if (this.#isOver) return 'done';
    const due = now.monoNs < this.#notBeforeNs ? [] : this.#dueHops(now.monoNs);
    if (due.length > 0) {
      this.#prepare(due, now);
      return 'send';
    }
    const open = this.#openHops().filter((hop) => !hop.isSettled(now.monoNs));
    const dueNs = Math.max(this.#notBeforeNs, Math.min(...open.map((hop) => hop.dueNs)));
    this.wakeAtNs = Math.min(dueNs, this.#run.dueNs);
    return 'wait';
  }

  #openHops(): readonly HopState[] {
    return this.#hops.slice(this.#next, this.#limit + 1);
  }

  #dueHops(nowNs: number): readonly HopState[] {
    const due = this.#openHops().filter((hop) => !hop.isSettled(nowNs) && hop.isProbeDue(nowNs));
    return due.slice(0, this.#isFirstTaken ? BATCH_PROBES : 1);
  }

  #prepare(due: readonly HopState[], now: Instant): void {
    this.#records = due.map(({ hop }, index) => this.#history.begin(hop, this.#mtu, (this.#slot + index) % RING, now));
    this.batch = this.#records.map((record) => this.#history.toUdpProbe(record));
    this.#isExplained = false;
  }

  sent(count: number): void {
    const rest = this.#records[count];
    if (rest !== undefined) this.#history.forget(rest);
    for (const record of this.#records.slice(0, count)) this.#hops[record.hop]!.sent(record);
    this.#run.sent(count);
    this.#slot = (this.#slot + count) % RING;
    this.#tries = this.#busyTries = 0;
    this.#isFirstTaken = true;
  }

  refused(errno: number, now: Instant): void {
    const first = this.#records[0]!;
    this.#history.forget(first);
    if (this.#isExplained) this.#tries = 0;
    else if (BUSY_ERRNOS.includes(errno) && ++this.#busyTries < BUSY_TRIES) this.#notBeforeNs = now.monoNs + BUSY_NS;
    else if (++this.#tries >= SEND_TRIES) this.#endAt(first.hop, { reason: 'send-failed', errno });
  }

  transmitted(token: number, stampNs: number): void {
    this.#history.stamp(token, stampNs);
  }

  queuedError(error: QueuedUdpError, now: Instant): void {
    const presentHop = this.#records[0]?.hop ?? this.#next;
    const context = { config: this.#config, history: this.#history, presentHop, mtu: this.#mtu };
    const answer = readAnswer(error, context, now);
    const isPlaced = answer.isHopKnown || answer.address === null;
    if (this.#isOver || !isPlaced || answer.hop < this.#next || answer.hop > this.#limit) return;
    const hop = this.#hops[answer.hop]!;
    this.#run.answered(answer);
    hop.tally.answered(answer);
    hop.answers.push(answer);
    const { outcome } = answer;
    switch (outcome) {
      case 'mtu':
        return this.#shrink(answer, hop);
      case 'hop':
      case 'silent':
        return hop.received();
      case 'reached':
      case 'host-unreachable':
      case 'net-unreachable':
      case 'prohibited':
      case 'protocol-error':
      case 'other-error':
        hop.received();
        return this.#endAt(answer.hop, { reason: ENDINGS[outcome] });
    }
  }

  #shrink(answer: AnswerEvent, hop: HopState): void {
    const isLocal = answer.address === null;
    // An MTU that the packet did not exceed is an answer like any other.
    if (answer.mtu >= (answer.probe?.octets ?? this.#mtu)) {
      if (!isLocal) hop.received();
      return;
    }
    if (isLocal) {
      this.#isExplained = true;
      hop.wanted = 2;
    }
    this.#mtu = Math.min(this.#mtu, answer.mtu);
    // Whatever lies behind is blocked too; before it, each hop says so for itself.
    for (const each of this.#hops.slice(answer.hop, this.#limit + 1)) {
      if (each.isSilent && each.octets > this.#mtu) each.restart();
    }
  }

  reply(reply: UdpReply, now: Instant): void {
    const hop = this.#history.at(reply.sourcePort)?.hop ?? this.#next;
    if (this.#isOver || hop < this.#next || hop > this.#limit) return;
    const state = this.#hops[hop]!;
    state.answers.push({
      type: 'reply',
      wallNs: now.wallNs,
      hop,
      address: shownAddress(this.#config, reply.source),
      port: reply.sourcePort,
      octets: reply.end - reply.start,
    });
    state.received();
    this.#run.replied();
    this.#endAt(hop, { reason: 'reply' });
  }

  #endAt(hop: number, end: HopState['end']): void {
    this.#hops[hop]!.end ??= end;
    this.#limit = Math.min(this.#limit, hop);
  }

  interrupt(now: Instant): void {
    this.#stop('interrupted', now);
  }

  /** What has come is told, also behind hops that are still awaited. */
  #stop(reason: EndReason, now: Instant): void {
    if (this.#isOver) return;
    for (const hop of this.#openHops()) {
      this.#tellAnswers(hop);
      if (!hop.isSilent) this.#emit(hop.tally.event());
    }
    this.#finish(reason, now);
  }

  /** Tells all that is certain by now, in the order of the hops. */
  #tell(now: Instant): void {
    while (!this.#isOver && this.#next <= this.#limit) {
      const hop = this.#hops[this.#next]!;
      this.#tellAnswers(hop);
      if (!hop.isSettled(now.monoNs)) return;
      this.#leave(hop, now);
    }
    if (this.#isOver) return;
    this.#emit({ type: 'too-many-hops', mtu: this.#toldMtu });
    this.#finish('too-many-hops', now);
  }

  #tellAnswers(hop: HopState): void {
    for (; hop.told < hop.answers.length; hop.told++) {
      const answer = hop.answers[hop.told]!;
      // An MTU that the packet did not exceed has its line, as hop by hop.
      const isMtu = answer.type === 'answer' && answer.outcome === 'mtu';
      if (!isMtu || answer.mtu === answer.probe?.octets) this.#emit(answer);
      else if (answer.mtu < this.#toldMtu) this.#tellMtu(answer);
      if (answer.type === 'answer' && answer.outcome === 'hop' && answer.address !== null) {
        this.#known.set(answer.address, hop.hop);
      }
    }
  }

  #tellMtu(answer: AnswerEvent): void {
    const behindHop = findClamp(answer.address, answer.hop, this.#known);
    this.#emit(answer);
    this.#emit({ type: 'mtu', behindHop, address: answer.address, before: this.#toldMtu, after: answer.mtu });
    this.#toldMtu = answer.mtu;
  }

  #leave(hop: HopState, now: Instant): void {
    const errno = hop.end?.errno;
    if (errno !== undefined) {
      for (let time = 0; time < hop.wanted; time++) this.#emit({ type: 'send-failed', hop: hop.hop, errno });
    } else if (hop.isSilent) {
      hop.unanswered.forEach((probe, index) => {
        this.#emit({ type: 'lost', wallNs: now.wallNs, probe, attempt: index + 1, roundTripNs: null });
      });
      this.#run.silentHop();
      this.#emit({ type: 'no-reply', hop: hop.hop });
    }
    this.#emit(hop.tally.event());
    this.#next++;
    if (hop.end !== null) this.#finish(hop.end.reason, now);
  }

  #finish(reason: EndReason, now: Instant): void {
    this.#isOver = true;
    this.#emit(this.#run.summary(reason, now.monoNs));
  }
}
