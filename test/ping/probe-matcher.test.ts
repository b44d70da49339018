/** Which probe a message is about. Probes 1 and 2 to TARGET have left; everything else is somebody else's, or made up. */
import { describe, expect, it } from 'vitest';
import { ProbeMatcher } from '../../src/ping/probe-matcher.ts';
import { ProbeTable } from '../../src/ping/probe-table.ts';
import { echoProtocol, NOT_OURS } from '../../src/ping/protocol.ts';
import { IDENTIFIER, icmp, packetOf, queuedErrorOf, quote, ROUTER, TARGET } from './support.ts';

function matcherOf(identifier: number | null = IDENTIFIER): ProbeMatcher {
  const probes = new ProbeTable();
  for (const sequence of [1, 2]) probes.begin(sequence, 0, 0);
  return new ProbeMatcher(TARGET, echoProtocol(4, identifier), probes);
}

const REQUEST = icmp({ type: 8, sequence: 2 });

describe('a reply', () => {
  const repliedTo = (message: Uint8Array, identifier?: number | null) =>
    matcherOf(identifier).repliedTo(packetOf(message));

  it('is to the probe that has its sequence', () => {
    expect([1, 2].map((sequence) => repliedTo(icmp({ type: 0, sequence })))).toEqual([1, 2]);
  });

  it.each([
    ['with a number that was never sent', icmp({ type: 0, sequence: 3 })],
    ['with a number beyond the table', icmp({ type: 0, sequence: 65_535 })],
    ["with another's identifier", icmp({ type: 0, sequence: 1, identifier: IDENTIFIER ^ 1 })],
    ['with a code', icmp({ type: 0, code: 1, sequence: 1 })],
  ])('%s is not ours', (_what, message) => {
    expect(repliedTo(message)).toBe(NOT_OURS);
  });

  it('is known by its number alone where the kernel sees to the identifier', () => {
    expect(repliedTo(icmp({ type: 0, sequence: 1, identifier: 9 }), null)).toBe(1);
    expect(repliedTo(icmp({ type: 0, sequence: 3, identifier: 9 }), null)).toBe(NOT_OURS);
  });

  it('is to the probe also where its probe was answered or given up before', () => {
    const probes = new ProbeTable();
    for (const sequence of [1, 2]) probes.begin(sequence, 0, 0);
    probes.answer(1);
    probes.giveUp(2);
    const matcher = new ProbeMatcher(TARGET, echoProtocol(4, IDENTIFIER), probes);
    for (const sequence of [1, 2]) expect(matcher.repliedTo(packetOf(icmp({ type: 0, sequence })))).toBe(sequence);
    probes.withdraw(1);
    expect(matcher.repliedTo(packetOf(icmp({ type: 0, sequence: 1 })))).toBe(NOT_OURS);
  });
});

describe('an entry of the error queue', () => {
  it('is about the request that it quotes', () => {
    expect(matcherOf().quotedBy(queuedErrorOf(REQUEST))).toBe(2);
    expect(matcherOf().quotedBy(queuedErrorOf(REQUEST, { destination: null }))).toBe(2);
    expect(matcherOf().quotedBy(queuedErrorOf(REQUEST.slice(0, 8)))).toBe(2);
  });

  it.each([
    ['to somebody else', queuedErrorOf(REQUEST, { destination: ROUTER })],
    ['of which less than 8 octets came', queuedErrorOf(REQUEST.slice(0, 7))],
    ['that is a reply', queuedErrorOf(icmp({ type: 0, sequence: 2 }))],
    ['that was never sent', queuedErrorOf(icmp({ type: 8, sequence: 3 }))],
    ['of a stranger', queuedErrorOf(icmp({ type: 8, sequence: 2, identifier: 1 }))],
  ])('about a message %s is not ours', (_what, error) => {
    expect(matcherOf().quotedBy(error)).toBe(NOT_OURS);
  });
});

describe('an ICMP error that a raw socket sees', () => {
  const quotedIn = (quoted: Uint8Array) => matcherOf().quotedIn(packetOf(icmp({ type: 5, data: quoted })));

  it('is about the request in the datagram that it quotes', () => {
    expect(quotedIn(quote(TARGET, REQUEST))).toBe(2);
    expect(quotedIn(quote(TARGET, REQUEST).slice(0, 28))).toBe(2);
  });

  it.each([
    ['to somebody else', quote(ROUTER, REQUEST)],
    ['of another protocol', quote(TARGET, REQUEST, 17)],
    ['of which less than 8 octets came', quote(TARGET, REQUEST).slice(0, 27)],
    ['that is a reply', quote(TARGET, icmp({ type: 0, sequence: 2 }))],
    ['that was never sent', quote(TARGET, icmp({ type: 8, sequence: 3 }))],
    ['of which nothing came', new Uint8Array(0)],
  ])('about a datagram %s is not ours', (_what, quoted) => {
    expect(quotedIn(quoted)).toBe(NOT_OURS);
  });

  it('is not read beyond its end, whatever stands in the buffer behind it', () => {
    const whole = packetOf(icmp({ type: 5, data: quote(TARGET, REQUEST) }));
    expect(matcherOf().quotedIn({ ...whole, end: whole.start + 8 + 27 })).toBe(NOT_OURS);
  });
});
