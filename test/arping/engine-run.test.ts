/** What happens while a run of arping lasts: its schedule, to whom it speaks, what it counts and measures. */
import { describe, expect, it } from 'vitest';
import { MISSED_PROBES } from '../../src/arping/binding.ts';
import { reverseProtocol } from '../../src/arping/protocol.ts';
import { toHex } from '../packet/support.ts';
import {
  answersAfter,
  frameOf,
  LINK,
  MS,
  type Network,
  OTHER_HARDWARE,
  OWN_HARDWARE,
  type Player,
  play,
  READ_DELAY_NS,
  replyPacket,
  SECOND,
  STRANGER,
  silence,
  TARGET,
  TARGET_HARDWARE,
  TRANSMIT_DELAY_NS,
  US,
} from './support.ts';

const ENOBUFS = 105;

describe('the schedule', () => {
  it('sends at once, and then an interval after the start, not after the last probe', () => {
    const late = play({ count: 4 }, { network: silence, lateNs: (wake) => (wake < 2 ? 200 * MS : 0) });
    expect(late.sendTimes).toEqual([0, 1.2, 2.2, 3]);
  });

  it('leaves out what was slept through, and counts probes that were sent', () => {
    const player = play({ count: 4 }, { network: silence, lateNs: (wake) => (wake === 0 ? 3600.5 * SECOND : 0) });
    expect(player.sendTimes).toEqual([0, 3601.5, 3602, 3603]);
  });

  it('does not lose its place when a probe is refused', () => {
    const player = play({ count: 3 }, { refuse: (attempt) => (attempt === 1 ? ENOBUFS : null) });
    expect(player.sendTimes).toEqual([0, 2]);
    expect(player.summary).toMatchObject({ sent: 2, reason: 'count', unanswered: 2 });
    expect(player.events.find(({ type }) => type === 'send-error')).toMatchObject({ errno: ENOBUFS });
  });
});

describe('a probe', () => {
  it('goes to everybody until somebody has answered, and then to that one', () => {
    const network: Network = (index) => (index === 1 ? [{ afterNs: MS }] : []);
    const player = play({ count: 4 }, { network });
    expect(player.sends.map(({ to }) => to)).toEqual(['all', 'all', toHex(TARGET_HARDWARE), toHex(TARGET_HARDWARE)]);
    expect(player.sends.map(({ packet }) => toHex(packet.targetHardware))).toEqual([
      'ffffffffffff',
      'ffffffffffff',
      toHex(TARGET_HARDWARE),
      toHex(TARGET_HARDWARE),
    ]);
    expect(player.summary).toMatchObject({ sent: 4, broadcasts: 2 });
  });

  it('follows the one that answered last', () => {
    const network: Network = (index) => [{ afterNs: MS, lies: index === 0 ? {} : { senderHardware: OTHER_HARDWARE } }];
    const player = play({ count: 3 }, { network });
    expect(player.sends.map(({ to }) => to)).toEqual(['all', toHex(TARGET_HARDWARE), toHex(OTHER_HARDWARE)]);
  });

  it('always goes to everybody with -b', () => {
    const player = play({ count: 2, broadcastOnly: true }, { network: answersAfter(MS) });
    expect(player.sends.map(({ to }) => to)).toEqual(['all', 'all']);
    expect(player.summary).toMatchObject({ sent: 2, broadcasts: 2 });
  });

  it('is told to be unanswered when the next one is due, and at the end', () => {
    const network: Network = (index) => (index === 1 ? [{ afterNs: MS }] : []);
    const player = play({ count: 3 }, { network });
    expect(player.events.map((event) => [event.type, 'sequence' in event ? event.sequence : null])).toEqual([
      ['unanswered', 1],
      ['reply', 2],
      ['unanswered', 3],
      ['summary', null],
    ]);
    expect(player.summary.unanswered).toBe(2);
  });
});

