/** What is under way, counted by hand: probes 1 to `sent` have left, and replies come to the sequences named. */
import { describe, expect, it } from 'vitest';
import { FlightWindow } from '../../src/ping/flight-window.ts';
import { ProbeCounts } from '../../src/ping/probe-counts.ts';

function windowAfter(sent: number): { readonly counts: ProbeCounts; readonly flight: FlightWindow } {
  const counts = new ProbeCounts();
  counts.sent = sent;
  return { counts, flight: new FlightWindow(counts) };
}

describe('probes under way', () => {
  it('are all that were sent while none is answered', () => {
    expect([0, 1, 100, 32_767].map((sent) => windowAfter(sent).flight.inFlight)).toEqual([0, 1, 100, 32_767]);
  });

  it('are those behind the highest answered one: a reply that is missing below it is not waited for', () => {
    const { flight } = windowAfter(10);
    flight.acknowledge(4);
    expect(flight.inFlight).toBe(6);
    flight.acknowledge(9);
    expect(flight.inFlight).toBe(1);
  });

  it('are not more again when a lower one is answered late', () => {
    const { flight } = windowAfter(10);
    for (const sequence of [9, 3]) flight.acknowledge(sequence);
    expect(flight.inFlight).toBe(1);
  });

  it.each([
    [65_536, 65_535, 1],
    [65_540, 2, 2],
    [131_075, 65_533, 6],
  ])('are counted across the wrap: %i sent, the answer to %i came', (sent, sequence, inFlight) => {
    const { flight } = windowAfter(sent);
    // Each within half of all numbers of the one before, as replies come.
    for (let number = 1; number < sent - 10; number += 10_000) flight.acknowledge(number & 0xffff);
    flight.acknowledge(sequence);
    expect(flight.inFlight).toBe(inFlight);
  });

  it('are what is missing by count once the distance is beyond half the numbers and says nothing', () => {
    const { counts, flight } = windowAfter(32_768);
    expect(flight.inFlight).toBe(32_768);
    counts.sent = 40_000;
    counts.received = 100;
    counts.errors = 20;
    expect(flight.inFlight).toBe(39_880);
  });
});

describe('the pipe', () => {
  it('is how many were under way, the answered one among them, when it was most', () => {
    const { counts, flight } = windowAfter(3);
    flight.acknowledge(3);
    expect(flight.pipe).toBe(1);
    flight.acknowledge(1);
    expect(flight.pipe).toBe(3);
    counts.sent = 4;
    flight.acknowledge(4);
    expect(flight.pipe).toBe(3);
  });

  it('is not made by a number from before half of all numbers', () => {
    const { flight } = windowAfter(40_000);
    flight.acknowledge(1);
    expect(flight.pipe).toBe(0);
    flight.acknowledge(40_000 - 32_766);
    expect(flight.pipe).toBe(32_767);
  });
});
