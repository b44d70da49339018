/** Answers and errors of the methods that are no ICMP echo: whoever hands them in has matched them to their probes. */
import { expect, it } from 'vitest';
import type { Answer } from '../../src/ping/reply.ts';
import { counts, MS, type Player, play, queuedErrorOf, READ_DELAY_NS, ROUTER, SECOND, TARGET, US } from './support.ts';

const ANSWER: Answer = {
  kind: 'port-unreachable',
  sequence: 1,
  source: TARGET,
  octets: 56,
  hopLimit: 61,
  time: { stampNs: Number.NaN },
};

/** Something that happens `afterNs` after the start, with the first probe sent at the start. */
function at(afterNs: number, facts: Partial<Answer> | ((player: Player) => Partial<Answer>)) {
  const act = (player: Player) =>
    player.engine.answer({ ...ANSWER, ...(typeof facts === 'function' ? facts(player) : facts) }, player.now);
  return [afterNs, act] as const;
}

const UDP = { method: 'udp', port: 33_434, count: 2, intervalNs: SECOND } as const;

it('counts an answer, and measures it from stamp to stamp', () => {
  const withStamp = (player: Player) => ({ time: { stampNs: player.now.wallNs - READ_DELAY_NS } });
  const player = play({ ...UDP, count: 1 }, { at: [at(200 * US, withStamp)] });
  expect(player.replies).toMatchObject([
    {
      answer: 'port-unreachable',
      sequence: 1,
      source: TARGET,
      octets: 56,
      hopLimit: 61,
      roundTripNs: 195 * US, // 2 us until the transmit stamp, 3 us from the receive stamp to reading
      transmitStamp: 'kernel',
      receiveStamp: 'kernel',
      differentAddress: false,
      badChecksum: false,
      truncated: false,
    },
  ]);
  expect(player.summary).toMatchObject({ method: 'udp', port: 33_434, received: 1, reason: 'count' });
  expect(player.status).toBe(0);
});

it.each(['kernel', 'user'] as const)('takes over a round trip that the %s clock measured as a whole', (clock) => {
  const player = play({ ...UDP, count: 1 }, { at: [at(5 * MS, { time: { roundTripNs: 4321.4 * US, clock } })] });
  expect(player.replies).toMatchObject([{ roundTripNs: 4_321_400, transmitStamp: clock, receiveStamp: clock }]);
  expect(player.summary.rtt).toMatchObject({ minUs: 4321, maxUs: 4321 });
});

it('tells a second answer from the first, and one from another address', () => {
  const player = play(UDP, { at: [at(MS, {}), at(2 * MS, {}), at(SECOND + MS, { sequence: 2, source: ROUTER })] });
  expect(player.story).toEqual(['reply 1', 'reply 1 dup', 'reply 2', 'end count']);
  expect(player.replies[2]).toMatchObject({ differentAddress: true });
  expect(counts(player)).toEqual([2, 2, 1, 0, 0]);
});

it('takes no answer and no error for a probe that never left, and none when all has come', () => {
  const strange = (player: Player) => player.engine.probeError(9, queuedErrorOf(new Uint8Array(0)), player.now);
  const late = (player: Player) => player.engine.probeError(1, queuedErrorOf(new Uint8Array(0)), player.now);
  const player = play(
    { ...UDP, count: 1 },
    { at: [at(MS, { sequence: 9 }), [2 * MS, strange], at(3 * MS, {}), at(3 * MS, {}), [3 * MS, late]] },
  );
  expect(player.story).toEqual(['reply 1', 'end count']);
});

it('counts an error about a probe', () => {
  const fail = (player: Player) => player.engine.probeError(1, queuedErrorOf(new Uint8Array(0)), player.now);
  const player = play({ ...UDP, count: 1 }, { at: [[MS, fail]] });
  expect(player.events[0]).toMatchObject({
    type: 'network-error',
    source: ROUTER,
    sequence: 1,
    icmpType: 3,
    icmpCode: 1,
    via: 'queue',
    errno: 113,
  });
  expect(counts(player)).toEqual([1, 0, 0, 0, 1]);
  expect(player.status).toBe(1);
});
