/**
 * Performs what the engine decides: fills batches, sends them, reads what comes back between any two, and finds out which
 * probe it is about. Without a rate it sends in a loop of its own, in slices, so that signals and timers get their turn.
 */
import type { Alarm } from '../net/alarm.ts';
import type { Clock } from '../net/clock.ts';
import { EAGAIN, ENOBUFS, ENOMEM } from '../net/constants.ts';
import {
  type EchoError,
  type EchoPacket,
  type EchoSocket,
  type EchoSocketHandler,
  SEND_BATCH,
} from '../net/echo-socket.ts';
import type { Interfaces } from '../net/interfaces.ts';
import { type Gate, pump, type SignalSource, type Turn } from '../net/pump.ts';
import type { Signal } from '../net/signals.ts';
import { type Address, type Family, formatAddress } from '../net/sockaddr.ts';
import { type AddressWords, addressOf, isIpv4Words, makeAddress, readAddress, SCOPE_WORD } from './address-words.ts';
import type { SweepEngine } from './engine.ts';
import type { StampSource } from './events.ts';
import { elapsedSince, isReplyIntact, type ProbeCodec } from './probe.ts';
import type { Targets } from './targets.ts';
import { NOBODY } from './waiting-lists.ts';

const SLICE_NS = 10e6;
/** Each reads some thousand packets. */
const DRAIN_ROUNDS = 64;
const NO_BUFFERS: readonly number[] = [ENOBUFS, EAGAIN, ENOMEM];
const FIRST_PAUSE_NS = 1e6;
const LONGEST_PAUSE_NS = 100e6;
/** A stamp may be so much off to either side, because two clocks are not read at the same moment. */
const STAMP_SLACK_NS = 20e3;
/** A transmit stamp later than this belongs to another probe with the same sequence number. */
const LONGEST_TRANSMIT_NS = 1e9;
/** Octet of the sequence number in an ICMP echo header. */
const SEQUENCE_OFFSET = 6;

export interface SweepDriverOptions {
  readonly engine: SweepEngine;
  readonly sockets: readonly EchoSocket[];
  readonly targets: Targets;
  readonly codec: ProbeCodec;
  readonly clock: Clock;
  readonly interfaces: Interfaces;
  readonly createAlarm: (onExpiry: () => void) => Alarm;
  readonly signals: SignalSource;
  /** Shut while those who are told of events lag behind. */
  readonly gate?: Gate | null;
  readonly onSignal: (signal: Signal) => void;
  readonly onForeignReply: (index: number, from: AddressWords) => void;
  /** Called now and then, at least every SLICE_NS while there is work: for a progress line. */
  readonly onTurn: (nowNs: number) => void;
  /** When it wants to be called at the latest. */
  readonly turnAtNs: () => number;
}

/** Probes of one family that wait to be sent. */
class Lane {
  readonly socket: EchoSocket;
  readonly indices = new Uint32Array(SEND_BATCH);
  readonly attempts = new Uint16Array(SEND_BATCH);
  count = 0;
  firstSequence = 0;
  /** After a refusal for want of buffers nothing is sent until then. */
  pausedUntilNs = 0;
  pauseNs = FIRST_PAUSE_NS;

  constructor(socket: EchoSocket) {
    this.socket = socket;
  }
}

/** Counts where the times of round trips came from. */
class StampCount {
  kernel = 0;
  user = 0;

  get source(): StampSource {
    return this.user === 0 ? 'kernel' : this.kernel === 0 ? 'user' : 'mixed';
  }
}

export class SweepDriver implements EchoSocketHandler {
  readonly #options: SweepDriverOptions;
  readonly #lanes: readonly Lane[];
  readonly #laneOf: Readonly<Record<Family, Lane | null>>;
  readonly #address = makeAddress();
  readonly #source = makeAddress();
  readonly #transmit = new StampCount();
  readonly #receive = new StampCount();
  #icmpErrors = 0;

  constructor(options: SweepDriverOptions) {
    this.#options = options;
    this.#lanes = options.sockets.map((socket) => new Lane(socket));
    const laneOf = (family: Family) => this.#lanes.find(({ socket }) => socket.family === family) ?? null;
    this.#laneOf = { 4: laneOf(4), 6: laneOf(6) };
    for (const { socket } of this.#lanes) {
      for (let slot = 0; slot < SEND_BATCH; slot++) options.codec.prepare(socket.outgoing, socket.offsetOf(slot));
    }
  }

