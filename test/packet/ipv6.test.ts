import { describe, expect, it } from 'vitest';
import { decodeQuotedIpv6, encodeIpv6, findUpperLayer } from '../../src/packet/ipv6.ts';
import { displaced, flipBit, hex, prefixesOf, randomBuffers, toHex } from './support.ts';

// RFC 8200 section 3, by hand: class 0xb8, flow label 0x12345, 10 octets of UDP, hop limit 64, 2001:db8::1 to 2001:db8::2.
const ADDRESSES = '20010db8 00000000 00000000 00000001 20010db8 00000000 00000000 00000002';
const PACKET = hex(`6b812345 000a 11 40 ${ADDRESSES} 9c40 829a 000a 0000 abcd`);

describe('decodeQuotedIpv6', () => {
  it('reads the fixed header', () => {
    const result = decodeQuotedIpv6(displaced(PACKET));
    expect(result.ok && result.value.header).toEqual({
      trafficClass: 0xb8,
      flowLabel: 0x12345,
      payloadLength: 10,
      nextHeader: 17,
      hopLimit: 64,
      sourceAddress: '2001:db8::1',
      destinationAddress: '2001:db8::2',
    });
    expect(result.ok && toHex(result.value.payload)).toBe('9c40829a000a0000abcd');
    expect(result.ok && result.value.flaws).toEqual([]);
  });

  it('accepts every prefix that has the header, and tells when fewer than eight data octets follow', () => {
    for (const prefix of prefixesOf(PACKET)) {
      const result = decodeQuotedIpv6(prefix);
      expect(result.ok, `${prefix.length} octets`).toBe(prefix.length >= 40);
      expect(result.ok && result.value.flaws.length, `${prefix.length} octets`).toBe(
        prefix.length >= 40 && (prefix.length < 48 ? 1 : 0),
      );
    }
  });

  it('refuses another version', () => {
    const result = decodeQuotedIpv6(hex(`4b812345 000a 11 40 ${ADDRESSES}`));
    expect(!result.ok && result.error.reason).toBe('IP version is 4, not 6');
  });

  it('keeps octets behind the payload length apart', () => {
    const result = decodeQuotedIpv6(hex(`${toHex(PACKET)} 0000`));
    expect(result.ok && toHex(result.value.padding)).toBe('0000');
  });

  it('takes all octets for the payload of a jumbogram, whose payload length is zero', () => {
    const result = decodeQuotedIpv6(hex(`60000000 0000 00 40 ${ADDRESSES} 11 00 c2 04 00 01 00 00`));
    expect(result.ok && result.value.payload.length).toBe(8);
    expect(result.ok && result.value.flaws).toEqual([]);
  });

  it('gives its octets back after any single bit flip that it accepts', () => {
    for (let bit = 0; bit < PACKET.length * 8; bit++) {
      const flipped = flipBit(PACKET, bit);
      const result = decodeQuotedIpv6(flipped);
      expect(result.ok, `bit ${bit}`).toBe(bit >= 4);
      if (result.ok) expect(toHex(encodeIpv6(result.value)), `bit ${bit}`).toBe(toHex(flipped));
    }
  });

  it('gives every random packet of version 6 back as it was', () => {
    for (const bytes of randomBuffers(20_000, 80, 0x8200)) {
      if (bytes.length > 0) bytes[0] = 0x60 | (bytes[0]! & 0x0f);
      const result = decodeQuotedIpv6(bytes);
      expect(result.ok).toBe(bytes.length >= 40);
      if (result.ok) expect(toHex(encodeIpv6(result.value))).toBe(toHex(bytes));
    }
  });
});

describe('encodeIpv6', () => {
  const header = {
    trafficClass: 0xb8,
    flowLabel: 0x12345,
    nextHeader: 17,
    hopLimit: 64,
    sourceAddress: '2001:db8::1',
    destinationAddress: '2001:db8::2',
  };

  it('computes a payload length that is not given', () => {
    expect(toHex(encodeIpv6({ header, payload: PACKET.subarray(40) }))).toBe(toHex(PACKET));
  });

  it('throws a RangeError for a flow label above 20 bits', () => {
    expect(() => encodeIpv6({ header: { ...header, flowLabel: 0x100000 }, payload: hex('') })).toThrow('flowLabel');
  });
});

describe('findUpperLayer', () => {
  it('finds a protocol that follows the header at once', () => {
    expect(findUpperLayer(58, hex('80'))).toEqual({ ok: true, value: { protocol: 58, offset: 0, fragmentOffset: 0 } });
  });

  it('skips hop-by-hop, routing, destination options and authentication headers by their own lengths', () => {
    const hopByHop = '2b00 0000 0000 0000'; // next: routing, 8 octets
    const routing = `3c01 ${'00'.repeat(14)}`; // next: destination options, 16 octets
    const destination = '3300 0000 0000 0000'; // next: authentication, 8 octets
    const authentication = `1104 ${'00'.repeat(22)}`; // next: UDP, (4 + 2) words of 4 octets
    const payload = hex(`${hopByHop}${routing}${destination}${authentication}9c40829a`);
    expect(findUpperLayer(0, payload)).toEqual({ ok: true, value: { protocol: 17, offset: 56, fragmentOffset: 0 } });
    for (const prefix of prefixesOf(payload.subarray(0, 56))) expect(findUpperLayer(0, prefix).ok).toBe(false);
  });

  it.each([0, 43, 60, 135, 139, 140])('skips header %i by its length in units of eight octets', (protocol) => {
    const found = findUpperLayer(protocol, hex(`1101 ${'00'.repeat(14)} 9c40`));
    expect(found.ok && found.value).toEqual({ protocol: 17, offset: 16, fragmentOffset: 0 });
  });

  it('goes on behind a first fragment header, whose second octet is no length', () => {
    const found = findUpperLayer(44, hex('3aff 0001 12345678 8000'));
    expect(found).toEqual({ ok: true, value: { protocol: 58, offset: 8, fragmentOffset: 0 } });
  });

  it('stops at a later fragment, which begins in the middle of something', () => {
    const found = findUpperLayer(44, hex('3c00 05b9 12345678 ffff'));
    expect(found).toEqual({ ok: true, value: { protocol: 60, offset: 8, fragmentOffset: 183 } });
  });

  it.each([50, 59, 6, 255])('stops at protocol %i, which nobody can skip', (protocol) => {
    const found = findUpperLayer(0, hex(`${protocol.toString(16).padStart(2, '0')}00 0000 0000 0000`));
    expect(found.ok && found.value).toEqual({ protocol, offset: 8, fragmentOffset: 0 });
  });

  it('ends within the octets that are there, whatever they are', () => {
    const extensions = [0, 43, 44, 51, 60, 135, 139, 140];
    for (const bytes of randomBuffers(20_000, 120, 0x4302)) {
      for (let i = 0; i < bytes.length; i += 8) bytes[i] = extensions[bytes[i]! & 7]!;
      const found = findUpperLayer(extensions[bytes.length & 7]!, bytes);
      if (found.ok) expect(found.value.offset).toBeLessThanOrEqual(bytes.length);
    }
  });
});
