/**
 * How probes of one method leave and how what comes back is told. The driver needs no more of a method, and the engine knows none:
 * ICMP messages are in echo-prober.ts, UDP datagrams and TCP connections in method/.
 */
import type { Clock, Instant } from '../net/clock.ts';
import type { PortHandler, QueuedError } from '../net/port.ts';
import type { Turn } from '../net/pump.ts';
import type { PingEngine } from './engine.ts';
import type { Method } from './method/method.ts';
import type { ProbeProtocol } from './protocol.ts';
import type { Answer } from './reply.ts';

/** Receives what a drain finds: the engine, with the time that the clock shows. */
export interface ProbeHandler extends PortHandler {
  /** An answer to a probe that is no ICMP message of ours; `at` where it was found before the clock's reading. */
  answer(answer: Answer, at?: Instant): void;
  /** An error about probe `sequence`, which the prober knows and the quote does not tell. */
  probeError(sequence: number, error: QueuedError, at?: Instant): void;
}

export interface Prober {
  /** Probe `sequence` leaves; the clock shows the present. Answers 0 or an errno. */
  send(sequence: number, clock: Clock, confirm: boolean): number;
  /** Reads what waits, up to a limit. Answers whether anything came. */
  drain(handler: ProbeHandler): boolean;
  /** Calls back from the event loop whenever there may be something to drain; null stops. */
  watch(callback: (() => void) | null): void;
  /** When it must be drained at the latest, `monoNs`; Infinity for whenever there is something. */
  readonly wakeAtNs: number;
  /** A loop that waits in the kernel and not in the event loop, for probes that follow replies at once; null where there is none. */
  tightTurn(engine: PingEngine, clock: Clock, handler: TightHandler): (() => Turn) | null;
}

/** `explained`: an error was told that was about one of our probes, since this was last set to false. */
export type TightHandler = ProbeHandler & { explained: boolean };

/** What a session has open towards its target. */
export interface ProbePort {
  readonly method: Method;
  /** UDP's or TCP's; null for ICMP. */
  readonly destinationPort: number | null;
  /** The ICMP messages that are sent and counted; null where there are none. */
  readonly protocol: ProbeProtocol | null;
  /** How long a probe may be answered at most; Infinity where nothing but patience limits it. */
  readonly lifeNs: number;
  /** Probes with that payload leave from here. To be called once. */
  prober(payload: Uint8Array): Prober;
  /**
   * Another one towards the same target, for probes that are none of the run's: what answers one is never taken for an answer to the
   * other. To be closed by itself, and sooner. @throws SystemError
   */
  aside(): ProbePort;
  close(): void;
}
