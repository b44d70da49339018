/** From options to sockets that probe by UDP or TCP. None of them needs a privilege. */
import { SetupError } from '../../cli/errors.ts';
import {
  EACCES,
  IP_MTU_DISCOVER,
  IP_TOS,
  IP_TTL,
  IPV6_MTU_DISCOVER,
  IPV6_TCLASS,
  IPV6_UNICAST_HOPS,
  PMTUDISC_WANT,
  SO_BINDTODEVICE,
  SO_DONTROUTE,
  SO_SNDBUF,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
} from '../../net/constants.ts';
import { isSystemError } from '../../net/errors.ts';
import type { NativeHandle } from '../../net/native.ts';
import { type Address, type Family, formatAddress, isLinkLocal, isMulticast } from '../../net/sockaddr.ts';
import { askSource, openProbeSocket } from '../../net/source-address.ts';
import { unmapped } from '../../net/udp-addon-port.ts';
import type { SetupContext } from '../addon/context.ts';
import { type Destination, findDestination } from '../addon/destination.ts';
import { apply } from '../addon/socket-options.ts';
import { strictSource, warnOfOtherDevice } from '../addon/source.ts';
import type { Session } from '../backend.ts';
import { openFirstReachable } from '../first-reachable.ts';
import type { PingOptions } from '../options.ts';
import type { ProbePort } from '../prober.ts';
import type { Setting } from '../session-rules.ts';
import { DEFAULT_PORTS, type Method } from './method.ts';
import { tcpProbePort } from './tcp-probe-port.ts';
import { udpProbePort } from './udp-probe-port.ts';

export type SocketMethod = Exclude<Method, 'icmp'>;

/** Each family may be opened: there is nothing to be refused before the target is known. */
const FAMILIES = {
  opened: new Map<Family, true>([
    [4, true],
    [6, true],
  ]),
  refused: new Map<Family, SetupError>(),
};

/** What is known of the target from another session. @throws SetupError, SystemError; leaves nothing open then */
export async function openSocketSession(
  context: SetupContext,
  method: SocketMethod,
  known: Session | null = null,
): Promise<Session> {
  const destination = known === null ? await findDestination(context) : destinationOf(known);
  return await openFirstReachable(context, destination, FAMILIES, (address) =>
    openSession(context, method, destination, unmapped(address)),
  );
}

function destinationOf({ host, target, isLiteral }: Session): Destination {
  return { host, canonicalName: host, addresses: [target], isLiteral };
}

function openSession(context: SetupContext, method: SocketMethod, destination: Destination, given: Address): Session {
  const { options, interfaces } = context;
  const device = options.device === null ? null : interfaces.byName(options.device);
  if (options.device !== null && device === null) throw new SetupError(`unknown iface: ${options.device}`);
  const index = device?.index ?? 0;
  const address = isLinkLocal(given) && given.scope === 0 ? { ...given, scope: index } : given;
  if (isLinkLocal(address) && address.scope === 0) {
    const text = formatAddress(address, interfaces.nameOf);
    throw new SetupError(`${text}: a link-local address needs an interface: ${text}%<interface>, or -I`);
  }
  if (isMulticast(address)) throw oneHostOnly(method);
  const wanted = strictSource(options, address.family, index);
  const source = findSource(context, method, address, wanted);
  const target = address.octets.every((octet) => octet === 0) ? source : address;
  warnOfOtherDevice(context, source);
  const targetText = formatAddress(target, interfaces.nameOf);
  const isStrict = wanted !== null || options.stickySource;
  return {
    port: openPort(context, method, target, targetText, isStrict ? source : null),
    isNodeQuery: false,
    flowLabel: null,
    family: target.family,
    host: destination.host,
    target,
    targetText,
    shownTarget: formatAddress({ ...target, scope: given.scope }, interfaces.nameOf),
    sourceText: formatAddress(wanted === null ? { ...source, scope: 0 } : source, interfaces.nameOf),
    identifier: null,
    shownIdentifier: null,
    isBroadcast: false,
    isMulticast: false,
    isLiteral: destination.isLiteral,
  };
}

function oneHostOnly(method: SocketMethod): SetupError {
  return new SetupError(`--method ${method} probes one host, and no group of them`);
}

/** @throws SystemError (connect: ENETUNREACH), SetupError */
function findSource(context: SetupContext, method: SocketMethod, target: Address, wanted: Address | null): Address {
  const { addon } = context;
  const probe = openProbeSocket(addon, target.family);
  try {
    useDevice(context, probe);
    return askSource(addon, probe, target, wanted);
  } catch (error) {
    // So the kernel says of a broadcast address, and of what a local rule forbids.
    if (isSystemError(error) && error.syscall === 'connect' && -error.errno === EACCES && target.family === 4) {
      throw oneHostOnly(method);
    }
    throw error;
  } finally {
    addon.close(probe);
  }
}

function useDevice({ addon, options }: SetupContext, handle: NativeHandle): void {
  if (options.device === null) return;
  const name = new TextEncoder().encode(`${options.device}\0`);
  apply(addon, handle, [SOL_SOCKET, SO_BINDTODEVICE, name, `SO_BINDTODEVICE ${options.device}`]);
}

/** In the order in which refusals are told. */
function settingsOf({ bypassRouting, sndbuf, pmtudisc, tos, ttl }: PingOptions, family: Family): readonly Setting[] {
  // The kernel's default, over what the UDP port sets for those who look for the path MTU.
  const discover = pmtudisc ?? PMTUDISC_WANT;
  return [
    [SOL_SOCKET, SO_DONTROUTE, bypassRouting ? 1 : null],
    [SOL_SOCKET, SO_SNDBUF, sndbuf],
    ...(family === 4
      ? ([
          [SOL_IP, IP_MTU_DISCOVER, discover, 'IP_MTU_DISCOVER'],
          [SOL_IP, IP_TOS, tos, 'error setting QOS sockopts'],
          [SOL_IP, IP_TTL, ttl, 'cannot set unicast time-to-live'],
        ] as const)
      : ([
          [SOL_IPV6, IPV6_MTU_DISCOVER, discover, 'IPV6_MTU_DISCOVER'],
          [SOL_IPV6, IPV6_TCLASS, tos, 'IPV6_TCLASS'],
          [SOL_IPV6, IPV6_UNICAST_HOPS, ttl, 'cannot set unicast hop limit'],
        ] as const)),
  ];
}

function openPort(
  context: SetupContext,
  method: SocketMethod,
  target: Address,
  targetText: string,
  source: Address | null,
): ProbePort {
  const { addon, clock, interfaces, options } = context;
  const { family } = target;
  const settings = settingsOf(options, family);
  const configure = (handle: NativeHandle) => {
    useDevice(context, handle);
    for (const setting of settings) apply(addon, handle, setting);
  };
  const destinationPort = options.port ?? DEFAULT_PORTS[method];
  const socket = { addon, clock, interfaces, target, configure, ...(source === null ? {} : { source }) };
  switch (method) {
    case 'udp': {
      const ofUdp = { ...socket, largestPayloadOctets: options.size, burst: 1, stamps: !options.userLatency };
      return udpProbePort({ socket: ofUdp, target: targetText, destinationPort });
    }
    case 'tcp':
      return tcpProbePort({
        socket: { ...socket, port: destinationPort, kernelTimes: !options.userLatency },
        target: targetText,
      });
  }
}
