import { describe, expect, it } from 'vitest';
import { encodeInterfaceName, encodeMplsLabels, readObjectContent } from '../../src/packet/icmp-extension-objects.ts';
import { decodeIcmpExtension, encodeIcmpExtension, extensionFlaws } from '../../src/packet/icmp-extensions.ts';
import { flipBit, hex, mustEqual, prefixesOf, randomBuffers, toHex } from './support.ts';

// RFC 4950: label 16, bottom of stack, TTL 1. ~(0x2000 + 0x0008 + 0x0101 + 0x0001 + 0x0101) = 0xddf4, by hand.
const MPLS = hex('2000 ddf4 0008 0101 0001 0101');

describe('decodeIcmpExtension', () => {
  it('reads header, objects and a checksum over the whole structure', () => {
    expect(decodeIcmpExtension(MPLS)).toMatchObject({
      kind: 'structure',
      checksum: 0xddf4,
      checksumOk: true,
      objects: [{ content: { labels: [{ label: 16, experimental: 0, bottomOfStack: true, ttl: 1 }] } }],
      flaw: null,
    });
  });

  it('flags every single-bit corruption as a wrong checksum or version, and keeps the octets', () => {
    for (let bit = 0; bit < MPLS.length * 8; bit++) {
      const flipped = flipBit(MPLS, bit);
      const extension = decodeIcmpExtension(flipped);
      expect(extension.kind === 'structure' && extension.checksumOk, `bit ${bit}`).toBe(false);
      mustEqual(encodeIcmpExtension(extension), flipped);
    }
  });

  it('takes a checksum of zero as not computed', () => {
    expect(decodeIcmpExtension(hex('2000 0000 0008 0101 0001 0101'))).toMatchObject({ checksumOk: null });
  });

  it.each([
    ['2000 0000 0008 0101 0001 0101 0000 01', 1, 'extension ends in 3 octets that are no object'],
    ['2000 0000 0008 0101 0001 0101 0003 0101', 1, 'object length 3 is below 4'],
    ['2000 0000 0000 0101', 0, 'object length 0 is below 4'],
    ['2000 0000 0063 0101 0001 0101', 0, 'object of 99 octets runs past the 8 left'],
  ])('keeps what comes before the fault in %s', (digits, objects, flaw) => {
    const extension = decodeIcmpExtension(hex(digits));
    if (extension.kind !== 'structure') throw new Error(extension.reason);
    expect(extension.objects).toHaveLength(objects);
    expect(extensionFlaws(extension)).toEqual([flaw]);
    mustEqual(encodeIcmpExtension(extension), hex(digits));
  });

  it('gives every prefix and random octets back as they were', () => {
    for (const prefix of prefixesOf(MPLS)) mustEqual(encodeIcmpExtension(decodeIcmpExtension(prefix)), prefix);
    for (const bytes of randomBuffers(20_000, 80, 0x4884)) {
      if (bytes.length > 7) {
        bytes[0] = 0x20;
        bytes[4] = 0;
        bytes[5]! %= 48;
        bytes[6]! &= 3;
      }
      mustEqual(encodeIcmpExtension(decodeIcmpExtension(bytes)), bytes);
    }
  });
});

describe('encodeIcmpExtension', () => {
  it('computes a checksum that is not given', () => {
    const body = encodeMplsLabels([{ label: 16, experimental: 0, bottomOfStack: true, ttl: 1 }]);
    const extension = { kind: 'structure', objects: [{ classNumber: 1, cType: 1, body }] } as const;
    expect(toHex(encodeIcmpExtension(extension))).toBe(toHex(MPLS));
  });

  it('throws a RangeError for an object or a reserved field that is out of range', () => {
    const object = { classNumber: 256, cType: 1, body: hex('') };
    expect(() => encodeIcmpExtension({ kind: 'structure', objects: [object] })).toThrow('classNumber');
    expect(() => encodeIcmpExtension({ kind: 'structure', reserved: 0x1000, objects: [] })).toThrow('reserved');
  });
});

describe('readObjectContent', () => {
  it('reads labels that encodeMplsLabels writes, the largest included', () => {
    const labels = [
      { label: 0xfffff, experimental: 7, bottomOfStack: false, ttl: 254 },
      { label: 0, experimental: 0, bottomOfStack: true, ttl: 0 },
    ];
    expect(readObjectContent(1, 1, encodeMplsLabels(labels))).toEqual({ kind: 'mpls-label-stack', labels });
    expect(() => encodeMplsLabels([{ ...labels[0]!, label: 0x100000 }])).toThrow('label');
  });

  it.each([
    [1, 1, '', 'MPLS label stack of 0 octets'],
    [1, 1, '0001 01', 'MPLS label stack of 3 octets'],
    [2, 0x08, '0000 00', 'interface index is cut'],
    [2, 0x04, '0001 0000 cb00', 'interface address is cut or of an unknown family'],
    [2, 0x04, '0002 0000 cb007101', 'interface address is cut or of an unknown family'],
    [2, 0x04, '4005 0000 cb007101', 'interface address is cut or of an unknown family'],
    [2, 0x02, '', 'interface name is cut'],
    [2, 0x02, '0065 7468', 'interface name is cut'],
    [2, 0x02, '0865 7468', 'interface name is cut'],
    [2, 0x01, '05dc', 'interface MTU is cut'],
    [2, 0x01, '0000 05dc 0000', '2 octets too many'],
    [3, 2, '0000 07', 'interface index of 3 octets'],
    [3, 3, '0001', 'interface address is cut'],
    [3, 3, '0001 0400 cb0071', 'interface address is cut'],
  ])('of class %i, C-Type %i, calls %j malformed: %s', (classNumber, cType, digits, reason) => {
    expect(readObjectContent(classNumber, cType, hex(digits))).toEqual({ kind: 'malformed', reason });
  });

  it('reads the three ways to name an interface of RFC 8335', () => {
    const kind = 'interface-identification';
    expect(readObjectContent(3, 1, encodeInterfaceName('wlan0'))).toEqual({ kind, by: 'name', name: 'wlan0' });
    expect(readObjectContent(3, 2, hex('00000007'))).toEqual({ kind, by: 'index', index: 7 });
    const address = hex('cb007101');
    expect(readObjectContent(3, 3, hex('0001 0400 cb007101'))).toEqual({
      ...{ kind, by: 'address', addressFamily: 1, addressBytes: address, address: '203.0.113.1' },
    });
    const mac = readObjectContent(3, 3, hex('4005 0600 020000000001 0000'));
    expect(mac).toMatchObject({ by: 'address', addressFamily: 0x4005, address: null });
    expect(mac.kind === kind && mac.by === 'address' && toHex(mac.addressBytes)).toBe('020000000001');
  });

  it('leaves classes and C-Types that it does not know unread', () => {
    expect(readObjectContent(247, 1, hex('00'))).toEqual({ kind: 'unknown' });
    expect(readObjectContent(1, 2, hex('00'))).toEqual({ kind: 'unknown' });
    expect(readObjectContent(3, 9, hex('00'))).toEqual({ kind: 'unknown' });
  });

  it('answers for every class, C-Type and body without throwing', () => {
    for (const bytes of randomBuffers(20_000, 40, 0x5837)) {
      readObjectContent((bytes[0] ?? 0) & 3, (bytes[1] ?? 0) & 0x0f, bytes.subarray(2));
    }
  });
});
