/**
 * The time between sending and receiving when both a user-space clock and the kernel's stamps are at hand. Stamps are wall-clock
 * times: they count only while they can be true.
 */

/** Where a time came from: a kernel stamp, or a user-space clock where there was none to trust. */
export type StampSource = 'kernel' | 'user';

/** Clocks read one after the other differ by microseconds at most; more than this is a step of the wall clock. */
const CLOCK_STEP_NS = 1e6;
/** A kernel stamp may be a little outside what user space saw around it, by the clocks' own error. */
export const STAMP_SLACK_NS = 20_000;

/** One end of the interval: user space's two clocks, read together, and the kernel's stamp on the second one's scale. */
export interface StampedMoment {
  readonly monoNs: number;
  readonly wallNs: number;
  /** NaN without a stamp. */
  readonly stampNs: number;
}

export interface StampedInterval {
  readonly ns: number;
  readonly transmitStamp: StampSource;
  readonly receiveStamp: StampSource;
}

/** A round trip as an event has it; nulls where nothing was measured. */
export interface MeasuredRoundTrip {
  /** From sending to receiving. */
  readonly roundTripNs: number | null;
  /** Where the time of sending came from: the kernel's stamp, or a user-space clock. */
  readonly transmitStamp: StampSource | null;
  /** Where that of receiving came from. */
  readonly receiveStamp: StampSource | null;
}

export function asRoundTrip(interval: StampedInterval | null): MeasuredRoundTrip {
  const { ns = null, transmitStamp = null, receiveStamp = null } = interval ?? {};
  return { roundTripNs: ns, transmitStamp, receiveStamp };
}

/** Whether a transmit stamp can be of the send that user space began at `sentWallNs`: one before that is another's. */
export function isStampOfSend(stampNs: number, sentWallNs: number): boolean {
  return stampNs >= sentWallNs - STAMP_SLACK_NS;
}

/**
 * From `sent`, read just before sending, to `received`, read just after receiving. Kernel stamps decide where the wall clock
 * has kept step with the monotonic one meanwhile and the result lies within what user space saw; else the monotonic clock does.
 */
export function measureInterval(sent: StampedMoment, received: StampedMoment): StampedInterval {
  const userNs = Math.max(0, received.monoNs - sent.monoNs);
  const hasTransmitStamp = !Number.isNaN(sent.stampNs);
  const hasReceiveStamp = !Number.isNaN(received.stampNs);
  const kernelNs =
    (hasReceiveStamp ? received.stampNs : received.wallNs) - (hasTransmitStamp ? sent.stampNs : sent.wallNs);
  const stepNs = received.wallNs - sent.wallNs - userNs;
  const isCredible =
    (hasTransmitStamp || hasReceiveStamp) &&
    Math.abs(stepNs) <= CLOCK_STEP_NS &&
    kernelNs >= 0 &&
    kernelNs <= userNs + STAMP_SLACK_NS;
  if (!isCredible) return { ns: userNs, transmitStamp: 'user', receiveStamp: 'user' };
  return {
    ns: kernelNs,
    transmitStamp: hasTransmitStamp ? 'kernel' : 'user',
    receiveStamp: hasReceiveStamp ? 'kernel' : 'user',
  };
}
