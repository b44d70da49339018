/** All hops at once: the same text as hop by hop, in a fraction of the time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TraceConfig } from '../../src/tracepath/trace.ts';
import {
  answersOf,
  BASE_PORT,
  CONFIG,
  CONFIG6,
  ERRNO,
  errorAbout,
  MS,
  type Network,
  type Node,
  play,
  route,
  routers,
  SECOND,
  summaryOf,
  TARGET,
  textOf,
} from './support.ts';

const LIMITED = { ...CONFIG, length: 1500 };

const REFUSALS = [
  [ERRNO.EHOSTUNREACH, 3, 1],
  [ERRNO.ENETUNREACH, 3, 0],
  [ERRNO.EACCES, 1, 1],
  [ERRNO.ENOPROTOOPT, 3, 2],
] as const;

/** Each hop's MTU is that of the link to it; a path never gets wider, and the way back takes 1 to 200 ms. */
const NODES = fc
  .record({
    own: fc.constantFrom(1500, 9000, 65_536),
    hops: fc.array(
      fc.record({
        narrower: fc.constantFrom(0, 0, 0, 0, 20, 100, 220),
        silent: fc.boolean(),
        noTooBig: fc.boolean(),
        rttNs: fc.integer({ min: 1, max: 200 }).map((ms) => ms * MS),
        hopLimit: fc.integer({ min: 1, max: 255 }),
        refuses: fc.option(fc.constantFrom(...REFUSALS), { nil: undefined, freq: 8 }),
      }),
      { minLength: 1, maxLength: 12 },
    ),
  })
  .map(({ own, hops }): Node[] => {
    let mtu: number = own;
    return hops.map(({ narrower, refuses, silent, ...facts }, index) => {
      if (index > 0) mtu = Math.max(1280, mtu - narrower);
      const isLast = index === hops.length - 1;
      // A rest of the paths has no end that answers.
      return {
        address: isLast ? TARGET : `10.0.0.${index + 1}`,
        mtu,
        silent,
        ...facts,
        ...(refuses ? { refuses } : {}),
      };
    });
  });

const CONFIGS = fc.constantFrom<TraceConfig>(
  { ...CONFIG, maxHops: 14 },
  { ...CONFIG6, maxHops: 14 },
  { ...LIMITED, maxHops: 14 },
  { ...CONFIG, maxHops: 3 },
  { ...CONFIG, basePort: 65_530, maxHops: 14 },
);

