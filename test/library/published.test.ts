/** What a program gets of an event: the same, in milliseconds. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type Published, publisher } from '../../src/library/published.ts';

const publish = publisher(1_700_000_000);

describe('a published event', () => {
  it('has its time as Unix time, and every other time in milliseconds under a name that says so', () => {
    expect(publish({ type: 'reply', wallNs: 1_500_000, roundTripNs: 24_500, minUs: 12, sequence: 3 })).toEqual({
      type: 'reply',
      timestampMs: 1_700_000_000_001.5,
      roundTripMs: 0.0245,
      minMs: 0.012,
      sequence: 3,
    });
  });

  it('has null where nothing was measured, and never a zero', () => {
    expect(publish({ roundTripNs: null, rtt: null, list: [null] })).toEqual({
      roundTripMs: null,
      rtt: null,
      list: [null],
    });
  });

  it('goes into objects and lists, also of times', () => {
    expect(publish({ hops: [{ hop: 1, lastNs: 2e6 }], roundTripsNs: [1e6, null, 3e6] })).toEqual({
      hops: [{ hop: 1, lastMs: 2 }],
      roundTripsMs: [1, null, 3],
    });
  });

  it('leaves octets, texts and truths as they are', () => {
    const message = Uint8Array.of(1, 2);
    const value = publish({ message, host: 'Ns', duplicate: false });
    expect(value).toEqual({ message, host: 'Ns', duplicate: false });
    expect(value.message).toBe(message);
  });

  it('has the types to match', () => {
    interface Event {
      readonly type: 'reply';
      readonly wallNs: number;
      readonly roundTripNs: number | null;
      readonly rtt: { readonly minUs: number } | null;
      readonly hops: readonly { readonly bestNs: number | null }[];
      readonly message: Uint8Array | null;
    }
    expectTypeOf<Published<Event>>().toEqualTypeOf<{
      readonly type: 'reply';
      readonly timestampMs: number;
      readonly roundTripMs: number | null;
      readonly rtt: { readonly minMs: number } | null;
      readonly hops: readonly { readonly bestMs: number | null }[];
      readonly message: Uint8Array | null;
    }>();
    expectTypeOf<Published<{ type: 'a'; xNs: number } | { type: 'b' }>>().toEqualTypeOf<
      { readonly type: 'a'; readonly xMs: number } | { readonly type: 'b' }
    >();
  });
});
