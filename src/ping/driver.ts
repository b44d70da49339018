/**
 * Performs what the engine decides: sends, reads both queues, waits, hands signals over. At ordinary intervals it lives in
 * the event loop, woken by the socket and by a timer of its own; where every reply is followed by the next probe at once
 * the loop is a tight one (tight-loop.ts).
 */
import type { Alarm } from '../net/alarm.ts';
import type { Clock } from '../net/clock.ts';
import type { IcmpPort, IncomingPacket, PortHandler, QueuedError, TightPort } from '../net/port.ts';
import { pump, type SignalSource, type Turn } from '../net/pump.ts';
import type { PingEngine } from './engine.ts';
import { ProbeWriter } from './message.ts';
import type { ProbeProtocol } from './protocol.ts';
import { TightLoop } from './tight-loop.ts';

/** In a burst (-l) replies and stamps are read this often, before they overrun the socket's buffer. */
const BURST_SENDS = 32;

export interface DriverOptions {
  readonly createAlarm: (onExpiry: () => void) => Alarm;
  readonly engine: PingEngine;
  readonly port: IcmpPort;
  readonly clock: Clock;
  readonly signals: SignalSource;
  readonly payload: Uint8Array;
  readonly protocol: ProbeProtocol;
  /** Set for flood and adaptive pings where the port can: wait in the kernel and not in the event loop. */
  readonly tight: TightPort | null;
}

/** Runs to the end and answers the exit status. The caller closes the port. */
export async function drive(options: DriverOptions): Promise<number> {
  const { engine, clock, port, createAlarm, signals, tight } = options;
  const handler = new EngineHandler(engine, clock);
  engine.start(clock.read());
  await pump({
    createAlarm,
    // A socket that somebody watches costs the kernel a wake-up for each reply, also where nobody sleeps.
    sockets: tight === null ? [(callback) => port.watch(callback)] : [],
    signals,
    onSignal: (signal) => {
      if (signal === 'SIGQUIT') engine.status();
      else engine.interrupt();
    },
    turn: tight === null ? eventLoopTurn(options, handler) : tightTurn(options, handler, tight),
  });
  return engine.finish();
}

/** Hands what a port finds to the engine, with the time that the clock shows. */
export class EngineHandler implements PortHandler {
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
}

/** Sends until the next probe is due later, and leaves it to socket and alarm to call again. */
function eventLoopTurn({ engine, clock, port, protocol, payload }: DriverOptions, handler: EngineHandler): () => Turn {
  const writer = new ProbeWriter(protocol, port.outgoing, payload);
  const send = () => {
    const sequence = engine.nextSequence;
    writer.write(sequence, clock);
    engine.sending(clock);
    const errno = port.send(writer.octets, sequence, engine.confirmNeighbour);
    if (errno === 0) return engine.sent(clock);
    handler.explained = false;
    port.drain(handler);
    engine.refused(clock, errno, handler.explained);
  };
  return () => {
    port.drain(handler);
    for (let sends = 0; sends < BURST_SENDS; sends++) {
      const step = engine.next(clock.read());
      if (step === 'done') return 'done';
      if (step === 'wait') return engine.wakeAtNs;
      send();
    }
    return 'again';
  };
}

function tightTurn(options: DriverOptions, handler: EngineHandler, tight: TightPort): () => Turn {
  const loop = new TightLoop(options, handler, tight);
  return () => loop.turn();
}
