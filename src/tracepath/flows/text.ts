/** The result of a run over many flows as text: the paths as a drawing with figures beside it, the flows as a table. */
import { formatMilliseconds } from '../../cli/printf.ts';
import { summarizeRoundTrips } from '../probing/round-trips.ts';
import { formatTable } from '../probing/table.ts';
import type { FlowResult, FlowsEvent, FlowsSummaryEvent } from './events.ts';
import { countPaths, type GraphNode, knownHops, SOURCE_KEY } from './graph.ts';
import { ASCII, BOX, layOutTree } from './tree.ts';

const NS_PER_US = 1e3;

export interface FlowsTextOptions {
  /** The target as the user named it, and its address. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly maximumFlows: number;
  readonly confidence: number;
  /** Lines of the drawing are box characters; else ASCII. */
  readonly boxes: boolean;
  /** How an address is shown, with its name where there is one. */
  readonly showHost: (address: string) => string;
  readonly strerror: (errno: number) => string;
}

export class FlowsText {
  readonly #options: FlowsTextOptions;

  constructor(options: FlowsTextOptions) {
    this.#options = options;
  }

  header(): string {
    const { host, address, port, maximumFlows, confidence } = this.#options;
    const flows = maximumFlows === 1 ? '1 flow' : `up to ${maximumFlows} flows`;
    return `tracepath to ${host} (${address}), ${flows} to UDP port ${port}, confidence ${percent(confidence)}\n`;
  }

  /** Text of an event, newlines included; empty for those that only the summary shows. */
  render(event: FlowsEvent): string {
    switch (event.type) {
      case 'probe':
      case 'pmtu':
      case 'ambiguous':
        return '';
      case 'send-error':
        return `flow ${event.flow}: send failed at hop ${event.hop}: ${this.#options.strerror(event.errno)}\n`;
      case 'summary':
        return this.#summary(event);
    }
  }

  #summary(event: FlowsSummaryEvent): string {
    const lines = [...this.#paths(event), '', ...flowTable(event.flows), '', ...this.#conclusion(event)];
    return lines.map((line) => `${line}\n`).join('');
  }

  #paths({ graph }: FlowsSummaryEvent): readonly string[] {
    const rows = layOutTree(graph, this.#options.boxes ? BOX : ASCII);
    const head = ['hop', 'router', 'flows', 'lost', 'best', 'avg', 'worst', 'mtu', ''];
    const cells = rows.map(({ drawing, node, isRepeated }) => {
      if (node === null) return ['', `${drawing} (straight on)`];
      const name = drawing + this.#nodeName(node);
      return isRepeated ? [hopsOf(node), `${name} (above)`] : [hopsOf(node), name, ...figures(node)];
    });
    return formatTable([head, ...cells], [1, 8]);
  }

  #nodeName({ host }: GraphNode): string {
    return host === null ? '*' : this.#options.showHost(host);
  }

  #conclusion(event: FlowsSummaryEvent): string[] {
    const { graph, flows, confidence, ambiguousAnswers } = event;
    const lines = [`${plural(countPaths(flows), 'path')} over ${plural(flows.length, 'flow')}${endText(event)}`];
    const open = graph.nodes.filter(({ choice }) => choice !== null && choice.flows < choice.flowsNeeded);
    if (open.length === 0 && event.reason === 'settled') {
      lines.push(
        `Each router: no more next hops than shown, with ${percent(confidence)} confidence if flows are spread evenly.`,
      );
    }
    for (const node of open) lines.push(this.#openChoice(node, confidence));
    for (const { flow, blackHoleHop, mtuOctets } of flows) {
      if (blackHoleHop === null) continue;
      lines.push(`Flow ${flow}: large packets vanish before hop ${blackHoleHop}, packets of ${mtuOctets} octets pass.`);
    }
    if (ambiguousAnswers > 0) {
      lines.push(`${plural(ambiguousAnswers, 'answer')} quoted too little to tell the probe, which was sent again.`);
    }
    return lines;
  }

  #openChoice(node: GraphNode, confidence: number): string {
    const { nextHops, flows, flowsNeeded } = node.choice!;
    const who = node.key === SOURCE_KEY ? 'this host' : `${this.#nodeName(node)} (hop ${hopsOf(node)})`;
    return (
      `Not settled: ${plural(nextHops, 'next hop')} of ${who} after ${plural(flows, 'flow')}; ` +
      `${flowsNeeded} would rule out one more with ${percent(confidence)} confidence.`
    );
  }
}

