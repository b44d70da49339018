/** Performs what the engine decides: sends, reads both queues, waits, hands signals over. */
import type { Alarm } from '../net/alarm.ts';
import type { Clock } from '../net/clock.ts';
import type { IcmpPort, IncomingPacket, PortHandler, QueuedError } from '../net/port.ts';
import { type Gate, pump, type SignalSource, type Turn } from '../net/pump.ts';
import type { ClockdiffEngine } from './engine.ts';
import { type Mode, PROBE_OCTETS, writeProbe } from './probe.ts';

/** The event loop's turn comes at least this often. */
const SLICE_NS = 10e6;
/** More than a socket's buffer holds. */
const STALE_ROUNDS = 64;

export interface DriverOptions {
  readonly createAlarm: (onExpiry: () => void) => Alarm;
  readonly engine: ClockdiffEngine;
  readonly port: IcmpPort;
  readonly clock: Clock;
  readonly signals: SignalSource;
  /** Shut while those who are told of events lag behind. */
  readonly gate?: Gate | null;
  readonly mode: Mode;
  readonly identifier: number;
  /** Wait in the kernel and not in the event loop, so that the next probe leaves as soon as the last one is answered. */
  readonly tight: boolean;
}

export class ClockdiffDriver implements PortHandler {
  readonly #options: DriverOptions;
  #explained = false;

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  /** Runs to the end and answers the exit status. The caller closes the port. */
  async run(): Promise<number> {
    const { engine, clock, port, createAlarm, signals, tight, gate = null } = this.#options;
    engine.start(clock.read());
    // Whatever came before the first probe answers nothing of ours.
    for (let rounds = 0; rounds < STALE_ROUNDS && port.drain(NOBODY); rounds++);
    await pump({
      createAlarm,
      sockets: tight ? [] : [(callback) => port.watch(callback)],
      signals,
      onSignal: () => engine.interrupt(),
      turn: () => {
        port.drain(this);
        return tight ? this.#workTightly() : this.#sendWhatIsDue();
      },
      gate,
    });
    return engine.finish();
  }

  #sendWhatIsDue(): Turn {
    const { engine, clock } = this.#options;
    const step = engine.next(clock.read());
    if (step === 'done') return 'done';
    if (step === 'wait') return engine.wakeAtNs;
    this.#send();
    return 'again';
  }

  #workTightly(): Turn {
    const { engine, clock, port } = this.#options;
    const turnEndsNs = clock.read().monoNs + SLICE_NS;
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
    const { engine, clock, port, mode, identifier } = this.#options;
    const sequence = engine.nextSequence;
    writeProbe(port.outgoing, mode, identifier, sequence, engine.originateMs(clock.read()));
    engine.sending(clock.read());
    const errno = port.send(PROBE_OCTETS, sequence, false);
    if (errno === 0) return engine.sent();
    this.#explained = false;
    port.drain(this);
    engine.refused(clock.read(), errno, this.#explained);
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

const NOBODY: PortHandler = { transmitted: () => {}, packet: () => {}, queuedError: () => {} };
