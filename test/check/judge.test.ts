/** What measurements mean for a check. */
import { describe, expect, it } from 'vitest';
import type { Expectation } from '../../src/check/file/schema.ts';
import { judge } from '../../src/check/judge.ts';
import type { Presence } from '../../src/check/measurement.ts';
import { type CheckResult, countResults, exitStatusOf, type Status } from '../../src/check/result.ts';
import { VOCABULARIES } from '../../src/check/vocabularies.ts';
import { parseCondition } from '../../src/conditions/condition.ts';
import { madeUpCheck, madeUpMeasured } from './support.ts';

/** A check with this condition, over these words. */
function judgeCondition(text: string, words: Readonly<Record<string, number | null>>) {
  const parsed = parseCondition(text, VOCABULARIES.ping);
  if (!parsed.ok) throw new Error(parsed.mistake.message);
  const { condition } = parsed;
  const place = { file: 'sonde.yaml', line: 1, column: 1 };
  const check = madeUpCheck({ expect: null, assertions: [{ condition, place }] });
  return judge(
    check,
    madeUpMeasured({ verdicts: [condition.evaluate({ read: (word) => words[word] ?? null })] }),
    false,
  );
}

describe('an expectation', () => {
  const CONTENT: readonly (readonly [Expectation, readonly Presence[]])[] = [
    ['reachable', ['answers']],
    ['open', ['answers']],
    ['refused', ['refuses']],
    ['unreachable', ['unreachable', 'silent']],
    ['closed', ['refuses', 'unreachable', 'silent']],
    ['resolvable', ['answers']],
    ['unresolvable', ['nameless']],
  ];
  it.each(CONTENT)('of %s is content with %j and nothing else', (expected, content) => {
    for (const presence of ['answers', 'refuses', 'unreachable', 'silent', 'nameless'] as const) {
      const { status } = judge(madeUpCheck({ expect: expected }), madeUpMeasured({ presence }), false);
      expect(status, presence).toBe(content.includes(presence) ? 'passed' : 'failed');
    }
  });

  it('that fails is told with what was met instead', () => {
    const remark = 'from 10.0.0.9: Destination Host Unreachable';
    expect(judge(madeUpCheck(), madeUpMeasured({ presence: 'unreachable', remark }), false)).toEqual({
      status: 'failed',
      findings: [
        {
          text: 'expect: reachable',
          holds: false,
          subject: '',
          measured: 'reported unreachable',
          required: 'reachable',
        },
      ],
      reason: remark,
    });
  });

  it('of nobody is not met by a name that is nobody: it may be misspelt', () => {
    const { status } = judge(madeUpCheck({ expect: 'unreachable' }), madeUpMeasured({ presence: 'nameless' }), false);
    expect(status).toBe('failed');
  });

  it.each([
    ['unreachable', 'silent', 'unknown'],
    ['closed', 'silent', 'unknown'],
    ['unreachable', 'unreachable', 'passed'],
    ['unreachable', 'answers', 'failed'],
    ['closed', 'refuses', 'passed'],
    ['reachable', 'silent', 'failed'],
    ['reachable', 'answers', 'passed'],
  ] as const)('of %s that the deadline of the check cut short, with %s, has %s', (expected, presence, status) => {
    expect(judge(madeUpCheck({ expect: expected }), madeUpMeasured({ presence }), true).status).toBe(status);
  });
});

describe('a condition', () => {
  it('that holds passes, with what was measured', () => {
    expect(judgeCondition('loss <= 10%', { loss: 0.1 })).toEqual({
      status: 'passed',
      findings: [{ text: 'loss <= 10%', holds: true, subject: 'loss', measured: '10 %', required: '<= 10%' }],
      reason: null,
    });
  });

  it('that does not hold fails', () => {
    expect(judgeCondition('p95 < 5ms', { p95: 7.25e6 })).toMatchObject({
      status: 'failed',
      findings: [{ holds: false, measured: '7.25 ms', required: '< 5ms' }],
    });
  });

  it('about what was not measured fails too', () => {
    expect(judgeCondition('p95 < 5ms', {})).toMatchObject({
      status: 'failed',
      findings: [{ holds: null, measured: 'not measured' }],
    });
  });

  it('of several terms is told by those that decide it', () => {
    const { findings, status } = judgeCondition('loss < 10% and p95 < 5ms', { loss: 0, p95: 6e6 });
    expect([status, findings.map(({ text }) => text)]).toEqual(['failed', ['p95 < 5ms']]);
  });

  it('under `not` is told as a whole', () => {
    expect(judgeCondition('not (loss > 10% or p95 > 5ms)', { loss: 0.5, p95: 1 })).toMatchObject({
      status: 'failed',
      findings: [
        {
          text: 'not (loss > 10% or p95 > 5ms)',
          holds: false,
          subject: '',
          measured: 'loss = 50 %',
          required: 'not (loss > 10% or p95 > 5ms)',
        },
      ],
    });
  });
});

describe('the exit status', () => {
  const statusOf = (statuses: readonly Status[], failOnUnknown = false) =>
    exitStatusOf(countResults(statuses.map((status) => ({ status }) as CheckResult)), failOnUnknown);

  it.each([
    [['passed', 'passed'], 0, 0],
    [['passed', 'failed'], 1, 1],
    [['unknown', 'passed'], 3, 1],
    [['not-run', 'passed'], 3, 1],
    [['unknown', 'failed', 'not-run'], 1, 1],
  ] as const)('of %j is %d, and with --fail-on-unknown %d', (statuses, plain, folded) => {
    expect([statusOf(statuses), statusOf(statuses, true)]).toEqual([plain, folded]);
  });
});
