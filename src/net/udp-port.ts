/**
 * What a path-probing command needs from a UDP socket, and no more. `openUdpPort` (udp-addon-port.ts) implements it on the
 * addon. Nothing here needs a privilege.
 *
 * How to use it:
 *
 *     const port = openUdpPort({ addon, clock, interfaces, target, largestPayloadOctets: 1472 });
 *     giveUpPrivileges(addon);
 *     port.send([{ destinationPort: 44444, hopLimit: 3, payload: header, payloadOctets: 1472, token: 17 }]);
 *     port.watch(() => port.drain(handler));   // or give `port.watch` to `pump` (pump.ts) and drain in its `turn`
 *
 * - **Sending.** Each probe has its own TTL, port, length and traffic class. `send` answers how many went out; below zero it is
 *   -errno of the first one, and nothing went out. A number lower than asked for means: drain, and try again with the rest. The
 *   kernel stops there for a probe that it refuses, and also for an ICMP error that has come meanwhile; but such an error is
 *   never answered as the refusal of the first probe, it only stands in the error queue.
 * - **A refusal for size** (EMSGSIZE) also puts an entry of origin `local` into the queue with the MTU in `info`.
 * - **Which probe an ICMP error is about**: `destinationPort`, and the octets of the payload that came back, if the router
 *   quoted so many (RFC 792 asks for none). Our own port is the socket's, so a further distinction is one socket each.
 * - **Times.** `transmitted(token, stampNs)` comes before the error or reply to that probe. Stamps are on `clock`'s `wallNs`
 *   scale. No stamp ever comes for a probe that was refused, nor where a driver makes none.
 * - **Stale errors.** The queue may hold errors about probes of long ago; the caller tells by port and token.
 */
import type { QueuedError } from './port.ts';
import type { Family } from './sockaddr.ts';

export interface UdpProbe {
  readonly destinationPort: number;
  /** TTL or hop limit, 1 to 255; 0 for the socket's own. */
  readonly hopLimit: number;
  /** The first octets of the payload; the rest are zeros. May be empty. Copied at once. */
  readonly payload: Uint8Array;
  /** Octets of the whole payload, at least `payload.length`: the IP datagram has 28 (IPv4) or 48 (IPv6) more. */
  readonly payloadOctets: number;
  /** TOS or traffic class, 0 to 255; absent for the socket's default, 0. */
  readonly trafficClass?: number;
  /** Comes back with the transmit stamp; 32 bits. */
  readonly token: number;
}

/** A datagram that somebody sent to our port. Overwritten by the next one: read it before returning. */
export interface UdpReply {
  /** Numeric, with `%zone` where there is one. */
  readonly source: string;
  readonly sourcePort: number;
  /** TTL or hop limit with which it arrived, -1 where the kernel tells none. */
  readonly hopLimit: number;
  /** Kernel receive stamp on the clock's `wallNs` scale, NaN without one. */
  readonly stampNs: number;
  /** Its payload stands in octets [start, end), perhaps cut short. */
  readonly octets: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/**
 * One entry of the error queue, overwritten by the next one. In octets [start, end) stands the quoted payload: what followed
 * the quoted UDP header. The quoted IP and UDP headers themselves are not to be had, but for `destination` and
 * `destinationPort`, which are read from them. IPv4 addresses are shown as such also where the target was v4-mapped.
 */
export interface QueuedUdpError extends QueuedError {
  /** Port of the quoted datagram's destination, 0 where the kernel does not say. */
  readonly destinationPort: number;
  /** TTL or hop limit with which the ICMP message arrived; -1 for a local error. */
  readonly hopLimit: number;
  /** TOS or traffic class of the ICMP message; -1 for a local error. */
  readonly trafficClass: number;
  /** When the kernel received the ICMP message, NaN without a stamp. */
  readonly stampNs: number;
  /** There were more octets than were read (QUOTE_ROOM_OCTETS). */
  readonly truncated: boolean;
  /** An RFC 4884 extension structure stands in octets [extensionStart, extensionEnd); empty for none. */
  readonly extensionStart: number;
  readonly extensionEnd: number;
  /** The kernel found the extension's format or checksum wrong. */
  readonly extensionFlawed: boolean;
}

/** Octets behind the quoted headers that are read: all that ICMPv6 may quote (RFC 4443 section 2.4 c). */
export const QUOTE_ROOM_OCTETS = 1280;

/** Receives what a drain finds. */
export interface UdpPortHandler {
  transmitted(token: number, stampNs: number): void;
  queuedError(error: QueuedUdpError): void;
  reply(reply: UdpReply): void;
}

export interface UdpPort {
  /** Of the packets on the wire: 4 also for a v4-mapped target. */
  readonly family: Family;
  /** Our port, which the kernel or the caller has chosen. */
  readonly sourcePort: number;
  /** `do` where the kernel knows no `probe` for this family: then the path MTU it has cached limits what may be sent. */
  readonly pmtuMode: 'probe' | 'do';
  /**
   * Answers how many were taken, of a long list perhaps only the first ones; or -errno when the first was refused.
   * @throws RangeError for a probe that cannot be.
   */
  send(probes: readonly UdpProbe[]): number;
  /** Reads what waits, up to a limit, and the clock. Answers whether anything came, so that the caller may ask again. */
  drain(handler: UdpPortHandler): boolean;
  /** Calls back from the event loop whenever there may be something to drain; null stops. */
  watch(callback: (() => void) | null): void;
  close(): void;
}
