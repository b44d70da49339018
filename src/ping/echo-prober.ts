/** Probes that are ICMP messages: echoes, and node information queries. */
import type { Clock } from '../net/clock.ts';
import type { IcmpPort } from '../net/port.ts';
import type { Turn } from '../net/pump.ts';
import type { PingEngine } from './engine.ts';
import { ProbeWriter } from './message.ts';
import type { ProbeHandler, ProbePort, Prober, TightHandler } from './prober.ts';
import { fromTheEnd, type ProbeProtocol } from './protocol.ts';
import { TightLoop } from './tight-loop.ts';

/** `port` is closed with what this answers. */
export function echoProbePort(port: IcmpPort, protocol: ProbeProtocol): ProbePort {
  return {
    method: 'icmp',
    destinationPort: null,
    protocol,
    lifeNs: Number.POSITIVE_INFINITY,
    prober: (payload) => new EchoProber(port, protocol, payload),
    // On the same socket, which may not be had twice: told apart by their numbers.
    aside: () => ({ ...echoProbePort(port, fromTheEnd(protocol)), close: () => {} }),
    close: () => port.close(),
  };
}

class EchoProber implements Prober {
  /** Whatever comes wakes by itself. */
  readonly wakeAtNs = Number.POSITIVE_INFINITY;
  readonly #port: IcmpPort;
  readonly #protocol: ProbeProtocol;
  readonly #payload: Uint8Array;
  readonly #writer: ProbeWriter;

  constructor(port: IcmpPort, protocol: ProbeProtocol, payload: Uint8Array) {
    this.#port = port;
    this.#protocol = protocol;
    this.#payload = payload;
    this.#writer = new ProbeWriter(protocol, port.outgoing, payload);
  }

  send(sequence: number, clock: Clock, confirm: boolean): number {
    this.#writer.write(sequence, clock);
    return this.#port.send(this.#writer.octets, sequence, confirm);
  }

  drain(handler: ProbeHandler): boolean {
    return this.#port.drain(handler);
  }

  watch(callback: (() => void) | null): void {
    this.#port.watch(callback);
  }

  tightTurn(engine: PingEngine, clock: Clock, handler: TightHandler): (() => Turn) | null {
    const { tight } = this.#port;
    if (tight === null) return null;
    const parts = { engine, clock, port: this.#port, protocol: this.#protocol, payload: this.#payload };
    const loop = new TightLoop(parts, handler, tight);
    return () => loop.turn();
  }
}
