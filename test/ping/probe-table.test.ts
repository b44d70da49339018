import { describe, expect, it } from 'vitest';
import { ProbeTable } from '../../src/ping/probe-table.ts';
import { MS, SECOND, US } from './support.ts';

const WALL_NS = 250 * MS;
const MONO_NS = 7 * SECOND;

/** A table in which probe 1 was sent at MONO_NS and WALL_NS. */
function tableWithProbe(): ProbeTable {
  const table = new ProbeTable();
  table.begin(1, MONO_NS, WALL_NS);
  return table;
}

describe('ProbeTable', () => {
  it('knows which numbers were sent and which of them were answered', () => {
    const table = tableWithProbe();
    expect([0, 1, 2, 65_535].map((sequence) => table.wasSent(sequence))).toEqual([false, true, false, false]);
    expect(table.isAnswered(1)).toBe(false);
    expect([table.answer(1), table.answer(1), table.answer(1)]).toEqual([false, true, true]);
    expect(table.isAnswered(1)).toBe(true);
  });

  it('knows a probe that was sent at the zero of both clocks', () => {
    const table = new ProbeTable();
    table.begin(5, 0, 0);
    expect(table.wasSent(5)).toBe(true);
  });

  it('forgets answer and stamp when a number is used again', () => {
    const table = tableWithProbe();
    table.stamp(1, WALL_NS + 10 * US);
    table.answer(1);
    table.begin(1, MONO_NS + SECOND, WALL_NS + SECOND);
    expect(table.isAnswered(1)).toBe(false);
    const measured = table.measure(1, WALL_NS + SECOND + 4 * MS, MONO_NS + SECOND + 5 * MS, WALL_NS + SECOND + 5 * MS);
    expect(measured).toEqual({ ns: 4 * MS, transmitStamp: 'user', receiveStamp: 'kernel' });
  });

  it('leaves a stamp out that lies before the send, but for the slack of two clocks read one after the other', () => {
    for (const [stampNs, expected] of [
      [WALL_NS - 25 * US, { ns: 4 * MS, transmitStamp: 'user', receiveStamp: 'kernel' }],
      [WALL_NS - 10 * US, { ns: 4 * MS + 10 * US, transmitStamp: 'kernel', receiveStamp: 'kernel' }],
      [WALL_NS + 10 * US, { ns: 4 * MS - 10 * US, transmitStamp: 'kernel', receiveStamp: 'kernel' }],
    ] as const) {
      const table = tableWithProbe();
      table.stamp(1, stampNs);
      expect(table.measure(1, WALL_NS + 4 * MS, MONO_NS + 5 * MS, WALL_NS + 5 * MS)).toEqual(expected);
    }
  });

  it('never measures less than nothing, even when the monotonic clock were to go back', () => {
    const table = tableWithProbe();
    expect(table.measure(1, Number.NaN, MONO_NS - SECOND, WALL_NS - SECOND).ns).toBe(0);
    table.stamp(1, WALL_NS + 5 * MS);
    expect(table.measure(1, WALL_NS + 4 * MS, MONO_NS + 6 * MS, WALL_NS + 6 * MS)).toEqual({
      ns: 6 * MS,
      transmitStamp: 'user',
      receiveStamp: 'user',
    });
  });

  it('never measures more than what user space saw, but for the slack', () => {
    const table = tableWithProbe();
    table.stamp(1, WALL_NS - 15 * US);
    const within = table.measure(1, WALL_NS + 4 * MS, MONO_NS + 4 * MS, WALL_NS + 4 * MS);
    expect({ ...within }).toEqual({ ns: 4 * MS + 15 * US, transmitStamp: 'kernel', receiveStamp: 'kernel' });
    const beyond = table.measure(1, WALL_NS + 4 * MS + 10 * US, MONO_NS + 4 * MS, WALL_NS + 4 * MS);
    expect({ ...beyond }).toEqual({ ns: 4 * MS, transmitStamp: 'user', receiveStamp: 'user' });
  });
});
