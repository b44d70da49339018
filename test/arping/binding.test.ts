import { describe, expect, it } from 'vitest';
import { Binding, MISSED_PROBES } from '../../src/arping/binding.ts';

describe('the owners of an address', () => {
  it('are found once', () => {
    const binding = new Binding();
    expect(binding.heard('A', 1)).toEqual({ change: 'found', now: ['A'], before: [] });
    expect(binding.heard('A', 1)).toBeNull();
    expect(binding.heard('A', 2)).toBeNull();
    expect(binding.settled(2)).toBeNull();
  });

  it('move when another one answers a probe that the old one has not answered', () => {
    const binding = new Binding();
    binding.heard('A', 1);
    expect(binding.heard('B', 2)).toEqual({ change: 'moved', now: ['B'], before: ['A'] });
    // The old one was only slower: then there are two.
    expect(binding.heard('A', 2)).toEqual({ change: 'duplicate', now: ['B', 'A'], before: ['B'] });
    expect(binding.heard('B', 3)).toBeNull();
    expect(binding.heard('A', 3)).toBeNull();
  });

  it('may be three, and go one by one', () => {
    const binding = new Binding();
    for (const each of ['A', 'B', 'C']) binding.heard(each, 1);
    binding.heard('A', 2);
    binding.heard('B', 2);
    binding.heard('A', 3);
    expect(binding.settled(1 + MISSED_PROBES)).toEqual({
      change: 'duplicate',
      now: ['A', 'B'],
      before: ['A', 'B', 'C'],
    });
    expect(binding.settled(2 + MISSED_PROBES)).toEqual({ change: 'alone', now: ['A'], before: ['A', 'B'] });
    expect(binding.settled(3 + MISSED_PROBES)).toEqual({ change: 'gone', now: [], before: ['A'] });
    expect(binding.settled(4 + MISSED_PROBES)).toBeNull();
  });

  it('are not more than 32, however many a peer makes up', () => {
    const binding = new Binding();
    const changes = Array.from({ length: 1000 }, (_, index) => binding.heard(`M${index}`, 1));
    expect(changes.filter((change) => change !== null)).toHaveLength(32);
  });
});
