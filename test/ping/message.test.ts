/** The packet of iputils.md section 1.6.2. */
import { describe, expect, it } from 'vitest';
import { makePayload, ProbeWriter } from '../../src/ping/message.ts';
import { echoProtocol, NOT_OURS } from '../../src/ping/protocol.ts';
import { IDENTIFIER, icmp, ramp } from './support.ts';

const UNIX_SECONDS = 1_795_344_226; // 0x6b02c762
const MICROSECONDS = 902_450; // 0x000dc532

/** A clock that began 1000 s earlier. */
function at(unixSeconds: number, microseconds: number): { readonly wallNs: number; readonly epochSeconds: number } {
  return { epochSeconds: unixSeconds - 1000, wallNs: 1000e9 + microseconds * 1e3 };
}

/** What one write puts into a buffer that was full of 0xa5. */
function written(family: 4 | 6, identifier: number | null, sequence: number, payload: Uint8Array): Uint8Array {
  const target = new Uint8Array(payload.length + 8 + 5).fill(0xa5);
  const writer = new ProbeWriter(echoProtocol(family, identifier), target, payload);
  writer.write(sequence, at(UNIX_SECONDS, MICROSECONDS));
  expect(target.subarray(writer.octets)).toEqual(new Uint8Array(5).fill(0xa5));
  return target.slice(0, writer.octets);
}

/** The ramp with the time stamp over its first 16 octets: two 64-bit integers, little-endian. */
function stamped(payload: Uint8Array): Uint8Array {
  const octets = payload.slice();
  octets.set([0x62, 0xc7, 0x02, 0x6b, 0, 0, 0, 0, 0x32, 0xc5, 0x0d, 0x00, 0, 0, 0, 0]);
  return octets;
}

describe('a probe', () => {
  it('is an echo request with stamp, payload and a right checksum', () => {
    const payload = ramp(56);
    const expected = icmp({ type: 8, sequence: 1, identifier: IDENTIFIER, data: stamped(payload) });
    expect(written(4, IDENTIFIER, 1, payload)).toEqual(expected);
  });

  it('has a right checksum for every kind of number and size', () => {
    for (const size of [16, 17, 56, 57, 1400, 65_507]) {
      const payload = makePayload(size, null);
      for (const sequence of [0, 1, 255, 256, 65_535]) {
        const expected = icmp({ type: 8, sequence, identifier: 0xffff, data: stamped(payload) });
        expect(Buffer.compare(written(4, 0xffff, sequence, payload), expected), `${size}, ${sequence}`).toBe(0);
      }
    }
  });

  it('over IPv6 leaves the checksum to the kernel', () => {
    const expected = icmp({ type: 128, sequence: 258, data: stamped(ramp(56)) });
    expected.set([0, 0], 2);
    expect(written(6, IDENTIFIER, 258, ramp(56))).toEqual(expected);
  });

  it('on a datagram socket leaves the identifier to the kernel', () => {
    for (const family of [4, 6] as const) {
      expect(written(family, null, 1, ramp(56)).subarray(4, 8)).toEqual(Uint8Array.of(0, 0, 0, 1));
    }
  });

  it('carries no stamp where none fits', () => {
    for (const size of [0, 1, 8, 15]) {
      expect(written(4, IDENTIFIER, 1, ramp(size))).toEqual(icmp({ type: 8, sequence: 1, data: ramp(size) }));
    }
    expect(written(4, IDENTIFIER, 1, ramp(16))).toEqual(icmp({ type: 8, sequence: 1, data: stamped(ramp(16)) }));
  });

  it('is written anew each time, with nothing left of the last one', () => {
    const target = new Uint8Array(64);
    const writer = new ProbeWriter(echoProtocol(4, IDENTIFIER), target, ramp(56));
    writer.write(65_535, at(0xffff_ffff, 999_999));
    writer.write(1, at(UNIX_SECONDS, MICROSECONDS));
    expect(target).toEqual(icmp({ type: 8, sequence: 1, data: stamped(ramp(56)) }));
  });
});

describe('the payload', () => {
  it('is each octet its own offset modulo 256', () => {
    const payload = makePayload(600, null);
    expect([payload[0], payload[16], payload[255], payload[256], payload[599]]).toEqual([0, 16, 255, 0, 87]);
    expect(makePayload(0, null)).toHaveLength(0);
  });

  it('is a pattern over and over, from its first octet on', () => {
    expect(makePayload(7, Uint8Array.of(0xab, 0x0c, 0xff))).toEqual(
      Uint8Array.of(0xab, 0x0c, 0xff, 0xab, 0x0c, 0xff, 0xab),
    );
  });

  it('is the ramp when the pattern is empty', () => {
    expect(makePayload(20, new Uint8Array(0))).toEqual(ramp(20));
  });
});

describe('the sequence of a message', () => {
  it('is read behind whatever stands before it, and only from a whole echo header with code 0', () => {
    const protocol = echoProtocol(4, IDENTIFIER);
    const octets = new Uint8Array(40);
    octets.set(icmp({ type: 0, sequence: 0xfffe, data: ramp(4) }), 13);
    expect(protocol.sequenceOf(octets, 13, 25)).toBe(0xfffe);
    expect(protocol.sequenceOf(octets, 13, 20)).toBe(NOT_OURS);
    octets[14] = 1;
    expect(protocol.sequenceOf(octets, 13, 25)).toBe(NOT_OURS);
    expect(echoProtocol(4, 1).sequenceOf(icmp({ type: 0 }), 0, 64)).toBe(NOT_OURS);
    expect(echoProtocol(4, null).sequenceOf(icmp({ type: 0, sequence: 5 }), 0, 64)).toBe(5);
  });
});