/** All addresses whose names an event shows. */
export function addressesOf(event: FlowsEvent): readonly string[] {
  switch (event.type) {
    case 'probe':
    case 'pmtu':
      return event.source === null ? [] : [event.source];
    case 'ambiguous':
      return [event.source];
    case 'send-error':
      return [];
    case 'summary':
      return [...new Set(event.graph.nodes.map(({ host }) => host).filter((host) => host !== null))];
  }
}

function endText({ reason }: FlowsSummaryEvent): string {
  switch (reason) {
    case 'settled':
      return '.';
    case 'flow-limit':
      return ', which is all that --flows allows.';
    case 'interrupted':
      return ' when interrupted.';
    case 'deadline':
      return ' when the time was over.';
    case 'condition':
      return ' when what was waited for was there.';
    case 'send-failed':
      return ': nothing more could be sent.';
  }
}

function hopsOf({ hops }: GraphNode): string {
  const [first, last] = [hops[0]!, hops.at(-1)!];
  if (hops.length === 1) return `${first}`;
  return last - first === hops.length - 1 ? `${first}-${last}` : hops.join(',');
}

function figures({ flows, sent, received, roundTripsNs, largestOctets, marks, isTarget }: GraphNode): string[] {
  const mtu = largestOctets === null ? '' : span(largestOctets.least, largestOctets.most);
  const remark = [...(isTarget ? ['reached'] : []), ...marks].join(' ');
  return [`${flows.length}`, `${sent - received}/${sent}`, ...bestAverageWorst(roundTripsNs), mtu, remark];
}

function bestAverageWorst(roundTripsNs: readonly number[]): string[] {
  const figuresNs = summarizeRoundTrips(roundTripsNs);
  if (figuresNs === null) return ['-', '-', '-'];
  return [figuresNs.leastNs, figuresNs.averageNs, figuresNs.mostNs].map(milliseconds);
}

function flowTable(flows: readonly FlowResult[]): readonly string[] {
  const head = ['flow', 'port', 'hops', 'lost', 'rtt', 'mtu', 'end'];
  const rows = flows.map((flow) => {
    const hops = knownHops(flow);
    const asked = flow.hops.reduce((sum, { sent }) => sum + sent, 0);
    const answered = flow.hops.reduce((sum, { received }) => sum + received, 0);
    const [rtt = '-'] = bestAverageWorst(hops.at(-1)?.roundTripsNs ?? []);
    const numbers = [flow.flow, flow.sourcePort, hops.length].map(String);
    return [...numbers, `${asked - answered}/${asked}`, rtt, `${flow.mtuOctets}`, flowEndText(flow)];
  });
  return formatTable([head, ...rows], [6]);
}

function flowEndText({ end, hops }: FlowResult): string {
  switch (end) {
    case 'reached':
    case 'unfinished':
      return end;
    case 'refused':
      return hops.at(-1)?.mark ?? end;
    case 'silent':
      return 'no answer from here on';
    case 'hop-limit':
      return 'too many hops';
    case 'send-failed':
      return 'send failed';
  }
}

function milliseconds(ns: number): string {
  return formatMilliseconds(Math.trunc(ns / NS_PER_US));
}

function span(least: number, most: number): string {
  return least === most ? `${least}` : `${least}-${most}`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`;
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
