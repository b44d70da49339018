/** Performs what an engine decides: sends, reads the socket's queues, waits, hands signals over. */
import type { Alarm } from '../net/alarm.ts';
import type { Clock } from '../net/clock.ts';
import { type Gate, pump, type SignalSource, type Turn, type Watch } from '../net/pump.ts';
import type { Signal } from '../net/signals.ts';
import type { QueuedUdpError, UdpPort, UdpPortHandler, UdpReply } from '../net/udp-port.ts';
import type { TraceEngine } from './trace.ts';

export interface DriverOptions {
  readonly createAlarm: (onExpiry: () => void) => Alarm;
  readonly engine: TraceEngine;
  readonly port: UdpPort;
  readonly clock: Clock;
  readonly signals: SignalSource;
  /** Shut while those who are told of events lag behind. */
  readonly gate?: Gate | null;
  /** What may call for another turn beside the socket. */
  readonly inputs?: readonly Watch[];
}

/** So many sends go by before the event loop gets a turn. */
const BURST_SENDS = 32;

export class TraceDriver implements UdpPortHandler {
  readonly #options: DriverOptions;
  #interruptedBy: Signal | null = null;

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  /** Runs to the end; answers the signal that ended it, null for none. The caller closes the port. */
  async run(): Promise<Signal | null> {
    const { engine, clock, port, createAlarm, signals, gate = null, inputs = [] } = this.#options;
    await pump({
      createAlarm,
      sockets: [(callback) => port.watch(callback), ...inputs],
      signals,
      onSignal: (signal) => {
        port.drain(this);
        this.#interruptedBy = signal;
        engine.interrupt(clock.read());
      },
      turn: () => this.#turn(),
      gate,
    });
    return this.#interruptedBy;
  }

  #turn(): Turn {
    const { engine, clock, port } = this.#options;
    for (let sends = 0; sends < BURST_SENDS; sends++) {
      port.drain(this);
      const step = engine.next(clock.read());
      if (step === 'done') return 'done';
      if (step === 'wait') return engine.wakeAtNs;
      this.#send();
    }
    return 'again';
  }

  #send(): void {
    const { engine, clock, port } = this.#options;
    const sent = port.send(engine.batch);
    if (sent > 0) return engine.sent(sent);
    // What the kernel has to say about it (the MTU that was exceeded) comes first.
    port.drain(this);
    engine.refused(-sent, clock.read());
  }

  transmitted(token: number, stampNs: number): void {
    this.#options.engine.transmitted(token, stampNs);
  }

  queuedError(error: QueuedUdpError): void {
    this.#options.engine.queuedError(error, this.#options.clock);
  }

  reply(reply: UdpReply): void {
    this.#options.engine.reply(reply, this.#options.clock);
  }
}
