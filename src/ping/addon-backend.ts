/**
 * The full backend, on the addon: from options to a port that is ready to probe. Sockets are opened while privileges last;
 * names, source and socket options follow. The order decides which complaint a user sees first; it is iputils'
 * (../shared/spec/iputils.md section 1.6.1), except that privileges are gone before the resolver reads its first answer.
 */
import { giveUpPrivileges } from '../cli/addon.ts';
import { AddonPort } from '../net/addon-port.ts';
import { TimerfdAlarm } from '../net/alarm.ts';
import { Clock } from '../net/clock.ts';
import { passTypes } from '../net/icmp-socket.ts';
import { processIdentifier } from '../net/identifier.ts';
import { Interfaces } from '../net/interfaces.ts';
import type { NativeAddon } from '../net/native.ts';
import { nameInfoOf, ReverseNames } from '../net/resolver.ts';
import { type Address, formatAddress, isLinkLocal, isLinkLocalMulticast, isMulticast } from '../net/sockaddr.ts';
import type { SetupContext } from './addon/context.ts';
import { type Destination, findDestination } from './addon/destination.ts';
import { useIpOptions } from './addon/ip-options.ts';
import { configureSocket, leaseFlowLabel } from './addon/socket-options.ts';
import { closeSockets, type FamilySockets, openSockets } from './addon/sockets.ts';
import { bindSource, findSource, strictSource, useDevice, warnOfOtherDevice } from './addon/source.ts';
import type { PingBackend, Session } from './backend.ts';
import { echoProbePort } from './echo-prober.ts';
import { openFirstReachable } from './first-reachable.ts';
import { chooseProtocol, isNodeQuery } from './session-rules.ts';

/**
 * The full backend: everything that the kernel offers. `secure` is called once all sockets are open and before anything from
 * the network is read: a command gives its privileges up there, a library has none to give away. `identify`: what the echoes of
 * a raw socket carry unless -e says.
 */
export function addonBackend(
  addon: NativeAddon,
  secure: (addon: NativeAddon) => void = giveUpPrivileges,
  identify: () => number = processIdentifier,
): PingBackend {
  const clock = new Clock(addon.readClocks);
  const interfaces = new Interfaces(addon);
  return {
    name: 'addon',
    clock,
    names: new ReverseNames(nameInfoOf(addon, interfaces)),
    openSession: (request) => openByMethod({ ...request, addon, clock, interfaces, identify }, secure),
    createAlarm: (onExpiry) => new TimerfdAlarm(addon, onExpiry),
    strerror: addon.strerror,
    terminalColumns: addon.terminalColumns,
  };
}

/** The methods' modules are read only where they are used. */
async function openByMethod(context: SetupContext, secure: (addon: NativeAddon) => void): Promise<Session> {
  const { method } = context.options;
  if (method === 'icmp') return await setUp(context, secure);
  const { openSocketSession } = await import('./method/session.ts');
  switch (method) {
    case 'udp':
    case 'tcp':
      secure(context.addon);
      return await openSocketSession(context, method);
    case 'auto': {
      const { climb } = await import('./method/climb.ts');
      return await climb(context, {
        icmp: () => setUp(context, secure),
        sockets: (socketMethod, known) => {
          secure(context.addon);
          return openSocketSession(context, socketMethod, known);
        },
      });
    }
  }
}

async function setUp(context: SetupContext, secure: (addon: NativeAddon) => void): Promise<Session> {
  const sockets = openSockets(context);
  try {
    const firstHop = await useIpOptions(context, sockets.opened.get(4));
    secure(context.addon);
    const destination = await findDestination(context);
    const session = await openFirstReachable(context, destination, sockets, (address, ofFamily) =>
      openSession(context, destination, address, ofFamily, firstHop),
    );
    closeSockets(context.addon, sockets, session.family);
    return session;
  } catch (error) {
    closeSockets(context.addon, sockets, null);
    throw error;
  }
}

function openSession(
  context: SetupContext,
  destination: Destination,
  given: Address,
  sockets: FamilySockets,
  firstHop: Address | null,
): Session {
  const { addon, options, interfaces } = context;
  const { icmp, probe } = sockets;
  if (given.scope === 0 && (isLinkLocal(given) || isLinkLocalMulticast(given)) && icmp.type === 'datagram') {
    context.console.warn(
      'Warning: IPv6 link-local address on ICMP datagram socket may require ifname or scope-id => use: address%<ifname|scope-id>',
    );
  }
  const interfaceIndex = useDevice(context, given, sockets);
  const needsScope = given.scope === 0 && (isLinkLocal(given) || isMulticast(given));
  const address = needsScope && given.family === 6 ? { ...given, scope: interfaceIndex } : given;
  const wanted = strictSource(options, address.family, interfaceIndex);
  const { source, isBroadcast } = findSource(context, probe, firstHop ?? address, wanted);
  const target = address.family === 4 && address.octets.every((octet) => octet === 0) ? source : address;
  bindSource(context, icmp, source, wanted !== null || options.stickySource);
  warnOfOtherDevice(context, source);
  configureSocket(context, icmp, target, isBroadcast, interfaceIndex);
  const flowLabel = target.family === 6 ? leaseFlowLabel(context, icmp, target) : 0;
  const identifier = icmp.type === 'raw' ? (options.identifier ?? context.identify()) : null;
  const protocol = chooseProtocol(options, target, identifier);
  const port = new AddonPort({
    addon,
    clock: context.clock,
    interfaces,
    socket: icmp,
    target,
    messageOctets: protocol.headerOctets + options.size,
    replies: identifier === null || isNodeQuery(options, target) ? null : { type: protocol.replyType, identifier },
    flowInfo: flowLabel,
    interfaceIndex: address.family === 6 ? interfaceIndex : 0,
    receiveStamps: !options.userLatency,
    // Each transmit stamp is one more message to read, too dear where echoes follow each other without a pause.
    transmitStamps: !options.userLatency && !options.flood,
  });
  passTypes(addon, icmp, [protocol.replyType, ...protocol.rawErrorTypes]);
  return {
    isNodeQuery: isNodeQuery(options, target),
    flowLabel: given.family === 6 && options.flowLabel !== null ? flowLabel : null,
    port: echoProbePort(port, protocol),
    family: address.family,
    host: destination.host,
    target,
    targetText: formatAddress(target, interfaces.nameOf),
    shownTarget: formatAddress({ ...target, scope: given.scope }, interfaces.nameOf),
    // With a zone only where the user gave the address; a device stands right behind it.
    sourceText: formatAddress(wanted === null ? { ...source, scope: 0 } : source, interfaces.nameOf),
    identifier,
    shownIdentifier: identifier ?? options.identifier,
    isBroadcast,
    isMulticast: isMulticast(target),
    isLiteral: destination.isLiteral,
  };
}
