/**
 * The probes of a run: which port each went to, what its payload began with, and when it left. An error finds its probe by the
 * port, the one thing that every router quotes, and by the payload where so much of it came back. Times come from here, never
 * from a payload: what a router quotes is only compared.
 */
import {
  isStampOfSend,
  measureInterval,
  type StampedInterval,
  type StampedMoment,
} from '../measure/stamped-interval.ts';
import type { Instant } from '../net/clock.ts';
import type { QueuedUdpError, UdpProbe } from '../net/udp-port.ts';
import type { SentProbe } from './events.ts';
import { LARGEST_PAYLOAD_OCTETS } from './mtu.ts';

/** Ports in use, one after the other, as iputils has it. */
export const SERIAL_RING = 64;

/** On the wire as iputils has it: the TTL in 4 octets, 4 of padding, then a `struct timespec` of the monotonic clock. */
const HEADER_OCTETS = 24;
const SECONDS_OFFSET = 8;
const NANOSECONDS_OFFSET = 16;
const NS_PER_SECOND = 1e9;
const PORT_LIMIT = 0x1_0000;

export interface ProbeRecord extends SentProbe {
  /** Place in the history, which is also the token of its transmit stamp. */
  readonly token: number;
  readonly header: Uint8Array;
  readonly monoNs: number;
  readonly wallNs: number;
  /** The kernel's transmit stamp, NaN without one. */
  stampNs: number;
  isAnswered: boolean;
}

/** What an error is about. */
export interface Attribution {
  readonly record: ProbeRecord | null;
  readonly corrupted: boolean;
}

export class ProbeHistory {
  readonly #basePort: number;
  readonly #overhead: number;
  readonly #records: ProbeRecord[] = [];
  readonly #byPort = new Map<number, ProbeRecord>();

  constructor(basePort: number, overheadOctets: number) {
    this.#basePort = basePort;
    this.#overhead = overheadOctets;
  }

  get sent(): number {
    return this.#records.length;
  }

  /** Enters a probe of `octets` that leaves now, with the port of place `slot` in the ring. */
  begin(hop: number, octets: number, slot: number, { monoNs, wallNs }: Instant): ProbeRecord {
    const port = this.#portOf(slot);
    const header = writeHeader(hop, monoNs).subarray(0, Math.max(0, octets - this.#overhead));
    const token = this.#records.length;
    const record: ProbeRecord = {
      token,
      hop,
      port,
      octets,
      header,
      monoNs,
      wallNs,
      stampNs: Number.NaN,
      isAnswered: false,
    };
    this.#records.push(record);
    this.#byPort.set(port, record);
    return record;
  }

  /** The kernel took none of the probes from this one on. */
  forget(record: ProbeRecord): void {
    for (const each of this.#records.splice(record.token)) {
      if (this.#byPort.get(each.port) === each) this.#byPort.delete(each.port);
    }
  }

  /** What the port is to send for `record`. */
  toUdpProbe({ hop, port, octets, header, token }: ProbeRecord): UdpProbe {
    const payloadOctets = Math.min(LARGEST_PAYLOAD_OCTETS, octets - this.#overhead);
    return { destinationPort: port, hopLimit: hop, payload: header, payloadOctets, token };
  }

  /** There is no port above 65535: the ring goes on below the base. */
  #portOf(slot: number): number {
    const port = this.#basePort + slot;
    return port < PORT_LIMIT ? port : this.#basePort - (port - PORT_LIMIT + 1);
  }

  /** The kernel's transmit stamp. One that lies before we asked for the send belongs to another probe and is left out. */
  stamp(token: number, stampNs: number): void {
    const record = this.#records[token];
    if (record !== undefined && isStampOfSend(stampNs, record.wallNs)) record.stampNs = stampNs;
  }

  /** Which probe went to this port last. */
  at(port: number): ProbeRecord | null {
    return this.#byPort.get(port) ?? null;
  }

  /** Which probe an error is about, and whether what it quotes of the payload is something that we never sent. */
  attribute(error: QueuedUdpError): Attribution {
    const record = this.at(error.destinationPort);
    const quoted = error.octets.subarray(error.start, Math.min(error.end, error.start + HEADER_OCTETS));
    // A port is used again after a while: the payload tells which probe it was.
    const isWhole = quoted.length === HEADER_OCTETS && error.origin !== 'local';
    if (!isWhole || record === null || startsAlike(record, quoted)) return { record, corrupted: false };
    const exact = this.#records.findLast((each) => each.port === record.port && startsAlike(each, quoted));
    return exact === undefined ? { record, corrupted: true } : { record: exact, corrupted: false };
  }

  measure(record: ProbeRecord, received: StampedMoment): StampedInterval {
    return measureInterval(record, received);
  }
}

function writeHeader(hop: number, monoNs: number): Uint8Array {
  const header = new Uint8Array(HEADER_OCTETS);
  const view = new DataView(header.buffer);
  const seconds = Math.floor(monoNs / NS_PER_SECOND);
  view.setUint32(0, hop, true);
  view.setUint32(SECONDS_OFFSET, seconds, true);
  view.setUint32(NANOSECONDS_OFFSET, Math.floor(monoNs - seconds * NS_PER_SECOND), true);
  return header;
}

function startsAlike({ header }: ProbeRecord, quoted: Uint8Array): boolean {
  return header.every((octet, index) => quoted[index] === octet);
}
