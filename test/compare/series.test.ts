import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findMixture, type Line, SeriesReader } from '../../src/compare/series.ts';

function read(...lines: readonly Line[]): SeriesReader {
  const reader = new SeriesReader();
  for (const line of lines) expect(reader.add(line), JSON.stringify(line)).toBeNull();
  return reader;
}

const reply = (seq: number, rtt_ns: number, more: Line = {}): Line => ({ type: 'reply', seq, rtt_ns, ...more });

describe('what is compared', () => {
  it('are the round trips of ping in the order of the probes, whatever order they came in', () => {
    const { series } = read(reply(1, 10), reply(3, 30), reply(2, 20), { type: 'summary', host: 'h', transmitted: 4 });
    expect(series.get('h')).toMatchObject([{ roundTripsNs: [10, 20, 30], answered: [true, true, true, false] }]);
  });

  it('is one answer to a probe: no duplicate, and none with a wrong checksum', () => {
    const { series } = read(
      reply(1, 10),
      reply(1, 11, { duplicate: true }),
      reply(1, 12),
      reply(2, 20, { bad_checksum: true }),
      { type: 'summary', host: 'h', transmitted: 2 },
    );
    expect(series.get('h')).toMatchObject([{ roundTripsNs: [10], answered: [true, false] }]);
  });

  it('goes on behind the 65,536th probe', () => {
    const reader = new SeriesReader();
    for (let probe = 1; probe <= 70_000; probe++) reader.add(reply(probe & 0xffff, probe));
    // A late one from before the turn.
    reader.add(reply(65_000, 1));
    reader.add({ type: 'summary', host: 'h', transmitted: 70_000 });
    const [run] = reader.series.get('h')!;
    expect(run!.roundTripsNs).toEqual(Array.from({ length: 70_000 }, (_, at) => at + 1));
    expect(run!.answered).not.toContain(false);
  });

  it("are the samples of clockdiff, and arping's answers to its probes", () => {
    const { series } = read(
      { type: 'sample', seq: 1, rtt_ns: 5 },
      { type: 'unanswered', seq: 2, rtt_ns: null },
      { type: 'summary', host: 'clock', mode: 'timestamp', transmitted: 2 },
      { type: 'start', target: '10.0.0.1' },
      reply(2, 7),
      { type: 'reply', seq: null, rtt_ns: null },
      { type: 'summary', mode: 'probe', target: '10.0.0.1', sent: 2 },
    );
    expect(series.get('clock')).toMatchObject([{ roundTripsNs: [5], answered: [true, false] }]);
    expect(series.get('10.0.0.1')).toMatchObject([{ roundTripsNs: [7], answered: [false, true] }]);
  });

  it("is of tracepath's rounds the target's own hop", () => {
    const round = (number: number, hop: number, rtt_ns: number | null, reached?: true): Line => ({
      type: 'round-probe',
      round: number,
      hop,
      rtt_ns,
      reached,
    });
    const { series } = read(
      round(1, 1, 1),
      round(1, 3, 33, true),
      round(1, 2, 22, true),
      round(2, 2, null),
      round(2, 3, 33, true),
      round(3, 2, null, true),
      { type: 'summary', mode: 'report', host: 'end', rounds: 3 },
    );
    expect(series.get('end')).toMatchObject([{ roundTripsNs: [22], answered: [true, false, true] }]);
    // A way that gets shorter is another one: what was measured behind it counts no more.
    const shorter = read(round(1, 3, 33, true), round(2, 2, 22, true), {
      type: 'summary',
      mode: 'report',
      host: 'end',
      rounds: 2,
    });
    expect(shorter.series.get('end')).toMatchObject([{ roundTripsNs: [22], answered: [false, true] }]);
  });

  it('is each target of a sweep by itself, and counts alone where it kept no single round trips', () => {
    const { series } = read(
      { type: 'target', target: 'a', sent: 3, received: 2, samples_ns: [1, null, 3] },
      { type: 'target', target: 'b', sent: 30, received: 28 },
      { type: 'summary', targets: 2 },
    );
    expect(series.get('a')).toMatchObject([{ roundTripsNs: [1, 3], answered: [true, false, true] }]);
    const { answered } = series.get('b')![0]!;
    expect(answered.filter(Boolean)).toHaveLength(28);
    // In no known order, and so in none that would look like an outage.
    expect(answered.join()).not.toContain('false,false');
  });

  it('is of one kind, or is not compared', () => {
    const clock = { type: 'summary', host: 'h', mode: 'icmp', transmitted: 1, accepted: 0 };
    const ping = { type: 'summary', host: 'h', transmitted: 1 };
    const tcp = { ...ping, method: 'tcp' };
    const arp = { type: 'summary', mode: 'probe', target: 'h', sent: 1, broadcasts: 1 };
    const path = { type: 'summary', mode: 'report', host: 'h', rounds: 1 };
    const sweep = { type: 'target', target: 'h', sent: 1, received: 1, samples_ns: [1] };
    const all = [clock, ping, tcp, arp, path, sweep].map((line) => read(line).series);
    for (const [at, one] of all.entries()) {
      for (const [other, two] of all.entries()) expect(findMixture(one, two) === null).toBe(at === other);
    }
    expect(findMixture(all[0]!, all[2]!)).toBe('h: measured by clockdiff and by ping by tcp, which cannot be compared');
  });

  it('is every run of a file that holds several', () => {
    const end = { type: 'summary', host: 'h', transmitted: 1 };
    expect(read(reply(1, 10), end, reply(1, 20), end).series.get('h')).toHaveLength(2);
    // The second one begins with its own first probe, however many the first one had.
    const long = { ...end, transmitted: 60_000 };
    const [, second] = read(reply(60_000, 10), long, reply(1, 20), end).series.get('h')!;
    expect(second).toMatchObject({ roundTripsNs: [20], answered: [true] });
  });

  it('is an answer without a time where the time is none that could be', () => {
    const { series } = read({ type: 'reply', seq: 1, rtt_ns: 1e300 }, { type: 'summary', host: 'h', transmitted: 1 });
    expect(series.get('h')).toMatchObject([{ roundTripsNs: [], answered: [true] }]);
  });

  it('is complete with the summary only', () => {
    expect(read(reply(1, 10)).isComplete).toBe(false);
    expect(read(reply(1, 10), { type: 'summary', host: 'h', transmitted: 1 }).isComplete).toBe(true);
  });

  it.each([
    [{}],
    [{ type: 1 }],
    [{ type: 'reply', seq: 'one', rtt_ns: 1 }],
    [{ type: 'reply', seq: -1, rtt_ns: 1 }],
    [{ type: 'round-probe', round: 1.5, hop: 1 }],
    [{ type: 'target', target: 1, sent: 1, received: 1 }],
    [{ type: 'target', target: 'a', sent: 1, received: 1, samples_ns: 'x' }],
    [{ type: 'target', target: 'a', sent: 1e12, received: 1 }],
  ])('is nothing of %j', (line) => {
    expect(new SeriesReader().add(line)).toMatch(/no line of -j|more than 20000000 probes/);
  });

  it.each([
    [{ host: 'h', transmitted: 1e12 }, /more than 20000000 probes/],
    // Plain tracepath, which sends what it needs to find the path.
    [{ host: 'h', hops: 3, sent: 4, answered: 4 }, /a run that cannot be compared/],
    // With -q there are no lines of answers: every probe would seem to be lost.
    [{ host: 'h', transmitted: 30, received: 30 }, /leave -q out/],
    [{ mode: 'probe', target: 'h', sent: 30, received: 30 }, /leave -q out/],
    [{ mode: 'icmp', host: 'h', transmitted: 30, accepted: 30 }, /leave -q out/],
  ])('is nothing of the summary %j, and says why', (summary, says) => {
    expect(new SeriesReader().add({ type: 'summary', ...summary })).toMatch(says);
  });

  it('is nothing of a form that a newer sonde writes', () => {
    const newer = { type: 'summary', host: 'h', transmitted: 2, received: 0, schema: 2 };
    expect(new SeriesReader().add(newer)).toBe('schema 2 of a newer sonde, this one reads up to 1');
    expect(new SeriesReader().add({ ...newer, schema: 1 })).toBeNull();
  });

  it('is nothing of a run that ended in an error, which is told', () => {
    expect(new SeriesReader().add({ type: 'error', error: 'host: Name or service not known' })).toBe(
      'a run that ended in an error: host: Name or service not known',
    );
  });

  it('is a target of which every probe was lost', () => {
    const { series } = read({ type: 'summary', host: 'h', transmitted: 2, received: 0 });
    expect(series.get('h')).toMatchObject([{ roundTripsNs: [], answered: [false, false] }]);
  });

  it('takes any line there may be without a word, and makes no more probes than there are', () => {
    const line = fc.record(
      {
        type: fc.constantFrom('reply', 'sample', 'round-probe', 'target', 'summary'),
        seq: fc.anything(),
        rtt_ns: fc.anything(),
        round: fc.anything(),
        hop: fc.anything(),
        target: fc.anything(),
        sent: fc.oneof(fc.nat(100), fc.anything()),
        received: fc.anything(),
        samples_ns: fc.anything(),
        host: fc.anything(),
        transmitted: fc.oneof(fc.nat(100), fc.constant(1e15), fc.anything()),
      },
      { requiredKeys: ['type'] },
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const reader = new SeriesReader();
        for (const each of lines) reader.add(each);
        for (const run of [...reader.series.values()].flat()) {
          expect(run.roundTripsNs.every((ns) => ns >= 0 && ns <= Number.MAX_SAFE_INTEGER)).toBe(true);
        }
      }),
    );
  });
});
