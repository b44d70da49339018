/** Whole runs as they should go: what is sent when, which replies count, and what is told at the end. */
import { describe, expect, it } from 'vitest';
import { ClockdiffEngine } from '../../src/clockdiff/engine.ts';
import type { ClockdiffEvent } from '../../src/clockdiff/events.ts';
import { CONFIG, DAY_MS, honestPeer, kindsOf, MS, type Peer, packetOf, play, reply, SECOND, US } from './support.ts';

describe('a run against a host that answers', () => {
  it('takes fifty samples, one after the other without a pause, and ends with status 0', () => {
    const { samples, summary, status, sentAtNs, endedAtNs, events } = play({}, honestPeer(250));
    expect(status).toBe(0);
    expect(samples).toHaveLength(50);
    expect(events).toHaveLength(51);
    expect(summary.reason).toEqual({ kind: 'samples' });
    expect(summary).toMatchObject({ transmitted: 50, accepted: 50, duplicates: 0, errors: 0 });
    expect(summary.unusable).toEqual({});
    expect(summary.figures).toEqual({ deltaMs: 250, deltaAtSmallestMs: 250, smallestRoundTripMs: 0 });
    expect(summary.byteOrder).toBe('network');
    expect(summary.kernelStamps).toBe(true);
    expect(sentAtNs).toEqual(Array.from({ length: 50 }, (_, index) => index * 200 * US));
    expect(endedAtNs).toBe(50 * 200 * US);
  });

  it("states an offset and a bound below the peer's millisecond", () => {
    const { offset } = play({}, honestPeer(250.4)).summary;
    expect(Math.abs(offset!.offsetNs - 250.4 * MS)).toBeLessThanOrEqual(offset!.boundNs);
    expect(offset!.boundNs).toBeLessThan(0.25 * MS);
  });

  it('smooths round trips by a quarter, beginning with the first', () => {
    const delays = [4, 8, 8];
    const peer: Peer = (probe) => honestPeer(0, delays[probe.sequence - 1]! * MS, 0)(probe);
    const { roundTrip } = play({ samples: 3 }, peer).summary;
    // By hand: 4, then 4 + 4/4 = 5, then 5 + 3/4 = 5.75; deviations 2 - 2/4 = 1.5, then + (3 - 1.5) / 4 = 1.875, then
    // + (2.25 - 1.875) / 4 = 1.96875.
    expect(roundTrip).toEqual({ smoothedNs: 5.75 * MS, deviationNs: 1.96875 * MS, smallestNs: 4 * MS });
  });

  it('numbers its probes from 1 and tells the times that both sides saw', () => {
    const { samples } = play({ samples: 2 }, honestPeer(0, 3 * MS, 2 * MS));
    expect(samples).toEqual([
      {
        type: 'sample',
        wallNs: 5 * MS,
        sequence: 1,
        roundTripNs: 5 * MS,
        transmitStamp: 'kernel',
        receiveStamp: 'kernel',
        peerReceiveStamp: 36_000_103,
        peerTransmitStamp: 36_000_103,
        late: false,
      },
      expect.objectContaining({ sequence: 2, wallNs: 10 * MS, peerReceiveStamp: 36_000_108 }),
    ]);
  });

  it('takes user-space times where the kernel gives none, and says so', () => {
    const { samples, summary } = play({ samples: 3 }, honestPeer(), { stamps: false });
    expect(samples.map(({ transmitStamp, receiveStamp }) => [transmitStamp, receiveStamp])).toEqual(
      Array(3).fill(['user', 'user']),
    );
    expect(summary.kernelStamps).toBe(false);
  });

  it('takes no stamp from outside of what it saw around the exchange', () => {
    const events: ClockdiffEvent[] = [];
    const engine = new ClockdiffEngine({ ...CONFIG, samples: 3 }, (event) => events.push(event));
    const at = (ms: number) => ({ monoNs: ms * MS, wallNs: ms * MS });
    engine.start(at(0));
    const exchange = (sentMs: number, transmitMs: number, receiveMs: number) => {
      const sequence = engine.nextSequence;
      engine.sending(at(sentMs));
      engine.sent();
      engine.transmitted(sequence, transmitMs * MS);
      const message = reply({ sequence, stamps: [36_000_100 + sentMs, 36_000_100 + sentMs] });
      engine.packet(packetOf(message, { stampNs: receiveMs * MS }), at(sentMs + 10));
    };
    exchange(100, 101, 109); // as it should be
    exchange(200, 101, 109); // both of the one before
    exchange(300, 309, 305); // sent after it was received
    expect(events).toMatchObject([
      { transmitStamp: 'kernel', receiveStamp: 'kernel', roundTripNs: 8 * MS },
      { transmitStamp: 'user', receiveStamp: 'user', roundTripNs: 10 * MS },
      { transmitStamp: 'user', receiveStamp: 'kernel', roundTripNs: 5 * MS },
    ]);
  });

  it("goes over our own midnight and the peer's", () => {
    for (const aheadMs of [0, DAY_MS / 2, -7]) {
      const midnightNs = (DAY_MS - 5) * MS;
      const { summary, status } = play({ midnightNs }, honestPeer(aheadMs, 300 * US, 300 * US));
      expect(status).toBe(0);
      const shown = aheadMs === DAY_MS / 2 ? -DAY_MS / 2 : aheadMs;
      expect(Math.abs(summary.figures!.deltaMs - shown)).toBeLessThanOrEqual(1);
      expect(summary.offset!.isConsistent).toBe(true);
    }
  });

  it("waits for the interval between probes, and shifts each by another part of the peer's millisecond", () => {
    const { sentAtNs, summary } = play({ samples: 30, intervalNs: 20 * MS }, honestPeer(0.3, 20 * US, 20 * US));
    sentAtNs.forEach((atNs, index) => {
      expect(atNs).toBeGreaterThanOrEqual(index * 20 * MS);
      expect(atNs).toBeLessThan(index * 20 * MS + MS);
    });
    const phases = sentAtNs.map((atNs) => atNs % MS).sort((a, b) => a - b);
    const gaps = phases.slice(1).map((phase, index) => phase - phases[index]!);
    expect(Math.max(...gaps)).toBeLessThan(0.08 * MS);
    // Without the shift every stamp would be cut at the same place, and half a millisecond would be left.
    expect(summary.offset!.boundNs).toBeLessThan(0.2 * MS);
  });

  it('makes no burst of what a late wake-up has left undone', () => {
    const { sentAtNs } = play({ samples: 5, intervalNs: 10 * MS }, honestPeer(0, 25 * MS, 0), { latenessNs: 3 * MS });
    const gaps = sentAtNs.slice(1).map((atNs, index) => atNs - sentAtNs[index]!);
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(25 * MS);
  });

  it('goes on with sequence 0 after 65,535', () => {
    const sequences = new Set<number>();
    const peer: Peer = (probe) => {
      sequences.add(probe.sequence);
      return honestPeer(0, 10 * US, 10 * US)(probe);
    };
    const { summary } = play({ samples: 65_600 }, peer);
    expect(summary.accepted).toBe(65_600);
    expect(sequences.size).toBe(65_536);
  });
});

