/** One run of rdisc on a session that is open: what the command and the library have in common. */
import { SetupError } from '../cli/errors.ts';
import type { Gate, SignalSource } from '../net/pump.ts';
import { formatIpv4, parseInetAton } from '../packet/address.ts';
import { ICMP_ROUTERADVERT, ICMP_ROUTERSOLICIT } from '../packet/irdp.ts';
import type { RdiscBackend, Session } from './backend.ts';
import { RdiscDriver } from './driver.ts';
import type { RdiscEvent } from './events.ts';
import { HostEngine } from './host/engine.ts';
import { doesSolicit, isListing, type RdiscOptions } from './options.ts';
import { type DiscoveryEngine, isMulticastAddress, LIMITED_BROADCAST, type Link } from './protocol.ts';
import { RouterEngine } from './router/engine.ts';

/** RFC 1256 section 5.2, MAX_SOLICITATION_DELAY: for what starts with the system, and not for what a person waits for. */
const MAX_SOLICITATION_DELAY_NS = 1e9;
const JOIN_STATUS = 2;

/** Where messages go and where they are awaited, as dotted quads. */
export interface Addresses {
  readonly sendTo: string;
  readonly receiveAt: string;
}

export interface Discovery {
  readonly backend: Pick<RdiscBackend, 'clock' | 'createAlarm'>;
  readonly session: Session;
  readonly options: RdiscOptions;
  readonly addresses: Addresses;
  readonly signals: SignalSource;
  readonly gate?: Gate | null;
  readonly emit: (event: RdiscEvent) => void;
}

/** The type of message that a session is to receive. */
export function receivedType({ responder }: RdiscOptions): number {
  return responder ? ICMP_ROUTERSOLICIT : ICMP_ROUTERADVERT;
}

/** Looks both addresses up where they are names. @throws SetupError, SystemError */
export async function findAddresses(
  { resolve }: Pick<RdiscBackend, 'resolve'>,
  { sendTo, receiveAt }: RdiscOptions,
): Promise<Addresses> {
  return { sendTo: await findAddress(resolve, sendTo), receiveAt: await findAddress(resolve, receiveAt) };
}

/** A dotted quad in any of inet_aton(3)'s forms, or a name. */
async function findAddress(resolve: RdiscBackend['resolve'], text: string): Promise<string> {
  const literal = parseInetAton(text);
  return literal === null ? await resolve(text) : formatIpv4(literal);
}

/** Runs to the end and answers the exit status. The caller closes the session. @throws SetupError */
export async function discover(discovery: Discovery): Promise<number> {
  const { backend, session, options, addresses, signals, gate = null, emit } = discovery;
  const { clock, createAlarm } = backend;
  const { sendTo, receiveAt } = addresses;
  const driver = new RdiscDriver({
    engine: makeEngine(options, sendTo, emit),
    session,
    clock,
    signals,
    gate,
    createAlarm,
    group: isMulticastAddress(receiveAt) ? receiveAt : null,
    emit,
    onListening: (links, joined) => {
      requireGroup(links, joined, receiveAt);
      emit({
        type: 'listening',
        wallNs: clock.wallNs,
        role: options.responder ? 'router' : 'host',
        sendTo,
        receiveAt,
        interfaces: links.map(({ name }) => name),
      });
    },
  });
  return await driver.run();
}

function makeEngine(options: RdiscOptions, sendTo: string, emit: (event: RdiscEvent) => void): DiscoveryEngine {
  const { responder, maximumIntervalSeconds, preference, forever, acceptAll, install, daemon } = options;
  const random = Math.random;
  if (responder) return new RouterEngine({ sendTo, maximumIntervalSeconds, preference, random }, emit);
  const config = {
    sendTo,
    sendsByRoute: !isMulticastAddress(sendTo) && sendTo !== LIMITED_BROADCAST,
    solicits: doesSolicit(options),
    lists: isListing(options),
    forever,
    acceptAll,
    installs: install,
    maximumDelayNs: daemon ? MAX_SOLICITATION_DELAY_NS : 0,
    random,
  };
  return new HostEngine(config, emit);
}

/** rdisc's own words and status. @throws SetupError when no interface that could join the group has */
function requireGroup(links: readonly Link[], joined: number, group: string): void {
  const able = isMulticastAddress(group) ? links.filter(({ isMulticast }) => isMulticast) : [];
  if (able.length > 0 && joined === 0) throw new SetupError('Failed joining addresses', JOIN_STATUS);
}
