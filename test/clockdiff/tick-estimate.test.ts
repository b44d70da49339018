import { describe, expect, it } from 'vitest';
import { TickEstimate } from '../../src/clockdiff/tick-estimate.ts';

const MS = 1e6;
const DAY_MS = 86_400_000;

/** Times in milliseconds since midnight. */
function figures(...exchanges: readonly (readonly [sent: number, peer: number, received: number])[]) {
  const estimate = new TickEstimate();
  for (const [sent, peer, received] of exchanges) {
    const peerMs = ((peer % DAY_MS) + DAY_MS) % DAY_MS;
    estimate.add({ sentNs: sent * MS, receivedNs: received * MS, peerReceivedMs: peerMs, peerTransmittedMs: peerMs });
  }
  return estimate.figures;
}

describe('the figures of clockdiff(8)', () => {
  it('are none without an exchange', () => {
    expect(figures()).toBeNull();
  });

  it('are half the difference of the ways there and back', () => {
    // 1007 - 1000 = 7 there, 1010 - 1007 = 3 back.
    expect(figures([1000, 1007, 1010])).toEqual({ deltaMs: 2, deltaAtSmallestMs: 2, smallestRoundTripMs: 10 });
  });

  it('take the smallest way of each, and beside it the exchange with the smallest round trip', () => {
    // There 20, 8, 15; back 1, 5, -4: minima 8 and -4; the smallest sum is 11 with 15 and -4.
    expect(figures([1000, 1020, 1021], [1000, 1008, 1013], [1000, 1015, 1011])).toEqual({
      deltaMs: 6,
      deltaAtSmallestMs: 9,
      smallestRoundTripMs: 11,
    });
  });

  it('cut halves towards zero, as C does', () => {
    expect(figures([1000, 1003, 1003.5])?.deltaMs).toBe(1); // (3 - 0) / 2 = 1.5
    expect(figures([1000, 1003, 1004])?.deltaMs).toBe(1); // (3 - 1) / 2
    expect(figures([1000, 998, 1001])?.deltaMs).toBe(-2); // (-2 - 3) / 2 = -2.5
    expect(Object.is(figures([1000, 1000, 1001])?.deltaMs, 0)).toBe(true); // (0 - 1) / 2 = -0.5
  });

  it('cut times to whole milliseconds on our side too', () => {
    expect(figures([1000.9, 1001, 1001.1])).toEqual({ deltaMs: 0, deltaAtSmallestMs: 0, smallestRoundTripMs: 1 });
  });

  it('forget the minima at an exchange within one millisecond', () => {
    // There 250 and 249, back -250 and -248: the minima would give (249 + 250) / 2, cut to 249.
    expect(figures([1000, 1250, 1000.5], [1005, 1254, 1006])?.deltaMs).toBe(249);
    expect(figures([1005, 1254, 1006], [1000, 1250, 1000.5])?.deltaMs).toBe(250);
  });

  it('go over midnight, and know clocks half a day off', () => {
    expect(figures([DAY_MS - 2, DAY_MS + 1, DAY_MS + 4])?.deltaMs).toBe(0);
    expect(figures([1000, 1000 + DAY_MS / 2, 1000])?.deltaMs).toBe(-DAY_MS / 2);
    expect(figures([1000, 999 + DAY_MS / 2, 1000], [1000, 1001 + DAY_MS / 2, 1000])?.deltaMs).toBe(DAY_MS / 2 + 1);
    expect(figures([1000, 1000 - DAY_MS / 2 + 1, 1000])?.deltaMs).toBe(-DAY_MS / 2 + 1);
  });
});
