/** What the kernel tells with a datagram of a UDP socket, and with an entry of its error queue, read out of the records. */
import type { Clock } from './clock.ts';
import { MSG_TRUNC } from './constants.ts';
import { type MessageBatch, NAME_OCTETS, PRESENT, WORD } from './message-batch.ts';
import type { Mutable } from './port.ts';
import { readErrorFacts, stampOf } from './queued-errors.ts';
import { type Address, decodeSockaddr, LITTLE_ENDIAN } from './sockaddr.ts';
import type { QueuedUdpError, UdpReply } from './udp-port.ts';

type Format = (address: Address) => string;

/** SO_EE_RFC4884_FLAG_INVALID of <linux/errqueue.h>. */
const RFC4884_INVALID = 1;

/** The entries of the error queue in one batch. */
export class UdpErrorRecords {
  readonly #batch: MessageBatch;
  readonly #clock: Clock;
  readonly #format: Format;
  readonly #error: Mutable<QueuedUdpError>;

  constructor(batch: MessageBatch, clock: Clock, format: Format) {
    this.#batch = batch;
    this.#clock = clock;
    this.#format = format;
    this.#error = emptyError(batch.octets);
  }

  /** Record `index`, in an object that the next one overwrites; null for a stamp. */
  read(index: number): QueuedUdpError | null {
    const batch = this.#batch;
    const error = this.#error;
    if (!readErrorFacts(error, batch, index)) return null;
    const isLocal = error.origin === 'local';
    const destination = batch.word(index, WORD.NAME_LENGTH) === 0 ? null : addressAt(batch, index, WORD.NAME);
    const offender = isLocal || !batch.has(index, PRESENT.OFFENDER) ? null : addressAt(batch, index, WORD.OFFENDER);
    error.offender = offender === null ? null : this.#format(offender);
    error.destination = destination === null ? null : this.#format(destination);
    error.destinationPort = destination?.port ?? 0;
    error.hopLimit = isLocal ? -1 : hopLimitOf(batch, index);
    error.trafficClass =
      isLocal || !batch.has(index, PRESENT.TRAFFIC_CLASS) ? -1 : batch.word(index, WORD.TRAFFIC_CLASS);
    error.stampNs = stampOf(batch, index, this.#clock);
    error.truncated = (batch.word(index, WORD.FLAGS) & MSG_TRUNC) !== 0;
    this.#placeQuote(index, isLocal);
    return error;
  }

  /** Where quote and extension stand: `struct sock_ee_data_rfc4884` in ee_data tells where one ends and the other begins. */
  #placeQuote(index: number, isLocal: boolean): void {
    const error = this.#error;
    const data = isLocal ? 0 : this.#batch.word(index, WORD.ERROR_DATA);
    const start = this.#batch.dataOffset(index);
    const end = start + this.#batch.word(index, WORD.LENGTH);
    const quotedOctets = LITTLE_ENDIAN ? data & 0xffff : data >>> 16;
    const flags = (LITTLE_ENDIAN ? data >>> 16 : data >>> 8) & 0xff;
    const hasExtension = quotedOctets > 0 && start + quotedOctets < end;
    error.start = start;
    error.end = error.extensionStart = hasExtension ? start + quotedOctets : end;
    error.extensionEnd = end;
    error.extensionFlawed = hasExtension && (flags & RFC4884_INVALID) !== 0;
  }
}

/** The datagrams in one batch. */
export class UdpReplyRecords {
  readonly #batch: MessageBatch;
  readonly #clock: Clock;
  readonly #format: Format;
  readonly #reply: Mutable<UdpReply>;

  constructor(batch: MessageBatch, clock: Clock, format: Format) {
    this.#batch = batch;
    this.#clock = clock;
    this.#format = format;
    this.#reply = { source: '', sourcePort: 0, hopLimit: -1, stampNs: 0, octets: batch.octets, start: 0, end: 0 };
  }

  /** Record `index`, in an object that the next one overwrites. */
  read(index: number): UdpReply {
    const reply = this.#reply;
    const source = addressAt(this.#batch, index, WORD.NAME);
    reply.source = source === null ? '' : this.#format(source);
    reply.sourcePort = source?.port ?? 0;
    reply.hopLimit = hopLimitOf(this.#batch, index);
    reply.stampNs = stampOf(this.#batch, index, this.#clock);
    reply.start = this.#batch.dataOffset(index);
    reply.end = reply.start + this.#batch.word(index, WORD.LENGTH);
    return reply;
  }
}

function addressAt(batch: MessageBatch, index: number, word: number): ReturnType<typeof decodeSockaddr> {
  return decodeSockaddr(batch.field(index, word, NAME_OCTETS));
}

function hopLimitOf(batch: MessageBatch, index: number): number {
  return batch.has(index, PRESENT.HOP_LIMIT) ? batch.word(index, WORD.HOP_LIMIT) : -1;
}

function emptyError(octets: Uint8Array): Mutable<QueuedUdpError> {
  return {
    errno: 0,
    origin: 'local',
    type: 0,
    code: 0,
    info: 0,
    offender: null,
    destination: null,
    destinationPort: 0,
    hopLimit: -1,
    trafficClass: -1,
    stampNs: Number.NaN,
    truncated: false,
    octets,
    start: 0,
    end: 0,
    extensionStart: 0,
    extensionEnd: 0,
    extensionFlawed: false,
  };
}
