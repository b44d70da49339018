/** Where a way ends that is watched over rounds. */
import { expect, it } from 'vitest';
import { WayEnd } from '../../../src/tracepath/report/way-end.ts';

it('is unknown until somebody says that nothing lies behind', () => {
  const end = new WayEnd();
  end.heard(3, { verdict: 'passed-by' });
  expect(end).toMatchObject({ hop: null, isTarget: false });
  expect(end.reaches(60)).toBe(true);
});

it('is the nearest hop that ends it: the target, or one that refuses', () => {
  const end = new WayEnd();
  end.heard(5, { verdict: 'reached' });
  end.heard(6, { verdict: 'reached' });
  expect(end).toMatchObject({ hop: 5, isTarget: true });
  expect([4, 5, 6].map((hop) => end.reaches(hop))).toEqual([true, true, false]);
  end.heard(4, { verdict: 'refused' });
  expect(end).toMatchObject({ hop: 4, isTarget: false });
});

it('is unknown again when a router answers there, or beyond, and not when one before does', () => {
  for (const [hop, known] of [
    [3, 4],
    [4, null],
    [5, null],
  ] as const) {
    const end = new WayEnd();
    end.heard(4, { verdict: 'reached' });
    end.heard(hop, { verdict: 'passed-by' });
    expect(end).toMatchObject({ hop: known, isTarget: known !== null });
  }
});
