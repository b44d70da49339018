import { describe, expect, it } from 'vitest';
import {
  decodeIpv4,
  decodeQuotedIpv4,
  encodeIpv4,
  peekIpv4HeaderLength,
  peekIpv4TimeToLive,
} from '../../src/packet/ipv4.ts';
import { displaced, flipBit, hex, loadVectors, named, prefixesOf, randomBuffers, toHex } from './support.ts';
import { ipv4Fields } from './vector-fields.ts';

const VECTORS = loadVectors('ipv4.json');
const VALID = VECTORS.filter((vector) => vector.valid);
const INVALID = VECTORS.filter((vector) => !vector.valid);

// 192.0.2.1 to 198.51.100.2, protocol 253, five octets of 0x55; checksum as in vector "protocol-255-reserved", plus 2.
const DATAGRAM = hex('4500 0019 1234 0000 40fd 7b7d c000 0201 c633 6402 5555555555');

describe('golden IPv4 datagrams', () => {
  it('number 30 valid and 11 invalid ones', () => {
    expect([VALID.length, INVALID.length]).toEqual([30, 11]);
  });

  it.each(named(VALID))('%s decodes to its fields and encodes to its octets', (_name, vector) => {
    const bytes = hex(vector.hex);
    const result = decodeIpv4(displaced(bytes));
    if (!result.ok) throw new Error(result.error.reason);
    const { header, payload, padding, checksumOk, flaws } = result.value;
    expect(ipv4Fields(header)).toEqual(vector.fields);
    expect(checksumOk).toBe(vector.checksumOk);
    expect(flaws).toEqual([]);
    expect(20 + header.options.length + payload.length).toBe(header.totalLength);
    expect(header.totalLength + padding.length).toBe(bytes.length);
    expect(toHex(encodeIpv4(result.value))).toBe(vector.hex);
  });

  it.each(named(INVALID))('%s is refused with a reason', (_name, vector) => {
    const result = decodeIpv4(hex(vector.hex));
    expect(result.ok).toBe(false);
    expect(!result.ok && result.error.reason).toMatch(/\w{4}/);
  });
});

describe('decodeIpv4', () => {
  it('keeps link padding apart from the payload', () => {
    const result = decodeIpv4(hex(`${toHex(DATAGRAM)} 0000 00ff`));
    expect(result.ok && toHex(result.value.payload)).toBe('5555555555');
    expect(result.ok && toHex(result.value.padding)).toBe('000000ff');
  });

  it('refuses every shorter prefix of a datagram', () => {
    for (const prefix of prefixesOf(DATAGRAM)) expect(decodeIpv4(prefix).ok, `${prefix.length} octets`).toBe(false);
  });

  it('refuses a header, or finds its checksum wrong, when any single bit of it flips', () => {
    for (let bit = 0; bit < 20 * 8; bit++) {
      const result = decodeIpv4(flipBit(DATAGRAM, bit));
      expect(result.ok && result.value.checksumOk, `bit ${bit}`).toBe(false);
    }
  });

  it('gives every random datagram that it accepts back as it was', () => {
    let accepted = 0;
    for (const bytes of randomBuffers(20_000, 96, 0x1901)) {
      if (bytes.length > 3) {
        bytes[0] = 0x40 | (bytes[0]! & 0x0f);
        bytes[2] = 0;
        bytes[3]! &= 0x7f;
      }
      const result = decodeIpv4(bytes);
      if (!result.ok) continue;
      accepted += 1;
      expect(toHex(encodeIpv4(result.value))).toBe(toHex(bytes));
    }
    expect(accepted).toBeGreaterThan(1000);
  });
});

