import { describe, expect, it } from 'vitest';
import {
  answersAfter,
  MS,
  type Network,
  type Player,
  type PlayOptions,
  play,
  READ_DELAY_NS,
  SECOND,
  TRANSMIT_DELAY_NS,
  US,
} from './support.ts';

const ANSWERED_NS = 40 * MS;
/** From stamp to stamp, in the play's network. */
const WIRE_NS = ANSWERED_NS - TRANSMIT_DELAY_NS - READ_DELAY_NS;

function once(options: PlayOptions, config = {}) {
  const run = play({ count: 1, ...config }, { network: answersAfter(ANSWERED_NS), ...options });
  const { roundTripNs, transmitStamp, receiveStamp } = run.replies[0]!;
  return [roundTripNs, transmitStamp, receiveStamp];
}

describe('a round trip', () => {
  it('is the time between the two kernel stamps', () => {
    expect(once({})).toEqual([WIRE_NS, 'kernel', 'kernel']);
  });

  it('begins at the send by our own clock where the kernel stamped only the receipt', () => {
    expect(once({ stamps: 'receive' })).toEqual([ANSWERED_NS - READ_DELAY_NS, 'user', 'kernel']);
  });

  it('ends when we read the reply where the kernel stamped only the send', () => {
    const network: Network = () => [{ afterNs: ANSWERED_NS, reply: { stampNs: Number.NaN } }];
    expect(once({ network })).toEqual([ANSWERED_NS - TRANSMIT_DELAY_NS, 'kernel', 'user']);
  });

  it('is by our own clock where the kernel stamped nothing', () => {
    expect(once({ stamps: 'none' })).toEqual([ANSWERED_NS, 'user', 'user']);
  });

  it('is from user space to user space with -U, whatever stamps there are', () => {
    expect(once({}, { userStamps: true })).toEqual([ANSWERED_NS, 'user', 'user']);
    expect(once({ stamps: 'receive' }, { userStamps: true })).toEqual([ANSWERED_NS, 'user', 'user']);
  });

  it('is in the summary what it was in the reply', () => {
    const run = play({ count: 1 }, { network: answersAfter(ANSWERED_NS) });
    expect(run.summary.rtt?.avgUs).toBe(WIRE_NS / US);
  });
});

describe('a step of the wall clock between send and reply', () => {
  const step = (byNs: number): PlayOptions => ({ at: [[20 * MS, (player: Player) => player.stepWall(byNs)]] });

  it.each([
    ['an hour forwards', 3600 * SECOND],
    ['an hour backwards', -3600 * SECOND],
    ['a second forwards', SECOND],
    ['a second backwards', -SECOND],
    ['20 ms forwards', 20 * MS],
    ['20 ms backwards', -20 * MS],
    ['as much backwards as the round trip is long', -WIRE_NS],
    ['twenty years forwards', 20 * 365 * 86_400 * SECOND],
  ])('%s changes no round trip: the monotonic clock decides', (_what, byNs) => {
    expect(once(step(byNs))).toEqual([ANSWERED_NS, 'user', 'user']);
  });

  it('spoils the probes that were under way and no others', () => {
    const run = play(
      { count: 4 },
      { network: answersAfter(ANSWERED_NS), at: [[SECOND + 20 * MS, (player) => player.stepWall(-5 * SECOND)]] },
    );
    expect(run.replies.map(({ roundTripNs, receiveStamp }) => [roundTripNs, receiveStamp])).toEqual([
      [WIRE_NS, 'kernel'],
      [ANSWERED_NS, 'user'],
      [WIRE_NS, 'kernel'],
      [WIRE_NS, 'kernel'],
    ]);
  });

  it('moves neither the schedule nor the deadline nor the time of the run', () => {
    const run = play(
      { deadlineNs: 3 * SECOND, intervalNs: 500 * MS },
      {
        network: answersAfter(MS),
        at: [
          [700 * MS, (player) => player.stepWall(3600 * SECOND)],
          [1700 * MS, (player) => player.stepWall(-7200 * SECOND)],
        ],
      },
    );
    expect(run.sends.map(({ atNs }) => atNs / MS)).toEqual([0, 500, 1000, 1500, 2000, 2500]);
    expect([run.summary.elapsedNs, run.endedAtNs]).toEqual([2500 * MS, 3 * SECOND]);
  });

  it('shows in the times that events carry', () => {
    const run = play({ count: 1 }, { network: answersAfter(ANSWERED_NS), ...step(SECOND) });
    expect(run.replies[0]?.wallNs).toBe(250 * MS + ANSWERED_NS + SECOND);
  });
});

describe('stamps that cannot be', () => {
  it.each([
    ['long after we read the reply', 250 * MS + ANSWERED_NS + 50 * MS],
    ['before the probe left', 250 * MS - MS],
    ['negative', -SECOND],
    ['infinite', Number.POSITIVE_INFINITY],
    ['minus infinite', Number.NEGATIVE_INFINITY],
  ])('as when the receipt was %s are not believed', (_what, stampNs) => {
    const network: Network = () => [{ afterNs: ANSWERED_NS, reply: { stampNs } }];
    expect(once({ network })).toEqual([ANSWERED_NS, 'user', 'user']);
  });

  it('as a transmit stamp from before the send belong to another probe and are left out', () => {
    const at: PlayOptions['at'] = [[MS, ({ engine }) => engine.transmitted(1, 250 * MS - 100 * US)]];
    expect(once({ stamps: 'receive', at })).toEqual([ANSWERED_NS - READ_DELAY_NS, 'user', 'kernel']);
  });

  it("as one with another probe's number change nothing of this one", () => {
    const at: PlayOptions['at'] = [[MS, ({ engine }) => engine.transmitted(2, 250 * MS + 30 * MS)]];
    expect(once({ at })).toEqual([WIRE_NS, 'kernel', 'kernel']);
  });
});

describe('times that a peer writes into its reply', () => {
  it('are never looked at (CVE-2025-47268, CVE-2025-48964)', () => {
    const forged = [0x00, 0x7f, 0x80, 0xff].map((octet) => new Uint8Array(56).fill(octet, 0, 16));
    for (const data of forged) {
      for (let i = 16; i < 56; i++) data[i] = i;
      const message = new Uint8Array(64);
      message.set([0, 0, 0, 0, 0x1b, 0x2c, 0, 1]);
      message.set(data, 8);
      let sum = 0;
      for (let i = 0; i < 64; i += 2) sum += (message[i]! << 8) | message[i + 1]!;
      while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
      message.set([(~sum >> 8) & 0xff, ~sum & 0xff], 2);
      const network: Network = () => [{ afterNs: ANSWERED_NS, reply: { message } }];
      expect(once({ network }, { adaptive: true })).toEqual([WIRE_NS, 'kernel', 'kernel']);
    }
  });
});
