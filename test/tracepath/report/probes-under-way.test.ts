/** Which probe an answer is about: by its tag, or by the port alone where a router quotes too little. */
import { describe, expect, it } from 'vitest';
import { HopStatistics } from '../../../src/tracepath/report/hop-statistics.ts';
import { type Probe, ProbesUnderWay } from '../../../src/tracepath/report/probes-under-way.ts';

const BASE_PORT = 44_444;
const MAXIMUM_HOPS = 30;

function underWay(basePort = BASE_PORT): ProbesUnderWay {
  return new ProbesUnderWay({ basePort, maximumHops: MAXIMUM_HOPS });
}

function probeOf(number: number, port: number): Probe {
  const statistics = new HopStatistics(1);
  const times = { monoNs: number, wallNs: number, stampNs: Number.NaN };
  const state = { isLost: false, isDoubtful: false };
  return { number, round: number, hop: 1, port, octets: 44, ...times, ...state, statistics, sample: statistics.sent() };
}

describe('an answer', () => {
  it('with a tag is about the probe of that tag, whatever else went to its port', () => {
    const probes = underWay();
    const [first, second] = [probeOf(1, BASE_PORT), probeOf(2, BASE_PORT)];
    for (const probe of [first, second]) probes.add(probe);
    const match = probes.match(2, BASE_PORT)!;
    expect(match).toEqual({ probe: second, isNamed: true });
    expect(probes.answered(match)).toBe(true);
    expect(first.isDoubtful).toBe(false);
    expect([...probes]).toEqual([first]);
  });

  it('with a tag that names nothing is about nothing: it is a copy, or late', () => {
    const probes = underWay();
    probes.add(probeOf(1, BASE_PORT));
    expect(probes.match(7, BASE_PORT)).toBeNull();
  });

  it('without a tag is about the only probe of its port', () => {
    const probes = underWay();
    const probe = probeOf(1, BASE_PORT);
    probes.add(probe);
    probes.add(probeOf(2, BASE_PORT + 1));
    expect(probes.match(null, BASE_PORT + 2)).toBeNull();
    const match = probes.match(null, BASE_PORT)!;
    expect(match).toEqual({ probe, isNamed: false });
    expect(probes.answered(match)).toBe(true);
  });

  it('without a tag is about the oldest of several, and makes all of them doubtful', () => {
    const probes = underWay();
    const [first, second] = [probeOf(1, BASE_PORT), probeOf(2, BASE_PORT)];
    for (const probe of [first, second]) probes.add(probe);
    const early = probes.match(null, BASE_PORT)!;
    expect(early.probe).toBe(first);
    expect(probes.answered(early)).toBe(false);
    // The second one is alone now, but the answer before may have been its own.
    const late = probes.match(null, BASE_PORT)!;
    expect(late.probe).toBe(second);
    expect(probes.answered(late)).toBe(false);
  });
});

describe('the port of a hop', () => {
  it('stays the same as long as answers have tags', () => {
    const probes = underWay();
    const hop = new HopStatistics(3);
    probes.add(probeOf(1, BASE_PORT + 2));
    expect(probes.choosePort(hop)).toBe(BASE_PORT + 2);
  });

  it('is the first of four that is free where they have none, and the first one again where none is', () => {
    const probes = underWay();
    const hop = new HopStatistics(3);
    hop.quotesShort = true;
    const ports = Array.from({ length: 5 }, (_, number) => {
      const port = probes.choosePort(hop);
      probes.add(probeOf(number, port));
      return port - BASE_PORT;
    });
    expect(ports).toEqual([2, 32, 62, 92, 2]);
  });

  it('goes on below the first one of all where there is none above', () => {
    expect(underWay(65_534).choosePort(new HopStatistics(3))).toBe(65_533);
  });
});
