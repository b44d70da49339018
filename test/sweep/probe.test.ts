import { describe, expect, it } from 'vitest';
import { internetChecksum } from '../../src/packet/checksum.ts';
import { elapsedSince, PROBE_MINIMUM_SIZE, ProbeCodec, TIME_MODULUS_NS } from '../../src/sweep/probe.ts';

const KEY = { key0: 0x01234567, key1: 0x89abcdef, identifier: 0x1b2c };
const OFFSET = 6;

function written(codec: ProbeCodec, family: 4 | 6, index: number, attempt: number, sentNs: number): Uint8Array {
  const octets = new Uint8Array(OFFSET + codec.octets);
  codec.prepare(octets, OFFSET);
  codec.write(octets, OFFSET, family, 0x0102, index, attempt, sentNs);
  return octets.subarray(OFFSET);
}

/** The reply of an honest host: the same with another type. Its checksum is not for the codec to see. */
function reply(probe: Uint8Array, family: 4 | 6): Uint8Array {
  const octets = probe.slice();
  octets[0] = family === 4 ? 0 : 129;
  return octets;
}

describe('a probe', () => {
  it('is an echo request with its fields where the layout says, and the right checksum', () => {
    const probe = written(new ProbeCodec(KEY, 56), 4, 0xdeadbeef, 0x0007, 0x0001_0002_0003);
    expect(probe.length).toBe(64);
    expect(Buffer.from(probe.subarray(0, 2)).toString('hex')).toBe('0800');
    expect(Buffer.from(probe.subarray(4, 8)).toString('hex')).toBe('1b2c0102');
    expect(Buffer.from(probe.subarray(16, 28)).toString('hex')).toBe('deadbeef0007000100020003');
    expect(probe[28]).toBe(0);
    expect(probe[63]).toBe(35);
    expect(internetChecksum(probe)).toBe(0);
  });

  it('has the right checksum also with the least and with an odd filling', () => {
    for (const size of [PROBE_MINIMUM_SIZE, PROBE_MINIMUM_SIZE + 1, 1400]) {
      expect(internetChecksum(written(new ProbeCodec(KEY, size), 4, 1, 2, 3)), `${size}`).toBe(0);
    }
  });

  it('is of type 128 over IPv6, its checksum left to the kernel', () => {
    const probe = written(new ProbeCodec(KEY, 56), 6, 1, 0, 0);
    expect([...probe.subarray(0, 4)]).toEqual([128, 0, 0, 0]);
  });

  it('needs room for its cookie', () => {
    expect(() => new ProbeCodec(KEY, PROBE_MINIMUM_SIZE - 1)).toThrow(RangeError);
  });
});

describe.each([4, 6] as const)('a reply over IPv%d', (family) => {
  const codec = new ProbeCodec(KEY, 56);
  const probe = written(codec, family, 70_000, 3, 123_456_789_012_345);

  it('tells which probe it is about and when that was sent', () => {
    const octets = reply(probe, family);
    expect(codec.readReply(octets, 0, octets.length, family)).toBe(true);
    expect([codec.index, codec.attempt, codec.sentNs]).toEqual([70_000, 3, 123_456_789_012_345]);
  });

  it('is not believed when any bit of tag or cookie is another', () => {
    for (let bit = 8 * 8; bit < 28 * 8; bit++) {
      const octets = reply(probe, family);
      octets[bit >> 3]! ^= 0x80 >> (bit & 7);
      expect(codec.readReply(octets, 0, octets.length, family), `bit ${bit}`).toBe(false);
    }
  });

  it('is not believed when it is cut short, of another type or of another run', () => {
    const octets = reply(probe, family);
    for (let length = 0; length < 28; length++) expect(codec.readReply(octets, 0, length, family)).toBe(false);
    expect(codec.readReply(octets, 0, 28, family)).toBe(true);
    expect(codec.readReply(probe, 0, probe.length, family)).toBe(false);
    expect(codec.readReply(octets.with(1, 1), 0, octets.length, family)).toBe(false);
    const other = new ProbeCodec({ ...KEY, key1: KEY.key1 ^ 1 }, 56);
    expect(other.readReply(octets, 0, octets.length, family)).toBe(false);
  });

  it('leaves the fields alone when it is not believed', () => {
    const octets = reply(probe, family);
    codec.readReply(octets, 0, octets.length, family);
    codec.readReply(octets.with(16, 1), 0, octets.length, family);
    expect(codec.index).toBe(70_000);
  });
});

describe('a quoted probe', () => {
  const codec = new ProbeCodec(KEY, 56);
  const probe = written(codec, 4, 9, 1, 5);

  it('is known by its tag, or by its identifier where the quote ends before that', () => {
    expect(codec.readQuote(probe, 0, probe.length, 4, KEY.identifier)).toBe('probe');
    expect(codec.index).toBe(9);
    expect(codec.readQuote(probe, 0, 8, 4, KEY.identifier)).toBe('header');
    expect(codec.readQuote(probe, 0, 8, 4, null)).toBe('header');
  });

  it("is none of ours with another's identifier, a wrong tag, another type or no whole header", () => {
    expect(codec.readQuote(probe, 0, 8, 4, KEY.identifier ^ 1)).toBe('none');
    expect(codec.readQuote(probe.with(8, probe[8]! ^ 1), 0, probe.length, 4, KEY.identifier)).toBe('none');
    expect(codec.readQuote(probe.with(0, 0), 0, probe.length, 4, KEY.identifier)).toBe('none');
    expect(codec.readQuote(probe, 0, 7, 4, KEY.identifier)).toBe('none');
  });
});

describe('elapsedSince', () => {
  it('goes on over the end of 48 bits, and may be negative', () => {
    expect(elapsedSince(TIME_MODULUS_NS - 5, 3 * TIME_MODULUS_NS + 7)).toBe(12);
    expect(elapsedSince(100, 50)).toBe(-50);
    expect(elapsedSince(TIME_MODULUS_NS - 3, 4 * TIME_MODULUS_NS - 3)).toBe(0);
    expect(elapsedSince(2, TIME_MODULUS_NS)).toBe(-2);
  });
});
