/**
 * What is known of the probes under way, by the 16 bits of their sequence: when each was sent, by our clocks and by the
 * kernel's stamp, and whether it was answered. The one large mutable thing an engine owns. Round trips come from here, never
 * from a payload that a peer sent back.
 */
import { isStampOfSend, measureInterval, type StampedInterval } from '../measure/stamped-interval.ts';

const SEQUENCES = 0x1_0000;
/** What a short run takes; a longer one grows by doubling. */
const FIRST_SEQUENCES = 64;
const NEVER_SENT = 0;
const SENT = 1;
const ANSWERED = 2;
const GIVEN_UP = 3;

export class ProbeTable {
  #sentMonoNs = new Float64Array(FIRST_SEQUENCES);
  #sentWallNs = new Float64Array(FIRST_SEQUENCES);
  /** NaN until the kernel's transmit stamp has come. */
  #stampNs = new Float64Array(FIRST_SEQUENCES);
  /** NEVER_SENT, SENT, ANSWERED or GIVEN_UP. */
  #states = new Uint8Array(FIRST_SEQUENCES);
  /** Both ends of what is measured, used over and over. */
  readonly #sent = { monoNs: 0, wallNs: 0, stampNs: Number.NaN };
  readonly #received = { monoNs: 0, wallNs: 0, stampNs: Number.NaN };

  /** Probe `sequence` is about to be sent; forgets the one that had its number 65,536 probes ago. */
  begin(sequence: number, monoNs: number, wallNs: number): void {
    while (sequence >= this.#states.length) this.#grow();
    this.#sentMonoNs[sequence] = monoNs;
    this.#sentWallNs[sequence] = wallNs;
    this.#stampNs[sequence] = Number.NaN;
    this.#states[sequence] = SENT;
  }

  /** It did not leave after all: nothing can answer it. */
  withdraw(sequence: number): void {
    this.#states[sequence] = NEVER_SENT;
  }

  #grow(): void {
    const length = Math.min(2 * this.#states.length, SEQUENCES);
    const enlarge = (old: Float64Array) => {
      const array = new Float64Array(length);
      array.set(old);
      return array;
    };
    this.#sentMonoNs = enlarge(this.#sentMonoNs);
    this.#sentWallNs = enlarge(this.#sentWallNs);
    this.#stampNs = enlarge(this.#stampNs);
    const states = new Uint8Array(length);
    states.set(this.#states);
    this.#states = states;
  }

  /** Whether a probe with this number was ever sent. */
  wasSent(sequence: number): boolean {
    return sequence < this.#states.length && this.#states[sequence] !== NEVER_SENT;
  }

  /** The kernel's transmit stamp. One that lies before we asked for the send belongs to another probe and is left out. */
  stamp(sequence: number, stampNs: number): void {
    if (isStampOfSend(stampNs, this.#sentWallNs[sequence]!)) this.#stampNs[sequence] = stampNs;
  }

  isAnswered(sequence: number): boolean {
    return this.#states[sequence] === ANSWERED;
  }

  /** Sent, and neither answered nor given up. */
  isOpen(sequence: number): boolean {
    return this.#states[sequence] === SENT;
  }

  /** No answer is waited for any more; one that comes counts all the same. */
  giveUp(sequence: number): void {
    this.#states[sequence] = GIVEN_UP;
  }

  /** When the probe was sent, `monoNs`. */
  sentAtNs(sequence: number): number {
    return this.#sentMonoNs[sequence]!;
  }

  /** Marks the probe answered; answers whether it already was. */
  answer(sequence: number): boolean {
    const before = this.#states[sequence] === ANSWERED;
    this.#states[sequence] = ANSWERED;
    return before;
  }

  /** The round trip of probe `sequence`, whose reply has the kernel stamp `stampNs` (NaN: none) and was read at the other two. */
  measure(sequence: number, stampNs: number, monoNs: number, wallNs: number): StampedInterval {
    const sent = this.#sent;
    const received = this.#received;
    sent.monoNs = this.#sentMonoNs[sequence]!;
    sent.wallNs = this.#sentWallNs[sequence]!;
    sent.stampNs = this.#stampNs[sequence]!;
    received.monoNs = monoNs;
    received.wallNs = wallNs;
    received.stampNs = stampNs;
    return measureInterval(sent, received);
  }
}
