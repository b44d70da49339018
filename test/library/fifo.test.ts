/** The queue of events: as an array by push and shift, whatever is pushed and shifted when. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fifo } from '../../src/library/fifo.ts';

describe('a queue', () => {
  it('answers as an array does, in whatever order things are put in and taken', () => {
    const act = fc.oneof(
      fc.record({ push: fc.integer({ min: 1, max: 3000 }) }),
      fc.record({ shift: fc.integer({ min: 1, max: 3000 }) }),
      fc.constant({ clear: true }),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
        const fifo = new Fifo<number>();
        const array: number[] = [];
        let next = 0;
        for (const each of acts) {
          if ('push' in each) {
            for (let count = 0; count < each.push; count++, next++) {
              array.push(next);
              fifo.push(next);
            }
          }
          if ('shift' in each) {
            for (let count = 0; count < each.shift; count++) expect(fifo.shift()).toBe(array.shift());
          }
          if ('clear' in each) {
            array.length = 0;
            fifo.clear();
          }
          expect(fifo.length).toBe(array.length);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('holds a million without moving them for each that is taken', () => {
    const fifo = new Fifo<number>();
    for (let item = 0; item < 1e6; item++) fifo.push(item);
    // An array's own shift takes minutes for this, and the test has its time limit.
    for (let item = 0; item < 1e6; item++) if (fifo.shift() !== item) throw new Error(`not ${item}`);
    expect(fifo.length).toBe(0);
    expect(fifo.shift()).toBeUndefined();
  });
});
