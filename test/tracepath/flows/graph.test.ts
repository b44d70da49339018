import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowResult } from '../../../src/tracepath/flows/events.ts';
import { buildGraph, missingFlows } from '../../../src/tracepath/flows/graph.ts';
import { StoppingRule } from '../../../src/tracepath/flows/stopping-rule.ts';
import { ASCII, BOX, layOutTree } from '../../../src/tracepath/flows/tree.ts';
import { walked } from './support-results.ts';

const RULE = new StoppingRule(0.95);

function graphOf(...ways: readonly string[]) {
  return buildGraph(
    ways.map((way, flow) => walked(flow, way)),
    RULE,
  );
}

function edges(...ways: readonly string[]): string[] {
  return graphOf(...ways).edges.map(({ from, to, flows }) => `${from} > ${to}: ${flows.join(' ')}`);
}

/** The rows of the drawing, nodes by their host. */
function draw(glyphs: typeof ASCII, ...ways: readonly string[]): string[] {
  return layOutTree(graphOf(...ways), glyphs).map(({ drawing, node, isRepeated }) =>
    node === null ? `${drawing} (on)` : `${drawing}${node.host ?? '*'}${isRepeated ? ' ^' : ''}`,
  );
}

describe('the graph of paths', () => {
  it('has a router once, wherever it answers', () => {
    expect(edges('a b t', 'a c d b t')).toEqual([
      'source > a: 0 1',
      'a > b: 0',
      'a > c: 1',
      'c > d: 1',
      'd > b: 1',
      'b > t: 0 1',
    ]);
  });

  it('has each node behind all that lead to it', () => {
    const ways = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd', '*'), { minLength: 1, maxLength: 6 }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(ways, (list) => {
        const graph = graphOf(...list.map((way) => way.join(' ')));
        const rank = new Map(graph.nodes.map(({ key }, index) => [key, index]));
        for (const { from, to } of graph.edges) expect(rank.get(from)!).toBeLessThan(rank.get(to)!);
        const drawn = layOutTree(graph, ASCII).filter(({ node, isRepeated }) => node !== null && !isRepeated);
        expect(drawn).toHaveLength(graph.nodes.length - 1);
      }),
    );
  });

  it('has two nodes for a router that one flow meets twice', () => {
    expect(edges('a b a t')).toEqual(['source > a: 0', 'a > b: 0', 'b > a (2): 0', 'a (2) > t: 0']);
  });

  it('tells routers apart by distance where flows meet them in opposite order', () => {
    expect(edges('a b t', 'b a t')).toEqual([
      'source > a at 1: 0',
      'source > b at 1: 1',
      'a at 1 > b at 2: 0',
      'b at 2 > t at 3: 0',
      'b at 1 > a at 2: 1',
      'a at 2 > t at 3: 1',
    ]);
  });

  it('has one silent node for each node before it, and none at the end', () => {
    expect(edges('a * b', 'c * b * *')).toEqual([
      'source > a: 0',
      'source > c: 1',
      'a > a *: 0',
      'a * > b: 0',
      'c > c *: 1',
      'c * > b: 1',
    ]);
  });

  it('adds up what flows measured', () => {
    const small = walked(1, 'a t', { end: 'refused' });
    const [hop] = small.hops;
    const flows: FlowResult[] = [
      walked(0, 'a t'),
      { ...small, hops: [{ ...hop!, sent: 3, largestOctets: 576, mark: '!H' }, small.hops[1]!] },
    ];
    const node = buildGraph(flows, RULE).nodes[1]!;
    expect(node).toMatchObject({
      host: 'a',
      flows: [0, 1],
      sent: 4,
      received: 2,
      roundTripsNs: [1_000_000, 1_001_000],
      largestOctets: { least: 576, most: 1500 },
      marks: ['!H'],
      isTarget: false,
    });
  });

  it('wants more flows by the share that comes by the router which wants them', () => {
    expect(missingFlows(graphOf('a t', 'a t'))).toBe(4);
    expect(missingFlows(graphOf(...Array<string>(6).fill('a t')))).toBe(0);
    // Two of six come by b, which wants four more: three times as many.
    expect(missingFlows(graphOf('a b t', 'a b t', 'a c t', 'a c t', 'a c t', 'a c t'))).toBe(12);
  });
});

describe('the drawing', () => {
  it('is a list where there is one path', () => {
    expect(draw(ASCII, 'a b t', 'a b t')).toEqual(['a', 'b', 't']);
  });

  it('has branches below where they part, and what follows below where they meet', () => {
    expect(draw(ASCII, 'a b d t', 'a c e d t', 'a f d t')).toEqual(['a', '|- b', '|- c', '|  e', '`- f', 'd', 't']);
    expect(draw(BOX, 'a b d t', 'a c e d t', 'a f d t')).toEqual(['a', '├─ b', '├─ c', '│  e', '└─ f', 'd', 't']);
  });

  it('parts at this host too', () => {
    expect(draw(ASCII, 'a t', 'b t')).toEqual(['|- a', '`- b', 't']);
  });

  it('nests', () => {
    expect(draw(ASCII, 'a b c e h t', 'a b d e h t', 'a f g h t')).toEqual([
      'a',
      '|- b',
      '|  |- c',
      '|  `- d',
      '|  e',
      '`- f',
      '   g',
      'h',
      't',
    ]);
  });

  it('has a branch that leads straight on', () => {
    expect(draw(ASCII, 'a b t', 'a t')).toEqual(['a', '|- b', '`- (on)', 't']);
  });

  it('has branches that never meet', () => {
    expect(draw(ASCII, 'a b', 'a c d')).toEqual(['a', '|- b', '`- c', '   d']);
  });

  it('names again what a mesh comes to twice', () => {
    expect(draw(ASCII, 'a b d t', 'a b e t', 'a c d t', 'a c e t')).toEqual([
      'a',
      '|- b',
      '|  |- d',
      '|  `- e',
      '`- c',
      '   |- d ^',
      '   `- e ^',
      't',
    ]);
  });
});
