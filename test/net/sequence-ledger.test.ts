import { describe, expect, it } from 'vitest';
import { type FillRandom, SequenceLedger } from '../../src/net/sequence-ledger.ts';

const NUMBERS = 65_536;

/** Draws 1, 2, 3, …, and counts how often it was asked. */
function counting(): FillRandom & { readonly draws: () => number } {
  let next = 1;
  let draws = 0;
  const fill = (words: Uint32Array) => {
    draws++;
    words.forEach((_, index) => {
      words[index] = next++;
    });
  };
  return Object.assign(fill, { draws: () => draws });
}

describe('a ledger of sequence numbers', () => {
  it('gives out numbers that follow each other, whoever asks', () => {
    const ledger = new SequenceLedger<string>(counting());
    const owners = ['ada', 'bob', 'ada', 'eve', 'eve', 'bob'];
    expect(owners.map((owner, index) => ledger.enter(owner, 100 + index))).toEqual([1, 2, 3, 4, 5, 6]);
    expect([1, 2, 3, 4, 5, 6].map((number) => ledger.find(number)?.owner)).toEqual(owners);
  });

  it('finds under a number what its owner calls the probe', () => {
    const ledger = new SequenceLedger<string>(counting());
    const number = ledger.enter('ada', 65_535);
    expect(ledger.find(number)).toMatchObject({ owner: 'ada', sequence: 65_535 });
  });

  it('finds nothing under numbers that it has not given out', () => {
    const ledger = new SequenceLedger<string>(counting());
    ledger.enter('ada', 1);
    expect([0, 2, 65_535, 65_536, -1].map((number) => ledger.find(number))).toEqual([null, null, null, null, null]);
  });

  it('begins anew after 65,536 numbers, zero among them', () => {
    const ledger = new SequenceLedger<string>(counting());
    const given = Array.from({ length: NUMBERS }, (_, index) => ledger.enter('ada', index));
    expect(new Set(given).size).toBe(NUMBERS);
    expect(given.slice(-3)).toEqual([65_534, 65_535, 0]);
    expect(ledger.enter('bob', 7)).toBe(1);
  });

  it('takes a number from whoever had it 65,536 probes ago, and from nobody else', () => {
    const ledger = new SequenceLedger<string>(counting());
    for (let index = 0; index < NUMBERS; index++) ledger.enter('old', index);
    const before = ledger.find(1)!;
    const taken = ledger.enter('new', 5);
    expect(ledger.find(taken)).toMatchObject({ owner: 'new', sequence: 5 });
    expect(ledger.find(taken + 1)).toMatchObject({ owner: 'old', sequence: 1 });
    // What the old owner still holds is its own entry, cookie and all: late replies fail against the new one.
    expect(before).toMatchObject({ owner: 'old', sequence: 0 });
    expect(ledger.find(taken)!.cookieLow).not.toBe(before.cookieLow);
  });

  it('gives each probe two words of its own from the random source, in the order drawn', () => {
    const ledger = new SequenceLedger<string>(counting());
    const cookies = Array.from({ length: 1000 }, () => {
      const { cookieHigh, cookieLow } = ledger.find(ledger.enter('ada', 1))!;
      return [cookieHigh, cookieLow];
    });
    expect(cookies).toEqual(Array.from({ length: 1000 }, (_, index) => [2 * index + 1, 2 * index + 2]));
  });

  it('draws many cookies at a time, and none before they are needed', () => {
    const random = counting();
    const ledger = new SequenceLedger<string>(random);
    expect(random.draws()).toBe(0);
    for (let index = 0; index < 10_000; index++) ledger.enter('ada', index);
    expect(random.draws()).toBeLessThanOrEqual(20);
  });

  it('gives 65,536 probes as many cookies from a real random source', () => {
    const ledger = new SequenceLedger<string>((words) => globalThis.crypto.getRandomValues(words));
    const cookies = new Set<string>();
    for (let index = 0; index < NUMBERS; index++) {
      const { cookieHigh, cookieLow } = ledger.find(ledger.enter('ada', index))!;
      cookies.add(`${cookieHigh} ${cookieLow}`);
    }
    expect(cookies.size).toBe(NUMBERS);
  });
});
