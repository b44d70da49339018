/** `tracepath --report`, `--count` and `--live`: the rounds' engine, and what shows its events. */
import { randomInt } from 'node:crypto';
import type { CommandIo } from '../../cli/command.ts';
import { Presenter } from '../../cli/presenter.ts';
import { TimerfdAlarm } from '../../net/alarm.ts';
import { nameInfoOf, ReverseNames } from '../../net/resolver.ts';
import { SignalInbox } from '../../net/signals.ts';
import { TraceDriver } from '../driver.ts';
import { OVERHEAD_OCTETS } from '../mtu.ts';
import type { TracepathOptions } from '../options.ts';
import { showHost } from '../probing/host-text.ts';
import { isUtf8 } from '../probing/locale.ts';
import { MODE_SIGNALS, type ModeResult } from '../probing/mode-result.ts';
import { taggedPacketOctets } from '../probing/tag.ts';
import type { Machine, Session } from '../session.ts';
import { PATIENCE_NS } from '../trace.ts';
import { type RoundsConfig, RoundsEngine } from './engine.ts';
import type { RoundsEvent } from './events.ts';
import { RoundsJson } from './json.ts';
import { LiveView } from './live.ts';
import { ASCII_SPARKS, BLOCK_SPARKS } from './sparkline.ts';
import { addressesOf, RoundsText } from './text.ts';

const NS_PER_SECOND = 1e9;
const DEFAULT_ROUNDS = 10;
/** Small ones, as losses and times of larger ones are another matter; -l asks for those. */
const DEFAULT_PACKET_OCTETS = 64;

export async function runRounds(
  machine: Machine,
  session: Session,
  options: TracepathOptions,
  io: CommandIo,
): Promise<ModeResult> {
  const { addon, clock, interfaces } = machine;
  const names = options.numeric && !options.both ? null : new ReverseNames(nameInfoOf(addon, interfaces));
  const nameOf = names === null ? () => null : names.nameOf;
  const show = (address: string) => showHost(address, { ...options, nameOf });
  const common = {
    host: options.destination,
    address: session.targetText,
    intervalSeconds: options.intervalSeconds,
    strerror: addon.strerror,
  };
  const json = options.json ? new RoundsJson({ ...common, epochSeconds: clock.epochSeconds, nameOf }) : null;
  const text = new RoundsText({ ...common, showHost: show });
  let live: LiveView | null = null;
  const write = (event: RoundsEvent) => {
    // The report stands on the terminal's own screen.
    if (event.type === 'summary') live?.close();
    if (event.type === 'summary' || live === null) io.stdout((json ?? text).render(event));
  };
  const presenter = new Presenter<RoundsEvent>(names, addressesOf, write);
  const engine = new RoundsEngine(toConfig(session, options), (event) => {
    presenter.show(event);
    live?.update();
  });
  const signals = new SignalInbox(MODE_SIGNALS);
  try {
    if (options.live) {
      const glyphs = isUtf8(io.env) ? BLOCK_SPARKS : ASCII_SPARKS;
      live = new LiveView({ engine, clock, text, glyphs, showHost: show, write: (output) => io.stdout(output) });
    }
    const { port } = session;
    const createAlarm = (onExpiry: () => void) => new TimerfdAlarm(addon, onExpiry);
    const inputs = live === null ? [] : [live.watch];
    const signal = await new TraceDriver({ createAlarm, engine, port, clock, signals, inputs }).run();
    await presenter.settled();
    return { hasReached: engine.hasReached, signal };
  } finally {
    live?.close();
    signals.close();
    session.port.close();
  }
}

function toConfig({ config }: Session, options: TracepathOptions): RoundsConfig {
  const overheadOctets = OVERHEAD_OCTETS[config.family];
  return {
    family: config.family,
    maximumHops: config.maxHops,
    basePort: config.basePort,
    rounds: options.count ?? (options.live ? Number.POSITIVE_INFINITY : DEFAULT_ROUNDS),
    intervalNs: options.intervalSeconds * NS_PER_SECOND,
    timeoutNs: PATIENCE_NS,
    target: config.wireTarget,
    packetOctets: taggedPacketOctets(options.length || DEFAULT_PACKET_OCTETS, overheadOctets),
    overheadOctets,
    run: randomInt(1, 2 ** 32),
  };
}
