import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIpv4, parseIpv6 } from '../../src/packet/address.ts';
import { AddressSet, RangeList } from '../../src/sweep/address-set.ts';
import {
  addOffset,
  addressOf,
  blockEnd,
  distance,
  formatWords,
  isIpv4Words,
  makeAddress,
  octetsOf,
} from '../../src/sweep/address-words.ts';

const zoneOf = (scope: number) => (scope === 3 ? 'eth0' : null);

function words(text: string, scope = 0): Uint32Array {
  return addressOf((parseIpv4(text) ?? parseIpv6(text))!, scope);
}

function list(...ranges: readonly (readonly [first: string, last?: string, scope?: number])[]): RangeList {
  const made = new RangeList();
  for (const [first, last, scope] of ranges) made.add(words(first, scope), words(last ?? first, scope));
  return made;
}

function texts(set: AddressSet): string[] {
  const address = makeAddress();
  return Array.from({ length: set.size }, (_, index) => {
    set.write(address, index);
    expect(set.indexOf(address)).toBe(index);
    return formatWords(address, zoneOf);
  });
}

describe('addresses as words', () => {
  it('come back as octets and as text, IPv4 as IPv4', () => {
    expect([...octetsOf(words('192.0.2.7'))]).toEqual([192, 0, 2, 7]);
    expect(isIpv4Words(words('192.0.2.7'))).toBe(true);
    expect(formatWords(words('2001:db8::1'), zoneOf)).toBe('2001:db8::1');
    expect(formatWords(words('fe80::1', 3), zoneOf)).toBe('fe80::1%eth0');
    expect(formatWords(words('fe80::1', 9), zoneOf)).toBe('fe80::1%9');
  });

  it('are counted through all 128 bits', () => {
    const next = makeAddress();
    addOffset(next, 0, words('2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', 3), 0, 1);
    expect(formatWords(next, zoneOf)).toBe('2001:db9::%eth0');
    addOffset(next, 0, words('::'), 0, 2 ** 52 + 7);
    expect(distance(next, 0, words('::'), 0)).toBe(2 ** 52 + 7);
    expect(distance(words('::'), 0, next, 0)).toBe(-(2 ** 52 + 7));
    expect(distance(words('1::'), 0, words('ffff:ffff:ffff:ffff:ffff:ffff:ffff'.replace(/^/, '0:')), 0)).toBe(1);
  });

  it('have the ends of blocks of every length', () => {
    const ends = (text: string, prefix: number) =>
      (['first', 'last'] as const).map((end) => formatWords(blockEnd(words(text), prefix, end), zoneOf));
    expect(ends('10.1.2.3', 96 + 8)).toEqual(['10.0.0.0', '10.255.255.255']);
    expect(ends('10.1.2.3', 96 + 31)).toEqual(['10.1.2.2', '10.1.2.3']);
    expect(ends('10.1.2.3', 96 + 32)).toEqual(['10.1.2.3', '10.1.2.3']);
    expect(ends('10.1.2.3', 96)).toEqual(['0.0.0.0', '255.255.255.255']);
    expect(ends('2001:db8::5', 0)).toEqual(['::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']);
    expect(ends('2001:db8::5', 33)).toEqual(['2001:db8::', '2001:db8:7fff:ffff:ffff:ffff:ffff:ffff']);
  });
});

describe('a set of addresses', () => {
  it('is in order, each once, however the ranges come', () => {
    const set = new AddressSet(
      list(['10.0.0.9'], ['10.0.0.1', '10.0.0.3'], ['2001:db8::1'], ['10.0.0.2', '10.0.0.5'], ['10.0.0.9']),
      new RangeList(),
    );
    expect(texts(set)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.9', '2001:db8::1']);
  });

  it('loses what is excluded: ends, middles, wholes, and holes that reach beyond', () => {
    const wanted = () => list(['10.0.0.0', '10.0.0.9'], ['10.0.1.0', '10.0.1.2'], ['10.0.2.5']);
    const left = (...holes: (readonly [string, string?])[]) =>
      texts(new AddressSet(wanted(), list(...holes))).join(' ');
    expect(left(['10.0.0.0', '10.0.0.6'], ['10.0.0.8'], ['10.0.1.1', '10.0.9.9'])).toBe('10.0.0.7 10.0.0.9 10.0.1.0');
    expect(left(['0.0.0.0', '255.255.255.255'])).toBe('');
    expect(left(['::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'])).toBe('');
    expect(left(['10.0.0.1', '10.0.0.9'], ['10.0.1.0', '10.0.1.2'])).toBe('10.0.0.0 10.0.2.5');
  });

  it('keeps interfaces apart, and excludes on all of them', () => {
    const wanted = list(['fe80::1', 'fe80::3', 3], ['fe80::1', 'fe80::3', 4], ['fe80::2']);
    const set = new AddressSet(wanted, list(['fe80::2']));
    expect(texts(set)).toEqual(['fe80::1%eth0', 'fe80::3%eth0', 'fe80::1%4', 'fe80::3%4']);
    expect(set.indexOf(words('fe80::1', 5))).toBe(-1);
  });

  it('agrees with a plain set on random ranges', () => {
    const range = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 12 }));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), fc.array(range, { maxLength: 6 }), (wanted, excluded) => {
        const toList = (ranges: readonly (readonly [number, number])[]) =>
          list(...ranges.map(([first, more]) => [`10.0.0.${first}`, `10.0.0.${first + more}`] as const));
        const plain = new Set(wanted.flatMap(([first, more]) => Array.from({ length: more + 1 }, (_, i) => first + i)));
        for (const [first, more] of excluded) for (let i = 0; i <= more; i++) plain.delete(first + i);
        const set = new AddressSet(toList(wanted), toList(excluded));
        expect(texts(set)).toEqual([...plain].sort((a, b) => a - b).map((octet) => `10.0.0.${octet}`));
        for (let octet = 0; octet < 80; octet++) {
          expect(set.indexOf(words(`10.0.0.${octet}`)) >= 0, `${octet}`).toBe(plain.has(octet));
        }
      }),
    );
  });

  it('knows the size of what nobody could list, without listing it', () => {
    expect(new AddressSet(list(['2001:db8::', '2001:db8::ffff:ffff:ffff:ffff']), new RangeList()).size).toBe(2 ** 64);
    expect(new AddressSet(new RangeList(), new RangeList()).size).toBe(0);
  });

  it('forgets repetitions when it is asked to', () => {
    const ranges = list(...Array.from({ length: 100 }, (_, index) => [`10.0.0.${(index * 7) % 20}`] as const));
    const before = texts(new AddressSet(ranges, list()));
    ranges.compact();
    expect(ranges.length).toBe(1);
    ranges.add(words('10.0.0.30'), words('10.0.0.31'));
    expect(texts(new AddressSet(ranges, list()))).toEqual([...before, '10.0.0.30', '10.0.0.31']);
  });

  it('makes one range of addresses that follow each other', () => {
    const ranges = list(['10.0.0.1'], ['10.0.0.2'], ['10.0.0.3', '10.0.0.7'], ['10.0.0.9']);
    expect(ranges.length).toBe(2);
  });
});
