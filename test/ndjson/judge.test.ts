/** The judge of a whole run must be able to say no, to each thing that it looks at. */
import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';

const SUMMARY =
  '{"type": "summary", "reason": "interrupted", "role": "router", "send_to": "224.0.0.1", "interfaces": [], ' +
  '"transmitted": 0, "received": 0, "rejected": 0, "timestamp": 0, "schema": 1}\n';
const WARNING = '{"warning": "careful", "type": "warning", "schema": 1}\n';
const ERROR = '{"error": "nosuch.lab: Name or service not known", "type": "error", "schema": 1}\n';
const TOLD = 'rdisc: nosuch.lab: Name or service not known\n';

function judged(stdout: string, stderr = ''): readonly unknown[] {
  return judge('rdisc', 'rdisc', { stdout, stderr }).map(({ type }) => type);
}

describe('the judge of a run with -j', () => {
  it('takes what a run may say', () => {
    expect(judged(SUMMARY)).toEqual(['summary']);
    expect(judged(WARNING + SUMMARY, 'rdisc: careful\n')).toEqual(['warning', 'summary']);
    expect(judged(WARNING + SUMMARY, 'careful\n')).toEqual(['warning', 'summary']);
    expect(judged(ERROR, TOLD)).toEqual(['error']);
    expect(judged(ERROR, `${TOLD}\nUsage\n  rdisc …\n`)).toEqual(['error']);
    expect(judged('{"error": "usage: rdisc …", "type": "error", "schema": 1}\n', '\nUsage\n  rdisc …\n')).toEqual([
      'error',
    ]);
    expect(judged('{"version": "0.1.0", "schema": 1}\n')).toEqual([undefined]);
  });

  it.each([
    ['an output that is not JSON', `rdisc h\n${SUMMARY}`, ''],
    ['a blank line', `\n${SUMMARY}`, ''],
    ['half a line', SUMMARY.slice(0, 50), ''],
    ['nothing', '', ''],
    ['a run without an end', WARNING, 'rdisc: careful\n'],
    ['a line behind the end', SUMMARY + WARNING, 'rdisc: careful\n'],
    ['two ends', SUMMARY + SUMMARY, ''],
    ['an error that stderr does not tell', ERROR, ''],
    ['a warning that stderr does not tell', WARNING + SUMMARY, ''],
    ['what stderr alone tells', SUMMARY, 'rdisc: careful\n'],
    ['a stack', ERROR, `${TOLD}Error: x\n    at main`],
    ['JSON on stderr', SUMMARY, WARNING],
  ])('refuses %s', (_what, stdout, stderr) => {
    expect(() => judged(stdout, stderr)).toThrow(Error);
  });
});
