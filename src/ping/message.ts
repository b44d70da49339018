/** The payload of a probe, and the whole message written in place. */
import { ICMP_HEADER_LENGTH } from '../packet/icmp-constants.ts';
import { TIMEVAL_OCTETS } from './engine.ts';
import { echoProtocol } from './protocol.ts';

/** Octet k is k modulo 256, or the pattern of -p over and over; the time stamp goes over the first 16. */
export function makePayload(size: number, pattern: Uint8Array | null): Uint8Array {
  if (pattern === null || pattern.length === 0) return Uint8Array.from({ length: size }, (_, index) => index & 0xff);
  return Uint8Array.from({ length: size }, (_, index) => pattern[index % pattern.length]!);
}

/** Two 64-bit little-endian integers, of which the upper halves stay zero. */
const MICROSECONDS_OFFSET = 8;

export class EchoWriter {
  readonly #view: DataView;
  readonly #writeRequest: (sequence: number) => void;
  readonly #hasTime: boolean;
  readonly octets: number;

  /** `target` is where messages are built; `identifier` 0 on a datagram socket, where the kernel puts its own. */
  constructor(family: 4 | 6, target: Uint8Array, identifier: number, payload: Uint8Array) {
    this.#view = new DataView(target.buffer, target.byteOffset, target.byteLength);
    this.#hasTime = payload.length >= TIMEVAL_OCTETS;
    this.octets = ICMP_HEADER_LENGTH + payload.length;
    const protocol = echoProtocol(family);
    this.#writeRequest = (sequence) => protocol.writeRequest(target, identifier, sequence, payload.length);
    target.set(payload, ICMP_HEADER_LENGTH);
    if (this.#hasTime) target.fill(0, ICMP_HEADER_LENGTH, ICMP_HEADER_LENGTH + TIMEVAL_OCTETS);
  }

  /** Writes the request with this sequence, stamped as a `struct timeval` for those who look at the wire; we never read it back. */
  write(sequence: number, unixSeconds: number, microseconds: number): void {
    if (this.#hasTime) {
      this.#view.setUint32(ICMP_HEADER_LENGTH, unixSeconds, true);
      this.#view.setUint32(ICMP_HEADER_LENGTH + MICROSECONDS_OFFSET, microseconds, true);
    }
    this.#writeRequest(sequence);
  }
}
