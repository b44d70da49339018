/** Performs what the flows' engine decides: a socket for each flow, opened when the flow begins. */
import { SetupError } from '../../cli/errors.ts';
import type { Alarm } from '../../net/alarm.ts';
import type { Clock } from '../../net/clock.ts';
import { type Gate, pump, type SignalSource, type Turn } from '../../net/pump.ts';
import type { Signal } from '../../net/signals.ts';
import type { UdpPort } from '../../net/udp-port.ts';
import type { ModeResult } from '../probing/mode-result.ts';
import { encodeTag } from '../probing/tag.ts';
import type { FlowProbe, FlowsEngine } from './engine.ts';

export interface FlowsDriverOptions {
  readonly engine: FlowsEngine;
  readonly clock: Clock;
  readonly signals: SignalSource;
  /** Shut while those who are told of events lag behind. */
  readonly gate?: Gate | null;
  readonly createAlarm: (onExpiry: () => void) => Alarm;
  /** The socket of the flow with that number; each has a port of its own. @throws SetupError */
  readonly openPort: (flow: number) => UdpPort;
  readonly warn: (message: string) => void;
  readonly destinationPort: number;
  /** Octets of the IP and UDP headers. */
  readonly overheadOctets: number;
  readonly run: number;
}

/** So many probes leave before what has come in is read. */
const BURST_SENDS = 32;

/** Runs to the end and answers whether some flow came to the target. Closes all that it opened. */
export async function driveFlows(options: FlowsDriverOptions): Promise<ModeResult> {
  const driver = new FlowsDriver(options);
  const { engine, clock, createAlarm, signals, gate = null } = options;
  let signal: Signal | null = null;
  try {
    await pump({
      createAlarm,
      sockets: [(callback) => driver.watch(callback)],
      signals,
      onSignal: (received) => {
        signal = received;
        engine.interrupt();
      },
      turn: () => driver.turn(),
      gate,
    });
    return { hasReached: engine.finish(clock.read()), signal };
  } finally {
    driver.close();
  }
}

class FlowsDriver {
  readonly #options: FlowsDriverOptions;
  readonly #ports: UdpPort[] = [];
  /** Flows whose sockets may have something to read. */
  readonly #ready = new Set<number>();
  #callback: (() => void) | null = null;

  constructor(options: FlowsDriverOptions) {
    this.#options = options;
  }

  /** Of all sockets, those too that are opened later. */
  watch(callback: (() => void) | null): void {
    this.#callback = callback;
    for (const [flow, port] of this.#ports.entries()) this.#watchOne(port, flow);
  }

  #watchOne(port: UdpPort, flow: number): void {
    const callback = this.#callback;
    const woken = () => {
      this.#ready.add(flow);
      callback?.();
    };
    port.watch(callback === null ? null : woken);
  }

  turn(): Turn {
    const { engine, clock } = this.#options;
    this.#drain();
    for (let sends = 0; sends < BURST_SENDS; sends++) {
      const step = engine.next(clock.read());
      if (step === 'done') return 'done';
      if (step === 'wait') return engine.wakeAtNs;
      if (step.do === 'send') this.#send(step.probe);
      else this.#open(step.flow);
    }
    return 'again';
  }

  /** Where no further socket is to be had, what can be measured without it is measured. @throws SetupError for the first one */
  #open(flow: number): void {
    const { engine, openPort, warn } = this.#options;
    try {
      const port = openPort(flow);
      this.#ports.push(port);
      this.#watchOne(port, flow);
      engine.opened(port.sourcePort);
    } catch (error) {
      if (flow === 0 || !(error instanceof SetupError)) throw error;
      warn(error.message);
      engine.noMoreFlows();
    }
  }

  #send(probe: FlowProbe): void {
    const { engine, clock, destinationPort, overheadOctets, run } = this.#options;
    const port = this.#ports[probe.flow]!;
    const payload = encodeTag(run, probe.number);
    engine.sending(probe, clock.read());
    const sent = port.send([
      {
        destinationPort,
        hopLimit: probe.hop,
        payload,
        payloadOctets: Math.max(payload.length, probe.octets - overheadOctets),
        token: probe.number,
      },
    ]);
    if (sent === 1) return engine.sent(clock);
    this.#drainOne(port, probe.flow);
    engine.refused(-sent, clock.read());
  }

  #drain(): void {
    for (const flow of this.#ready) {
      const port = this.#ports[flow]!;
      // A socket that was not emptied wakes us again.
      this.#ready.delete(flow);
      this.#drainOne(port, flow);
    }
  }

  #drainOne(port: UdpPort, flow: number): void {
    const { engine, clock } = this.#options;
    port.drain({
      transmitted: (number, stampNs) => engine.transmitted(number, stampNs),
      queuedError: (error) => engine.queuedError(flow, error, clock),
      reply: (reply) => engine.reply(flow, reply, clock),
    });
  }

  close(): void {
    for (const port of this.#ports) port.close();
  }
}
