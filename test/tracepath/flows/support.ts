/** Plays a whole run over many flows against a network that is a function, with made-up clocks. */
import { type FlowProbe, type FlowsConfig, FlowsEngine } from '../../../src/tracepath/flows/engine.ts';
import type { FlowResult, FlowsEvent, FlowsSummaryEvent } from '../../../src/tracepath/flows/events.ts';
import { encodeTag } from '../../../src/tracepath/probing/tag.ts';
import { type Arrival, errorOf, localMtu, MS, NO_LIMITS, RUN, replyOf, SECOND, Timeline } from '../probing/support.ts';

export const CONFIG: FlowsConfig = {
  family: 4,
  maximumHops: 30,
  probesPerHop: 1,
  timeoutNs: SECOND,
  target: 't',
  maximumFlows: 64,
  confidence: 0.95,
  packetOctets: 1500,
  run: RUN,
  limits: NO_LIMITS,
};

export interface SentProbe extends FlowProbe {
  /** Since the start. */
  readonly atNs: number;
  /** From 1, among those of its flow and hop. */
  readonly turn: number;
}

export type Network = (probe: SentProbe) => readonly Arrival[];

export interface PlayOptions {
  /** What the send with this index (from 0) is refused with; null lets it go. */
  readonly refuse?: (attempt: number, probe: FlowProbe) => Refusal | null;
  readonly interruptAfterNs?: number;
  /** No socket for this flow and those after it. */
  readonly socketsEndAt?: number;
}

export interface Refusal {
  readonly errno: number;
  /** The MTU that the error queue tells of. */
  readonly mtu?: number;
  /** The target's answer to this probe stands in the queue as well. */
  readonly answers?: number;
}

const STEPS_MAXIMUM = 200_000;
export const FIRST_PORT = 40_000;
const DESTINATION_PORT = 44_444;

export class Player {
  readonly events: FlowsEvent[] = [];
  readonly sends: SentProbe[] = [];
  readonly timeline = new Timeline();
  hasReached = false;
  readonly #engine: FlowsEngine;
  readonly #network: Network;
  readonly #options: PlayOptions;
  #attempts = 0;

  constructor(config: Partial<FlowsConfig>, network: Network, options: PlayOptions = {}) {
    this.#engine = new FlowsEngine({ ...CONFIG, ...config }, (event) => this.events.push(event));
    this.#network = network;
    this.#options = options;
    if (options.interruptAfterNs !== undefined) {
      this.timeline.after(options.interruptAfterNs, () => this.#engine.interrupt());
    }
  }

  run(): this {
    for (let steps = 0; steps < STEPS_MAXIMUM; steps++) {
      const step = this.#engine.next(this.timeline.now);
      if (step === 'done') {
        this.hasReached = this.#engine.finish(this.timeline.now);
        return this;
      }
      if (step === 'wait') this.timeline.sleep(this.#engine.wakeAtNs);
      else if (step.do === 'send') this.#send(step.probe);
      else if (step.flow === this.#options.socketsEndAt) this.#engine.noMoreFlows();
      else this.#engine.opened(FIRST_PORT + step.flow);
    }
    throw new Error('no end');
  }

  #send(probe: FlowProbe): void {
    const { now } = this.timeline;
    const engine = this.#engine;
    engine.sending(probe, now);
    const refusal = this.#options.refuse?.(this.#attempts++, probe) ?? null;
    if (refusal !== null) {
      if (refusal.mtu !== undefined) engine.queuedError(probe.flow, localMtu(refusal.mtu), now);
      const answered = this.sends.find(({ number }) => number === refusal.answers);
      if (answered !== undefined) this.#deliver(answered, { source: 't', says: 'reached' });
      engine.refused(refusal.errno, now);
      return;
    }
    engine.sent(now);
    const { flow, hop } = probe;
    const turn = 1 + this.sends.filter((each) => each.flow === flow && each.hop === hop).length;
    const sent = { ...probe, atNs: this.timeline.elapsedNs, turn };
    this.sends.push(sent);
    this.timeline.after(0, () => engine.transmitted(probe.number, now.wallNs + 1000));
    for (const arrival of this.#network(sent)) {
      this.timeline.after(arrival.afterNs ?? MS, () => this.#deliver(sent, arrival));
    }
  }

  #deliver({ flow, number }: SentProbe, arrival: Arrival): void {
    const { now } = this.timeline;
    const payload = encodeTag(RUN, arrival.quotesProbe ?? number);
    if (arrival.says === 'datagram') {
      this.#engine.reply(flow, replyOf(arrival, payload, DESTINATION_PORT, now), now);
    } else {
      this.#engine.queuedError(flow, errorOf(arrival, payload, DESTINATION_PORT, now), now);
    }
  }

  get summary(): FlowsSummaryEvent {
    const last = this.events.at(-1);
    if (last?.type !== 'summary') throw new Error('the last event is no summary');
    return last;
  }

  flow(index: number): FlowResult {
    return this.summary.flows[index]!;
  }

  /** Who answered each hop of a flow; `*` for nobody. */
  way(index: number): string[] {
    return this.flow(index).hops.map(({ sources }) => sources.join('/') || '*');
  }

  /** Nodes and edges in short: `a > b c`. */
  get paths(): string[] {
    const { nodes, edges } = this.summary.graph;
    return nodes.flatMap(({ key }) => {
      const next = edges.filter(({ from }) => from === key).map(({ to }) => to);
      return next.length === 0 ? [] : [`${key} > ${next.join(' ')}`];
    });
  }
}

export function play(network: Network, config: Partial<FlowsConfig> = {}, options: PlayOptions = {}): Player {
  return new Player(config, network, options).run();
}

/** Flows walk along `way(flow)`, whose last address is the target's. */
export function along(
  way: (flow: number) => readonly string[],
  more: (probe: SentProbe) => Partial<Arrival> = () => ({}),
): Network {
  return (probe) => {
    const hosts = way(probe.flow);
    const isEnd = probe.hop >= hosts.length;
    const source = isEnd ? hosts.at(-1)! : hosts[probe.hop - 1]!;
    return [{ source, says: isEnd ? 'reached' : 'passed-by', ...more(probe) }];
  };
}
