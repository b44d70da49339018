import { describe, expect, it } from 'vitest';
import type { PingEvent } from '../../../src/ping/events.ts';
import { signOf } from '../../../src/ping/method/ladder.ts';
import { looksLimited } from '../../../src/ping/method/rate-limit.ts';
import { play, SECOND, silence } from '../support.ts';

const ERROR = {
  type: 'network-error',
  wallNs: 0,
  source: '192.0.2.254',
  sequence: 1,
  family: 4,
  icmpType: 3,
  icmpCode: 1,
  info: 0,
  via: 'queue',
  errno: 113,
  badChecksum: false,
  quoted: null,
} as const satisfies PingEvent;

describe('what a probe of --method auto tells', () => {
  it.each([
    [4, 3, 0, 'stay'],
    [4, 3, 1, 'stay'],
    [4, 3, 2, 'leave'],
    [4, 3, 3, 'leave'],
    [4, 3, 4, 'stay'],
    [4, 3, 9, 'leave'],
    [4, 3, 10, 'leave'],
    [4, 3, 13, 'leave'],
    [4, 11, 0, 'stay'],
    [4, 12, 2, 'stay'],
    [6, 1, 0, 'stay'],
    [6, 1, 1, 'leave'],
    [6, 1, 3, 'stay'],
    [6, 1, 4, 'leave'],
    [6, 1, 5, 'leave'],
    [6, 1, 6, 'leave'],
    [6, 3, 0, 'stay'],
    [6, 2, 1, 'stay'],
  ] as const)('by an ICMPv%i error of type %i, code %i: %s', (family, icmpType, icmpCode, sign) => {
    expect(signOf({ ...ERROR, family, icmpType, icmpCode })).toBe(sign);
  });

  it.each([
    [1, 'leave'],
    [13, 'leave'],
    [101, 'stay'],
  ] as const)('by a refusal of our own kernel, errno %i: %s', (errno, sign) => {
    expect(signOf({ type: 'send-error', wallNs: 0, errno, sequence: 1 })).toBe(sign);
    expect(signOf({ type: 'local-error', wallNs: 0, errno, mtu: 0 })).toBe(sign);
  });

  it('is nothing where nothing comes back', () => {
    const { events } = play(
      { count: 2, reportLost: true, reportUnanswered: true, emitSent: true },
      { network: silence },
    );
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['sent', 'unanswered', 'lost', 'summary']));
    expect(events.map(signOf)).toEqual(events.map(() => null));
  });
});

describe('a limit on ICMP errors', () => {
  const SUMMARY = play({ count: 1 }, { network: silence }).summary;
  it.each([
    ['20 in a second, 6 answered', 20, 6, 1, true],
    ['20 in a second, all answered', 20, 20, 1, false],
    ['100 in ten seconds, 16 answered', 100, 16, 10, true],
    ['100 in ten seconds, 90 answered', 100, 90, 10, false],
    ['20 in 20 seconds, 19 answered', 20, 19, 19, false],
    ['5 in a second, 1 answered', 5, 1, 1, false],
    ['20 in a second, 5 answered', 20, 5, 1, true],
    ['20 in a second, 4 answered', 20, 4, 1, false],
    ['20 in a second, none answered', 20, 0, 1, false],
  ])('%s', (_, transmitted, received, seconds, looks) => {
    const summary = { ...SUMMARY, method: 'udp', transmitted, received, elapsedNs: seconds * SECOND } as const;
    expect(looksLimited(summary, 0)).toBe(looks);
    expect(looksLimited({ ...summary, method: 'icmp' }, 0)).toBe(false);
    expect(looksLimited({ ...summary, errors: 1 }, 0)).toBe(false);
    expect(looksLimited(summary, transmitted - received), 'what our own kernel refused').toBe(false);
  });
});