describe('late, lost and repeated replies', () => {
  it('waits a second before anything is known, and takes the late reply all the same', () => {
    const { events, sentAtNs, summary, status } = play({ samples: 2 }, honestPeer(0, 650 * MS, 650 * MS));
    expect(sentAtNs).toEqual([0, SECOND]);
    expect(kindsOf(events)).toEqual(['unanswered', 'sample', 'sample', 'summary']);
    expect(events[1]).toMatchObject({ sequence: 1, late: true, roundTripNs: 1300 * MS });
    expect(summary.transmitted).toBe(2);
    expect(status).toBe(0);
  });

  it('sends again after 1 ms to a host that is faster, and soon more slowly while it is silent', () => {
    const peer: Peer = (probe) => (probe.sequence <= 10 || probe.sequence > 18 ? honestPeer()(probe) : []);
    const { sentAtNs, summary } = play({ samples: 12 }, peer);
    const gaps = sentAtNs.slice(1).map((atNs, index) => Math.round((atNs - sentAtNs[index]!) / MS));
    expect(gaps.slice(10)).toEqual([1, 2, 4, 8, 16, 32, 64, 100, 0]);
    expect(summary).toMatchObject({ accepted: 12, transmitted: 20 });
  });

  it('waits at least as long as it takes to notice a reply', () => {
    const peer: Peer = (probe) => (probe.sequence === 2 ? [] : honestPeer()(probe));
    const { sentAtNs } = play({ samples: 2, waitMinimumNs: 10 * MS }, peer);
    expect(sentAtNs[2]! - sentAtNs[1]!).toBe(10 * MS);
  });

  it('waits longer where round trips vary', () => {
    const peer: Peer = (probe) => honestPeer(0, (probe.sequence % 2 === 0 ? 40 : 10) * MS, 0)(probe);
    const { events } = play({ samples: 20 }, peer);
    expect(kindsOf(events).filter((kind) => kind === 'unanswered').length).toBeLessThanOrEqual(1);
  });

  it('counts a reply once, however often it comes', () => {
    const peer: Peer = (probe) => {
      const [first] = honestPeer()(probe);
      return [first!, first!, { ...first!, afterNs: 300 * US }];
    };
    const { summary, samples } = play({ samples: 10 }, peer);
    expect(new Set(samples.map(({ sequence }) => sequence)).size).toBe(10);
    expect(summary.accepted).toBe(10);
    expect(summary.duplicates).toBeGreaterThanOrEqual(17);
  });

  it('does not take a reply to a probe of long ago for one to a probe of now', () => {
    const old = reply({ sequence: 3, stamps: [36_000_100, 36_000_100] });
    const peer: Peer = (probe) => [
      ...(probe.sequence === 1027 ? [{ afterNs: US, message: old }] : []),
      ...honestPeer()(probe),
    ];
    const { summary } = play({ samples: 1100 }, peer);
    expect(summary).toMatchObject({ accepted: 1100, duplicates: 0, unusable: { sequence: 1 } });
  });

  it('tells a duplicate by the probe that it repeats', () => {
    const peer: Peer = (probe) => honestPeer()(probe).flatMap((each) => [each, each]);
    const { events } = play({ samples: 2 }, peer);
    expect(events[1]).toEqual({ type: 'duplicate', wallNs: 200 * US, sequence: 1 });
  });
});

