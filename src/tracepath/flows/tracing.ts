/** One run over many flows on a session that is open: what the command and the library have in common. */
import { randomInt } from 'node:crypto';
import { SetupError } from '../../cli/errors.ts';
import { isSystemError, reasonOf } from '../../net/errors.ts';
import { openUdpPort } from '../../net/udp-addon-port.ts';
import type { UdpPort } from '../../net/udp-port.ts';
import { PORT_MAX } from '../mode-options.ts';
import { OVERHEAD_OCTETS } from '../mtu.ts';
import type { TracepathOptions } from '../options.ts';
import type { ModeResult } from '../probing/mode-result.ts';
import { taggedPacketOctets } from '../probing/tag.ts';
import type { Machine, Session } from '../session.ts';
import type { Outside } from '../tracing.ts';
import { driveFlows } from './driver.ts';
import { type FlowsConfig, FlowsEngine } from './engine.ts';
import type { FlowsEvent } from './events.ts';

const TIMEOUT_NS = 1e9;
const FAILURE_STATUS = 1;

/** What --flows was given with. */
export type FlowsOptions = TracepathOptions & { readonly flows: number };

export interface FlowsTracing extends Outside {
  readonly machine: Machine;
  readonly session: Session;
  readonly options: FlowsOptions;
  readonly warn: (message: string) => void;
  readonly emit: (event: FlowsEvent) => void;
}

/** Runs to the end. The caller closes the session's port; those of further flows are closed here. */
export async function traceFlows(tracing: FlowsTracing): Promise<ModeResult> {
  const { machine, session, options, warn, emit, ...outside } = tracing;
  const config = toConfig(session, options);
  return await driveFlows({
    ...outside,
    engine: new FlowsEngine(config, emit),
    openPort: (flow) => openFlow(machine, session, options.sourcePort, flow),
    warn,
    destinationPort: options.port,
    overheadOctets: OVERHEAD_OCTETS[config.family],
    run: config.run,
  });
}

function toConfig({ config }: Session, options: FlowsOptions): FlowsConfig {
  return {
    family: config.family,
    maximumHops: config.maxHops,
    probesPerHop: options.count ?? 1,
    timeoutNs: TIMEOUT_NS,
    maximumFlows: options.flows,
    confidence: options.confidence,
    target: config.wireTarget,
    packetOctets: taggedPacketOctets(config.length, OVERHEAD_OCTETS[config.family]),
    run: randomInt(1, 2 ** 32),
    limits: config.limits,
  };
}

/** The first flow's socket stands already, unless its port was asked for. @throws SetupError */
function openFlow(machine: Machine, { port, target, config }: Session, sourcePort: number, flow: number): UdpPort {
  if (sourcePort === 0 && flow === 0) return port;
  const wanted = sourcePort === 0 ? 0 : sourcePort + flow;
  if (wanted > PORT_MAX) throw new SetupError(`no source port above ${PORT_MAX} for flow ${flow}`, FAILURE_STATUS);
  try {
    const overheadOctets = OVERHEAD_OCTETS[config.family];
    const largestPayloadOctets = taggedPacketOctets(config.length, overheadOctets) - overheadOctets;
    return openUdpPort({ ...machine, target, largestPayloadOctets, sourcePort: wanted });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const which = wanted === 0 ? `flow ${flow}` : `source port ${wanted} of flow ${flow}`;
    throw new SetupError(`${error.syscall}: ${reasonOf(error)} (${which})`, FAILURE_STATUS, { cause: error });
  }
}
