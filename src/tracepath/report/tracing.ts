/** Rounds over a path on a session that is open: what the command and the library have in common. */
import { randomInt } from 'node:crypto';
import type { Watch } from '../../net/pump.ts';
import { TraceDriver } from '../driver.ts';
import { OVERHEAD_OCTETS } from '../mtu.ts';
import type { TracepathOptions } from '../options.ts';
import type { ModeResult } from '../probing/mode-result.ts';
import { taggedPacketOctets } from '../probing/tag.ts';
import type { Session } from '../session.ts';
import { PATIENCE_NS } from '../trace.ts';
import type { Outside } from '../tracing.ts';
import { RoundsEngine } from './engine.ts';
import type { RoundsEvent } from './events.ts';

const NS_PER_SECOND = 1e9;
const DEFAULT_ROUNDS = 10;
/** Small ones, as losses and times of larger ones are another matter; -l asks for those. */
const DEFAULT_PACKET_OCTETS = 64;

/** The engine that these options ask for; `traceRounds` runs it. */
export function makeRounds(
  { config }: Session,
  options: TracepathOptions,
  emit: (event: RoundsEvent) => void,
): RoundsEngine {
  const overheadOctets = OVERHEAD_OCTETS[config.family];
  const rounds = {
    family: config.family,
    maximumHops: config.maxHops,
    basePort: config.basePort,
    rounds: options.count ?? (isEndless(options) ? Number.POSITIVE_INFINITY : DEFAULT_ROUNDS),
    intervalNs: options.intervalSeconds * NS_PER_SECOND,
    timeoutNs: PATIENCE_NS,
    target: config.wireTarget,
    packetOctets: taggedPacketOctets(options.length || DEFAULT_PACKET_OCTETS, overheadOctets),
    overheadOctets,
    run: randomInt(1, 2 ** 32),
    limits: config.limits,
  };
  return new RoundsEngine(rounds, emit);
}

/** Whoever watches, or waits for something, says when it is enough. */
function isEndless({ live, conditions }: TracepathOptions): boolean {
  return live || conditions.until !== null;
}

export interface RoundsTracing extends Outside {
  readonly session: Session;
  readonly engine: RoundsEngine;
  /** What may call for another turn beside the socket. */
  readonly inputs?: readonly Watch[];
}

/** Runs to the end. The caller closes the session's port. */
export async function traceRounds({ session, engine, ...outside }: RoundsTracing): Promise<ModeResult> {
  const signal = await new TraceDriver({ ...outside, engine, port: session.port }).run();
  return { hasReached: engine.hasReached, signal };
}
