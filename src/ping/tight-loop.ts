/**
 * The loop of flood and adaptive pings: where every reply is followed by the next probe at once there is no time for an event
 * loop. It waits in the kernel, and gives the event loop a turn every few milliseconds so that signals are heard.
 */
import type { Clock } from '../net/clock.ts';
import type { ExchangeHandler, IcmpPort, IncomingPacket, QueuedError, TightPort } from '../net/port.ts';
import type { Turn } from '../net/pump.ts';
import type { PingEngine } from './engine.ts';
import { ProbeWriter } from './message.ts';
import type { TightHandler } from './prober.ts';
import type { ProbeProtocol } from './protocol.ts';

/** The event loop's turn comes at least this often. */
const SLICE_NS = 4e6;

interface TightOptions {
  readonly engine: PingEngine;
  readonly clock: Clock;
  readonly port: IcmpPort;
  readonly protocol: ProbeProtocol;
  readonly payload: Uint8Array;
}

export class TightLoop implements ExchangeHandler {
  readonly #engine: PingEngine;
  readonly #clock: Clock;
  readonly #port: IcmpPort;
  readonly #tight: TightPort;
  readonly #handler: TightHandler;
  readonly #writers: readonly ProbeWriter[];
  readonly #sequences: Uint32Array;
  /** Most probes of the next exchange: twice as many as in the last one while each is answered at once and nothing else comes. */
  #run = 1;

  constructor({ engine, clock, port, protocol, payload }: TightOptions, handler: TightHandler, tight: TightPort) {
    this.#engine = engine;
    this.#clock = clock;
    this.#port = port;
    this.#tight = tight;
    this.#handler = handler;
    this.#writers = Array.from(
      { length: tight.capacity },
      (_, at) => new ProbeWriter(protocol, tight.room(at), payload),
    );
    this.#sequences = new Uint32Array(tight.capacity);
  }

  turn(): Turn {
    const clock = this.#clock;
    this.#port.drain(this);
    const turnEndsNs = clock.read().monoNs + SLICE_NS;
    while (clock.monoNs < turnEndsNs) {
      const step = this.#engine.next(clock);
      if (step === 'done') return 'done';
      if (step === 'send') this.#exchange();
      else this.#wait(Math.min(this.#engine.wakeAtNs, turnEndsNs));
    }
    return 'again';
  }

  /** A near host's reply is there before one could begin to wait for it: then probes and replies go by turns. */
  #exchange(): void {
    const engine = this.#engine;
    const count = Math.min(this.#run, engine.allowance, this.#tight.capacity);
    for (let index = 0; index < count; index++) {
      const sequence = engine.sequenceAfter(index);
      this.#sequences[index] = sequence;
      this.#writers[index]!.write(sequence, this.#clock);
    }
    this.#tight.exchange(count, this.#writers[0]!.octets, this.#sequences, engine.confirmNeighbour, this);
    this.#run = engine.inFlight === 0 ? Math.min(2 * count, this.#tight.capacity) : 1;
  }

  #wait(untilNs: number): void {
    this.#port.wait(Math.max(0, untilNs - this.#clock.monoNs));
    this.#port.drain(this);
    this.#clock.read();
  }

  sent(_index: number, errno: number): void {
    this.#engine.sending(this.#clock);
    if (errno === 0) return this.#engine.sent(this.#clock);
    this.#handler.explained = false;
    this.#port.drain(this);
    this.#engine.refused(this.#clock, errno, this.#handler.explained);
  }

  transmitted(token: number, stampNs: number): void {
    this.#handler.transmitted(token, stampNs);
  }

  packet(packet: IncomingPacket): void {
    this.#handler.packet(packet);
  }

  queuedError(error: QueuedError): void {
    this.#handler.queuedError(error);
  }
}
