import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIpv4 } from '../../src/packet/address.ts';
import { AddressSet, RangeList } from '../../src/sweep/address-set.ts';
import { addressOf, formatWords, makeAddress } from '../../src/sweep/address-words.ts';
import { NamedTargets, shardNames, shardSize, Targets, WHOLE } from '../../src/sweep/targets.ts';

const zoneOf = () => null;
const words = (text: string) => addressOf(parseIpv4(text)!);

function addresses(count: number): AddressSet {
  const ranges = new RangeList();
  if (count > 0) ranges.add(words('10.0.0.0'), addressOf(Uint8Array.of(10, 0, (count - 1) >> 8, (count - 1) & 0xff)));
  return new AddressSet(ranges, new RangeList());
}

function named(...pairs: readonly (readonly [name: string, address: string])[]): NamedTargets {
  const made = new NamedTargets();
  for (const [name, address] of pairs) made.add(name, words(address));
  return made;
}

function list(targets: Targets): string[] {
  const address = makeAddress();
  return Array.from({ length: targets.size }, (_, index) => {
    targets.write(address, index);
    expect(targets.hasAddress(index, address)).toBe(true);
    return `${targets.nameOf(index) ?? ''}${formatWords(address, zoneOf)}`;
  });
}

describe('the targets of a run', () => {
  it('are the addresses in order, then the names; the same address under two names is two targets', () => {
    const targets = new Targets(addresses(2), named(['b.', '10.0.0.1'], ['c.', '10.9.9.9']), WHOLE);
    expect(list(targets)).toEqual(['10.0.0.0', '10.0.0.1', 'b.10.0.0.1', 'c.10.9.9.9']);
    expect(targets.hasAddress(3, words('10.9.9.8'))).toBe(false);
  });

  it('are found by their address, those given as addresses first', () => {
    const targets = new Targets(addresses(2), named(['b', '10.0.0.1'], ['c', '10.9.9.9'], ['d', '10.9.9.9']), WHOLE);
    expect(['10.0.0.1', '10.9.9.9', '10.9.9.7'].map((text) => targets.find(words(text)))).toEqual([1, 3, -1]);
  });

  it('grow beyond the first memory for names', () => {
    const many = named(...Array.from({ length: 100 }, (_, i) => [`n${i}.`, `10.1.0.${i}`] as const));
    expect(list(new Targets(addresses(0), many, WHOLE))[99]).toBe('n99.10.1.0.99');
  });
});

describe('shards', () => {
  it('are disjoint, together everything, and alike in size', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { maxLength: 30 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 700 }), names, fc.integer({ min: 1, max: 40 }), (size, all, count) => {
        const set = addresses(size);
        const parts = Array.from({ length: count }, (_, index) => {
          const shard = { number: index + 1, count };
          const own = shardNames(all, set.size, shard);
          expect(own.length + shardSize(set.size, shard)).toBe(shardSize(set.size + all.length, shard));
          return list(new Targets(set, named(...own.map((name) => [`${name}.`, '10.200.0.1'] as const)), shard));
        });
        const union = parts.flat();
        const whole = list(
          new Targets(set, named(...[...all].map((name) => [`${name}.`, '10.200.0.1'] as const)), WHOLE),
        );
        expect(union.length).toBe(whole.length);
        expect([...union].sort()).toEqual([...whole].sort());
        const sizes = parts.map((part) => part.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  it('find only their own by address', () => {
    const targets = new Targets(addresses(10), new NamedTargets(), { number: 2, count: 3 });
    expect(list(targets)).toEqual(['10.0.0.1', '10.0.0.4', '10.0.0.7']);
    expect(['10.0.0.4', '10.0.0.5'].map((text) => targets.find(words(text)))).toEqual([1, -1]);
  });

  it('do not depend on the order in which names are given', () => {
    const shard = { number: 1, count: 2 };
    expect(shardNames(['c', 'a', 'b', 'a'], 3, shard)).toEqual(shardNames(['a', 'b', 'c'], 3, shard));
  });
});
