/** A run of the library's `ping()`: sockets and engine are those of the command. Loaded when the first one begins. */
import { SetupError } from '../cli/errors.ts';
import { type BackendMakers, chooseBackend } from '../cli/load-backend.ts';
import { type Published, publisher } from '../library/published.ts';
import type { RunControl } from '../library/run.ts';
import type { WarningEvent } from '../library/warning.ts';
import type { StatisticsSummary } from '../measure/statistics-summary.ts';
import { nextIdentifier } from '../net/identifier.ts';
import { Interfaces } from '../net/interfaces.ts';
import { loadNative, type NativeAddon } from '../net/native.ts';
import { type Address, formatAddress, isMulticast } from '../net/sockaddr.ts';
import { type Destination, findDestination } from './addon/destination.ts';
import { addonBackend } from './addon-backend.ts';
import type { PingBackend, Session } from './backend.ts';
import type { PingEvent, SummaryEvent } from './events.ts';
import { isWanted } from './first-reachable.ts';
import { needsOwnSocket, type PingLibraryOptions, toCommandOptions } from './library-options.ts';
import { loadRawSocket } from './load-backend.ts';
import { isPrivileged, MAXIMUM_SIZE, type PingOptions } from './options.ts';
import { checkInterval, probe, startEvent } from './probing.ts';
import { SharedSessions } from './shared-sessions.ts';

/** The library always collects statistics. */
interface Collected extends SummaryEvent {
  readonly statistics: StatisticsSummary;
}

/** What a run of `ping()` came to, and the last of its events. */
export type PublishedPingSummary = Published<Collected> & {
  /** The target as it was given. */
  readonly host: string;
  /** The address that was pinged. */
  readonly address: string;
};

/** What a run of `ping()` tells. `start` comes first, but for warnings of what opens its socket; `summary` is last. */
export type PublishedPingEvent =
  | Published<Exclude<PingEvent, { type: 'sent' | 'status' | 'short-packet' | 'summary' }>>
  | PublishedPingSummary
  | WarningEvent;

/** Where probes go out: a session on a socket, what runs it, and how it is closed. */
interface Place {
  readonly backend: Pick<PingBackend, 'clock' | 'createAlarm'>;
  readonly session: Session;
  readonly close: () => void;
}

let shared: { readonly sessions: SharedSessions; users: number } | null = null;

/** @throws SetupError, SystemError and what an abort gives as its reason */
export async function runPing(
  target: string,
  given: PingLibraryOptions,
  control: RunControl<PublishedPingEvent>,
): Promise<PublishedPingSummary> {
  const options = toCommandOptions(target, given);
  const isRoot = isPrivileged();
  checkInterval(options, isRoot);
  const place = await openPlace(options, needsOwnSocket(given), control);
  try {
    control.begin();
    return await run(place, options, isRoot, control);
  } finally {
    place.close();
  }
}

async function run(
  { backend, session }: Place,
  options: PingOptions,
  isRoot: boolean,
  { isRead, emit, signals, gate }: RunControl<PublishedPingEvent>,
): Promise<PublishedPingSummary> {
  const publish = publisher(backend.clock.epochSeconds);
  let summary: PublishedPingSummary | null = null;
  const tell = (event: PingEvent) => {
    if (event.type !== 'summary') {
      if (isRead()) emit(publish(event) as PublishedPingEvent);
      return;
    }
    summary = { ...publish(event as Collected), host: options.destination, address: session.targetText };
    emit(summary);
  };
  tell(startEvent(options, session, backend.clock.wallNs));
  const follow = { emitSent: false, reportLost: true, collects: true };
  await probe({ backend, session, options, isRoot, signals, gate, follow, emit: tell });
  return summary!;
}

async function openPlace(
  options: PingOptions,
  isOwn: boolean,
  control: RunControl<PublishedPingEvent>,
): Promise<Place> {
  const makers: BackendMakers<NativeAddon | PingBackend> = { addon: (addon) => addon, rawSocket: loadRawSocket };
  const loaded = await chooseBackend(options.backend, makers, loadNative);
  if ('openSession' in loaded) {
    return await openOwn(loaded, { ...options, identifier: options.identifier ?? nextIdentifier() }, control);
  }
  const addon = loaded;
  const destination = await control.orAborted(
    findDestination({ addon, options, isStillWanted: control.isStillWanted }),
  );
  const address = firstWanted(destination, options);
  checkSize(options, address);
  if (!isOwn && !isMulticast(address)) return openShared(addon, destination, address, options);
  // The name is known, and so nothing is left open if the run is aborted while a resolver hangs.
  const numeric = { ...options, destination: formatAddress(address, new Interfaces(addon).nameOf) };
  const place = await openOwn(
    addonBackend(addon, () => {}, nextIdentifier),
    numeric,
    control,
  );
  return { ...place, session: { ...place.session, host: destination.host } };
}

function firstWanted({ addresses }: Destination, options: PingOptions): Address {
  return addresses.find(({ family }) => isWanted(options, family))!;
}

/** @throws SetupError: a range that depends on the address is known late */
function checkSize({ size }: PingOptions, { family }: Address): void {
  if (size > MAXIMUM_SIZE[family]) {
    throw new SetupError(`size must be at most ${MAXIMUM_SIZE[family]} with IPv${family}: ${size}`);
  }
}

/** The sockets are there as long as somebody uses them. @throws IcmpSocketRefused, SystemError */
function openShared(addon: NativeAddon, { host }: Destination, address: Address, options: PingOptions): Place {
  shared ??= { sessions: new SharedSessions(addon), users: 0 };
  const ours = shared;
  ours.users++;
  const leave = () => {
    if (--ours.users > 0) return;
    ours.sessions.close();
    shared = null;
  };
  try {
    const session = ours.sessions.open(address, host, options.size);
    const close = () => {
      session.port.close();
      leave();
    };
    return { backend: ours.sessions, session, close };
  } catch (error) {
    leave();
    throw error;
  }
}

async function openOwn(
  backend: PingBackend,
  options: PingOptions,
  { emit, orAborted, signals }: RunControl<PublishedPingEvent>,
): Promise<Place> {
  const warn = (message: string) => emit({ type: 'warning', message });
  const opening = backend.openSession({
    options,
    isRoot: isPrivileged(),
    console: { warn, remark: warn },
    hearSignals: () => ({ overhear: (listener) => signals.listen(listener) }),
  });
  const session = await orAborted(opening).catch((error: unknown) => {
    // Whatever it has opened by the time it is done, nobody wants.
    opening.then(({ port }) => port.close()).catch(() => {});
    throw error;
  });
  return { backend, session, close: () => session.port.close() };
}
