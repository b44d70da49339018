/** Plays rounds over a path against a network that is a function, with made-up clocks. */
import type { UdpProbe } from '../../../src/net/udp-port.ts';
import type { RoundsConfig } from '../../../src/tracepath/report/config.ts';
import { RoundsEngine } from '../../../src/tracepath/report/engine.ts';
import type {
  HopReport,
  RoundProbeEvent,
  RoundsEvent,
  RoundsSummaryEvent,
} from '../../../src/tracepath/report/events.ts';
import { type Arrival, errorOf, localMtu, MS, NO_LIMITS, RUN, replyOf, SECOND, Timeline } from '../probing/support.ts';

export const CONFIG: RoundsConfig = {
  family: 4,
  maximumHops: 30,
  basePort: 44_444,
  rounds: 3,
  intervalNs: SECOND,
  timeoutNs: SECOND,
  target: 't',
  packetOctets: 64,
  overheadOctets: 28,
  run: RUN,
  limits: NO_LIMITS,
};

export interface SentProbe {
  readonly hop: number;
  readonly port: number;
  readonly octets: number;
  /** Since the start. */
  readonly atNs: number;
  /** From 1, among those to its hop. */
  readonly turn: number;
}

export type Network = (probe: SentProbe) => readonly Arrival[];

export interface PlayOptions {
  readonly refuse?: (attempt: number, probe: UdpProbe) => { readonly errno: number; readonly mtu?: number } | null;
  /** Things that happen so long after the start. */
  readonly at?: readonly (readonly [afterNs: number, act: (player: Player) => void])[];
}

const STEPS_MAXIMUM = 200_000;

export class Player {
  readonly events: RoundsEvent[] = [];
  readonly sends: SentProbe[] = [];
  readonly timeline = new Timeline();
  readonly engine: RoundsEngine;
  readonly #config: RoundsConfig;
  readonly #network: Network;
  readonly #options: PlayOptions;
  #attempts = 0;

  constructor(config: Partial<RoundsConfig>, network: Network, options: PlayOptions) {
    this.#config = { ...CONFIG, ...config };
    this.engine = new RoundsEngine(this.#config, (event) => this.events.push(event));
    this.#network = network;
    this.#options = options;
    for (const [afterNs, act] of options.at ?? []) this.timeline.after(afterNs, () => act(this));
  }

  run(): this {
    for (let steps = 0; steps < STEPS_MAXIMUM; steps++) {
      const step = this.engine.next(this.timeline.now);
      if (step === 'done') return this;
      if (step === 'wait') this.timeline.sleep(this.engine.wakeAtNs);
      else this.#send(this.engine.batch[0]!);
    }
    throw new Error('no end');
  }

  #send(probe: UdpProbe): void {
    const { engine } = this;
    const { now } = this.timeline;
    const refusal = this.#options.refuse?.(this.#attempts++, probe) ?? null;
    if (refusal !== null) {
      if (refusal.mtu !== undefined) engine.queuedError(localMtu(refusal.mtu), now);
      engine.refused(refusal.errno, now);
      return;
    }
    engine.sent();
    const turn = 1 + this.sends.filter(({ hop }) => hop === probe.hopLimit).length;
    const octets = probe.payloadOctets + this.#config.overheadOctets;
    const sent = { hop: probe.hopLimit, port: probe.destinationPort, octets, atNs: this.timeline.elapsedNs, turn };
    this.sends.push(sent);
    this.timeline.after(0, () => engine.transmitted(probe.token, now.wallNs + 1000));
    for (const arrival of this.#network(sent)) {
      this.timeline.after(arrival.afterNs ?? MS, () => this.#deliver(probe, arrival));
    }
  }

  #deliver({ payload, destinationPort }: UdpProbe, arrival: Arrival): void {
    const { now } = this.timeline;
    if (arrival.says === 'datagram') this.engine.reply(replyOf(arrival, payload, destinationPort, now), now);
    else this.engine.queuedError(errorOf(arrival, payload, destinationPort, now), now);
  }

  get summary(): RoundsSummaryEvent {
    const last = this.events.at(-1);
    if (last?.type !== 'summary') throw new Error('the last event is no summary');
    return last;
  }

  hop(hop: number): HopReport {
    return this.summary.hops[hop - 1]!;
  }

  probes(hop: number): RoundProbeEvent[] {
    return this.events.filter((event) => event.type === 'probe').filter((event) => event.hop === hop);
  }

  /** Who answers most, for each hop; `*` for nobody. */
  get way(): string[] {
    return this.summary.hops.map(({ addresses }) => addresses[0]?.address ?? '*');
  }
}

export function play(network: Network, config: Partial<RoundsConfig> = {}, options: PlayOptions = {}): Player {
  return new Player(config, network, options).run();
}

/** A way whose last address is the target's. */
export function along(hosts: readonly string[], more: (probe: SentProbe) => Partial<Arrival> = () => ({})): Network {
  return (probe) => {
    const isEnd = probe.hop >= hosts.length;
    const source = isEnd ? hosts.at(-1)! : hosts[probe.hop - 1]!;
    return [{ source, says: isEnd ? 'reached' : 'passed-by', ...more(probe) }];
  };
}
