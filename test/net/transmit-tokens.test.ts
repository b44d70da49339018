import { describe, expect, it } from 'vitest';
import { TransmitTokens } from '../../src/net/transmit-tokens.ts';

const CAPACITY = 8;

describe('transmit tokens', () => {
  it('are found by the number that the kernel gave the send', () => {
    const tokens = new TransmitTokens(CAPACITY);
    for (const token of [70, 71, 72]) tokens.sent(token);
    expect([0, 1, 2].map((key) => tokens.find(key, 5))).toEqual([70, 71, 72]);
  });

  it('are not found for numbers that no send has had, or that too many have followed', () => {
    const tokens = new TransmitTokens(CAPACITY);
    for (let token = 0; token < CAPACITY + 2; token++) tokens.sent(token);
    expect(tokens.find(CAPACITY + 2, 5)).toBeNull();
    expect(tokens.find(2 ** 32 - 1, 5)).toBeNull();
    expect(tokens.find(1, 5)).toBeNull();
    expect(tokens.find(2, 5)).toBe(2);
  });

  it('of a new count are told from those of the one before by the time of their stamps', () => {
    const tokens = new TransmitTokens(CAPACITY);
    tokens.sent(70);
    tokens.begin(1000);
    tokens.sent(80);
    expect(tokens.find(0, 999)).toBe(70);
    expect(tokens.find(0, 1000)).toBe(80);
    expect(tokens.find(1, 999)).toBeNull();
  });

  it('of the count before that one are forgotten, and nobody else gets their stamps', () => {
    const tokens = new TransmitTokens(CAPACITY);
    tokens.sent(60);
    tokens.begin(1000);
    tokens.sent(70);
    tokens.begin(2000);
    tokens.sent(80);
    expect([999, 1999, 2999].map((stampNs) => tokens.find(0, stampNs))).toEqual([null, 70, 80]);
  });

  it('of a count outlive counts under which nothing was sent', () => {
    const tokens = new TransmitTokens(CAPACITY);
    tokens.begin(1000);
    tokens.sent(70);
    tokens.begin(2000);
    tokens.begin(3000);
    tokens.sent(80);
    expect([1500, 3500].map((stampNs) => tokens.find(0, stampNs))).toEqual([70, 80]);
    expect(tokens.find(0, 500)).toBeNull();
  });
});
