import { describe, expect, it } from 'vitest';
import { Silence } from '../../src/clockdiff/silence.ts';
import { SECOND } from './support.ts';

const NOTHING = { since: 0, sinceToProbes: 0 };

/** Of a target last heard at 0, with so many probes given up since. */
function silenceOf(misses: number): Silence {
  const silence = new Silence();
  silence.end(0);
  for (let miss = 0; miss < misses; miss++) silence.miss();
  return silence;
}

describe('a target', () => {
  it('is down behind eleven misses and eleven seconds, and not behind either alone', () => {
    expect(silenceOf(11).verdict(11 * SECOND, NOTHING)).toBe('down');
    expect(silenceOf(10).verdict(60 * SECOND, NOTHING)).toBeNull();
    expect(silenceOf(500).verdict(11 * SECOND - 1, NOTHING)).toBeNull();
  });

  it('is of no use, and not down, where anything came from it meanwhile', () => {
    expect(silenceOf(11).verdict(11 * SECOND, { since: 1, sinceToProbes: 0 })).toBe('unusable');
  });

  it('is of no use at once where it has answered eleven probes uselessly, and not by what strangers were told', () => {
    expect(silenceOf(11).verdict(0, { since: 11, sinceToProbes: 11 })).toBe('unusable');
    expect(silenceOf(11).verdict(0, { since: 11, sinceToProbes: 10 })).toBeNull();
    expect(silenceOf(10).verdict(0, { since: 11, sinceToProbes: 11 })).toBeNull();
  });

  it('begins anew with a reply that counts', () => {
    const silence = silenceOf(11);
    silence.end(10 * SECOND);
    expect(silence.misses).toBe(0);
    for (let miss = 0; miss < 11; miss++) silence.miss();
    expect(silence.verdict(20 * SECOND, NOTHING)).toBeNull();
    expect(silence.verdict(21 * SECOND, NOTHING)).toBe('down');
  });
});
