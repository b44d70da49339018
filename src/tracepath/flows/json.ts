/** Events of a run over many flows as NDJSON, `tracepath --flows <n> -j`: docs/schema/tracepath.json. */
import { toConditionLine } from '../../cli/conditions.ts';
import { formatLine } from '../../cli/json-line.ts';
import { stampsOf } from '../../cli/stamps-line.ts';
import { summarizeRoundTrips } from '../probing/round-trips.ts';
import type { FlowHop, FlowProbeEvent, FlowResult, FlowsEvent, FlowsSummaryEvent } from './events.ts';
import type { GraphNode } from './graph.ts';
import type {
  FlowHopLine,
  FlowProbeLine,
  FlowResultLine,
  FlowsLine,
  NodeLine,
  RoundTrips,
  SummaryLine,
} from './lines.ts';

const NS_PER_SECOND = 1e9;
const US_PER_SECOND = 1e6;

export interface FlowsJsonOptions {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly epochSeconds: number;
  readonly nameOf: (address: string) => string | null;
  readonly strerror: (errno: number) => string;
}

export class FlowsJson {
  readonly #options: FlowsJsonOptions;

  constructor(options: FlowsJsonOptions) {
    this.#options = options;
  }

  /** The lines for one event, each with its newline. */
  render(event: FlowsEvent): string {
    const verdicts = event.type === 'summary' ? event.conditions : [];
    return [...verdicts.map(toConditionLine), this.#toLine(event)].map(formatLine).join('');
  }

  #toLine(event: FlowsEvent): FlowsLine {
    switch (event.type) {
      case 'probe':
        return this.#probe(event);
      case 'pmtu':
        return {
          type: 'flow-pmtu',
          flow: event.flow,
          hop: event.hop,
          host: event.source,
          name: this.#nameOf(event.source),
          mtu: event.mtuOctets,
          timestamp: this.#unix(event.wallNs),
        };
      case 'ambiguous':
        return {
          type: 'flow-ambiguous',
          flow: event.flow,
          host: event.source,
          name: this.#nameOf(event.source),
          timestamp: this.#unix(event.wallNs),
        };
      case 'send-error':
        return {
          type: 'flow-send-error',
          error: this.#options.strerror(event.errno),
          flow: event.flow,
          hop: event.hop,
          errno: event.errno,
          timestamp: this.#unix(event.wallNs),
        };
      case 'summary':
        return this.#summary(event);
    }
  }

  #probe(event: FlowProbeEvent): FlowProbeLine {
    return {
      type: 'flow-probe',
      flow: event.flow,
      hop: event.hop,
      attempt: event.attempt,
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

  #summary({ reason, confidence, maximumFlows, flows, graph, ambiguousAnswers }: FlowsSummaryEvent): SummaryLine {
    const { host, address, port } = this.#options;
    return {
      type: 'summary',
      mode: 'flows',
      reason,
      host,
      address,
      port,
      reached: flows.some(({ end }) => end === 'reached'),
      confidence,
      maximum_flows: maximumFlows,
      ambiguous_answers: ambiguousAnswers,
      nodes: graph.nodes.map((node) => this.#node(node)),
      edges: graph.edges.map(({ from, to, flows: taken }) => ({ from, to, flows: taken })),
      flows: flows.map(flowToLine),
    };
  }

  #node(node: GraphNode): NodeLine {
    const { host, choice, largestOctets } = node;
    return {
      id: node.key,
      host,
      name: this.#nameOf(host),
      hops: node.hops,
      flows: node.flows,
      sent: node.sent,
      received: node.received,
      ...roundTrips(node.roundTripsNs),
      largest_bytes: largestOctets === null ? null : [largestOctets.least, largestOctets.most],
      marks: node.marks,
      target: node.isTarget,
      next_hops: choice?.nextHops ?? 0,
      next_hop_flows: choice?.flows ?? 0,
      next_hop_flows_needed: choice?.flowsNeeded ?? 0,
      settled: choice === null || choice.flows >= choice.flowsNeeded,
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

function flowToLine({ flow, sourcePort, end, hops, mtuOctets, blackHoleHop }: FlowResult): FlowResultLine {
  return {
    flow,
    source_port: sourcePort,
    end,
    mtu: mtuOctets,
    black_hole_hop: blackHoleHop,
    hops: hops.map(hopToLine),
  };
}

function hopToLine({ hop, sources, sent, received, roundTripsNs, largestOctets, mark }: FlowHop): FlowHopLine {
  return {
    hop,
    hosts: sources,
    sent,
    received,
    ...roundTrips(roundTripsNs),
    largest_bytes: largestOctets,
    mark: mark ?? undefined,
  };
}

/** Null where nothing was measured. */
function roundTrips(ns: readonly number[]): RoundTrips {
  const figures = summarizeRoundTrips(ns);
  if (figures === null) return { rtt_min_ns: null, rtt_avg_ns: null, rtt_max_ns: null };
  return {
    rtt_min_ns: Math.round(figures.leastNs),
    rtt_avg_ns: Math.round(figures.averageNs),
    rtt_max_ns: Math.round(figures.mostNs),
  };
}
