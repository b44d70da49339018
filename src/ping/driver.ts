/**
 * Performs what the engine decides: sends, reads both queues, waits, hands signals over. At ordinary intervals it lives in
 * the event loop, woken by the socket and by a timer of its own; when every reply is followed by the next probe at once it
 * waits in the kernel instead, and gives the event loop a turn every few milliseconds so that signals are heard.
 */
import type { Alarm } from '../net/alarm.ts';
import type { Clock } from '../net/clock.ts';
import type { IcmpPort, IncomingPacket, PortHandler, QueuedError } from '../net/port.ts';
import { pump, type Turn } from '../net/pump.ts';
import type { SignalInbox } from '../net/signals.ts';
import type { PingEngine } from './engine.ts';
import { ProbeWriter } from './message.ts';
import type { ProbeProtocol } from './protocol.ts';

const NS_PER_US = 1e3;
const US_PER_SECOND = 1e6;
/** In a burst (-l) replies and stamps are read this often, before they overrun the socket's buffer. */
const BURST_SENDS = 32;
/** The event loop's turn comes at least this often. */
const TIGHT_SLICE_NS = 10e6;

export interface DriverOptions {
  readonly createAlarm: (onExpiry: () => void) => Alarm;
  readonly engine: PingEngine;
  readonly port: IcmpPort;
  readonly clock: Clock;
  readonly signals: SignalInbox;
  readonly payload: Uint8Array;
  readonly protocol: ProbeProtocol;
  /** Wait in the kernel and not in the event loop: flood and adaptive pings. */
  readonly tight: boolean;
}

export class PingDriver implements PortHandler {
  readonly #options: DriverOptions;
  readonly #writer: ProbeWriter;
  #explained = false;

  constructor(options: DriverOptions) {
    this.#options = options;
    this.#writer = new ProbeWriter(options.protocol, options.port.outgoing, options.payload);
  }

  /** Runs to the end and answers the exit status. The caller closes the port. */
  async run(): Promise<number> {
    const { engine, clock, port, createAlarm, signals, tight } = this.#options;
    engine.start(clock.read());
    await pump({
      createAlarm,
      sockets: [(callback) => port.watch(callback)],
      signals,
      onSignal: (signal) => {
        if (signal === 'SIGQUIT') engine.status();
        else engine.interrupt();
      },
      turn: () => {
        port.drain(this);
        return tight ? this.#workTightly() : this.#sendWhatIsDue();
      },
    });
    return engine.finish();
  }

  /** Sends until the next probe is due later, and leaves it to socket and alarm to call again. */
  #sendWhatIsDue(): Turn {
    const { engine, clock } = this.#options;
    for (let sends = 0; sends < BURST_SENDS; sends++) {
      const step = engine.next(clock.read());
      if (step === 'done') return 'done';
      if (step === 'wait') return engine.wakeAtNs;
      this.#send();
    }
    return 'again';
  }

  /** Sends, waits and reads in a loop of its own; the event loop gets its turn by the clock. */
  #workTightly(): Turn {
    const { engine, clock, port } = this.#options;
    const turnEndsNs = clock.read().monoNs + TIGHT_SLICE_NS;
    while (clock.monoNs < turnEndsNs) {
      const step = engine.next(clock.read());
      if (step === 'done') return 'done';
      if (step === 'send') this.#send();
      // A near host's reply is there before one could begin to wait for it.
      if (port.drain(this) || step === 'send') continue;
      port.wait(Math.max(0, Math.min(engine.wakeAtNs, turnEndsNs) - clock.monoNs));
      port.drain(this);
    }
    return 'again';
  }

  #send(): void {
    const { engine, clock, port } = this.#options;
    const sequence = engine.nextSequence;
    const wallUs = Math.floor(clock.wallNs / NS_PER_US);
    const second = Math.floor(wallUs / US_PER_SECOND);
    this.#writer.write(sequence, clock.epochSeconds + second, wallUs - second * US_PER_SECOND);
    engine.sending(clock);
    const errno = port.send(this.#writer.octets, sequence, engine.confirmNeighbour);
    if (errno === 0) return engine.sent(clock);
    this.#explained = false;
    port.drain(this);
    engine.refused(clock, errno, this.#explained);
  }

  transmitted(token: number, stampNs: number): void {
    this.#options.engine.transmitted(token, stampNs);
  }

  packet(packet: IncomingPacket): void {
    this.#options.engine.packet(packet, this.#options.clock);
  }

  queuedError(error: QueuedError): void {
    if (this.#options.engine.queuedError(error, this.#options.clock)) this.#explained = true;
  }
}
