/**
 * Performs what the engine decides: sends, reads both queues, waits, hands signals over. At ordinary intervals it lives in
 * the event loop, woken by the socket and by a timer of its own; where every reply is followed by the next probe at once
 * the loop is a tight one (tight-loop.ts).
 */
import type { Alarm } from '../net/alarm.ts';
import type { Clock, Instant } from '../net/clock.ts';
import type { IncomingPacket, QueuedError } from '../net/port.ts';
import { type Gate, pump, type SignalSource, type Turn } from '../net/pump.ts';
import type { PingEngine } from './engine.ts';
import type { Prober, TightHandler } from './prober.ts';
import type { Answer } from './reply.ts';

/** In a burst (-l) replies and stamps are read this often, before they overrun the socket's buffer. */
const BURST_SENDS = 32;

export interface DriverOptions {
  readonly createAlarm: (onExpiry: () => void) => Alarm;
  readonly engine: PingEngine;
  readonly prober: Prober;
  readonly clock: Clock;
  readonly signals: SignalSource;
  /** For flood and adaptive pings: wait in the kernel and not in the event loop, where the prober can. */
  readonly tight: boolean;
  /** Shut while those who are told of events lag behind. */
  readonly gate?: Gate | null;
}

/** Runs to the end and answers the exit status. The caller closes what the prober sends from. */
export async function drive(options: DriverOptions): Promise<number> {
  const { engine, clock, prober, createAlarm, signals, tight, gate = null } = options;
  const handler = new EngineHandler(engine, clock);
  const tightTurn = tight ? prober.tightTurn(engine, clock, handler) : null;
  engine.start(clock.read());
  await pump({
    createAlarm,
    // A socket that somebody watches costs the kernel a wake-up for each reply, also where nobody sleeps.
    sockets: tightTurn === null ? [(callback) => prober.watch(callback)] : [],
    signals,
    onSignal: (signal) => {
      if (signal === 'SIGQUIT') engine.status();
      else engine.interrupt();
    },
    turn: tightTurn ?? eventLoopTurn(options, handler),
    gate,
  });
  return engine.finish(clock.read());
}

/** Hands what a prober finds to the engine, with the time that the clock shows. */
export class EngineHandler implements TightHandler {
  readonly #engine: PingEngine;
  readonly #clock: Clock;
  /** A queued error told of one of our probes since this was last set to false. */
  explained = false;

  constructor(engine: PingEngine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  transmitted(token: number, stampNs: number): void {
    this.#engine.transmitted(token, stampNs);
  }

  packet(packet: IncomingPacket): void {
    this.#engine.packet(packet, this.#clock);
  }

  queuedError(error: QueuedError): void {
    if (this.#engine.queuedError(error, this.#clock)) this.explained = true;
  }

  answer(answer: Answer, at: Instant = this.#clock): void {
    this.#engine.answer(answer, at);
  }

  probeError(sequence: number, error: QueuedError, at: Instant = this.#clock): void {
    this.#engine.probeError(sequence, error, at);
  }
}

/** Sends until the next probe is due later, and leaves it to socket and alarm to call again. */
function eventLoopTurn({ engine, clock, prober }: DriverOptions, handler: EngineHandler): () => Turn {
  const send = () => {
    const sequence = engine.nextSequence;
    engine.sending(clock);
    const errno = prober.send(sequence, clock, engine.confirmNeighbour);
    if (errno === 0) return engine.sent(clock);
    handler.explained = false;
    prober.drain(handler);
    engine.refused(clock, errno, handler.explained);
  };
  return () => {
    prober.drain(handler);
    for (let sends = 0; sends < BURST_SENDS; sends++) {
      const step = engine.next(clock.read());
      if (step === 'done') return 'done';
      if (step === 'wait') return Math.min(engine.wakeAtNs, prober.wakeAtNs);
      send();
    }
    return 'again';
  };
}
