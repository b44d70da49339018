/** The probes that an answer may still be about, and which of them it is about: by its tag, or else by the port alone. */
import type { HopStatistics, Sample } from './hop-statistics.ts';

/** Ports of a hop, of which the first is used as long as it is free. */
const PORTS_OF_HOP = 4;
const PORT_LIMIT = 0x1_0000;

/** What is about to be sent; it counts once the kernel has taken it. */
export interface StagedProbe {
  readonly number: number;
  readonly round: number;
  readonly hop: number;
  readonly port: number;
  readonly octets: number;
  readonly monoNs: number;
  readonly wallNs: number;
  /** The kernel's transmit stamp, NaN without one. */
  stampNs: number;
  readonly statistics: HopStatistics;
  isLost: boolean;
  /** An answer that may have been its own was taken for another's, so the next one has no time. */
  isDoubtful: boolean;
}

export interface Probe extends StagedProbe {
  readonly sample: Sample;
}

export interface Match {
  readonly probe: Probe;
  /** The answer has the probe's tag. Otherwise the probe is the oldest of those to its port. */
  readonly isNamed: boolean;
}

export class ProbesUnderWay {
  readonly #basePort: number;
  readonly #maximumHops: number;
  /** By number, which is the order of sending. */
  readonly #probes = new Map<number, Probe>();

  constructor({ basePort, maximumHops }: { readonly basePort: number; readonly maximumHops: number }) {
    this.#basePort = basePort;
    this.#maximumHops = maximumHops;
  }

  add(probe: Probe): void {
    this.#probes.set(probe.number, probe);
  }

  get(number: number): Probe | undefined {
    return this.#probes.get(number);
  }

  /** Oldest first. What has been gone through may be forgotten on the way. */
  [Symbol.iterator](): IterableIterator<Probe> {
    return this.#probes.values();
  }

  forget({ number }: Probe): void {
    this.#probes.delete(number);
  }

  /** The port for the next probe of a hop: one is kept, so that the hop keeps its flow, unless only ports tell probes apart. */
  choosePort({ hop, quotesShort }: HopStatistics): number {
    if (!quotesShort) return this.#portAt(hop, 0);
    const taken = new Set(Array.from(this, ({ port }) => port));
    const ports = Array.from({ length: PORTS_OF_HOP }, (_, place) => this.#portAt(hop, place));
    return ports.find((port) => !taken.has(port)) ?? this.#portAt(hop, 0);
  }

  /** All hops' first ports stand in a row, then all their second ones. */
  #portAt(hop: number, place: number): number {
    const port = this.#basePort + hop - 1 + place * this.#maximumHops;
    // There is no port above 65535: the ports go on below the first one.
    return port < PORT_LIMIT ? port : this.#basePort - (port - PORT_LIMIT + 1);
  }

  /** What an answer is about that quotes `port` and the tag of probe `number`, null for none. Null: not about any of these. */
  match(number: number | null, port: number): Match | null {
    if (number === null) {
      const [probe] = this.#to(port);
      return probe === undefined ? null : { probe, isNamed: false };
    }
    // A tag of ours that names nothing here is a copy of an answer, or comes too late.
    const probe = this.#probes.get(number);
    return probe === undefined ? null : { probe, isNamed: true };
  }

  /** The answer to it has come. Says whether it is its own for certain: only then there is a round trip. */
  answered({ probe, isNamed }: Match): boolean {
    const possible = isNamed ? [probe] : this.#to(probe.port);
    const isCertain = isNamed || (possible.length === 1 && !probe.isDoubtful);
    if (!isCertain) for (const each of possible) each.isDoubtful = true;
    this.forget(probe);
    return isCertain;
  }

  #to(port: number): readonly Probe[] {
    return [...this.#probes.values()].filter((probe) => probe.port === port);
  }
}
