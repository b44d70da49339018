import { describe, expect, it } from 'vitest';
import {
  isStampOfSend,
  measureInterval,
  STAMP_SLACK_NS,
  type StampedMoment,
} from '../../src/measure/stamped-interval.ts';

const NONE = Number.NaN;
const WALL = 5e9;

function moment(monoNs: number, stampNs = NONE, wallNs = monoNs + WALL): StampedMoment {
  return { monoNs, wallNs, stampNs };
}

describe('an interval between two stamped moments', () => {
  it('is the difference of the kernel stamps where both are there', () => {
    expect(measureInterval(moment(1000, WALL + 1400), moment(9000, WALL + 8100))).toEqual({
      ns: 6700,
      transmitStamp: 'kernel',
      receiveStamp: 'kernel',
    });
  });

  it('takes user space for the end that has no stamp, and says so', () => {
    expect(measureInterval(moment(1000), moment(9000, WALL + 8100))).toEqual({
      ns: 7100,
      transmitStamp: 'user',
      receiveStamp: 'kernel',
    });
    expect(measureInterval(moment(1000, WALL + 1400), moment(9000))).toEqual({
      ns: 7600,
      transmitStamp: 'kernel',
      receiveStamp: 'user',
    });
  });

  const USER = { ns: 8000, transmitStamp: 'user', receiveStamp: 'user' } as const;

  it('is the monotonic one without stamps', () => {
    expect(measureInterval(moment(1000), moment(9000))).toEqual(USER);
  });

  it.each([
    ['arrives before it left', moment(1000, WALL + 5000), moment(9000, WALL + 4999)],
    ['took longer than user space saw', moment(1000, WALL + 1000 - STAMP_SLACK_NS - 1), moment(9000, WALL + 9000)],
    ['met a step of the clock forwards', moment(1000, WALL + 1400), moment(9000, WALL + 8100, WALL + 9000 + 1_000_001)],
    ['met a step of the clock back', moment(1000, WALL + 1400), moment(9000, WALL + 8100, WALL + 9000 - 1_000_001)],
  ])('is the monotonic one where by its stamps the packet %s', (_, sent, received) => {
    expect(measureInterval(sent, received)).toEqual(USER);
  });

  it('lets stamps be a little outside of what user space saw', () => {
    const early = moment(1000, WALL + 1000 - STAMP_SLACK_NS);
    expect(measureInterval(early, moment(9000, WALL + 9000))).toMatchObject({
      ns: 8000 + STAMP_SLACK_NS,
      transmitStamp: 'kernel',
    });
  });

  it('is never negative', () => {
    expect(measureInterval(moment(9000), moment(1000)).ns).toBe(0);
  });
});

describe('a transmit stamp', () => {
  it('from before the send is another one’s', () => {
    expect(isStampOfSend(WALL - STAMP_SLACK_NS, WALL)).toBe(true);
    expect(isStampOfSend(WALL - STAMP_SLACK_NS - 1, WALL)).toBe(false);
  });
});
