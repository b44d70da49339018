/** --black-holes: which size passes where large probes vanish, and what is no black hole. */
import { describe, expect, it } from 'vitest';
import { BlackHoleSearch } from '../../src/tracepath/black-hole-search.ts';
import {
  answersOf,
  CONFIG,
  CONFIG6,
  MS,
  type Network,
  play,
  route,
  routers,
  SECOND,
  summaryOf,
  TARGET,
  textOf,
} from './support.ts';

const HUNTING = { ...CONFIG, length: 1500, blackHoles: true };

/** Plays the search against a path that passes `limit` octets. */
function search(small: number, large: number, limit: number) {
  const sizes: number[] = [];
  const searching = new BlackHoleSearch(small, large);
  for (;;) {
    const { size } = searching;
    sizes.push(size);
    const result = size <= limit ? searching.answered() : searching.vanished();
    if (result !== null) return { result, sizes };
  }
}

describe('the search for a size', () => {
  it('finds every size there can be, in steps that halve', () => {
    for (let limit = 68; limit < 1500; limit++) {
      const { result, sizes } = search(68, 1500, limit);
      expect(result).toEqual({ kind: 'hole', passes: limit, fails: limit + 1 });
      expect(sizes.length).toBeLessThanOrEqual(2 * 13);
    }
  });

  it('begins with the small size, then tries the large one again', () => {
    expect(search(68, 1500, 1000).sizes.slice(0, 5)).toEqual([68, 1500, 1500, 784, 1142]);
  });

  it('is over at once where nothing is answered, and where everything is', () => {
    expect(search(68, 1500, 0)).toEqual({ result: { kind: 'silence' }, sizes: [68, 68] });
    expect(search(68, 1500, 1500)).toEqual({ result: { kind: 'no-hole' }, sizes: [68, 1500] });
  });

  it('has nothing to look for between neighbours', () => {
    expect(search(1280, 1281, 1280).result).toEqual({ kind: 'hole', passes: 1280, fails: 1281 });
    expect(() => new BlackHoleSearch(1500, 1500)).toThrow(RangeError);
  });
});

describe('--black-holes', () => {
  const nodes = routers(3);
  const holed = [nodes[0]!, { ...nodes[1]!, noTooBig: true }, { ...nodes[2]!, mtu: 1400 }, nodes[3]!];

  it('says behind which hop, and goes on with what passes', () => {
    const played = play('serial', route(holed), { config: HUNTING });
    expect(textOf(played.events)).toBe(
      ` 1:  ${'10.0.0.1'.padEnd(52)}  1.000ms \n 2:  ${'10.0.0.2'.padEnd(52)}  1.000ms \n` +
        '     pmtu black hole behind hop 2: 1400 octets pass, 1401 do not\n' +
        ` 3:  ${'10.0.0.3'.padEnd(52)}  1.000ms \n 4:  ${TARGET.padEnd(52)}  1.000ms reached\n` +
        '     Resume: pmtu 1400 hops 4 back 4 \n',
    );
    expect(played.events.filter(({ type }) => type === 'black-hole')).toEqual([
      { type: 'black-hole', behindHop: 2, hop: 3, passes: 1400, fails: 1401 },
    ]);
  });

  it('is silent about it without the option', () => {
    const { events } = play('serial', route(holed), { config: { ...HUNTING, blackHoles: false, maxHops: 4 } });
    expect(textOf(events)).toContain(' 3:  no reply\n 4:  no reply\n');
  });

  it('finds one in IPv6 down to 1280 octets', () => {
    const config = { ...CONFIG6, length: 1500, blackHoles: true };
    const { events } = play('serial', route([holed[0]!, holed[1]!, { ...holed[2]!, mtu: 1280 }, holed[3]!], config), {
      config,
    });
    expect(textOf(events)).toContain('pmtu black hole behind hop 2: 1280 octets pass, 1281 do not\n');
  });

  it('takes a hop that never speaks for that', () => {
    const quiet = [nodes[0]!, { ...nodes[1]!, silent: true }, nodes[2]!, nodes[3]!];
    const played = play('serial', route(quiet), { config: HUNTING });
    expect(textOf(played.events)).toContain(' 2:  no reply\n 3:  10.0.0.3');
    expect(summaryOf(played)).toMatchObject({ reason: 'reached', mtu: 1500 });
    expect(played.sent.filter(({ hopLimit }) => hopLimit === 2).map(({ payloadOctets }) => payloadOctets + 28)).toEqual(
      [1500, 1500, 1500, 68, 68],
    );
  });

  it('finds the one behind a hop that never speaks', () => {
    const quiet = [holed[0]!, { ...holed[1]!, silent: true }, holed[2]!, holed[3]!];
    const { events } = play('serial', route(quiet), { config: HUNTING });
    expect(textOf(events)).toContain(
      ' 2:  no reply\n     pmtu black hole behind hop 1: 1400 octets pass, 1401 do not\n 3:  10.0.0.3',
    );
  });

  it('finds the right size also where routers answer once in a second', () => {
    const path = route(holed);
    const lastNs = new Map<string, number>();
    const limited: Network = (probe, nowNs) => {
      const fate = path(probe, nowNs);
      const who = fate.answers?.[0]?.error?.offender ?? '';
      if (nowNs < (lastNs.get(who) ?? Number.NEGATIVE_INFINITY) + SECOND) return {};
      lastNs.set(who, nowNs);
      return fate;
    };
    const { events } = play('serial', limited, { config: HUNTING });
    expect(textOf(events)).toContain('pmtu black hole behind hop 2: 1400 octets pass, 1401 do not\n');
  });

  it('takes a late answer to a large probe as a sign that there is none', () => {
    const path = route(nodes);
    const network: Network = (probe, nowNs) => {
      const fate = path(probe, nowNs);
      if (probe.hopLimit !== 2) return fate;
      return { answers: [{ ...fate.answers![0]!, afterNs: probe.payloadOctets > 1000 ? 3500 * MS : 900 * MS }] };
    };
    const played = play('serial', network, { config: HUNTING });
    expect(played.events.some(({ type }) => type === 'black-hole')).toBe(false);
    expect(answersOf(played).some(({ hop, roundTripNs }) => hop === 2 && roundTripNs === 3500 * MS)).toBe(true);
    expect(summaryOf(played).reason).toBe('reached');
  });

  it('stops looking when a router tells the MTU after all', () => {
    const path = route(holed);
    const telling = route([holed[0]!, { ...holed[1]!, noTooBig: false }, holed[2]!, holed[3]!]);
    let probes = 0;
    const network: Network = (probe, nowNs) => (probe.hopLimit === 3 && ++probes > 4 ? telling : path)(probe, nowNs);
    const played = play('serial', network, { config: HUNTING });
    expect(textOf(played.events)).toContain(` 3:  ${'10.0.0.2'.padEnd(52)}  1.000ms pmtu 1400\n`);
    expect(played.events.some(({ type }) => type === 'black-hole')).toBe(false);
  });
});
