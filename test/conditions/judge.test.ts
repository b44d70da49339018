import { describe, expect, it } from 'vitest';
import { describeVerdict, isFailure, Judge, statusWith } from '../../src/conditions/judge.ts';
import { measured, parse, type Values } from './support.ts';

function judgeOver(values: Values, { failIf = [] as string[], until = null as string | null, asked = [] as string[] }) {
  return new Judge(
    {
      failIf: failIf.map((text) => parse(text)),
      until: until === null ? null : parse(until),
      asked: asked.map((text) => parse(text)),
    },
    measured(values),
  );
}

function tell(values: Values, failIf: string): readonly string[] {
  return judgeOver(values, { failIf: [failIf] })
    .verdicts()
    .flatMap(describeVerdict);
}

describe('a run with --fail-if', () => {
  it('fails unless no condition holds at the end', () => {
    const values = { reached: false };
    const verdicts = (loss: number | null) =>
      judgeOver({ ...values, loss }, { failIf: ['loss > 2%', 'reached'] }).verdicts();
    expect(verdicts(0.5).map(isFailure)).toEqual([true, false]);
    expect(statusWith(verdicts(0.5), 0)).toBe(1);
    expect(statusWith(verdicts(0), 0)).toBe(0);
    expect(statusWith(verdicts(null), 0)).toBe(1);
  });

  it('keeps the status that it has without: 1 for no answer, more for what went wrong', () => {
    const holding = judgeOver({ loss: 1 }, { failIf: ['loss > 2%'] }).verdicts();
    const passing = judgeOver({ loss: 0 }, { failIf: ['loss > 2%'] }).verdicts();
    expect([0, 1, 2, 130].map((status) => statusWith(holding, status))).toEqual([1, 1, 2, 130]);
    expect([0, 1, 2, 130].map((status) => statusWith(passing, status))).toEqual([0, 1, 2, 130]);
    expect([0, 1, 2, 130].map((status) => statusWith([], status))).toEqual([0, 1, 2, 130]);
  });

  it('fails where too little was measured to judge', () => {
    const undecided = judgeOver({}, { failIf: ['p95 > 50ms'] }).verdicts();
    expect(undecided).toMatchObject([{ role: 'fail-if', holds: null }]);
    expect([0, 1, 2, 130].map((status) => statusWith(undecided, status))).toEqual([1, 1, 2, 130]);
    const silent = judgeOver({ received: 0 }, { failIf: ['received > 0 and p95 > 50ms'] }).verdicts();
    expect(statusWith(silent, 0)).toBe(0);
  });

  it('tells each term that made it fail, and where it stands when there are others', () => {
    expect(tell({ loss: 1 / 3 }, 'loss > 2%')).toEqual(['condition failed: loss > 2% (loss = 33.3 %)']);
    expect(tell({ loss: 1 / 3, p95: 9e6 }, 'loss > 2% or p95 > 5ms or hops > 3')).toEqual([
      "condition failed: loss > 2% (loss = 33.3 %), in 'loss > 2% or p95 > 5ms or hops > 3'",
      "condition failed: p95 > 5ms (p95 = 9 ms), in 'loss > 2% or p95 > 5ms or hops > 3'",
    ]);
    expect(tell({ reached: false }, 'not reached')).toEqual(['condition failed: not reached (reached = false)']);
    expect(tell({ loss: 0 }, 'loss > 2%')).toEqual([]);
  });

  it('says where too little was measured to judge', () => {
    expect(tell({ loss: 0 }, 'loss > 2% or p95 > 5ms')).toEqual([
      "condition not decided: p95 > 5ms (p95 not measured), in 'loss > 2% or p95 > 5ms'",
    ]);
  });
});

describe('a run with --until', () => {
  it('waits until the condition holds, and what comes after does not take it back', () => {
    const values: Record<string, number> = { 'received in a row': 2, lost: 0 };
    const judge = judgeOver(values, { until: 'received >= 3 in a row' });
    expect([judge.isWaiting, judge.isReached()]).toEqual([true, false]);
    values['received in a row'] = 3;
    expect(judge.isReached()).toBe(true);
    values['received in a row'] = 0;
    expect(judge.isReached()).toBe(true);
    const [verdict] = judge.verdicts();
    expect(verdict).toMatchObject({ role: 'until', text: 'received >= 3 in a row', holds: true });
    expect(verdict!.terms[0]!.measured).toBe(3);
  });

  it('succeeds where it came, though no answer was the last word otherwise, and fails where it did not', () => {
    const reached = judgeOver({ lost: 5 }, { until: 'lost >= 5' }).verdicts();
    expect([0, 1, 2].map((status) => statusWith(reached, status))).toEqual([0, 0, 2]);
    for (const values of [{ lost: 4 }, {}]) {
      const missed = judgeOver(values, { until: 'lost >= 5' }).verdicts();
      expect([0, 1, 2].map((status) => statusWith(missed, status))).toEqual([1, 1, 2]);
    }
  });

  it('fails also when it came, where --fail-if says so', () => {
    const verdicts = judgeOver({ lost: 5, loss: 1 }, { until: 'lost >= 5', failIf: ['loss > 2%'] }).verdicts();
    expect(verdicts.map(({ role }) => role)).toEqual(['until', 'fail-if']);
    expect(statusWith(verdicts, 0)).toBe(1);
  });

  it('tells how far it was', () => {
    const tellUntil = (values: Values, until: string) =>
      judgeOver(values, { until }).verdicts().flatMap(describeVerdict);
    expect(tellUntil({ 'received in a row': 2 }, 'received >= 3 in a row')).toEqual([
      'condition not reached: received >= 3 in a row (received in a row = 2)',
    ]);
    expect(tellUntil({}, 'p95 < 5ms')).toEqual(['condition not reached: p95 < 5ms (p95 not measured)']);
    expect(tellUntil({ p95: 1e6 }, 'p95 < 5ms')).toEqual([]);
  });

  it('is nothing to wait for where there is no condition', () => {
    const judge = judgeOver({}, {});
    expect([judge.isWaiting, judge.isReached(), judge.verdicts()]).toEqual([false, false, []]);
  });
});

describe('a condition that is only asked', () => {
  it('is judged at the end and changes nothing', () => {
    const verdicts = judgeOver({ loss: 1 }, { asked: ['loss < 1%'] }).verdicts();
    expect(verdicts).toMatchObject([{ role: 'asked', text: 'loss < 1%', holds: false }]);
    expect([statusWith(verdicts, 0), verdicts.flatMap(describeVerdict)]).toEqual([0, []]);
  });
});
