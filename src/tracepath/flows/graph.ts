/**
 * The ways of all flows as one graph. A router is one node wherever it answers, so that branches of unequal length join where
 * they really do. A router that one flow meets twice is two nodes; and where flows pass two routers in opposite order, which
 * would make a circle of the graph, routers count as different at each distance.
 */
import type { FlowHop, FlowResult } from './events.ts';
import type { StoppingRule } from './stopping-rule.ts';

export interface GraphNode {
  readonly key: string;
  /** Null for hops that did not answer: one node for each node before them. */
  readonly host: string | null;
  /** Distances at which it answered, in rising order. */
  readonly hops: readonly number[];
  readonly flows: readonly number[];
  readonly sent: number;
  readonly received: number;
  /** Of all flows; empty for a silent node. */
  readonly roundTripsNs: readonly number[];
  /** Octets of the largest answered packet, the least and the most of its flows; null for a silent node. */
  readonly largestOctets: { readonly least: number; readonly most: number } | null;
  readonly marks: readonly string[];
  /** Some flow ends here because it has come to the target. */
  readonly isTarget: boolean;
  /** Next hops that are known, and what was and would be needed to rule out one more. Null where no flow goes on. */
  readonly choice: Choice | null;
}

export interface Choice {
  readonly nextHops: number;
  readonly flows: number;
  readonly flowsNeeded: number;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly flows: readonly number[];
}

export interface PathGraph {
  /** Each node behind all that lead to it; the first one is this machine, with the key SOURCE_KEY. */
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export const SOURCE_KEY = 'source';

type NameStep = (hop: FlowHop, before: readonly string[], keyBefore: string) => string;

export function buildGraph(flows: readonly FlowResult[], rule: StoppingRule): PathGraph {
  const byRouter = new Builder(flows, nameByRouter);
  const order = byRouter.order();
  if (order !== null) return byRouter.build(order, rule);
  const byDistance = new Builder(flows, nameByDistance);
  return byDistance.build(byDistance.order()!, rule);
}

/** The router's address, with the number of times that the flow has met it before. */
function nameByRouter({ sources }: FlowHop, before: readonly string[], keyBefore: string): string {
  const host = sources[0];
  if (host === undefined) return `${keyBefore} *`;
  const times = before.filter((each) => each === host).length;
  return times === 0 ? host : `${host} (${times + 1})`;
}

function nameByDistance({ hop, sources }: FlowHop, _before: readonly string[], keyBefore: string): string {
  return sources[0] === undefined ? `${keyBefore} *` : `${sources[0]} at ${hop}`;
}

/** Hops up to the last one that answered: of the silence behind it nothing is known. */
export function knownHops({ hops }: FlowResult): readonly FlowHop[] {
  const last = hops.findLastIndex(({ sources }) => sources.length > 0);
  return hops.slice(0, last + 1);
}

/** So many different ways the flows took, as far as they are known. */
export function countPaths(flows: readonly FlowResult[]): number {
  const ways = flows.map((flow) =>
    knownHops(flow)
      .map(({ sources }) => sources[0] ?? '*')
      .join(' '),
  );
  return new Set(ways).size;
}

interface Step {
  readonly flow: FlowResult;
  readonly hop: FlowHop;
}

class Builder {
  readonly #steps = new Map<string, Step[]>();
  /** Flows from one node to another, by both keys. */
  readonly #edges = new Map<string, Map<string, number[]>>();
  readonly #flows: readonly FlowResult[];

  constructor(flows: readonly FlowResult[], nameStep: NameStep) {
    this.#flows = flows;
    for (const flow of flows) {
      const hosts: string[] = [];
      let keyBefore = SOURCE_KEY;
      for (const hop of knownHops(flow)) {
        const key = nameStep(hop, hosts, keyBefore);
        if (hop.sources[0] !== undefined) hosts.push(hop.sources[0]);
        push(this.#steps, key, { flow, hop });
        const edges = this.#edges.get(keyBefore) ?? new Map<string, number[]>();
        this.#edges.set(keyBefore, edges);
        push(edges, key, flow.flow);
        keyBefore = key;
      }
    }
  }

  #next(key: string): readonly string[] {
    return [...(this.#edges.get(key)?.keys() ?? [])];
  }

  /** Keys so that each stands behind all that lead to it (depth first, reversed); null where there is a circle. */
  order(): readonly string[] | null {
    const finished: string[] = [];
    const state = new Map<string, 'open' | 'done'>();
    const visit = (key: string): boolean => {
      if (state.has(key)) return state.get(key) === 'done';
      state.set(key, 'open');
      // The last one first, since the whole order is turned round.
      if (!this.#next(key).toReversed().every(visit)) return false;
      state.set(key, 'done');
      finished.push(key);
      return true;
    };
    return visit(SOURCE_KEY) ? finished.reverse() : null;
  }

  build(order: readonly string[], rule: StoppingRule): PathGraph {
    const nodes = order.map((key) => this.#node(key, rule));
    const edges = order.flatMap((from) =>
      [...(this.#edges.get(from) ?? [])].map(([to, flows]) => ({ from, to, flows })),
    );
    return { nodes, edges };
  }

  #node(key: string, rule: StoppingRule): GraphNode {
    const steps = this.#steps.get(key) ?? [];
    const largest = steps.map(({ hop }) => hop.largestOctets).filter((octets) => octets !== null);
    return {
      key,
      host: steps[0]?.hop.sources[0] ?? null,
      hops: [...new Set(steps.map(({ hop }) => hop.hop))].sort((a, b) => a - b),
      flows: key === SOURCE_KEY ? this.#flows.map(({ flow }) => flow) : steps.map(({ flow }) => flow.flow),
      sent: sum(steps.map(({ hop }) => hop.sent)),
      received: sum(steps.map(({ hop }) => hop.received)),
      roundTripsNs: steps.flatMap(({ hop }) => hop.roundTripsNs),
      largestOctets: largest.length === 0 ? null : { least: Math.min(...largest), most: Math.max(...largest) },
      marks: [...new Set(steps.map(({ hop }) => hop.mark).filter((mark) => mark !== null))],
      isTarget: steps.some(({ flow, hop }) => flow.end === 'reached' && hop === flow.hops.at(-1)),
      choice: this.#choice(key, rule),
    };
  }

  /** A next hop that did not answer counts as one: it may be a router of its own, and a lost answer only costs more flows. */
  #choice(key: string, rule: StoppingRule): Choice | null {
    const edges = this.#edges.get(key);
    if (edges === undefined) return null;
    const flows = sum([...edges.values()].map(({ length }) => length));
    return { nextHops: edges.size, flows, flowsNeeded: rule.flowsNeeded(edges.size) };
  }
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** So many more flows may be needed until every router has met as many as the rule wants; 0 when it is satisfied. */
export function missingFlows({ nodes }: PathGraph): number {
  const total = nodes[0]!.flows.length;
  const missing = nodes.map(({ choice }) => {
    if (choice === null || choice.flows >= choice.flowsNeeded) return 0;
    // Of all flows only this share came by here, and only it can be counted on to do so again.
    return Math.ceil(((choice.flowsNeeded - choice.flows) * total) / choice.flows);
  });
  return Math.max(0, ...missing);
}