describe('a run with all hops at once', () => {
  it('prints what a run hop by hop prints, for any path', () => {
    fc.assert(
      fc.property(NODES, CONFIGS, fc.integer({ min: 1, max: 32 }), (nodes, config, batch) => {
        const serial = play('serial', route(nodes, config), { config, stamps: true });
        const parallel = play('parallel', route(nodes, config), { config, batch, stamps: true });
        expect(textOf(parallel.events)).toBe(textOf(serial.events));
        expect(summaryOf(parallel)).toMatchObject({
          reason: summaryOf(serial).reason,
          mtu: summaryOf(serial).mtu,
          hops: summaryOf(serial).hops,
          back: summaryOf(serial).back,
        });
      }),
      { numRuns: 1500 },
    );
  });

  it('takes at most two seconds for ten silent hops and thirty', () => {
    for (const count of [10, 29]) {
      const nodes = [...routers(count, { silent: true }).slice(0, count), { address: TARGET }];
      const played = play('parallel', route(nodes), { config: LIMITED });
      expect(summaryOf(played)).toMatchObject({ reason: 'reached', hops: count + 1 });
      expect(played.endedNs).toBeLessThanOrEqual(2 * SECOND);
      expect(played.sent.filter(({ hopLimit }) => hopLimit === 1)).toHaveLength(3);
    }
  });

  it('sends one probe until the kernel has taken one, then all', () => {
    const sizes: number[][] = [];
    const network = route(routers(4));
    let atNs = -1;
    play('parallel', (probe, nowNs) => {
      if (nowNs !== atNs || sizes.length === 0) sizes.push([]);
      atNs = nowNs;
      sizes.at(-1)!.push(probe.payloadOctets);
      return network(probe, nowNs);
    });
    // The largest is refused, then one goes out, then the second one of the first hop and those of the 29 others.
    expect(sizes[0]).toEqual([65_507, ...Array<number>(31).fill(1472)]);
  });

  it('tells each hop as soon as all before it are settled', () => {
    const nodes = routers(3);
    const slow = { ...nodes[0]!, rttNs: 300 * MS };
    const seen: [string, number][] = [];
    const network = route([slow, nodes[1]!, nodes[2]!, nodes[3]!]);
    const { events } = play('parallel', network, { config: LIMITED });
    for (const event of events) if (event.type === 'answer') seen.push([event.address!, event.wallNs / MS - 5000]);
    expect(seen).toEqual([
      ['10.0.0.1', 300],
      ['10.0.0.2', 1],
      ['10.0.0.3', 1],
      [TARGET, 1],
    ]);
  });

  it('probes the hops behind a narrow link again, and those before it no more', () => {
    const nodes = routers(4);
    const played = play('parallel', route([nodes[0]!, nodes[1]!, { ...nodes[2]!, mtu: 1300 }, nodes[3]!, nodes[4]!]), {
      config: { ...LIMITED, maxHops: 6 },
    });
    const bySize = (octets: number) =>
      played.sent.filter(({ payloadOctets }) => payloadOctets === octets - 28).map(({ hopLimit }) => hopLimit);
    expect(bySize(1500)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(bySize(1300)).toEqual([3, 4, 5, 6]);
    expect(played.endedNs).toBe(2 * MS);
  });

  it('finds the hop of a plain answer by the port that it comes from', () => {
    const network: Network = (probe) => {
      if (probe.hopLimit < 3) return route(routers(5))(probe, 0);
      const octets = new Uint8Array(4);
      const reply = {
        source: TARGET,
        sourcePort: probe.destinationPort,
        hopLimit: 60,
        stampNs: 0,
        octets,
        start: 0,
        end: 4,
      };
      return { answers: [{ afterNs: 2 * MS, reply }] };
    };
    const { events } = play('parallel', network, { config: LIMITED });
    expect(textOf(events)).toContain(' 3?: reply received 8)\n');
  });

  it('has a line for each router that claims an MTU which the packet did not exceed', () => {
    const claiming: Network = (probe) => {
      const error = errorAbout(probe, { errno: ERRNO.EMSGSIZE, type: 3, code: 4, info: 9000 });
      return { answers: [{ afterNs: MS, error }] };
    };
    const config = { ...LIMITED, maxHops: 3 };
    const { events } = play('parallel', claiming, { config });
    expect(textOf(events)).toBe(textOf(play('serial', claiming, { config }).events));
    expect(textOf(events).match(/pmtu 1500\n/g)).toHaveLength(4);
  });

  it('leaves out answers about ports that it never sent to', () => {
    const network: Network = (probe) => ({
      answers: [{ afterNs: MS, error: errorAbout(probe, { destinationPort: 9 }) }],
    });
    const played = play('parallel', network, { config: { ...LIMITED, maxHops: 2 } });
    expect(answersOf(played)).toEqual([]);
    expect(summaryOf(played).reason).toBe('too-many-hops');
  });

  it('waits for a full send buffer, and not for ever', () => {
    let refusals = 0;
    const network = route(routers(1));
    const busy: Network = (probe, nowNs) => (++refusals <= 20 ? { refused: ERRNO.ENOBUFS } : network(probe, nowNs));
    expect(summaryOf(play('parallel', busy, { config: LIMITED })).reason).toBe('reached');
    const stuck = play('parallel', () => ({ refused: ERRNO.EAGAIN }), { config: LIMITED });
    expect(summaryOf(stuck).reason).toBe('send-failed');
    expect(stuck.endedNs).toBeGreaterThan(SECOND);
  });

  it('uses each port once among those that may still be answered', () => {
    const silent: Network = () => ({});
    const { sent } = play('parallel', silent, { config: { ...LIMITED, maxHops: 255 } });
    expect(sent).toHaveLength(3 * 255);
    expect(new Set(sent.map(({ destinationPort }) => destinationPort)).size).toBe(3 * 255);
    expect(Math.min(...sent.map(({ destinationPort }) => destinationPort))).toBe(BASE_PORT);
  });
});
