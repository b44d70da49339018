/** The payload of a probe, and the whole message written in place. */
import { TIMEVAL_OCTETS } from './payload-mismatch.ts';
import type { ProbeProtocol } from './protocol.ts';

/** Octet k is k modulo 256, or the pattern of -p over and over; the time stamp goes over the first 16. */
export function makePayload(size: number, pattern: Uint8Array | null): Uint8Array {
  if (pattern === null || pattern.length === 0) return Uint8Array.from({ length: size }, (_, index) => index & 0xff);
  return Uint8Array.from({ length: size }, (_, index) => pattern[index % pattern.length]!);
}

const NS_PER_US = 1e3;
const US_PER_SECOND = 1e6;

/** The time of day, as net's clock has it. */
interface WallClock {
  /** Since `epochSeconds`. */
  readonly wallNs: number;
  readonly epochSeconds: number;
}

/** Two 64-bit little-endian integers, of which the upper halves stay zero. */
const MICROSECONDS_OFFSET = 8;

/** Builds one probe after the other in the port's outgoing octets. */
export class ProbeWriter {
  readonly #target: Uint8Array;
  readonly #view: DataView;
  readonly #protocol: ProbeProtocol;
  readonly #payloadOctets: number;
  readonly #hasTime: boolean;
  /** Octets of each message. */
  readonly octets: number;

  constructor(protocol: ProbeProtocol, target: Uint8Array, payload: Uint8Array) {
    const at = protocol.headerOctets;
    this.#target = target;
    this.#view = new DataView(target.buffer, target.byteOffset + at);
    this.#protocol = protocol;
    this.#payloadOctets = payload.length;
    this.#hasTime = payload.length >= TIMEVAL_OCTETS;
    this.octets = at + payload.length;
    target.set(payload, at);
    if (this.#hasTime) target.fill(0, at, at + TIMEVAL_OCTETS);
  }

  /** Writes the request with this sequence, stamped as a `struct timeval` for those who look at the wire; we never read it back. */
  write(sequence: number, { wallNs, epochSeconds }: WallClock): void {
    if (this.#hasTime) {
      const wallUs = Math.floor(wallNs / NS_PER_US);
      const second = Math.floor(wallUs / US_PER_SECOND);
      this.#view.setUint32(0, epochSeconds + second, true);
      this.#view.setUint32(MICROSECONDS_OFFSET, wallUs - second * US_PER_SECOND, true);
    }
    this.#protocol.writeRequest(this.#target, sequence, this.#payloadOctets);
  }
}