describe('a reply', () => {
  it('is measured from stamp to stamp', () => {
    const player = play({ count: 1 }, { network: answersAfter(500 * US) });
    const ns = 500 * US - TRANSMIT_DELAY_NS - READ_DELAY_NS;
    expect(player.replies[0]).toMatchObject({ roundTripNs: ns, transmitStamp: 'kernel', receiveStamp: 'kernel' });
    expect(player.summary.roundTrip).toMatchObject({ minUs: 495, maxUs: 495 });
  });

  it('is measured by the monotonic clock where there are no stamps, or the wall clock was set', () => {
    const plain = play({ count: 1 }, { network: answersAfter(500 * US), stamps: 'none' });
    expect(plain.replies[0]).toMatchObject({ roundTripNs: 500 * US, transmitStamp: 'user', receiveStamp: 'user' });
    const stepped = play(
      { count: 1 },
      { network: answersAfter(5 * MS), at: [[MS, (it) => it.stepWall(-3600 * SECOND)]] },
    );
    expect(stepped.replies[0]).toMatchObject({ roundTripNs: 5 * MS, transmitStamp: 'user', receiveStamp: 'user' });
  });

  it('belongs to the probe before where it was received before the last one left', () => {
    // Both are read together, after a pause in which the second probe became due.
    const act = (player: Player) => {
      const stampNs = player.now.wallNs - SECOND - 300 * MS;
      player.deliver(frameOf(replyPacket(), { stampNs }));
    };
    const player = play({ count: 2 }, { at: [[2 * SECOND - MS, act]] });
    expect(player.replies[0]).toMatchObject({ sequence: 1, receiveStamp: 'kernel' });
    expect(player.replies[0]?.roundTripNs).toBe(699 * MS - TRANSMIT_DELAY_NS);
  });

  it('belongs to the last probe also where the wall clock was set back since', () => {
    const network: Network = (index) => (index === 1 ? [{ afterNs: 5 * MS }] : []);
    const player = play({ count: 2 }, { network, at: [[SECOND + 2 * MS, (it) => it.stepWall(-3600 * SECOND)]] });
    expect(player.replies[0]).toMatchObject({ sequence: 2, roundTripNs: 5 * MS, receiveStamp: 'user' });
  });

  it('is unsolicited where it was received before the first probe left', () => {
    const early = (player: Player) => player.deliver(frameOf(replyPacket(), { stampNs: player.now.wallNs - 10 * MS }));
    const player = play({ count: 1 }, { at: [[MS, early]] });
    expect(player.replies[0]).toMatchObject({ sequence: null, roundTripNs: null, transmitStamp: null });
    expect(player.summary).toMatchObject({ received: 1, unanswered: 1 });
  });

  it('is unsolicited where nothing could be sent', () => {
    const player = play(
      { count: 1 },
      { refuse: () => ENOBUFS, at: [[MS, (it) => it.deliver(frameOf(replyPacket()))]] },
    );
    expect(player.replies[0]).toMatchObject({ sequence: null, roundTripNs: null, transmitStamp: null });
    expect(player.summary).toMatchObject({ sent: 0, received: 1, roundTrip: null });
    expect(player.status).toBe(0);
  });

  it('counts as request and as broadcast where it is one', () => {
    const network: Network = () => [
      { afterNs: MS },
      { afterNs: 2 * MS, lies: { operation: 1 } },
      { afterNs: 3 * MS, facts: { packetType: 'broadcast' } },
      { afterNs: 4 * MS, lies: { operation: 1 }, facts: { packetType: 'multicast' } },
    ];
    const { summary } = play({ count: 1 }, { network });
    expect(summary).toMatchObject({ received: 4, receivedRequests: 2, receivedBroadcasts: 2 });
  });

  it('that ends the run is counted in full', () => {
    const network: Network = () => [{ afterNs: MS, lies: { operation: 1 }, facts: { packetType: 'broadcast' } }];
    const { summary } = play({ count: 1, deadlineNs: 5 * SECOND }, { network });
    expect(summary).toMatchObject({ received: 1, receivedRequests: 1, receivedBroadcasts: 1, reason: 'replies' });
  });

  it('of a stranger changes nothing', () => {
    const network: Network = () => [{ afterNs: MS, lies: { senderProtocol: STRANGER } }];
    const player = play({ count: 2 }, { network });
    expect(player.replies).toEqual([]);
    expect(player.sends.map(({ to }) => to)).toEqual(['all', 'all']);
  });

  it('may come from any number of hardware addresses, of which the first 64 are remembered', () => {
    const network: Network = () =>
      Array.from({ length: 200 }, (_, index) => ({
        afterNs: MS + index,
        lies: { senderHardware: Uint8Array.of(2, 0, 0, 0, 1, index) },
      }));
    const { summary } = play({ count: 1 }, { network });
    expect(summary.received).toBe(200);
    expect(summary.told).toHaveLength(64);
    expect(summary.told.at(-1)).toBe('02:00:00:00:01:3F');
  });
});

describe('a transmit stamp', () => {
  it('of another time is not believed', () => {
    const stale = (player: Player) => player.engine.transmitted(1, player.now.wallNs - 10 * SECOND);
    const player = play({ count: 1 }, { network: answersAfter(5 * MS), stamps: 'none', at: [[MS, stale]] });
    expect(player.replies[0]).toMatchObject({ roundTripNs: 5 * MS, transmitStamp: 'user' });
  });

  it('of a probe long past is left alone', () => {
    const late = (player: Player) => player.engine.transmitted(1, player.now.wallNs);
    expect(() => play({ count: 4 }, { at: [[3500 * MS, late]] })).not.toThrow();
  });
});

