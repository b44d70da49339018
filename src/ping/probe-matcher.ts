/**
 * Which of our probes a message from the network is about. All that comes in is compared with what was sent: the octets of a
 * stranger, or made-up ones, match none.
 */
import type { IncomingPacket, QueuedError } from '../net/port.ts';
import { ICMP_HEADER_LENGTH } from '../packet/icmp-constants.ts';
import { peekIcmpType } from '../packet/icmp-echo.ts';
import type { ProbeTable } from './probe-table.ts';
import { NOT_OURS, type ProbeProtocol } from './protocol.ts';
import { readQuotedMessage } from './quoted-message.ts';

export class ProbeMatcher {
  readonly #target: string;
  readonly #protocol: ProbeProtocol;
  readonly #probes: ProbeTable;

  /** `target`: numeric, as the port names sources. */
  constructor(target: string, protocol: ProbeProtocol, probes: ProbeTable) {
    this.#target = target;
    this.#protocol = protocol;
    this.#probes = probes;
  }

  /** The sequence of the probe that `reply`, whose type is that of replies, answers; NOT_OURS where it answers none. */
  repliedTo({ octets, start, end }: IncomingPacket): number {
    return this.#known(this.#protocol.sequenceOf(octets, start, end));
  }

  /** The sequence of the probe that an entry of the error queue is about, by what it quotes; NOT_OURS for none. */
  quotedBy({ octets, start, end, destination }: QueuedError): number {
    if (destination !== null && destination !== this.#target) return NOT_OURS;
    return this.#requested(octets, start, end);
  }

  /** The same for an ICMP error as a raw IPv4 socket sees it, with the quoted datagram behind its header. */
  quotedIn({ octets, start, end }: IncomingPacket): number {
    const quote = readQuotedMessage(octets, start + ICMP_HEADER_LENGTH, end);
    if (quote === null || quote.destination !== this.#target) return NOT_OURS;
    return this.#requested(quote.message, 0, quote.message.length);
  }

  #requested(octets: Uint8Array, start: number, end: number): number {
    if (end - start < ICMP_HEADER_LENGTH || peekIcmpType(octets, start) !== this.#protocol.requestType) return NOT_OURS;
    return this.#known(this.#protocol.sequenceOf(octets, start, end));
  }

  /** What was never sent cannot have been answered: forged, or a stranger's. */
  #known(sequence: number): number {
    return sequence !== NOT_OURS && this.#probes.wasSent(sequence) ? sequence : NOT_OURS;
  }
}
