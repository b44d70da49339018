/** `tracepath --flows`: a socket for each flow, the engine, and what shows its events. */
import { randomInt } from 'node:crypto';
import type { CommandIo } from '../../cli/command.ts';
import type { Console } from '../../cli/console.ts';
import { SetupError } from '../../cli/errors.ts';
import { Presenter } from '../../cli/presenter.ts';
import { TimerfdAlarm } from '../../net/alarm.ts';
import { isSystemError, reasonOf } from '../../net/errors.ts';
import { nameInfoOf, ReverseNames } from '../../net/resolver.ts';
import { SignalInbox } from '../../net/signals.ts';
import { openUdpPort } from '../../net/udp-addon-port.ts';
import type { UdpPort } from '../../net/udp-port.ts';
import { OVERHEAD_OCTETS } from '../mtu.ts';
import type { TracepathOptions } from '../options.ts';
import { showHost } from '../probing/host-text.ts';
import { isUtf8 } from '../probing/locale.ts';
import { MODE_SIGNALS, type ModeResult } from '../probing/mode-result.ts';
import { taggedPacketOctets } from '../probing/tag.ts';
import type { Machine, Session } from '../session.ts';
import { driveFlows } from './driver.ts';
import { type FlowsConfig, FlowsEngine } from './engine.ts';
import type { FlowsEvent } from './events.ts';
import { FlowsJson } from './json.ts';
import { addressesOf, FlowsText } from './text.ts';

const STDOUT = 1;
const PORT_MAX = 0xffff;
const TIMEOUT_NS = 1e9;
const FAILURE_STATUS = 1;

/** What --flows was given with. */
export type FlowsOptions = TracepathOptions & { readonly flows: number };

export async function runFlows(
  machine: Machine,
  session: Session,
  options: FlowsOptions,
  io: CommandIo,
  console: Console,
): Promise<ModeResult> {
  const { addon, clock, interfaces } = machine;
  const names = options.numeric && !options.both ? null : new ReverseNames(nameInfoOf(addon, interfaces));
  // Whoever sees the header may press Ctrl-C and expect what is known.
  const signals = new SignalInbox(MODE_SIGNALS);
  const show = showEvents(machine, session, options, io, names === null ? () => null : names.nameOf);
  const presenter = new Presenter<FlowsEvent>(names, addressesOf, show);
  const config = toConfig(session, options);
  const engine = new FlowsEngine(config, presenter.show);
  try {
    const result = await driveFlows({
      engine,
      clock,
      signals,
      createAlarm: (onExpiry) => new TimerfdAlarm(addon, onExpiry),
      openPort: (flow) => openFlow(machine, session, options.sourcePort, flow),
      warn: (message) => console.warn(message),
      destinationPort: options.port,
      overheadOctets: OVERHEAD_OCTETS[config.family],
      run: config.run,
    });
    await presenter.settled();
    return result;
  } finally {
    signals.close();
    session.port.close();
  }
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
    throw new SetupError(`${error.syscall}: ${reasonOf(error)} (${which})`, FAILURE_STATUS);
  }
}

function showEvents(
  { addon, clock }: Machine,
  { targetText }: Session,
  options: FlowsOptions,
  io: CommandIo,
  nameOf: (address: string) => string | null,
): (event: FlowsEvent) => void {
  const common = { host: options.destination, address: targetText, port: options.port, strerror: addon.strerror };
  if (options.json) {
    const json = new FlowsJson({ ...common, epochSeconds: clock.epochSeconds, nameOf });
    return (event) => io.stdout(json.render(event));
  }
  const text = new FlowsText({
    ...common,
    maximumFlows: options.flows,
    confidence: options.confidence,
    boxes: addon.terminalColumns(STDOUT) > 0 && isUtf8(io.env),
    showHost: (address) => showHost(address, { ...options, nameOf }),
  });
  io.stdout(text.header());
  return (event) => io.stdout(text.render(event));
}
