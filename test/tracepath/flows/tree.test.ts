import { expect, it } from 'vitest';
import { buildGraph, type PathGraph } from '../../../src/tracepath/flows/graph.ts';
import { StoppingRule } from '../../../src/tracepath/flows/stopping-rule.ts';
import { ASCII, layOutTree } from '../../../src/tracepath/flows/tree.ts';
import { walked } from './support-results.ts';

const GRAPH = buildGraph([walked(0, 'a b d'), walked(1, 'a c d')], new StoppingRule(0.95));

function withEdge(from: string, to: string): PathGraph {
  return { ...GRAPH, edges: [...GRAPH.edges, { from, to, flows: [0] }] };
}

it.each([
  ['a ring of two', withEdge('d', 'b')],
  ['a ring of one', withEdge('c', 'c')],
  ['a way to nowhere', withEdge('a', 'e')],
  ['a way from nowhere', withEdge('e', 'a')],
  ['nodes in another order', { ...GRAPH, nodes: GRAPH.nodes.toReversed() }],
])('a graph that somebody made up ends in an error, and not in an endless walk: %s', (_, graph) => {
  expect(layOutTree(GRAPH, ASCII).length).toBeGreaterThan(3);
  expect(() => layOutTree(graph, ASCII)).toThrow(RangeError);
});
