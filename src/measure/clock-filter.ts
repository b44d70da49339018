/**
 * How far a peer's clock is from ours: an interval that holds the truth, not an average that may be near it.
 *
 * A peer stamps in whole milliseconds since midnight UT and cuts off the rest: stamp m says that its clock showed something
 * in [m, m + 1 ms). It stamped a request after we had sent it (s), and the reply before we had that (r). So with
 * offset = its clock - ours:
 *
 *     receive stamp R:   its clock < R + 1 ms   when ours was >= s    =>   offset < R + 1 ms - s
 *     transmit stamp T:  its clock >= T         when ours was <= r    =>   offset >= T - r
 *
 * Nothing is said about how the round trip divides into the two ways, so no asymmetry of a path can break it. Each exchange
 * gives an interval as wide as its round trip and the millisecond; the true offset is in all of them, hence in what they
 * have in common. Exchanges that meet the peer's millisecond at different moments share ever less, down to the smallest
 * round trip. NTP's clock filter (RFC 5905 section 10) takes the exchange of the smallest round trip alone.
 *
 * What may break it, and what is done about it: docs/decisions/0022.
 */
const NS_PER_MS = 1e6;
const TICK_NS = NS_PER_MS;
const DAY_MS = 86_400_000;
const DAY_NS = DAY_MS * NS_PER_MS;
/** The most that a kernel lets a clock be slewed, adjtimex(2): an older interval may be off by so much per second of age. */
const DRIFT = 500e-6;

/** One request and its reply, all times since midnight UT of the day on which the run began. */
export interface ClockExchange {
  /** When the request left, or some time before. */
  readonly sentNs: number;
  /** When the reply came, or some time after. */
  readonly receivedNs: number;
  /** The peer's stamps, 0 to 86,399,999. */
  readonly peerReceivedMs: number;
  readonly peerTransmittedMs: number;
}

/** Delay beyond the smallest one in the same direction, RFC 5481 section 4.2 (PDV). The peer's millisecond blurs it. */
export interface DelayVariation {
  readonly meanNs: number;
  readonly maxNs: number;
}

export interface ClockOffset {
  /** The peer's clock minus ours, in the middle of what is possible, from -12 h to below 12 h, at the last exchange. */
  readonly offsetNs: number;
  /** The truth is at most so far from `offsetNs`. */
  readonly boundNs: number;
  /** Whether all exchanges have an offset in common. If not, a clock was set meanwhile or ticks coarsely, and the bound spans all. */
  readonly isConsistent: boolean;
  /** From us to the peer. */
  readonly outward: DelayVariation;
  /** From the peer to us. */
  readonly homeward: DelayVariation;
}

/** Collects exchanges, in any order and number, in constant memory. */
export class ClockFilter {
  readonly #ownErrorNs: number;
  /** What all exchanges have in common as of `#atNs`. */
  readonly #common = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  /** What any exchange allows. */
  readonly #hull = { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY };
  readonly #outward = new Variation();
  readonly #homeward = new Variation();
  #atNs = Number.NaN;
  /** First R - s: later ones are counted from here, so that an offset near 12 h does not jump to the other end of the day. */
  #anchorNs = Number.NaN;
  #largestRoundTripNs = 0;

  /** `ownErrorNs`: how far our own readings may be from our clock; 0 for kernel stamps. */
  constructor(ownErrorNs = 0) {
    this.#ownErrorNs = ownErrorNs;
  }

  /** By how much the exchanges contradict each other; 0 when they have an offset in common. */
  get contradictionNs(): number {
    return Math.max(0, this.#common.low - this.#common.high);
  }

  add({ sentNs, receivedNs, peerReceivedMs, peerTransmittedMs }: ClockExchange): void {
    const apart = peerReceivedMs * NS_PER_MS - sentNs;
    if (Number.isNaN(this.#atNs)) this.#begin(foldDay(apart), receivedNs);
    const outwardNs = this.#anchorNs + foldDay(apart - this.#anchorNs);
    const roundTripNs = receivedNs - sentNs;
    const heldNs = foldDay((peerTransmittedMs - peerReceivedMs) * NS_PER_MS);
    this.#outward.add(outwardNs);
    this.#homeward.add(roundTripNs - heldNs - outwardNs);
    this.#largestRoundTripNs = Math.max(this.#largestRoundTripNs, roundTripNs);
    const ageNs = Math.max(0, this.#atNs - receivedNs) + roundTripNs;
    this.#growOlder(receivedNs);
    const slack = this.#ownErrorNs + ageNs * DRIFT;
    this.#narrow(outwardNs + heldNs - roundTripNs - slack, outwardNs + TICK_NS + slack);
  }

  #begin(anchorNs: number, atNs: number): void {
    this.#anchorNs = anchorNs;
    this.#atNs = atNs;
  }

  /** What exchanges have in common widens with age; a contradiction is not mended by it. */
  #growOlder(nowNs: number): void {
    const driftNs = Math.max(0, nowNs - this.#atNs) * DRIFT;
    if (this.contradictionNs === 0) {
      this.#common.low -= driftNs;
      this.#common.high += driftNs;
    }
    this.#atNs = Math.max(this.#atNs, nowNs);
  }

  #narrow(low: number, high: number): void {
    this.#hull.low = Math.min(this.#hull.low, low, high);
    this.#hull.high = Math.max(this.#hull.high, low, high);
    this.#common.low = Math.max(this.#common.low, low);
    this.#common.high = Math.min(this.#common.high, high);
  }

  /** Null before the first exchange. */
  get offset(): ClockOffset | null {
    if (Number.isNaN(this.#atNs)) return null;
    const isConsistent = this.contradictionNs === 0;
    const { low, high } = isConsistent ? this.#common : this.#hull;
    return {
      offsetNs: foldDay((low + high) / 2),
      boundNs: (high - low) / 2,
      isConsistent,
      outward: this.#outward.limited(this.#largestRoundTripNs),
      homeward: this.#homeward.limited(this.#largestRoundTripNs),
    };
  }
}

/** A difference of two times of day, taken the short way round: from -12 h to below 12 h. */
function foldDay(ns: number): number {
  return ns - DAY_NS * Math.floor(ns / DAY_NS + 0.5);
}

class Variation {
  #smallest = Number.POSITIVE_INFINITY;
  #largest = Number.NEGATIVE_INFINITY;
  #sum = 0;
  #count = 0;

  add(delayNs: number): void {
    this.#smallest = Math.min(this.#smallest, delayNs);
    this.#largest = Math.max(this.#largest, delayNs);
    this.#sum += delayNs;
    this.#count++;
  }

  /** No packet was delayed by more than the largest round trip, whatever the peer's millisecond makes of it. */
  limited(limitNs: number): DelayVariation {
    const meanNs = Math.max(0, this.#sum / this.#count - this.#smallest);
    return { meanNs: Math.min(meanNs, limitNs), maxNs: Math.min(this.#largest - this.#smallest, limitNs) };
  }
}
