/**
 * What a command needs from an ICMP socket, and no more. The addon implements it in full (addon-port.ts); another backend
 * may lack kernel stamps and the error queue, and says so in `abilities`.
 */
import type { Family } from './sockaddr.ts';

/** What a port fills in before it hands it over: to whoever gets it, it is readonly. */
export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export type SocketType = 'datagram' | 'raw';

/** One received packet. The object and its octets are overwritten by the next one: read them before returning. */
export interface IncomingPacket {
  readonly octets: Uint8Array;
  /** The ICMP message stands in octets [start, end); an IPv4 header has been taken off. */
  readonly start: number;
  readonly end: number;
  /** IPv4 options as received stand in octets [optionsStart, optionsEnd); empty as a rule. */
  readonly optionsStart: number;
  readonly optionsEnd: number;
  /** Numeric, with `%zone` where there is one. */
  readonly source: string;
  /** TTL or hop limit, -1 where the socket tells none. */
  readonly hopLimit: number;
  /** Kernel receive stamp on the clock's `wallNs` scale, NaN without one. */
  readonly stampNs: number;
}

/** One entry of the error queue that is not a stamp: ip(7) IP_RECVERR. Overwritten by the next one. */
export interface QueuedError {
  readonly errno: number;
  readonly origin: 'local' | 'icmp' | 'icmp6';
  readonly type: number;
  readonly code: number;
  /** MTU, parameter pointer or gateway, by type (`ee_info`). */
  readonly info: number;
  /** Who sent the ICMP error; null for a local one. */
  readonly offender: string | null;
  /** Where our packet was going, null where the kernel does not say. */
  readonly destination: string | null;
  /** The quoted ICMP message (or our own, for a local error) stands in octets [start, end). */
  readonly octets: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Receives what a drain finds: all transmit stamps first, so that a reply always meets the stamp of its request. */
export interface PortHandler {
  transmitted(token: number, stampNs: number): void;
  packet(packet: IncomingPacket): void;
  queuedError(error: QueuedError): void;
}

export interface PortAbilities {
  /** Kernel stamps of receiving and of sending. */
  readonly receiveStamps: boolean;
  readonly transmitStamps: boolean;
  readonly errorQueue: boolean;
}

/** What became of the probes of one exchange, in order; the clock shows the moment that each call is about. */
export interface ExchangeHandler extends PortHandler {
  /** Probe `index` went out, or was refused with `errno`. */
  sent(index: number, errno: number): void;
}

/** Probes and their replies by turns, as long as each probe is answered at once: for hosts as near as our own kernel. */
export interface TightPort {
  /** Most probes of one exchange. */
  readonly capacity: number;
  /** Room for probe `index`. */
  room(index: number): Uint8Array;
  /**
   * Sends probe 0 of `count`, looks once whether anything has come, and goes on with the next one if so. Then tells of all of
   * it in its order. All probes have `octets` octets; their `tokens` come back with transmit stamps.
   */
  exchange(count: number, octets: number, tokens: Uint32Array, confirm: boolean, handler: ExchangeHandler): void;
}

export interface IcmpPort {
  readonly family: Family;
  readonly socketType: SocketType;
  readonly abilities: PortAbilities;
  /** For loops too tight for an event loop; null where packets come by the event loop alone. */
  readonly tight: TightPort | null;
  /** Room for the message that `send` takes. */
  readonly outgoing: Uint8Array;
  /** Sends the first `octets` of `outgoing` to the target. `token` comes back with the transmit stamp. Answers 0 or an errno. */
  send(octets: number, token: number, confirm: boolean): number;
  /** Reads what waits, up to a limit, and the clock after each batch. Answers whether anything came, so that the caller may ask again. */
  drain(handler: PortHandler): boolean;
  /** Calls back from the event loop whenever there may be something to drain; null stops. */
  watch(callback: (() => void) | null): void;
  /** Blocks this thread until there is something to drain or `timeoutNs` has passed. For loops too tight for an event loop. */
  wait(timeoutNs: number): void;
  close(): void;
}
