/** What conditions are told of a run over many flows. */
import type { FlowsWord } from '../vocabulary.ts';
import type { FlowHop, FlowResult } from './events.ts';
import { countPaths } from './graph.ts';

export type FlowsFigures = Readonly<Record<FlowsWord, () => number | boolean | null>>;

/** `results` are live; each figure asks for them anew. */
export function flowsFigures(results: () => readonly FlowResult[]): Omit<FlowsFigures, 'time'> {
  const reached = () => results().filter(({ end }) => end === 'reached');
  return {
    reached: () => reached().length > 0,
    paths: () => countPaths(results().filter(({ end }) => end !== 'unfinished')),
    flows: () => results().length,
    hops: () => measured(reached(), (flows) => Math.max(...flows.map(({ hops }) => hops.length))),
    pmtu: () => measured(reached(), (flows) => Math.min(...flows.map(({ mtuOctets }) => mtuOctets))),
    sent: () => total(results(), ({ sent }) => sent),
    answered: () => total(results(), ({ received }) => received),
  };
}

function measured(flows: readonly FlowResult[], figure: (flows: readonly FlowResult[]) => number): number | null {
  return flows.length === 0 ? null : figure(flows);
}

function total(flows: readonly FlowResult[], count: (hop: FlowHop) => number): number {
  return flows.flatMap(({ hops }) => hops).reduce((sum, hop) => sum + count(hop), 0);
}
