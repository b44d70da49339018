/**
 * What is known of the probes under way, by the 16 bits of their sequence: when each was sent, by our clocks and by the
 * kernel's stamp, and whether it was answered. The one large mutable thing an engine owns. Round trips come from here, never
 * from a payload that a peer sent back.
 */
import type { StampSource } from './events.ts';

const SEQUENCES = 0x1_0000;
const NEVER_SENT = 0;
const SENT = 1;
const ANSWERED = 2;
/** Clocks read one after the other differ by microseconds at most; more than this is a step of the wall clock. */
const CLOCK_STEP_NS = 1e6;
/** A kernel stamp may be a little outside what user space saw around it, by the clocks' own error. */
const STAMP_SLACK_NS = 20_000;

/** One measurement; the object is reused by the next `measure`. */
export interface Measurement {
  roundTripNs: number;
  transmitStamp: StampSource;
  receiveStamp: StampSource;
}

export class ProbeTable {
  readonly #sentMonoNs = new Float64Array(SEQUENCES);
  readonly #sentWallNs = new Float64Array(SEQUENCES);
  /** NaN until the kernel's transmit stamp has come. */
  readonly #stampNs = new Float64Array(SEQUENCES);
  /** NEVER_SENT, SENT or ANSWERED. */
  readonly #states = new Uint8Array(SEQUENCES);
  readonly #measurement: Measurement = { roundTripNs: 0, transmitStamp: 'user', receiveStamp: 'user' };

  /** Probe `sequence` is about to be sent; forgets the one that had its number 65,536 probes ago. */
  begin(sequence: number, monoNs: number, wallNs: number): void {
    this.#sentMonoNs[sequence] = monoNs;
    this.#sentWallNs[sequence] = wallNs;
    this.#stampNs[sequence] = Number.NaN;
    this.#states[sequence] = SENT;
  }

  /** Whether a probe with this number was ever sent. */
  wasSent(sequence: number): boolean {
    return this.#states[sequence] !== NEVER_SENT;
  }

  /** The kernel's transmit stamp. One that lies before we asked for the send belongs to another probe and is left out. */
  stamp(sequence: number, stampNs: number): void {
    if (stampNs >= this.#sentWallNs[sequence]! - STAMP_SLACK_NS) this.#stampNs[sequence] = stampNs;
  }

  isAnswered(sequence: number): boolean {
    return this.#states[sequence] === ANSWERED;
  }

  /** Marks the probe answered; answers whether it already was. */
  answer(sequence: number): boolean {
    const before = this.#states[sequence] === ANSWERED;
    this.#states[sequence] = ANSWERED;
    return before;
  }

  /**
   * The round trip of probe `sequence`, whose reply has the kernel stamp `receivedStampNs` (NaN: none) and was read at
   * `nowMonoNs` and `nowWallNs`. Stamps are wall-clock times: they count only while the wall clock has kept step with the
   * monotonic one since the send and the result lies within what user space saw; else the monotonic clock decides.
   */
  measure(sequence: number, receivedStampNs: number, nowMonoNs: number, nowWallNs: number): Measurement {
    const result = this.#measurement;
    const userNs = Math.max(0, nowMonoNs - this.#sentMonoNs[sequence]!);
    const sentWallNs = this.#sentWallNs[sequence]!;
    const stampNs = this.#stampNs[sequence]!;
    const hasTransmitStamp = !Number.isNaN(stampNs);
    const hasReceiveStamp = !Number.isNaN(receivedStampNs);
    const from = hasTransmitStamp ? stampNs : sentWallNs;
    const to = hasReceiveStamp ? receivedStampNs : nowWallNs;
    const stepNs = nowWallNs - sentWallNs - userNs;
    const kernelNs = to - from;
    if (
      (hasTransmitStamp || hasReceiveStamp) &&
      Math.abs(stepNs) <= CLOCK_STEP_NS &&
      kernelNs >= 0 &&
      kernelNs <= userNs + STAMP_SLACK_NS
    ) {
      result.roundTripNs = kernelNs;
      result.transmitStamp = hasTransmitStamp ? 'kernel' : 'user';
      result.receiveStamp = hasReceiveStamp ? 'kernel' : 'user';
    } else {
      result.roundTripNs = userNs;
      result.transmitStamp = result.receiveStamp = 'user';
    }
    return result;
  }
}