describe('decodeQuotedIpv4', () => {
  it('accepts a total length beyond what is there', () => {
    const quote = decodeQuotedIpv4(hex('4500 0404 4242 0000 0111 8770 c000 0201 c633 6402 9c40 829a 03f0 5b78'));
    expect(quote.ok && quote.value.header.totalLength).toBe(1028);
    expect(quote.ok && toHex(quote.value.payload)).toBe('9c40829a03f05b78');
    expect(quote.ok && quote.value.flaws).toEqual([]);
  });

  it('tells when fewer than eight data octets are quoted', () => {
    const quote = decodeQuotedIpv4(hex('4500 0404 4242 0000 0111 8770 c000 0201 c633 6402 9c40 82'));
    expect(quote.ok && quote.value.flaws).toEqual(['quote has 3 of the 8 data octets that RFC 792 asks for']);
  });

  it('does not miss data that the datagram never had', () => {
    const quote = decodeQuotedIpv4(DATAGRAM);
    expect(quote.ok && quote.value.flaws).toEqual([]);
    expect(quote.ok && quote.value.payload.length).toBe(5);
  });

  it('takes all the rest for payload when the total length is below the header length', () => {
    const quote = decodeQuotedIpv4(hex('4500 0008 4242 0000 0111 8b6c c000 0201 c633 6402 9c40 829a 03f0 5b78'));
    expect(quote.ok && quote.value.flaws).toEqual(['quoted total length 8 is below its header length 20']);
    expect(quote.ok && quote.value.payload.length).toBe(8);
  });

  it('refuses every prefix that cuts the header or its options', () => {
    const withOptions = hex(VALID.find(({ name }) => name.includes('ihl-15'))?.hex ?? '');
    for (const prefix of prefixesOf(withOptions)) {
      expect(decodeQuotedIpv4(prefix).ok, `${prefix.length} octets`).toBe(prefix.length >= 60);
    }
  });
});

describe('encodeIpv4', () => {
  const header = {
    typeOfService: 0,
    identification: 0x1234,
    reservedFlag: false,
    dontFragment: false,
    moreFragments: false,
    fragmentOffset: 0,
    timeToLive: 64,
    protocol: 253,
    sourceAddress: '192.0.2.1',
    destinationAddress: '198.51.100.2',
    options: new Uint8Array(0),
  };
  const payload = new Uint8Array(5).fill(0x55);

  it('computes total length and checksum that are not given', () => {
    expect(toHex(encodeIpv4({ header, payload }))).toBe(toHex(DATAGRAM));
  });

  it.each([
    ['fragmentOffset', { fragmentOffset: 0x2000 }],
    ['timeToLive', { timeToLive: 256 }],
    ['sourceAddress', { sourceAddress: '192.0.2' }],
    ['options', { options: new Uint8Array(3) }],
    ['options', { options: new Uint8Array(44) }],
  ])('throws a RangeError that names a bad %s', (field, bad) => {
    expect(() => encodeIpv4({ header: { ...header, ...bad }, payload })).toThrow(RangeError);
    expect(() => encodeIpv4({ header: { ...header, ...bad }, payload })).toThrow(field);
  });
});

describe('peekIpv4HeaderLength', () => {
  it('agrees with the decoder on every golden datagram', () => {
    for (const vector of VECTORS) {
      const bytes = hex(vector.hex);
      const quote = decodeQuotedIpv4(bytes);
      const expected = quote.ok ? 20 + quote.value.header.options.length : 0;
      expect(peekIpv4HeaderLength(displaced(bytes), 0, bytes.length), vector.name).toBe(expected);
    }
  });

  it('is 0 when the header runs past the end that is given', () => {
    expect(peekIpv4HeaderLength(DATAGRAM, 0, 19)).toBe(0);
    expect(peekIpv4HeaderLength(DATAGRAM, 0, 20)).toBe(20);
  });

  it('reads at an offset, as the time to live is', () => {
    const batch = new Uint8Array(128);
    batch.set(DATAGRAM, 64);
    expect(peekIpv4HeaderLength(batch, 64, 128)).toBe(20);
    expect(peekIpv4TimeToLive(batch, 64)).toBe(64);
  });
});