describe("the peer's clock", () => {
  it('may send its octets the other way round', () => {
    const swap = (word: number) => new DataView(Uint32Array.of(word).buffer).getUint32(0, false);
    const peer: Peer = ({ sequence, timeAfter }) => {
      const shown = swap(Math.floor(timeAfter(100 * US) + 250));
      return [{ afterNs: 200 * US, message: reply({ sequence, stamps: [shown, shown] }) }];
    };
    for (const midnightNs of [36_000.1 * SECOND, 0x0200_0004 * MS - 250 * MS]) {
      const { summary, status } = play({ midnightNs }, peer);
      expect(status).toBe(0);
      expect(summary.byteOrder).toBe('swapped');
      expect(summary.figures!.deltaMs).toBe(250);
      expect(Math.abs(summary.offset!.offsetNs - 250 * MS)).toBeLessThanOrEqual(summary.offset!.boundNs);
    }
  });

  it('may tick every 16 ms besides, as that of Windows does', () => {
    const swap = (word: number) => new DataView(Uint32Array.of(word).buffer).getUint32(0, false);
    const peer: Peer = ({ sequence, timeAfter }) => {
      const shown = swap(Math.floor((timeAfter(100 * US) + 250) / 16) * 16);
      return [{ afterNs: 200 * US, message: reply({ sequence, stamps: [shown, shown] }) }];
    };
    const { summary, status } = play({}, peer);
    expect(status).toBe(0);
    expect(summary).toMatchObject({ byteOrder: 'swapped', offset: { isConsistent: false } });
    expect(Math.abs(summary.offset!.offsetNs - 250 * MS)).toBeLessThanOrEqual(summary.offset!.boundNs);
    expect(summary.offset!.boundNs).toBeLessThan(20 * MS);
  });

  it('is asked on until a tick tells the order of its octets', () => {
    // 0x02000003 and 0x03000002 are both times of day: only the next millisecond tells.
    const midnightNs = 0x0200_0003 * MS;
    const { summary } = play({ midnightNs, samples: 1 }, honestPeer(0, 20 * US, 20 * US));
    expect(summary.byteOrder).toBe('network');
    expect(summary.accepted).toBeGreaterThan(10);
    expect(summary.accepted).toBeLessThan(60);
  });

  it('is taken as it should be when it never ticks', () => {
    const peer: Peer = ({ sequence }) => [
      { afterNs: US, message: reply({ sequence, stamps: [0x0200_0002, 0x0200_0002] }) },
    ];
    const { summary, status } = play({ midnightNs: 0x0200_0002 * MS, samples: 1 }, peer);
    expect(summary).toMatchObject({ byteOrder: 'network', accepted: 1001, reason: { kind: 'samples' } });
    expect(status).toBe(0);
  });

  it('that never ticks and makes sense the wrong way round only makes none', () => {
    const peer: Peer = ({ sequence }) => [
      { afterNs: US, message: reply({ sequence, stamps: [0x8000_0002, 0x8000_0002] }) },
    ];
    const { summary, status } = play({ midnightNs: 0x0200_0080 * MS, samples: 1 }, peer);
    expect(summary).toMatchObject({ reason: { kind: 'non-standard' }, accepted: 1001 });
    expect(status).toBe(1);
  });

  it.each([
    ['the high bit', (ms: number) => (ms | 0x8000_0000) >>> 0],
    ['no time of day', () => 0x7fff_ffff],
  ])('is refused at the first stamp that is not standard: %s', (_what, stamp) => {
    const peer: Peer = ({ sequence, timeAfter }) => {
      const shown = stamp(Math.floor(timeAfter(0)) | 0xff);
      return [{ afterNs: 100 * US, message: reply({ sequence, stamps: [shown, shown] }) }];
    };
    const { summary, events, status } = play({}, peer);
    expect(kindsOf(events)).toEqual(['summary']);
    expect(summary).toMatchObject({ reason: { kind: 'non-standard' }, transmitted: 1, accepted: 0, figures: null });
    expect(summary.byteOrder).toBeNull();
    expect(status).toBe(1);
  });

  it('may be set while we look: the samples contradict each other, and the bound spans both', () => {
    const peer: Peer = (probe) => honestPeer(probe.sequence > 25 ? 5000 : 0)(probe);
    const { offset, byteOrder } = play({}, peer).summary;
    expect(byteOrder).toBe('network');
    expect(offset!.isConsistent).toBe(false);
    expect(offset!.boundNs).toBeGreaterThanOrEqual(2500 * MS);
  });
});
