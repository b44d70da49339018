/** What ICMP errors and resets say of a target. */
import { describe, expect, it } from 'vitest';
import { Heard } from '../../src/check/probe/heard.ts';
import type { PingEvent } from '../../src/index.ts';

const TARGET = '10.0.0.9';

function icmpError(source: string, icmpType: number, icmpCode: number, family: 4 | 6 = 4): PingEvent {
  return { type: 'network-error', source, sequence: 1, family, icmpType, icmpCode } as PingEvent;
}

function presenceAfter(events: readonly PingEvent[], answers = 0, target = TARGET) {
  const heard = new Heard(true);
  for (const event of events) heard.take(event);
  return heard.presenceOf(target, answers);
}

describe('the round trips of a run', () => {
  const reply = (changes: object) => ({ type: 'reply', sequence: 1, roundTripMs: 4, ...changes }) as PingEvent;

  it.each([
    ['of an answer', [reply({})], [4, null]],
    ['of the first answer, whatever comes behind it', [reply({}), reply({ roundTripMs: 9 })], [4, null]],
    ['of an answer behind its loss', [{ type: 'lost', sequence: 1 } as PingEvent, reply({})], [4, null]],
    ['of an answer before an error', [reply({}), icmpError('10.0.0.1', 3, 1)], [4, null]],
    ['not of one that comes twice', [reply({ duplicate: true, sequence: 2 })], [null, null]],
    ['not of one that was damaged', [reply({ badChecksum: true })], [null, null]],
  ] as const)('are %s', (_what, events, expected) => {
    const heard = new Heard(false);
    for (const event of events) heard.take(event);
    expect(heard.series.roundTripsMs(2)).toEqual(expected);
  });
});

describe('a target', () => {
  it.each([
    ['that sent nothing is silent', [], 'silent'],
    ['that a router says is not to be reached is reported so', [icmpError('10.0.0.1', 3, 1)], 'unreachable'],
    ['that a firewall forbids is reported so', [icmpError('10.0.0.1', 3, 13)], 'unreachable'],
    ['that forbids it itself is there, and refuses', [icmpError(TARGET, 3, 13)], 'refuses'],
    ['of which a port is unreachable is there, and refuses', [icmpError(TARGET, 3, 3)], 'refuses'],
    ['that is further away than the TTL is silent', [icmpError('10.0.0.1', 11, 0)], 'silent'],
    ['behind a narrow link is silent', [icmpError('10.0.0.1', 3, 4)], 'silent'],
    ['that resets the connection refuses', [{ type: 'reply', answer: 'rst', sequence: 1 } as PingEvent], 'refuses'],
  ] as const)('%s', (_what, events, presence) => {
    expect(presenceAfter(events)).toBe(presence);
  });

  it('that answered answers, whatever else was heard', () => {
    expect(presenceAfter([icmpError('10.0.0.1', 3, 1), icmpError(TARGET, 3, 3)], 1)).toBe('answers');
  });

  it('is known by its address with and without the interface', () => {
    expect(presenceAfter([icmpError('fe80::1', 1, 4, 6)], 0, 'fe80::1%eth0')).toBe('refuses');
    expect(presenceAfter([icmpError('fe80::2%eth0', 1, 3, 6)], 0, 'fe80::1%eth0')).toBe('unreachable');
  });
});
