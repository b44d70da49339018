/** One run of clockdiff on a session that is open: what the command and the library have in common. */
import type { Gate, SignalSource } from '../net/pump.ts';
import type { ClockdiffBackend, Session } from './backend.ts';
import { ClockdiffDriver } from './driver.ts';
import { ClockdiffEngine } from './engine.ts';
import type { ClockdiffEvent } from './events.ts';
import { type ClockdiffOptions, DEFAULT_SAMPLES } from './options.ts';

const NS_PER_SECOND = 1e9;
const SECONDS_PER_DAY = 86_400;
/** 1 ms is HEAD's. An event loop may notice its timer before it notices a reply. */
const WAIT_MINIMUM_NS = { inKernel: 1e6, inEventLoop: 10e6 };

export interface Probing {
  readonly backend: Pick<ClockdiffBackend, 'clock' | 'clockErrorNs' | 'createAlarm'>;
  readonly session: Session;
  readonly options: ClockdiffOptions;
  readonly identifier: number;
  /** The thread is ours: it may wait in the kernel and not in the event loop, and the next probe leaves the sooner. */
  readonly waitsInKernel: boolean;
  readonly signals: SignalSource;
  readonly gate?: Gate | null;
  readonly emit: (event: ClockdiffEvent) => void;
}

/** Runs to the end and answers the exit status. The caller closes the session's port. */
export async function probe(probing: Probing): Promise<number> {
  const { backend, session, options, identifier, waitsInKernel, signals, gate = null, emit } = probing;
  const { clock, clockErrorNs, createAlarm } = backend;
  const { port, mode, address, isConnected } = session;
  const { intervalSeconds, deadlineSeconds, conditions } = options;
  const config = {
    mode,
    identifier,
    target: isConnected ? null : address,
    samples: options.samples ?? (conditions.until === null ? DEFAULT_SAMPLES : Number.POSITIVE_INFINITY),
    intervalNs: intervalSeconds * NS_PER_SECOND,
    midnightNs: (clock.epochSeconds % SECONDS_PER_DAY) * NS_PER_SECOND,
    clockErrorNs,
    deadlineNs: deadlineSeconds * NS_PER_SECOND,
    conditions,
    waitMinimumNs: waitsInKernel ? WAIT_MINIMUM_NS.inKernel : WAIT_MINIMUM_NS.inEventLoop,
  };
  const engine = new ClockdiffEngine(config, emit);
  const tight = waitsInKernel && intervalSeconds === 0;
  return await new ClockdiffDriver({ createAlarm, engine, port, clock, signals, gate, mode, identifier, tight }).run();
}
