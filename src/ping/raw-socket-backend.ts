/**
 * ping without the addon: raw sockets from the npm package raw-socket, and all else by means of node. It needs CAP_NET_RAW,
 * since raw-socket opens no ICMP datagram sockets, and cannot drop it again: node has no way to. What it cannot do it refuses
 * by name before anything else; from there on the order of complaints is addon-backend.ts's.
 */
import { isatty } from 'node:tty';
import { Clock } from '../net/clock.ts';
import { isSystemError } from '../net/errors.ts';
import { TimeoutAlarm } from '../net/portable-alarm.ts';
import { portableClocks } from '../net/portable-clock.ts';
import { strerror } from '../net/portable-errors.ts';
import { QUEUED_ERROR_TYPES } from '../net/portable-icmp-error.ts';
import { askNodeForName } from '../net/portable-names.ts';
import { loadRawSocket, passTypes, type RawSocketModule, RawSocketPort } from '../net/raw-socket-port.ts';
import { ReverseNames } from '../net/resolver.ts';
import { type Address, isLinkLocal, isMulticast } from '../net/sockaddr.ts';
import { isWanted } from './addon/destination.ts';
import { type PingBackend, type Session, SetupError } from './backend.ts';
import type { SetupContext } from './raw-socket/context.ts';
import { type Destination, findDestination, withZone } from './raw-socket/destination.ts';
import { refuseOptions } from './raw-socket/refused-options.ts';
import { configureSocket } from './raw-socket/socket-options.ts';
import { closeSockets, type FamilySocket, type OpenSockets, openSockets } from './raw-socket/sockets.ts';
import { findSource, isUnreachable, refuseDevice, warnOfOtherDevice } from './raw-socket/source.ts';
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
    const session = await connectTarget(context, sockets);
    closeSockets(sockets, session.family);
    return session;
  } catch (error) {
    closeSockets(sockets, null);
    throw error;
  }
}

/** Takes the first address that can be reached; the kernel's "no route" moves on to the next one. */
async function connectTarget(context: SetupContext, { opened, refused }: OpenSockets): Promise<Session> {
  const { options, console } = context;
  const destination = await findDestination(context);
  let failure: Error | null = null;
  for (const address of destination.addresses) {
    if (options.verbose) {
      const canonicalName = destination.isLiteral ? options.destination : '';
      const domain = address.family === 4 ? 'AF_INET' : 'AF_INET6';
      console.warn(`ai->ai_family: ${domain}, ai->ai_canonname: '${canonicalName}'`);
    }
    if (!isWanted(options, address.family)) continue;
    const socket = opened.get(address.family);
    if (socket === undefined) {
      failure ??= refused.get(address.family) ?? null;
      continue;
    }
    try {
      return await openSession(context, destination, address, socket);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      failure = new SetupError(error.message);
      if (!isUnreachable(error)) throw failure;
    }
  }
  throw failure ?? new SetupError(`${options.destination}: Address family for hostname not supported`);
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
  const identifier = options.identifier ?? process.pid & 0xffff;
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
    port,
    protocol,
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
