/** Performs what the engine decides: sends, reads what the port has, waits, hands signals over. It lives in the event loop. */
import type { Alarm } from '../net/alarm.ts';
import type { Clock } from '../net/clock.ts';
import type { FrameHandler, FramePort, IncomingFrame } from '../net/packet-socket.ts';
import { type Gate, pump, type SignalSource, type Turn } from '../net/pump.ts';
import type { ArpingEngine } from './engine.ts';

export interface DriverOptions {
  readonly createAlarm: (onExpiry: () => void) => Alarm;
  readonly engine: ArpingEngine;
  readonly port: FramePort;
  readonly clock: Clock;
  readonly signals: SignalSource;
  /** Shut while those who are told of events lag behind. */
  readonly gate?: Gate | null;
  /** Where a probe to everybody goes. */
  readonly broadcast: Uint8Array;
}

export class ArpingDriver implements FrameHandler {
  readonly #options: DriverOptions;

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  /** Runs to the end and answers the exit status. The caller closes the port. */
  async run(): Promise<number> {
    const { engine, clock, port, createAlarm, signals, gate = null } = this.#options;
    engine.start(clock.read());
    await pump({
      createAlarm,
      sockets: [(callback) => port.watch(callback)],
      signals,
      onSignal: () => engine.interrupt(),
      turn: () => this.#turn(),
      gate,
    });
    return engine.finish(clock.read());
  }

  #turn(): Turn {
    const { engine, clock, port } = this.#options;
    // More may wait than one drain reads: the event loop gets its turn, and signals are heard, while a peer floods us.
    const again = port.drain(this);
    for (;;) {
      const step = engine.next(clock.read());
      if (step === 'done') return 'done';
      if (step === 'wait') return again ? 'again' : engine.wakeAtNs;
      this.#send();
    }
  }

  #send(): void {
    const { engine, clock, port, broadcast } = this.#options;
    const sequence = engine.nextSequence;
    const { packet, destination } = engine.sending(clock);
    const errno = port.send(packet, destination ?? broadcast, sequence);
    if (errno === 0) engine.sent();
    else engine.refused(clock, errno);
  }

  transmitted(token: number, stampNs: number): void {
    this.#options.engine.transmitted(token, stampNs);
  }

  frame(frame: IncomingFrame): void {
    this.#options.engine.frame(frame, this.#options.clock);
  }

  receiveFailed(errno: number): void {
    this.#options.engine.receiveFailed(this.#options.clock, errno);
  }
}
