import { describe, expect, it } from 'vitest';
import { countSlips, nearestWord } from '../../src/measure/edit-distance.ts';

describe('slips', () => {
  it.each([
    ['', '', 0],
    ['ping', 'ping', 0],
    ['ping', 'png', 1],
    ['ping', 'pingg', 1],
    ['ping', 'pong', 1],
    ['ping', 'pign', 1],
    ['ping', '', 4],
    ['sweep', 'sleep', 1],
    ['rdisc', 'disk', 2],
  ])('between %s and %s are %d', (from, to, slips) => {
    expect(countSlips(from, to)).toBe(slips);
    expect(countSlips(to, from)).toBe(slips);
  });
});

describe('the nearest word', () => {
  const known = ['loss', 'lost', 'received', 'p95', 'p90', 'min', 'jitter.rfc3550'];

  it.each([
    ['loss', 'loss'],
    ['lsos', 'loss'],
    ['lots', 'loss'],
    ['recieved', 'received'],
    ['p96', 'p95'],
    ['mn', 'min'],
    ['jitter', 'jitter.rfc3550'],
    ['rec', 'received'],
    ['avg', null],
    ['m', null],
    ['', null],
    ['unreachable', null],
  ])('to %s is %s', (word, nearest) => {
    expect(nearestWord(word, known)).toBe(nearest);
  });

  it('costs nothing for a word of any length', () => {
    expect(nearestWord('x'.repeat(1_000_000), known)).toBeNull();
  });
});
