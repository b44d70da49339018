/** One trace on a session that is open, hop by hop or all hops at once: what the command and the library have in common. */
import type { Alarm } from '../net/alarm.ts';
import type { Clock } from '../net/clock.ts';
import type { Gate, SignalSource } from '../net/pump.ts';
import type { Signal } from '../net/signals.ts';
import { TraceDriver } from './driver.ts';
import { SerialEngine } from './engine.ts';
import type { TracepathEvent } from './events.ts';
import type { TracepathOptions } from './options.ts';
import { ParallelEngine } from './parallel/engine.ts';
import type { Session } from './session.ts';

/** What a run of any mode needs from outside. */
export interface Outside {
  readonly clock: Clock;
  readonly createAlarm: (onExpiry: () => void) => Alarm;
  readonly signals: SignalSource;
  readonly gate?: Gate | null;
}

export interface Tracing extends Outside {
  readonly session: Session;
  readonly options: TracepathOptions;
  readonly emit: (event: TracepathEvent) => void;
}

/** Runs to the end; answers the signal that ended it, null for none. The caller closes the session's port. */
export async function trace({ session, options, emit, ...outside }: Tracing): Promise<Signal | null> {
  const engine = new (options.parallel ? ParallelEngine : SerialEngine)(session.config, emit);
  return await new TraceDriver({ ...outside, engine, port: session.port }).run();
}
