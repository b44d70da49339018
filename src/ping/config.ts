/** What the engine is told of a run: the options, the target and the session, as far as decisions depend on them. */
import type { RunConditions } from '../conditions/judge.ts';
import type { Method } from './method/method.ts';
import type { ProbeProtocol } from './protocol.ts';

export interface PingConfig {
  readonly family: 4 | 6;
  /** Numeric, as the port names sources. */
  readonly target: string;
  /** What our replies must carry; null on a datagram socket, where the kernel sees to it. */
  readonly identifier: number | null;
  /** The messages that are sent and counted, where the method has any; an echo unless said. */
  readonly protocol?: ProbeProtocol;
  /** ICMP unless said. */
  readonly method?: Method;
  /** UDP's or TCP's. */
  readonly port?: number | null;
  /** Shown with -v: the identifier where it is known. */
  readonly shownIdentifier: number | null;
  readonly count: number | null;
  readonly intervalNs: number;
  readonly preload: number;
  /** -w; 0 for none. */
  readonly deadlineNs: number;
  /** -W; 0 waits for ever. */
  readonly lingerNs: number;
  /** Waits so long also when other probes were answered, where ping(8) waits for twice the longest round trip. */
  readonly lingersInFull?: boolean;
  readonly adaptive: boolean;
  readonly privileged: boolean;
  readonly reportUnanswered: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** A broadcast, multicast or subnet-router anycast target: many may answer, each from its own address. */
  readonly manyMayAnswer: boolean;
  /** The payload as sent; its first 16 octets are the time stamp's where it fits. */
  readonly payload: Uint8Array;
  /** -U: round trips by the user-space clock. */
  readonly userStamps: boolean;
  readonly emitSent: boolean;
  /** Whether replies are told with all their octets: the answers of -N are in them. */
  readonly keepMessages?: boolean;
  /** Whether each probe that is given up is told of: `-W` after it was sent, or at the end. */
  readonly reportLost?: boolean;
  /** Whether more is collected than the last line shows. Conditions need it in any case. */
  readonly collects?: boolean;
  /** --fail-if, --until. While something is waited for, no error ends the run. */
  readonly conditions?: RunConditions;
}
