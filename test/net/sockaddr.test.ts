/** `struct sockaddr_in` and `sockaddr_in6` as octets, and addresses as text. */
import { describe, expect, it } from 'vitest';
import {
  type Address,
  decodeSockaddr,
  encodeSockaddr,
  formatAddress,
  isAnycastRouter,
  isLinkLocal,
  isLinkLocalMulticast,
  isMulticast,
  LITTLE_ENDIAN,
  sameAddress,
} from '../../src/net/sockaddr.ts';
import { addressOctets } from '../lab/addresses.ts';
import { addon } from '../native/support.ts';
import { displaced, hex, prefixesOf, randomBuffers, toHex } from '../packet/support.ts';

/** By hand, from <netinet/in.h>: the family and the scope in the machine's order, all else as on the wire. */
const V4 = hex(`${LITTLE_ENDIAN ? '0200' : '0002'} 1f90 c0000201 0000000000000000`);
const V6 = hex(
  `${LITTLE_ENDIAN ? '0a00' : '000a'} 1f90 000abcde fe80000000000000 0000000000000001 ${LITTLE_ENDIAN ? '03000000' : '00000003'}`,
);
const PORT = 8080; // 0x1f90

function address(text: string, scope = 0): Address {
  return { family: text.includes(':') ? 6 : 4, octets: new Uint8Array(addressOctets(text)), scope };
}

describe('the codec', () => {
  it('lays out the two structures', () => {
    expect(toHex(encodeSockaddr(address('192.0.2.1'), PORT))).toBe(toHex(V4));
    expect(toHex(encodeSockaddr(address('fe80::1', 3), PORT, 0xabcde))).toBe(toHex(V6));
  });

  it('leaves port and flow information zero unless said', () => {
    expect([...encodeSockaddr(address('::1'))]).toEqual([...V6.subarray(0, 2), ...Array(21).fill(0), 1, 0, 0, 0, 0]);
  });

  it('reads them back, wherever they stand', () => {
    expect(decodeSockaddr(displaced(V4))).toEqual({ ...address('192.0.2.1'), port: PORT });
    expect(decodeSockaddr(displaced(V6))).toEqual({ ...address('fe80::1', 3), port: PORT });
  });

  it('answers a copy of the address', () => {
    const octets = V4.slice();
    const decoded = decodeSockaddr(octets)!;
    octets.fill(0xff);
    expect(formatAddress(decoded, () => null)).toBe('192.0.2.1');
  });

  it('answers null for what is cut short', () => {
    for (const whole of [V4, V6]) {
      for (const prefix of prefixesOf(whole)) expect(decodeSockaddr(prefix), toHex(prefix)).toBeNull();
    }
  });

  it('answers null for other families, and for none', () => {
    for (const family of [0, 1, 16, 17, 0x0200, 0xffff]) {
      const octets = new Uint8Array(128);
      new DataView(octets.buffer).setUint16(0, family, LITTLE_ENDIAN);
      expect(decodeSockaddr(octets), `family ${family}`).toBeNull();
    }
  });

  it('takes any octets without harm', () => {
    for (const octets of randomBuffers(2000, 40, 7)) {
      if (octets.length >= 2) octets.set(octets[0]! % 2 === 0 ? V4.subarray(0, 2) : V6.subarray(0, 2));
      const decoded = decodeSockaddr(octets);
      if (decoded === null) continue;
      expect(decoded.octets).toHaveLength(decoded.family === 4 ? 4 : 16);
      const again = decodeSockaddr(encodeSockaddr(decoded, decoded.port));
      expect(again).toEqual(decoded);
    }
  });
});

describe('formatAddress', () => {
  const nameOf = (index: number) => (index === 3 ? 'eth0' : null);

  it.each([
    ['192.0.2.1', 0, '192.0.2.1'],
    ['192.0.2.1', 3, '192.0.2.1'], // IPv4 has no zones
    ['fe80::1', 0, 'fe80::1'],
    ['fe80::1', 3, 'fe80::1%eth0'],
    ['fe80::1', 4, 'fe80::1%4'], // an interface that is gone
    ['ff02::1', 3, 'ff02::1%eth0'],
    ['2001:db8::', 0, '2001:db8::'],
  ])('%s in scope %d is %s', (text, scope, formatted) => {
    expect(formatAddress(address(text, scope), nameOf)).toBe(formatted);
  });

  it('says what getnameinfo(3) says', async () => {
    const NI_NUMERICHOST = 1;
    const names = new Map(addon.interfaces().map(({ index, name }) => [index, name]));
    const cases = [...randomBuffers(200, 0, 1)].map((_, index): Address => {
      const octets = [...randomBuffers(1, 40, index + 99)][0]!;
      const whole = new Uint8Array(16);
      whole.set(octets.subarray(0, 16));
      if (index % 2 === 0) return { family: 4, octets: whole.slice(0, 4), scope: 0 };
      // getnameinfo shows a scope for link-local addresses by the interface's name.
      if (index % 3 === 0) whole.set([0xfe, 0x80]);
      return { family: 6, octets: whole, scope: index % 3 === 0 ? 1 : 0 };
    });
    const answers = await Promise.all(
      cases.map(
        (each) =>
          new Promise<string | null>((resolve) => {
            addon.getnameinfo(encodeSockaddr(each), NI_NUMERICHOST, (_error, name) => resolve(name));
          }),
      ),
    );
    expect(cases.map((each) => formatAddress(each, (index) => names.get(index) ?? null))).toEqual(answers);
  });
});

describe('kinds of addresses', () => {
  it.each([
    ['fe80::1', true],
    ['febf:ffff::1', true],
    ['fec0::1', false],
    ['ff02::1', false],
    ['::1', false],
    ['169.254.0.1', false],
  ])('%s is link-local: %s', (text, expected) => {
    expect(isLinkLocal(address(text))).toBe(expected);
  });

  it.each([
    ['224.0.0.1', true],
    ['239.255.255.255', true],
    ['223.255.255.255', false],
    ['240.0.0.1', false],
    ['ff02::1', true],
    ['ff0e::1', true],
    ['fe80::1', false],
  ])('%s is multicast: %s', (text, expected) => {
    expect(isMulticast(address(text))).toBe(expected);
  });

  it.each([
    ['ff02::1', true],
    ['ff12::1', true], // transient, same scope
    ['ff01::1', false],
    ['ff05::2', false],
    ['224.0.0.1', false],
  ])('%s is link-local multicast: %s', (text, expected) => {
    expect(isLinkLocalMulticast(address(text))).toBe(expected);
  });

  it.each([
    ['2001:db8::', true],
    ['2001:db8:1:2::', true],
    ['2001:db8::1', false],
    ['10.0.0.0', false],
  ])('%s is a subnet-router anycast address: %s', (text, expected) => {
    expect(isAnycastRouter(address(text))).toBe(expected);
  });

  it('compares octets and family, not scopes', () => {
    expect(sameAddress(address('fe80::1', 1), address('fe80::1', 2))).toBe(true);
    expect(sameAddress(address('192.0.2.1'), address('192.0.2.1'))).toBe(true);
    expect(sameAddress(address('192.0.2.1'), address('192.0.2.2'))).toBe(false);
    expect(sameAddress(address('::'), address('0.0.0.0'))).toBe(false);
    expect(sameAddress(address('0.0.0.0'), address('::'))).toBe(false);
  });
});
