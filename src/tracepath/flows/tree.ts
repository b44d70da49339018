/**
 * A graph of paths as rows of text: branches stand below the router where they part, indented, up to the router where all of
 * them meet again, which stands below at the margin of the first. A router that can be come to in other ways than by parting
 * and meeting is drawn where it comes first, and named again where else it is come to.
 */
import { type GraphNode, type PathGraph, SOURCE_KEY } from './graph.ts';

/** How branches are drawn. Each is two columns wide. */
export interface Glyphs {
  readonly branch: string;
  readonly lastBranch: string;
  readonly bar: string;
}

export const ASCII: Glyphs = { branch: '|-', lastBranch: '`-', bar: '| ' };
export const BOX: Glyphs = { branch: '├─', lastBranch: '└─', bar: '│ ' };
const BLANK = '  ';

/** Null in place of a node: this branch leads straight to where the branches meet. */
export interface TreeRow {
  /** What stands before the node. */
  readonly drawing: string;
  readonly node: GraphNode | null;
  /** The node stands in full in a row above, with all that follows it. */
  readonly isRepeated: boolean;
}

/** @throws RangeError for edges that lead nowhere, or back */
export function layOutTree(graph: PathGraph, glyphs: Glyphs): readonly TreeRow[] {
  return new TreeLayout(graph, glyphs).rows();
}

class TreeLayout {
  readonly #glyphs: Glyphs;
  readonly #nodes: ReadonlyMap<string, GraphNode>;
  readonly #next = new Map<string, string[]>();
  /** Where all ways from a node meet again, the nearest such node; null for nowhere. */
  readonly #meeting = new Map<string, string | null>();
  readonly #rows: TreeRow[] = [];
  readonly #drawn = new Set<string>();

  constructor({ nodes, edges }: PathGraph, glyphs: Glyphs) {
    this.#glyphs = glyphs;
    this.#nodes = new Map(nodes.map((node) => [node.key, node]));
    for (const { key } of nodes) this.#next.set(key, []);
    const rank = new Map(nodes.map(({ key }, index) => [key, index]));
    for (const { from, to } of edges) {
      // A graph may come from a recording, and a ring would be walked for ever.
      if (!(rank.get(from)! < rank.get(to)!))
        throw new RangeError(`no way leads from ${from} to ${to}: it stands before`);
      this.#next.get(from)!.push(to);
    }
    // Backwards, so that of each node all that follow it are known.
    for (const { key } of nodes.toReversed()) this.#meeting.set(key, this.#meetingOf(key, rank));
  }

  rows(): readonly TreeRow[] {
    this.#drawBehind(SOURCE_KEY, null, '');
    return this.#rows;
  }

  /** The nearest common node in the tree of meetings: of two, the one that stands earlier moves on to where it meets. */
  #meetingOf(key: string, rank: ReadonlyMap<string, number>): string | null {
    const next = this.#next.get(key)!;
    if (next.length === 0) return null;
    return next.reduce((met: string | null, each) => {
      let [one, other]: (string | null)[] = [met, each];
      while (one !== other) {
        if (one === null || one === undefined || other === null || other === undefined) return null;
        if (rank.get(one)! < rank.get(other)!) one = this.#meeting.get(one) ?? null;
        else other = this.#meeting.get(other) ?? null;
      }
      return one ?? null;
    }, next[0]!);
  }

  /** Draws the row of `key`, then what follows it, up to but not including `end`. */
  #draw(key: string, end: string | null, first: string, margin: string): void {
    const isRepeated = this.#drawn.has(key);
    this.#drawn.add(key);
    this.#rows.push({ drawing: first, node: this.#nodes.get(key)!, isRepeated });
    if (!isRepeated) this.#drawBehind(key, end, margin);
  }

  #drawBehind(key: string, end: string | null, margin: string): void {
    const next = this.#next.get(key)!;
    if (next.length === 0) return;
    const meeting = this.#meeting.get(key) ?? null;
    if (next.length > 1) this.#drawBranches(next, meeting, margin);
    if (meeting !== null && meeting !== end) this.#draw(meeting, end, margin, margin);
  }

  #drawBranches(next: readonly string[], meeting: string | null, margin: string): void {
    for (const [index, key] of next.entries()) {
      const isLast = index === next.length - 1;
      const first = margin + (isLast ? this.#glyphs.lastBranch : this.#glyphs.branch);
      if (key === meeting) this.#rows.push({ drawing: first, node: null, isRepeated: false });
      else this.#draw(key, meeting, `${first} `, `${margin}${isLast ? BLANK : this.#glyphs.bar} `);
    }
  }
}