  /** Runs to the end. The caller closes the sockets. */
  async run(): Promise<void> {
    const { engine, clock, createAlarm, signals, onSignal, gate = null } = this.#options;
    engine.start(clock.read().monoNs);
    await pump({
      createAlarm,
      sockets: this.#lanes.map(
        ({ socket }) =>
          (callback) =>
            socket.watch(callback),
      ),
      signals,
      onSignal: (signal) => {
        this.#drain(); // what has come before the signal counts
        onSignal(signal);
      },
      turn: () => this.#turn(),
      gate,
    });
  }

  get drops(): number {
    return this.#lanes.reduce((sum, { socket }) => sum + socket.drops, 0);
  }

  /** Null while nothing was measured. */
  get stamps(): { readonly transmit: StampSource; readonly receive: StampSource } | null {
    if (this.#transmit.kernel + this.#transmit.user === 0) return null;
    return { transmit: this.#transmit.source, receive: this.#receive.source };
  }

  #turn(): Turn {
    const { engine, clock, onTurn, turnAtNs, gate = null } = this.#options;
    this.#drain();
    const endNs = clock.read().monoNs + SLICE_NS;
    onTurn(clock.monoNs);
    do {
      const isHeld = this.#fill();
      if (engine.isDone) return 'done';
      if (!this.#isWaiting()) return Math.min(engine.wakeAtNs, turnAtNs());
      for (const lane of this.#lanes) this.#flush(lane);
      this.#drain();
      clock.read();
      if (isHeld && this.#isPaused()) return Math.max(...this.#lanes.map(({ pausedUntilNs }) => pausedUntilNs));
    } while (clock.monoNs < endNs && gate?.isShut !== true);
    return 'again';
  }

  #isWaiting(): boolean {
    return this.#lanes.some(({ count }) => count > 0);
  }

  #isPaused(): boolean {
    return this.#lanes.some(({ count, pausedUntilNs }) => count > 0 && pausedUntilNs > this.#options.clock.monoNs);
  }

  /** To the end: what waits in the socket came in time, however late we are. A flood ends it all the same. */
  #drain(): void {
    for (const { socket } of this.#lanes) {
      for (let round = 0; round < DRAIN_ROUNDS && socket.drain(this); round++);
    }
  }

  /** Takes from the engine until a batch is full or nobody is due. Answers whether probes are held back by a pause. */
  #fill(): boolean {
    const { engine, clock, targets } = this.#options;
    if (this.#isWaiting()) return true;
    const nowNs = clock.read().monoNs;
    for (;;) {
      const index = engine.take(nowNs);
      if (index === NOBODY) return false;
      targets.write(this.#address, index);
      const lane = this.#laneOf[isIpv4Words(this.#address) ? 4 : 6];
      if (lane === null) throw new Error('a target of a family without a socket');
      lane.indices[lane.count] = index;
      lane.attempts[lane.count] = engine.attemptOf(index);
      lane.socket.address(lane.count, this.#address, 0, this.#address[SCOPE_WORD]!);
      lane.count++;
      if (lane.count === SEND_BATCH) return false;
    }
  }

  /** Writes and sends what waits in a lane, as far as the kernel takes it now. */
  #flush(lane: Lane): void {
    const { clock } = this.#options;
    if (lane.count === 0 || clock.monoNs < lane.pausedUntilNs) return;
    this.#write(lane);
    let first = 0;
    while (first < lane.count) {
      const sent = lane.socket.send(first, lane.count - first, lane.firstSequence + first);
      if (sent > 0) {
        first += sent;
        lane.pauseNs = FIRST_PAUSE_NS;
      } else if (NO_BUFFERS.includes(-sent)) {
        lane.pausedUntilNs = clock.read().monoNs + lane.pauseNs;
        lane.pauseNs = Math.min(LONGEST_PAUSE_NS, 2 * lane.pauseNs);
        this.#keep(lane, first);
        return;
      } else if (!this.#wasEcho()) {
        this.#options.engine.error(lane.indices[first]!, { kind: 'local', errno: -sent });
        first++;
      }
    }
    lane.count = 0;
  }

  /** Now is when they leave. */
  #write(lane: Lane): void {
    const { codec, clock } = this.#options;
    const { socket } = lane;
    const nowNs = clock.read().monoNs;
    for (let slot = 0; slot < lane.count; slot++) {
      const sequence = socket.nextSequence();
      if (slot === 0) lane.firstSequence = sequence;
      const offset = socket.offsetOf(slot);
      codec.write(socket.outgoing, offset, socket.family, sequence, lane.indices[slot]!, lane.attempts[slot]!, nowNs);
    }
  }

  /** What is left of a batch moves to its beginning. */
  #keep(lane: Lane, first: number): void {
    const { targets } = this.#options;
    lane.indices.copyWithin(0, first, lane.count);
    lane.attempts.copyWithin(0, first, lane.count);
    lane.count -= first;
    for (let slot = 0; slot < lane.count; slot++) {
      targets.write(this.#address, lane.indices[slot]!);
      lane.socket.address(slot, this.#address, 0, this.#address[SCOPE_WORD]!);
    }
  }

  /** An ICMP error makes the next send fail once, whomever that is for: it stands in the error queue too. */
  #wasEcho(): boolean {
    const before = this.#icmpErrors;
    this.#drain();
    return this.#icmpErrors !== before;
  }

  packet(packet: EchoPacket, socket: EchoSocket): void {
    const { codec, engine, targets, clock } = this.#options;
    const { octets, start, end, sourceOffset } = packet;
    if (!codec.readReply(octets, start, end, socket.family) || codec.index >= targets.size) return;
    if (socket.identifier !== null && socket.family === 4 && !isReplyIntact(octets, start, end)) return;
    readAddress(this.#source, octets, sourceOffset, socket.family, packet.sourceScope);
    if (!targets.hasAddress(codec.index, this.#source)) {
      engine.foreignReply();
      this.#options.onForeignReply(codec.index, this.#source);
      return;
    }
    const sequence = (octets[start + SEQUENCE_OFFSET]! << 8) | octets[start + SEQUENCE_OFFSET + 1]!;
    engine.reply(codec.index, codec.attempt, this.#roundTripNs(packet, socket.transmittedNs(sequence), clock.monoNs));
  }

  /** Kernel stamps where they can be true, else our own readings: see docs/decisions/0004. */
  #roundTripNs({ receivedNs }: EchoPacket, transmittedNs: number, nowNs: number): number {
    const totalNs = elapsedSince(this.#options.codec.sentNs, nowNs);
    const beforeNs = transmittedNs - (nowNs - totalNs);
    const afterNs = nowNs - receivedNs;
    const trustsReceive = afterNs >= -STAMP_SLACK_NS && afterNs <= totalNs + STAMP_SLACK_NS;
    const leftNs = trustsReceive ? totalNs - afterNs : totalNs;
    const trustsTransmit =
      beforeNs >= -STAMP_SLACK_NS && beforeNs <= Math.min(LONGEST_TRANSMIT_NS, leftNs + STAMP_SLACK_NS);
    this.#receive[trustsReceive ? 'kernel' : 'user']++;
    this.#transmit[trustsTransmit ? 'kernel' : 'user']++;
    return Math.max(0, trustsTransmit ? leftNs - beforeNs : leftNs);
  }

  queuedError(error: EchoError, socket: EchoSocket): void {
    const { codec, engine, targets, interfaces } = this.#options;
    this.#icmpErrors++;
    if (error.destination === null) return;
    const { octets, start, end } = error;
    const match = codec.readQuote(octets, start, end, socket.family, socket.identifier);
    if (match === 'none') return;
    const destination = wordsOf(error.destination);
    const index = match === 'probe' ? codec.index : targets.find(destination);
    if (index < 0 || index >= targets.size || !targets.hasAddress(index, destination)) return;
    if (error.origin === 'local') {
      engine.error(index, { kind: 'local', errno: error.errno });
      return;
    }
    const { origin: kind, type, code, info, errno, offender } = error;
    const from = offender === null ? null : formatAddress(offender, interfaces.nameOf);
    engine.error(index, { kind, type, code, info, errno, from });
  }
}

function wordsOf(address: Address): AddressWords {
  return addressOf(address.octets, address.scope);
}
