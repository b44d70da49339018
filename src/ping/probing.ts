/** One run of ping on a session that is open: what the command and the library have in common. */
import { SetupError } from '../cli/errors.ts';
import type { Gate, SignalSource } from '../net/pump.ts';
import { isAnycastRouter } from '../net/sockaddr.ts';
import { IPV4_OPTIONS_MAX_LENGTH } from '../packet/ipv4.ts';
import type { PingBackend, Session } from './backend.ts';
import type { PingConfig } from './config.ts';
import { drive } from './driver.ts';
import { PingEngine } from './engine.ts';
import type { PingEvent, StartEvent } from './events.ts';
import { makePayload } from './message.ts';
import { DEFAULT_INTERVAL_MS, type PingOptions, USER_INTERVAL_MINIMUM_MS, usesIpOptions } from './options.ts';

const NS_PER_MS = 1e6;
const NS_PER_SECOND = 1e9;
const INT_MAX = 2 ** 31 - 1;

/** What a run tells and collects beside what every run does. */
export interface Following {
  /** Each probe that leaves: flood's dots. */
  readonly emitSent: boolean;
  /** Each probe that is given up. */
  readonly reportLost: boolean;
  /** Percentiles, jitter, loss runs. */
  readonly collects: boolean;
}

export interface Probing {
  readonly backend: Pick<PingBackend, 'clock' | 'createAlarm'>;
  readonly session: Session;
  readonly options: PingOptions;
  readonly isRoot: boolean;
  readonly signals: SignalSource;
  readonly gate?: Gate;
  readonly follow: Following;
  readonly emit: (event: PingEvent) => void;
}

export function intervalOf({ intervalMs, flood }: PingOptions): number {
  return intervalMs ?? (flood ? 0 : DEFAULT_INTERVAL_MS);
}

/** What the header says. */
export function startEvent(options: PingOptions, session: Session, wallNs: number): StartEvent {
  const isStrict = options.stickySource || options.sourceAddress !== null;
  const showsFrom = options.device !== null || isStrict;
  return {
    type: 'start',
    wallNs,
    family: session.family,
    host: session.host,
    method: session.port.method,
    isMethodFound: options.method === 'auto',
    port: session.port.destinationPort,
    address: session.shownTarget,
    size: options.size,
    optionOctets: usesIpOptions(options) ? IPV4_OPTIONS_MAX_LENGTH : 0,
    from: showsFrom ? { address: session.sourceText, device: options.device ?? '' } : null,
    flowLabel: session.flowLabel,
  };
}

/** After the header, as in iputils. @throws SetupError */
export function checkInterval(options: PingOptions, isRoot: boolean): void {
  const intervalMs = intervalOf(options);
  if (!isRoot && intervalMs < USER_INTERVAL_MINIMUM_MS) {
    throw new SetupError(
      `cannot flood, minimal interval for user must be >= ${USER_INTERVAL_MINIMUM_MS} ms, use -i 0.002 (or higher)`,
    );
  }
  if (intervalMs >= Math.trunc(INT_MAX / options.preload)) {
    throw new SetupError(`illegal preload and/or interval: ${intervalMs}`);
  }
}

/** Runs to the end and answers the exit status. The caller closes the session's port. */
export async function probe(probing: Probing): Promise<number> {
  const { backend, session, options, signals, gate, emit } = probing;
  const payload = makePayload(session.isNodeQuery ? 0 : options.size, options.pattern);
  const engine = new PingEngine(engineConfig(probing, payload), emit);
  const prober = session.port.prober(payload);
  const tight = intervalOf(options) === 0 || options.adaptive;
  const { clock, createAlarm } = backend;
  return await drive({ createAlarm, engine, prober, clock, signals, tight, gate: gate ?? null });
}

/** -W, but no longer than the method can hear an answer; 0 for ever. */
function lingerOf({ timeoutMs }: PingOptions, { port }: Session): number {
  const lingerNs = timeoutMs === 0 ? port.lifeNs : Math.min(timeoutMs * NS_PER_MS, port.lifeNs);
  return lingerNs === Number.POSITIVE_INFINITY ? 0 : lingerNs;
}

function engineConfig({ options, session, isRoot, follow }: Probing, payload: Uint8Array): PingConfig {
  return {
    family: session.family,
    ...(session.port.protocol === null ? {} : { protocol: session.port.protocol }),
    method: session.port.method,
    port: session.port.destinationPort,
    target: session.targetText,
    identifier: session.identifier,
    shownIdentifier: session.shownIdentifier,
    count: options.count,
    intervalNs: intervalOf(options) * NS_PER_MS,
    preload: options.preload,
    deadlineNs: options.deadlineSeconds * NS_PER_SECOND,
    lingerNs: lingerOf(options, session),
    lingersInFull: options.lingersInFull ?? false,
    adaptive: options.adaptive,
    privileged: isRoot,
    reportUnanswered: options.outstanding,
    quiet: options.quiet,
    verbose: options.verbose,
    manyMayAnswer: session.isBroadcast || session.isMulticast || isAnycastRouter(session.target),
    payload,
    userStamps: options.userLatency,
    emitSent: follow.emitSent,
    keepMessages: session.isNodeQuery,
    reportLost: follow.reportLost,
    collects: follow.collects,
    conditions: options.conditions,
  };
}