describe('--watch', () => {
  const config = { watch: true, broadcastOnly: true };
  const question = { hearsAnnouncements: true };
  const from = (senderHardware: Uint8Array, afterNs = MS) => ({ afterNs, lies: { senderHardware } });
  const changes = (player: Player) =>
    player.bindings.map(({ change, now, before }) => [
      change,
      now.map((each) => each.at(-1)),
      before.map((each) => each.at(-1)),
    ]);

  it('tells no replies, and of the target only what is new', () => {
    const player = play({ ...config, count: 5 }, { network: answersAfter(MS), question });
    expect(player.replies).toEqual([]);
    expect(changes(player)).toEqual([['found', ['2'], []]]);
    expect(player.summary).toMatchObject({ sent: 5, broadcasts: 5, received: 5 });
    expect(player.status).toBe(0);
  });

  it('tells of a move', () => {
    const network: Network = (index) => [from(index < 2 ? TARGET_HARDWARE : OTHER_HARDWARE)];
    const player = play({ ...config, count: 4 }, { network, question });
    expect(changes(player)).toEqual([
      ['found', ['2'], []],
      ['moved', ['3'], ['2']],
    ]);
    // Each was the only one at its time.
    expect(player.summary).toMatchObject({ duplicate: false });
    expect(player.summary.told).toHaveLength(2);
  });

  it('tells of a duplicate once, in whatever order the two answer, and of the one that is left', () => {
    const network: Network = (index) => {
      const both = [from(TARGET_HARDWARE, (1 + (index % 2)) * MS), from(OTHER_HARDWARE, (2 - (index % 2)) * MS)];
      return index < 4 ? both : [from(OTHER_HARDWARE)];
    };
    const player = play({ ...config, count: 9 }, { network, question });
    expect(changes(player)).toEqual([
      ['found', ['2'], []],
      ['duplicate', ['2', '3'], ['2']],
      ['alone', ['3'], ['2', '3']],
    ]);
    expect(player.summary.duplicate).toBe(true);
  });

  it('takes a target for gone after three probes without an answer, and finds it again', () => {
    const network: Network = (index) => (index === 0 || index === 7 ? [from(TARGET_HARDWARE)] : []);
    const player = play({ ...config, count: 8 }, { network, question });
    expect(changes(player)).toEqual([
      ['found', ['2'], []],
      ['gone', [], ['2']],
      ['found', ['2'], []],
    ]);
    const goneAtNs = player.bindings[1]!.wallNs - player.bindings[0]!.wallNs + MS;
    expect(goneAtNs).toBe((MISSED_PROBES + 1) * SECOND);
  });

  it('believes what the target announces of itself, and counts it for no answer', () => {
    const announcement = { operation: 1, targetProtocol: TARGET, targetHardware: new Uint8Array(6) };
    const network: Network = (index) => [
      from(TARGET_HARDWARE),
      ...(index === 1 ? [{ afterNs: 500 * MS, lies: { ...announcement, senderHardware: OTHER_HARDWARE } }] : []),
    ];
    const player = play({ ...config, count: 2 }, { network, question });
    expect(changes(player)).toEqual([
      ['found', ['2'], []],
      ['duplicate', ['2', '3'], ['2']],
    ]);
    expect(player.summary).toMatchObject({ received: 2, told: ['02:00:00:00:00:02'] });
  });

  it('ends with status 1 when nobody ever answered', () => {
    expect(play({ ...config, count: 2 }, { network: silence, question }).status).toBe(1);
  });
});

describe('--reverse', () => {
  const protocol = reverseProtocol({ link: LINK, hardware: TARGET_HARDWARE });
  const told = {
    operation: 4,
    senderHardware: OTHER_HARDWARE,
    targetHardware: TARGET_HARDWARE,
    targetProtocol: TARGET,
  };

  it('asks everybody, and tells the address that comes back', () => {
    const player = play({ count: 2, broadcastOnly: true }, { protocol, network: () => [{ afterNs: MS, lies: told }] });
    expect(player.sends[1]).toMatchObject({ to: 'all', packet: { operation: 3, targetHardware: TARGET_HARDWARE } });
    expect(toHex(player.sends[0]!.packet.senderHardware)).toBe(toHex(OWN_HARDWARE));
    expect(player.replies[0]?.answer).toMatchObject({
      senderHardware: '02:00:00:00:00:03',
      targetAddress: '192.0.2.2',
    });
    expect(player.summary.told).toEqual(['192.0.2.2']);
    expect(player.status).toBe(0);
  });

  it('tells of two servers that disagree', () => {
    const network: Network = () => [
      { afterNs: MS, lies: told },
      { afterNs: 2 * MS, lies: { ...told, targetProtocol: STRANGER } },
    ];
    const player = play({ count: 1, broadcastOnly: true, expectOne: true }, { protocol, network });
    expect(player.summary.told).toEqual(['192.0.2.2', '192.0.2.99']);
    expect(player.status).toBe(1);
  });
});
