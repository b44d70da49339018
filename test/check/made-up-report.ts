/** A report in which everything happens that can, and one of which every text is out to break something. */

import type { Assertion, Check, PathCheck } from '../../src/check/check.ts';
import type { Kind } from '../../src/check/file/schema.ts';
import type { CheckResult, Finding, Report } from '../../src/check/result.ts';
import { factsOf, noFacts, VOCABULARIES } from '../../src/check/vocabularies.ts';
import { parseCondition } from '../../src/conditions/condition.ts';
import { madeUpCheck } from './support.ts';

export function assertionsOf(kind: Kind, ...texts: readonly string[]): readonly Assertion[] {
  return texts.map((text) => {
    const parsed = parseCondition(text, VOCABULARIES[kind]);
    if (!parsed.ok) throw new Error(parsed.mistake.message);
    return { condition: parsed.condition, place: { file: 'sonde.yaml', line: 1, column: 1 } };
  });
}

export function madeUpResult(check: Check, changes: Partial<CheckResult> = {}): CheckResult {
  return {
    check,
    status: 'passed',
    findings: [],
    reason: null,
    hint: null,
    tries: 1,
    startedAtMs: Date.UTC(2026, 10, 22, 17, 0, 0, 250),
    elapsedMs: 1250,
    facts: noFacts(check.kind),
    roundTripsMs: [],
    hops: [],
    address: null,
    method: null,
    ...changes,
  };
}

function finding(subject: string, measured: string, required: string, holds: boolean | null): Finding {
  return { text: `${subject} ${required}`, subject, measured, required, holds };
}

const PLACE = { file: 'sonde.yaml', line: 4, column: 3 };

const GATEWAY = madeUpCheck({
  expect: null,
  assertions: assertionsOf('ping', 'loss == 0%', 'p95 < 5ms'),
  tags: ['lan'],
});
const FIGURES: Readonly<Record<string, number>> = {
  sent: 5,
  received: 4,
  loss: 0.2,
  min: 0.9e6,
  avg: 3.1e6,
  max: 7.25e6,
  p50: 2e6,
  p95: 7.25e6,
  p99: 7.25e6,
  'jitter.rfc3550': 123_456,
};

const PATH: PathCheck = {
  ...madeUpCheck({ name: 'vpn mtu', target: 'vpn.example', place: { ...PLACE, line: 5 } }),
  kind: 'path',
  family: null,
  maxHops: 30,
  port: null,
  expect: null,
  assertions: assertionsOf('path', 'pmtu >= 1420'),
};

export const REPORT: Report = {
  file: 'sonde.yaml',
  version: '1.2.3',
  host: 'runner-7',
  startedAtMs: Date.UTC(2026, 10, 22, 17, 0, 0, 125),
  startedAtIso: '2026-11-22T17:00:00.125Z',
  elapsedMs: 2375,
  reason: 'interrupted',
  failOnUnknown: false,
  results: [
    madeUpResult(GATEWAY, {
      findings: [finding('loss', '0 %', '== 0%', true), finding('p95', '1.2 ms', '< 5ms', true)],
      facts: factsOf('ping', (word) => FIGURES[word] ?? null),
      roundTripsMs: [0.9, 2, 7.25, 2.25, 3.1],
      method: 'icmp',
    }),
    madeUpResult(PATH, {
      status: 'failed',
      findings: [finding('pmtu', '1380', '>= 1420', false)],
      facts: factsOf('path', (word) => ({ pmtu: 1380, hops: 3, reached: true })[word] ?? null),
      address: '10.8.0.1',
      tries: 3,
      hops: [
        { distance: 1, address: '192.0.2.1', name: 'gateway.example', roundTripMs: 0.412, mtu: 1500 },
        { distance: 2, address: null, name: null, roundTripMs: null, mtu: null },
        { distance: 3, address: '10.8.0.1', name: null, roundTripMs: 12.3456, mtu: 1380 },
      ],
    }),
    madeUpResult(madeUpCheck({ name: 'dead', target: '10.0.0.9', place: { ...PLACE, line: 6 } }), {
      status: 'failed',
      findings: [
        { text: 'expect: reachable', holds: false, subject: '', measured: 'no answer', required: 'reachable' },
      ],
      reason: 'from 10.0.0.1: Destination Host Unreachable',
      roundTripsMs: [null, null, 4, null],
      facts: factsOf('ping', (word) => ({ sent: 4, received: 1, loss: 0.75 })[word] ?? null),
    }),
    madeUpResult(madeUpCheck({ name: 'forbidden', target: '10.0.0.2', place: { ...PLACE, line: 7 } }), {
      status: 'unknown',
      reason: 'socket: Operation not permitted',
      hint: 'as root: setcap cap_net_raw+ep node',
    }),
    madeUpResult(madeUpCheck({ name: 'late', target: '10.0.0.3', place: { ...PLACE, line: 8 } }), {
      status: 'not-run',
      reason: 'interrupted',
      tries: 0,
      startedAtMs: null,
      elapsedMs: 0,
    }),
  ],
};

/** All that could end a line, a column, an attribute, a comment, a label or a sentence early. */
export const HOSTILE = `<script>alert(1)</script>]]>&"'\`|#,:%=\\ [x](y) ::error::\r\n\t\u0000\u001b[31m\u0085\u2028\ud800\uffff--> not ok 1 {a="b"} \u{1f6f0}`;

export const HOSTILE_REPORT: Report = {
  ...REPORT,
  file: HOSTILE,
  host: HOSTILE,
  results: [
    madeUpResult(
      madeUpCheck({ name: HOSTILE, target: HOSTILE, tags: [HOSTILE], place: { file: HOSTILE, line: 1, column: 2 } }),
      {
        status: 'failed',
        findings: [{ text: HOSTILE, subject: HOSTILE, measured: HOSTILE, required: HOSTILE, holds: false }],
        reason: HOSTILE,
        hint: HOSTILE,
        address: HOSTILE,
        method: HOSTILE,
        hops: [{ distance: 1, address: HOSTILE, name: HOSTILE, roundTripMs: 1, mtu: 1500 }],
        roundTripsMs: [1, null],
        facts: factsOf('ping', () => 1),
      },
    ),
  ],
};
