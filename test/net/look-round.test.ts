import { expect, it } from 'vitest';
import { LookRound } from '../../src/net/look-round.ts';

it('a round over many sockets is due at once, and then the later the more there are', () => {
  const round = new LookRound();
  expect(round.isDue(1e9, 100)).toBe(true);
  expect(round.isDue(1e9 + 999_999, 100)).toBe(false);
  expect(round.isDue(1e9 + 999_999, 10)).toBe(true);
  expect(round.isDue(1e9 + 1_000_000, 1)).toBe(false);
  expect(round.isDue(1e9 + 1_999_999, 100)).toBe(true);
});
