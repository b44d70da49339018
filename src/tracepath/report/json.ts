/** Events of rounds over a path as NDJSON, `tracepath --report -j`: docs/schema/tracepath.json. */
import { toConditionLine } from '../../cli/conditions.ts';
import { formatLine } from '../../cli/json-line.ts';
import { stampsOf } from '../../cli/stamps-line.ts';
import { toStatisticsLine } from '../../cli/statistics-line.ts';
import type { HopReport, RoundProbeEvent, RoundsEvent, RoundsSummaryEvent } from './events.ts';
import type { HopLine, RoundProbeLine, RoundsLine, SummaryLine } from './lines.ts';

const NS_PER_MS = 1e6;
const NS_PER_SECOND = 1e9;
const US_PER_SECOND = 1e6;

export interface RoundsJsonOptions {
  readonly host: string;
  readonly address: string;
  readonly intervalSeconds: number;
  readonly epochSeconds: number;
  readonly nameOf: (address: string) => string | null;
  readonly strerror: (errno: number) => string;
}

export class RoundsJson {
  readonly #options: RoundsJsonOptions;

  constructor(options: RoundsJsonOptions) {
    this.#options = options;
  }

  /** The lines for one event, each with its newline. */
  render(event: RoundsEvent): string {
    const verdicts = event.type === 'summary' ? event.conditions : [];
    return [...verdicts.map(toConditionLine), this.#toLine(event)].map(formatLine).join('');
  }

  #toLine(event: RoundsEvent): RoundsLine {
    switch (event.type) {
      case 'probe':
        return this.#probe(event);
      case 'pmtu':
        return {
          type: 'round-pmtu',
          host: event.source,
          name: this.#nameOf(event.source),
          mtu: event.mtuOctets,
          timestamp: this.#unix(event.wallNs),
        };
      case 'send-error':
        return {
          type: 'round-send-error',
          error: this.#options.strerror(event.errno),
          hop: event.hop,
          errno: event.errno,
          timestamp: this.#unix(event.wallNs),
        };
      case 'summary':
        return this.#summary(event);
    }
  }

  #probe(event: RoundProbeEvent): RoundProbeLine {
    return {
      type: 'round-probe',
      round: event.round,
      hop: event.hop,
      port: event.port,
      bytes: event.octets,
      host: event.source,
      name: this.#nameOf(event.source),
      rtt_ns: event.roundTripNs === null ? null : Math.round(event.roundTripNs),
      stamps: stampsOf(event),
      ttl: event.hopLimit ?? undefined,
      reached: event.reached || undefined,
      mark: event.mark ?? undefined,
      errno: event.errno ?? undefined,
      icmp_type: event.icmpType ?? undefined,
      icmp_code: event.icmpCode ?? undefined,
      late: event.late || undefined,
      timestamp: this.#unix(event.wallNs),
    };
  }

  #summary({ reason, rounds, hops, reached, elapsedNs, statistics }: RoundsSummaryEvent): SummaryLine {
    const { host, address, intervalSeconds } = this.#options;
    return {
      type: 'summary',
      mode: 'report',
      reason,
      host,
      address,
      reached,
      rounds,
      interval: intervalSeconds,
      time: Math.round(elapsedNs / NS_PER_MS),
      deviation: 'sample',
      jitter: 'rfc3550',
      hops: hops.map((hop) => this.#hop(hop)),
      stats: toStatisticsLine(statistics),
    };
  }

  #hop(hop: HopReport): HopLine {
    const { sent, received, lost } = hop;
    return {
      hop: hop.hop,
      hosts: hop.addresses.map(({ address, answers }) => ({ host: address, name: this.#nameOf(address), answers })),
      sent,
      received,
      lost,
      loss_ratio: lost + received === 0 ? null : lost / (lost + received),
      untimed: hop.untimed,
      last_ns: rounded(hop.lastNs),
      avg_ns: rounded(hop.averageNs),
      min_ns: rounded(hop.bestNs),
      max_ns: rounded(hop.worstNs),
      deviation_ns: rounded(hop.deviationNs),
      jitter_ns: rounded(hop.jitterNs),
      p95_ns: rounded(hop.p95Ns),
      mark: hop.mark ?? undefined,
    };
  }

  #nameOf(address: string | null): string | undefined {
    return address === null ? undefined : (this.#options.nameOf(address) ?? undefined);
  }

  /** Seconds since 1970, to the microsecond: as far as a double goes. */
  #unix(wallNs: number): number {
    return Math.round((this.#options.epochSeconds + wallNs / NS_PER_SECOND) * US_PER_SECOND) / US_PER_SECOND;
  }
}

function rounded(ns: number | null): number | null {
  return ns === null ? null : Math.round(ns);
}
