/** What the tests of flows and rounds share: a clock that is set by hand, and entries of the error queue. */
import type { Instant } from '../../../src/net/clock.ts';
import type { QueuedUdpError, UdpReply } from '../../../src/net/udp-port.ts';
import type { LimitsConfig } from '../../../src/tracepath/probing/run-limits.ts';

export const MS = 1e6;
export const SECOND = 1e9;
export const RUN = 0x5eed_0001;

/** Nobody waits for anything, and nothing is judged. */
export const NO_LIMITS: LimitsConfig = {
  conditions: { failIf: [], until: null },
  deadlineNs: Number.POSITIVE_INFINITY,
};

const ERRNO = { EACCES: 13, EMSGSIZE: 90, ECONNREFUSED: 111, EHOSTUNREACH: 113 } as const;

/** What somebody on the way says of a probe. */
export type Saying =
  | 'passed-by'
  | 'reached'
  | 'unreachable'
  | 'prohibited'
  /** Not an ICMP error, but a datagram in answer. */
  | 'datagram'
  | { readonly mtu: number };

export interface Arrival {
  readonly source: string;
  /** 1 ms unless said. */
  readonly afterNs?: number;
  readonly says?: Saying;
  /** Octets of the payload that are quoted; all unless said. */
  readonly quotes?: number;
  /** The quote names this probe of the run, and not the one that was sent. */
  readonly quotesProbe?: number;
  readonly hopLimit?: number;
  /** Without a kernel stamp. */
  readonly unstamped?: boolean;
}

/** The entry that `arrival` puts into the queue, about a probe with this payload. */
export function errorOf(arrival: Arrival, payload: Uint8Array, destinationPort: number, now: Instant): QueuedUdpError {
  const { source, says = 'passed-by' } = arrival;
  const [errno, type, code, info] = icmpOf(says);
  const room = bufferOf(payload.subarray(0, arrival.quotes ?? payload.length));
  return {
    errno,
    origin: 'icmp',
    type,
    code,
    info,
    offender: source,
    destination: '192.0.2.9',
    destinationPort,
    hopLimit: arrival.hopLimit ?? 60,
    trafficClass: 0,
    stampNs: arrival.unstamped === true ? Number.NaN : now.wallNs,
    truncated: false,
    ...room,
    extensionStart: room.end,
    extensionEnd: room.end,
    extensionFlawed: false,
  };
}

export function replyOf(arrival: Arrival, payload: Uint8Array, sourcePort: number, now: Instant): UdpReply {
  const room = bufferOf(payload.subarray(0, arrival.quotes ?? payload.length));
  return { source: arrival.source, sourcePort, hopLimit: arrival.hopLimit ?? 60, stampNs: now.wallNs, ...room };
}

/** The refusal of our own kernel that says how large a packet may be. */
export function localMtu(mtu: number): QueuedUdpError {
  const now = { monoNs: 0, wallNs: 0 };
  const error = errorOf({ source: '', says: { mtu } }, new Uint8Array(0), 0, now);
  return { ...error, origin: 'local', offender: null };
}

/** Not at the start of its buffer, and with foreign octets around it. */
function bufferOf(octets: Uint8Array): { octets: Uint8Array; start: number; end: number } {
  const buffer = new Uint8Array(octets.length + 32).fill(0xa5);
  buffer.set(octets, 16);
  return { octets: buffer, start: 16, end: 16 + octets.length };
}

function icmpOf(says: Saying): [errno: number, type: number, code: number, info: number] {
  if (typeof says === 'object') return [ERRNO.EMSGSIZE, 3, 4, says.mtu];
  switch (says) {
    case 'passed-by':
      return [ERRNO.EHOSTUNREACH, 11, 0, 0];
    case 'reached':
    case 'datagram':
      return [ERRNO.ECONNREFUSED, 3, 3, 0];
    case 'unreachable':
      return [ERRNO.EHOSTUNREACH, 3, 1, 0];
    case 'prohibited':
      return [ERRNO.EACCES, 3, 10, 0];
  }
}

/** Time as the tests make it: things due are done in the order of their times, and of being asked for where those are equal. */
export class Timeline {
  readonly #startNs = 5_000_000 * SECOND + 12_345;
  readonly #due: { readonly atNs: number; readonly act: () => void }[] = [];
  #monoNs = this.#startNs;
  #wallOffsetNs = 250 * MS - this.#startNs;

  get now(): Instant {
    return { monoNs: this.#monoNs, wallNs: this.#monoNs + this.#wallOffsetNs };
  }

  get elapsedNs(): number {
    return this.#monoNs - this.#startNs;
  }

  /** The wall clock is set. */
  stepWall(byNs: number): void {
    this.#wallOffsetNs += byNs;
  }

  /** The process stands still. */
  skip(ns: number): void {
    this.#monoNs += ns;
  }

  /** `act` is done so long from now. */
  after(ns: number, act: () => void): void {
    const due = { atNs: this.#monoNs + ns, act };
    const later = this.#due.findIndex(({ atNs }) => atNs > due.atNs);
    this.#due.splice(later === -1 ? this.#due.length : later, 0, due);
  }

  /** Goes on to `wakeAtNs`, or to what is due before it, and does that. @throws Error where nothing would ever happen */
  sleep(wakeAtNs: number): void {
    const first = this.#due[0];
    if (first === undefined && wakeAtNs === Number.POSITIVE_INFINITY) throw new Error('waits for ever');
    if (wakeAtNs <= this.#monoNs && !(first !== undefined && first.atNs <= this.#monoNs)) {
      throw new Error(`asked to be woken ${this.#monoNs - wakeAtNs} ns ago: it would spin`);
    }
    if (first === undefined || first.atNs > wakeAtNs) this.#monoNs = wakeAtNs;
    else {
      this.#monoNs = Math.max(this.#monoNs, first.atNs);
      this.#due.shift()!.act();
    }
  }
}
