/**
 * ping without the addon: raw sockets from the npm package raw-socket, and all else by means of node. It needs CAP_NET_RAW,
 * since raw-socket opens no ICMP datagram sockets, and cannot drop it again: node has no way to. What it cannot do it refuses
 * by name before anything else; from there on the order of complaints is addon-backend.ts's.
 */
import { isatty } from 'node:tty';
import { Clock } from '../net/clock.ts';
import { processIdentifier } from '../net/identifier.ts';
import { TimeoutAlarm } from '../net/portable-alarm.ts';
import { portableClocks } from '../net/portable-clock.ts';
import { strerror } from '../net/portable-errors.ts';
import { QUEUED_ERROR_TYPES } from '../net/portable-icmp-error.ts';
import { askNodeForName } from '../net/portable-names.ts';
import { loadRawSocket, passTypes, type RawSocketModule, RawSocketPort } from '../net/raw-socket-port.ts';
import { ReverseNames } from '../net/resolver.ts';
import { type Address, isLinkLocal, isMulticast } from '../net/sockaddr.ts';
import type { PingBackend, Session } from './backend.ts';
import { echoProbePort } from './echo-prober.ts';
import { openFirstReachable } from './first-reachable.ts';
import type { SetupContext } from './raw-socket/context.ts';
import { type Destination, findDestination, withZone } from './raw-socket/destination.ts';
import { refuseOptions } from './raw-socket/refused-options.ts';
import { configureSocket } from './raw-socket/socket-options.ts';
import { closeSockets, type FamilySocket, openSockets } from './raw-socket/sockets.ts';
import { findSource, refuseDevice, warnOfOtherDevice } from './raw-socket/source.ts';
import { chooseProtocol, isNodeQuery } from './session-rules.ts';

const STDOUT = 1;

/** @throws Error with one line on what is missing and what mends it */
export function loadRawSocketBackend(whyNotAddon: string | null): PingBackend {
  return rawSocketBackend(loadRawSocket(), whyNotAddon);
}

/** `whyNotAddon` is told where it matters that this backend stands in for the other one. */
export function rawSocketBackend(module: RawSocketModule, whyNotAddon: string | null = null): PingBackend {
  const clock = new Clock(portableClocks());
  return {
    name: 'raw-socket',
    clock,
    names: new ReverseNames(askNodeForName),
    openSession: (request) => setUp({ ...request, module, clock, whyNotAddon }),
    createAlarm: (onExpiry) => new TimeoutAlarm(onExpiry),
    strerror,
    terminalColumns: (descriptor) => (descriptor === STDOUT && isatty(STDOUT) ? process.stdout.columns : 0),
  };
}

async function setUp(context: SetupContext): Promise<Session> {
  refuseOptions(context);
  const sockets = openSockets(context);
  try {
    const { options } = context;
    const destination = await findDestination(context);
    const named = { addresses: destination.addresses, canonicalName: destination.isLiteral ? options.destination : '' };
    const session = await openFirstReachable(context, named, sockets, (address, socket) =>
      openSession(context, destination, address, socket),
    );
    closeSockets(sockets, session.family);
    return session;
  } catch (error) {
    closeSockets(sockets, null);
    throw error;
  }
}

async function openSession(
  context: SetupContext,
  destination: Destination,
  given: Address,
  socket: FamilySocket,
): Promise<Session> {
  const { options, clock } = context;
  const { family } = given;
  refuseDevice(context, given, socket);
  const needsZone = family === 6 && (isLinkLocal(given) || isMulticast(given));
  const zone = destination.zone ?? (needsZone ? options.device : null);
  const { source, isBroadcast } = await findSource(context, given, zone);
  const target = family === 4 && given.octets.every((octet) => octet === 0) ? source : given;
  warnOfOtherDevice(context, source);
  configureSocket(context, socket.raw, target, isBroadcast);
  const identifier = options.identifier ?? processIdentifier();
  const protocol = chooseProtocol(options, target, identifier);
  const targetText = withZone(target, zone);
  passTypes(socket.raw, family, [protocol.replyType, ...protocol.rawErrorTypes, ...QUEUED_ERROR_TYPES[family]]);
  const asksNode = isNodeQuery(options, target);
  const port = new RawSocketPort({
    socket: socket.raw,
    family,
    clock,
    target: targetText,
    messageOctets: protocol.headerOctets + options.size,
    replies: asksNode ? null : { type: protocol.replyType, identifier },
  });
  return {
    port: echoProbePort(port, protocol),
    isNodeQuery: asksNode,
    family,
    host: options.destination,
    target,
    targetText,
    shownTarget: withZone(target, destination.zone),
    sourceText: withZone(source, null),
    identifier,
    shownIdentifier: identifier,
    flowLabel: null,
    isBroadcast,
    isMulticast: isMulticast(target),
    isLiteral: destination.isLiteral,
  };
}
