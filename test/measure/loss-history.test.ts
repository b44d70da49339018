import { describe, expect, it } from 'vitest';
import { LossHistory } from '../../src/measure/loss-history.ts';

const NS = 1000;

/** Spans of 256 probes, each `NS` long, right behind one another; `lost` says how many are lost in the nth (from 0). */
function historyOf(spans: number, lost: (index: number) => number): LossHistory {
  const history = new LossHistory();
  for (let index = 0; index < spans; index++) {
    history.add(index * NS, (index + 1) * NS, { decided: 256, lost: lost(index) });
  }
  return history;
}

describe('a window over spans of probes', () => {
  it('holds those whose probes were all sent in it, and a share of the one that lies across', () => {
    const history = historyOf(10, (index) => index);
    expect(history.lossSince(0)).toEqual({ decided: 2560, lost: 45 });
    expect(history.lossSince(8 * NS)).toEqual({ decided: 512, lost: 17 });
    expect(history.lossSince(7.75 * NS)).toEqual({ decided: 576, lost: 18.75 });
    expect(history.lossSince(11 * NS)).toEqual({ decided: 0, lost: 0 });
    expect(new LossHistory().lossSince(0)).toEqual({ decided: 0, lost: 0 });
  });

  it('loses no probe of a long past', () => {
    const history = historyOf(100_000, (index) => index % 7);
    let lost = 0;
    for (let index = 0; index < 100_000; index++) lost += index % 7;
    expect(history.lossSince(0)).toEqual({ decided: 25_600_000, lost });
  });

  it('begins at most 1/63 of its probes too early or too late', () => {
    const spans = 100_000;
    for (const window of [1, 64, 100, 1000, 12_345, 99_999]) {
      // Where the window begins all loss ends: what is counted of it is by how much the begin is off.
      const history = historyOf(spans, (index) => (index < spans - window ? 256 : 0));
      const { decided, lost } = history.lossSince((spans - window) * NS);
      expect(lost / decided, `${window}`).toBeLessThanOrEqual(1 / 63);
      expect(Math.abs(decided / 256 / window - 1), `${window}`).toBeLessThanOrEqual(1 / 63);
    }
  });
});
