/** Probes that are TCP connections: SYN-ACK and RST are the answers. The port sees to it that each has one SYN (tcp-port.ts). */
import type { Clock, Instant } from '../../net/clock.ts';
import type { TcpPort, TcpRoundTrip } from '../../net/tcp-port.ts';
import type { AnswerKind } from '../events.ts';
import type { ProbeHandler, Prober } from '../prober.ts';

export class TcpProber implements Prober {
  readonly #port: TcpPort;
  readonly #target: string;

  /** `target`: numeric, as sources are named. */
  constructor(port: TcpPort, target: string) {
    this.#port = port;
    this.#target = target;
  }

  get wakeAtNs(): number {
    return this.#port.wakeAtNs;
  }

  send(sequence: number, _clock: Clock): number {
    return this.#port.send(sequence);
  }

  drain(handler: ProbeHandler): boolean {
    const answer = (kind: AnswerKind, sequence: number, { ns, clock }: TcpRoundTrip, at: Instant) => {
      const time = { roundTripNs: ns, clock };
      // Neither answer has data, and the kernel does not say with which TTL it came.
      handler.answer({ kind, sequence, source: this.#target, octets: 0, hopLimit: null, time }, at);
    };
    return this.#port.drain({
      accepted: (sequence, roundTrip, at) => answer('syn-ack', sequence, roundTrip, at),
      refused: (sequence, roundTrip, at) => answer('rst', sequence, roundTrip, at),
      queuedError: (sequence, error, at) => {
        if (error.origin === 'local') handler.queuedError(error);
        else handler.probeError(sequence, error, at);
      },
    });
  }

  watch(callback: (() => void) | null): void {
    this.#port.watch(callback);
  }

  /** A flood of SYNs is an attack. */
  tightTurn(): null {
    return null;
  }
}
