import { describe, expect, it } from 'vitest';
import type { Instant } from '../../src/net/clock.ts';
import { TransmitTokens } from '../../src/net/transmit-tokens.ts';

const CAPACITY = 8;

/** Both clocks run together, the wall clock a day ahead. */
const DAY_NS = 86_400e9;
const at = (monoNs: number): Instant => ({ monoNs, wallNs: monoNs + DAY_NS });
const NOW = at(10_000);

/** Asks for the stamp that the kernel took at `monoNs`. */
function find(tokens: TransmitTokens, key: number, monoNs: number, now = NOW): number | null {
  return tokens.find(key, monoNs - now.monoNs + now.wallNs, now);
}

describe('transmit tokens', () => {
  it('are found by the number that the kernel gave the send', () => {
    const tokens = new TransmitTokens(CAPACITY);
    for (const token of [70, 71, 72]) tokens.sent(token);
    expect([0, 1, 2].map((key) => find(tokens, key, 5))).toEqual([70, 71, 72]);
  });

  it('are not found for numbers that no send has had, or that too many have followed', () => {
    const tokens = new TransmitTokens(CAPACITY);
    for (let token = 0; token < CAPACITY + 2; token++) tokens.sent(token);
    expect(find(tokens, CAPACITY + 2, 5)).toBeNull();
    expect(find(tokens, 2 ** 32 - 1, 5)).toBeNull();
    expect(find(tokens, 1, 5)).toBeNull();
    expect(find(tokens, 2, 5)).toBe(2);
  });

  it('of a new count are told from those of the one before by the time of their stamps', () => {
    const tokens = new TransmitTokens(CAPACITY);
    tokens.sent(70);
    tokens.begin(at(1000));
    tokens.sent(80);
    expect(find(tokens, 0, 999)).toBe(70);
    expect(find(tokens, 0, 1000)).toBe(80);
    expect(find(tokens, 1, 999)).toBeNull();
  });

  it('of the count before that one are forgotten, and nobody else gets their stamps', () => {
    const tokens = new TransmitTokens(CAPACITY);
    tokens.sent(60);
    tokens.begin(at(1000));
    tokens.sent(70);
    tokens.begin(at(2000));
    tokens.sent(80);
    expect([999, 1999, 2999].map((stampNs) => find(tokens, 0, stampNs))).toEqual([null, 70, 80]);
  });

  it('of a count outlive counts under which nothing was sent', () => {
    const tokens = new TransmitTokens(CAPACITY);
    tokens.begin(at(1000));
    tokens.sent(70);
    tokens.begin(at(2000));
    tokens.begin(at(3000));
    tokens.sent(80);
    expect([1500, 3500].map((stampNs) => find(tokens, 0, stampNs))).toEqual([70, 80]);
    expect(find(tokens, 0, 500)).toBeNull();
  });

  it('are told apart rightly after somebody has set the wall clock', () => {
    const tokens = new TransmitTokens(CAPACITY);
    tokens.sent(70);
    tokens.begin(at(1000));
    tokens.sent(80);
    for (const stepNs of [-DAY_NS, -500, 500, 3600e9]) {
      const now = { monoNs: 5000, wallNs: 5000 + DAY_NS + stepNs };
      expect(
        [999, 2999].map((monoNs) => find(tokens, 0, monoNs, now)),
        `${stepNs}`,
      ).toEqual([70, 80]);
    }
  });
});
