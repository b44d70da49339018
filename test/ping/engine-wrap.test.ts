import { describe, expect, it } from 'vitest';
import { answersAfter, counts, MS, type Network, play, silence, US } from './support.ts';

const LAP = 65_536;

describe('numbers beyond 65535', () => {
  it('begin again at 0, and the probe behind 65535 is 0', () => {
    const run = play({ count: LAP + 3, intervalNs: 0, quiet: true }, { network: answersAfter(10 * US) });
    expect(run.sends.slice(0, 2).map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(run.sends.slice(-5).map(({ sequence }) => sequence)).toEqual([65_535, 0, 1, 2, 3]);
    expect(counts(run)).toEqual([LAP + 3, LAP + 3, 0, 0, 0]);
  });

  it('are counted exactly over three laps of losses, duplicates and errors', () => {
    const total = 3 * LAP + 1234;
    let [lost, doubled, refused] = [0, 0, 0];
    const network: Network = (index) => {
      if (index % 1000 === 7) {
        lost++;
        return [];
      }
      if (index % 997 === 5) {
        refused++;
        return [{ afterNs: 10 * US, error: {} }];
      }
      if (index % 401 === 3) {
        doubled++;
        return [
          { afterNs: 10 * US, reply: {} },
          { afterNs: 15 * US, reply: {} },
        ];
      }
      return [{ afterNs: 10 * US, reply: {} }];
    };
    // A last reply to end the run by its count is not needed: what is lost makes it linger.
    const run = play({ count: total, intervalNs: 0, quiet: true }, { network });
    expect([lost, refused, doubled].every((count) => count > 100)).toBe(true);
    expect(counts(run)).toEqual([total, total - lost - refused, doubled, 0, refused]);
    expect(run.summary.reason).toBe('linger');
  });

  it('tell a duplicate of the last lap from a reply of this one', () => {
    // 65530 to 65535 are answered twice, the second time when the next lap has reached 20.
    const network: Network = (index) => [
      { afterNs: 10 * US, reply: {} },
      ...(index >= LAP - 7 && index < LAP - 1 ? [{ afterNs: 10 * US * (LAP + 20 - index), reply: {} }] : []),
    ];
    const run = play({ count: LAP + 50, intervalNs: 0, quiet: true }, { network });
    expect(counts(run)).toEqual([LAP + 50, LAP + 50, 6, 0, 0]);
  });

  it('take a first reply in the lap after a loss for one, not for a duplicate', () => {
    const network: Network = (index) => (index < LAP && index % 2 === 0 ? [] : [{ afterNs: MS, reply: {} }]);
    const run = play({ count: 2 * LAP, intervalNs: 10 * MS, quiet: true }, { network });
    expect(counts(run)).toEqual([2 * LAP, LAP + LAP / 2, 0, 0, 0]);
  });

  it('take a second reply in each lap for a duplicate', () => {
    const network: Network = (_index, sequence) =>
      (sequence === 9 ? [MS, 2 * MS] : [MS]).map((afterNs) => ({ afterNs, reply: {} }));
    const run = play({ count: 2 * LAP + 100, intervalNs: 10 * MS, quiet: true }, { network });
    expect(counts(run)).toEqual([2 * LAP + 100, 2 * LAP + 100, 3, 0, 0]);
  });

  it('are written modulo 65536 by -O', () => {
    const network: Network = (index) => (index === LAP - 1 || index === LAP ? [] : [{ afterNs: MS, reply: {} }]);
    const run = play({ count: LAP + 3, intervalNs: 10 * MS, quiet: true, reportUnanswered: true }, { network });
    expect(run.story).toEqual(['unanswered 0', 'unanswered 1', 'end linger']);
  });

  it('still show what is under way', () => {
    const network: Network = (index) => [{ afterNs: (index < LAP - 100 ? 1 : 25) * MS, reply: {} }];
    const run = play({ count: LAP + 100, intervalNs: 10 * MS, quiet: true }, { network });
    expect(run.summary.pipe).toBe(3);
  });
});

describe('a long silence', () => {
  it('counts what is missing once more than half the numbers are under way', () => {
    const run = play({ count: 40_000, preload: 40_000, emitSent: true }, { network: silence, stamps: 'none' });
    const sent = run.events.flatMap((event) => (event.type === 'sent' ? [event.inFlight] : []));
    expect([sent[0], sent[32_766], sent[32_767], sent[39_999]]).toEqual([1, 32_767, 32_768, 40_000]);
  });

  it('leaves out of that what errors have told of', () => {
    const error = { origin: 'icmp6', type: 1, code: 1, offender: '2001:db8::fe' } as const;
    const run = play(
      { family: 6, target: '2001:db8::7', count: 40_001, preload: 40_000, intervalNs: 10 * MS, emitSent: true },
      { network: (index) => (index < 10 ? [{ afterNs: MS, error }] : []), stamps: 'none' },
    );
    expect(run.events.findLast((event) => event.type === 'sent')).toMatchObject({ inFlight: 39_991 });
  });

  it('ends, and counts exactly, in a flood that is answered again after 70,000 probes', () => {
    const network: Network = (index) => (index < 70_000 ? [] : [{ afterNs: MS, reply: {} }]);
    const run = play({ count: 71_000, intervalNs: 0, quiet: true }, { network });
    expect(counts(run)).toEqual([71_000, 1000, 0, 0, 0]);
  });
});
