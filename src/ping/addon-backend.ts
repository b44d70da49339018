/**
 * From options to a port that is ready to probe: sockets while privileges last, then names, source, socket options. The order
 * decides which complaint a user sees first; it is iputils' (../shared/spec/iputils.md section 1.6.1), except that privileges
 * are gone before the resolver reads its first answer.
 */
import { AddonPort } from '../net/addon-port.ts';
import { TimerfdAlarm } from '../net/alarm.ts';
import { Clock } from '../net/clock.ts';
import {
  EACCES,
  EHOSTUNREACH,
  EINVAL,
  ENETUNREACH,
  EPERM,
  IP_MTU_DISCOVER,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IP_OPTIONS,
  IP_TOS,
  IP_TTL,
  IPV6_FLOWINFO_SEND,
  IPV6_FLOWLABEL_MGR,
  IPV6_MTU_DISCOVER,
  IPV6_MULTICAST_HOPS,
  IPV6_MULTICAST_IF,
  IPV6_MULTICAST_LOOP,
  IPV6_TCLASS,
  IPV6_UNICAST_HOPS,
  SO_BINDTODEVICE,
  SO_BROADCAST,
  SO_DEBUG,
  SO_DONTROUTE,
  SO_MARK,
  SO_RCVBUF,
  SO_SNDBUF,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
} from '../net/constants.ts';
import { isSystemError, reasonOf } from '../net/errors.ts';
import {
  IcmpSocketRefused,
  type OpenedSocket,
  openIcmpSocket,
  passIcmp6Types,
  passIcmpTypes,
} from '../net/icmp-socket.ts';
import { Interfaces } from '../net/interfaces.ts';
import type { NativeAddon, NativeHandle, SystemError } from '../net/native.ts';
import { dropPrivileges, explainRefusal } from '../net/privileges.ts';
import { nameInfoOf, ReverseNames, resolveName } from '../net/resolver.ts';
import {
  type Address,
  encodeSockaddr,
  type Family,
  formatAddress,
  isLinkLocal,
  isLinkLocalMulticast,
  isMulticast,
  LITTLE_ENDIAN,
} from '../net/sockaddr.ts';
import { allowBroadcast, askSource, openProbeSocket } from '../net/source-address.ts';
import { formatIpv4, formatIpv6, parseInetAton } from '../packet/address.ts';
import { ICMP_HEADER_LENGTH } from '../packet/icmp-constants.ts';
import {
  buildRecordRoute,
  buildSourceRoute,
  buildTimestampAndAddress,
  buildTimestampOnly,
  buildTimestampPrespecified,
} from '../packet/ip-option-areas.ts';
import { NI_NONCE_LENGTH } from '../packet/node-information.ts';
import { type PingBackend, type Session, type SessionRequest, SetupError } from './backend.ts';
import { nodeInformationProtocol } from './node-information.ts';
import { type PingOptions, usesIpOptions } from './options.ts';
import { echoProtocol, type ProbeProtocol } from './protocol.ts';

interface SetupContext extends SessionRequest {
  readonly addon: NativeAddon;
  readonly clock: Clock;
  readonly interfaces: Interfaces;
}

/** The full backend: everything that the kernel offers. */
export function addonBackend(addon: NativeAddon): PingBackend {
  const clock = new Clock(addon.readClocks);
  const interfaces = new Interfaces(addon);
  return {
    name: 'addon',
    clock,
    names: new ReverseNames(nameInfoOf(addon, interfaces)),
    openSession: (request) => setUp({ ...request, addon, clock, interfaces }),
    createAlarm: (onExpiry) => new TimerfdAlarm(addon, onExpiry),
    strerror: addon.strerror,
    terminalColumns: addon.terminalColumns,
  };
}

/** One family's sockets: the one to ping with, and the one to ask for routes with. */
interface FamilySockets {
  readonly icmp: OpenedSocket;
  readonly probe: NativeHandle;
  /** Why -I's device could not be bound; told when this family is the one that is used. */
  readonly deviceError: SystemError | null;
}

async function setUp(context: SetupContext): Promise<Session> {
  const sockets = openSockets(context);
  try {
    const firstHop = await useIpOptions(context, sockets.get(4));
    dropPrivileges(context.addon);
    return await connectTarget(context, sockets, firstHop);
  } catch (error) {
    for (const each of sockets.values()) {
      context.addon.close(each.icmp.handle);
      context.addon.close(each.probe);
    }
    throw error;
  }
}

/** Both families unless -4 or -6: a family that can't be opened matters only if the target turns out to need it. */
function openSockets(context: SetupContext): Map<Family, FamilySockets> {
  const { addon, options } = context;
  if (options.identifier === 0 && options.verbose) context.console.warn('WARNING: ident 0 => forcing raw socket');
  const sockets = new Map<Family, FamilySockets>();
  const refused = new Map<Family, IcmpSocketRefused | SystemError>();
  for (const family of [4, 6] as const) {
    if (options.family !== null && options.family !== family) continue;
    try {
      sockets.set(family, openFamily(context, family));
    } catch (error) {
      if (!(error instanceof IcmpSocketRefused) && !isSystemError(error)) throw error;
      refused.set(family, error);
    }
  }
  if (options.mark !== null) mark(context, [...sockets.values()], options.mark);
  if (options.verbose) {
    const show = (family: Family) => {
      const each = sockets.get(family)?.icmp;
      const fd = each === undefined ? -1 : addon.fd(each.handle);
      const type = each === undefined ? '0' : each.type === 'raw' ? 'SOCK_RAW' : 'SOCK_DGRAM';
      return `sock${family}.fd: ${fd} (socktype: ${type})`;
    };
    const hint = options.family === null ? 'AF_UNSPEC' : options.family === 4 ? 'AF_INET' : 'AF_INET6';
    context.console.warn(`${show(4)}, ${show(6)}, hints.ai_family: ${hint}`);
  }
  if (sockets.size === 0) throw refusal(refused.get(4) ?? refused.get(6)!);
  return sockets;
}

function refusal(error: IcmpSocketRefused | SystemError): SetupError {
  return new SetupError(error instanceof IcmpSocketRefused ? explainRefusal(error) : error.message);
}

/** Everything that may need a capability happens here. */
function openFamily(context: SetupContext, family: Family): FamilySockets {
  const { addon, options } = context;
  const icmp = openIcmpSocket(addon, family, options.identifier === 0 || options.nodeQuery !== null);
  const probe = openProbeSocket(addon, family);
  if (options.debug) tryDebug(addon, icmp.handle);
  let deviceError: SystemError | null = null;
  if (options.device !== null) {
    try {
      const name = new TextEncoder().encode(`${options.device}\0`);
      addon.setsockopt(probe, SOL_SOCKET, SO_BINDTODEVICE, name);
      addon.setsockopt(icmp.handle, SOL_SOCKET, SO_BINDTODEVICE, name);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      deviceError = error;
    }
  }
  return { icmp, probe, deviceError };
}

/** -d without the privilege for it changes nothing, and ping(8) says nothing. */
function tryDebug(addon: NativeAddon, handle: NativeHandle): void {
  try {
    addon.setsockopt(handle, SOL_SOCKET, SO_DEBUG, 1);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

/** -m is a wish: where it may not be, ping goes on without. */
function mark(context: SetupContext, sockets: readonly FamilySockets[], value: number): void {
  try {
    for (const { icmp, probe } of sockets) {
      context.addon.setsockopt(icmp.handle, SOL_SOCKET, SO_MARK, value);
      context.addon.setsockopt(probe, SOL_SOCKET, SO_MARK, value);
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    context.console.warn(`WARNING: failed to set mark: ${value}: ${reasonOf(error)}`);
    if (-error.errno === EPERM) {
      context.console.warn('=> missing cap_net_admin+p or cap_net_raw+p (since Linux 5.17) capability?');
    }
  }
}

/**
 * Sets the IPv4 options of -R, -T and hops. A source route takes a capability, so this comes before privileges are dropped,
 * and hops given by name are the one thing that is looked up before that. Answers the first hop of a source route.
 */
async function useIpOptions(context: SetupContext, sockets: FamilySockets | undefined): Promise<Address | null> {
  const { addon, options } = context;
  const isRoute = options.ipTimestamp === null && options.hops.length > 0;
  if (!usesIpOptions(options)) return null;
  if (sockets === undefined) throw new SetupError(`IPv4 options need an IPv4 socket`);
  const hops: Address[] = [];
  for (const hop of options.hops) hops.push(await findHop(addon, hop));
  const area = ipOptionArea(
    options,
    hops.map(({ octets }) => formatIpv4(octets)),
  );
  try {
    if (area !== null) addon.setsockopt(sockets.icmp.handle, SOL_IP, IP_OPTIONS, area);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SetupError(`${options.ipTimestamp === null ? 'record route' : 'ts option'}: ${reasonOf(error)}`);
  }
  return isRoute ? hops[0]! : null;
}

async function findHop(addon: NativeAddon, hop: string): Promise<Address> {
  const octets = parseInetAton(hop);
  if (octets !== null) return { family: 4, octets, scope: 0 };
  try {
    return (await resolveName(addon, hop, 4)).addresses[0]!;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SetupError(`${hop}: ${reasonOf(error)}`);
  }
}

/** Null where there is nobody to stamp: -T tsprespec without hosts. */
function ipOptionArea(options: PingOptions, hops: readonly string[]): Uint8Array | null {
  if (options.recordRoute) return buildRecordRoute();
  switch (options.ipTimestamp) {
    case 'tsonly':
      return buildTimestampOnly();
    case 'tsandaddr':
      return buildTimestampAndAddress();
    case 'tsprespec':
      return hops.length === 0 ? null : buildTimestampPrespecified(hops);
    case null:
      return buildSourceRoute(options.bypassRouting ? 'strict' : 'loose', hops);
  }
}

interface Destination {
  readonly host: string;
  readonly canonicalName: string;
  readonly addresses: readonly Address[];
  readonly isLiteral: boolean;
}

/** Looks the destination up and leaves out the families that are not asked for. */
async function findDestination(context: SetupContext): Promise<Destination> {
  const { addon, options } = context;
  const { destination } = options;
  const v4 = parseInetAton(destination);
  if (v4 !== null && options.family !== 6) {
    const address: Address = { family: 4, octets: v4, scope: 0 };
    return { host: destination, canonicalName: destination, addresses: [address], isLiteral: true };
  }
  let resolved: Awaited<ReturnType<typeof resolveName>>;
  try {
    resolved = await resolveName(addon, destination, null);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SetupError(`${destination}: ${reasonOf(error)}`);
  }
  const wanted = usesIpOptions(options) ? 4 : options.family;
  const addresses = resolved.addresses.filter(({ family }) => wanted === null || wanted === family);
  if (addresses.length === 0) throw new SetupError(`${destination}: Address family for hostname not supported`);
  const canonicalName = resolved.canonicalName ?? '';
  const host = addresses[0]!.family === 4 && canonicalName !== '' ? canonicalName : destination;
  return { host, canonicalName, addresses, isLiteral: destination.includes(':') };
}

/** -v: which of the resolver's answers is tried. */
function tellAddress(context: SetupContext, family: Family, canonicalName: string): void {
  if (!context.options.verbose) return;
  context.console.warn(`ai->ai_family: ${family === 4 ? 'AF_INET' : 'AF_INET6'}, ai->ai_canonname: '${canonicalName}'`);
}

/** Takes the first address that can be reached; the kernel's "no route" moves on to the next one. */
async function connectTarget(
  context: SetupContext,
  sockets: Map<Family, FamilySockets>,
  firstHop: Address | null,
): Promise<Session> {
  const destination = await findDestination(context);
  for (const [index, address] of destination.addresses.entries()) {
    const family = sockets.get(address.family);
    const isLast = index === destination.addresses.length - 1;
    if (family === undefined) {
      if (!isLast) continue;
      throw new SetupError(`${context.options.destination}: Address family for hostname not supported`);
    }
    tellAddress(context, address.family, destination.canonicalName);
    try {
      return openSession(context, destination, address, family, firstHop);
    } catch (error) {
      const isUnreachable = isSystemError(error) && [EHOSTUNREACH, ENETUNREACH].includes(-error.errno);
      if (isSystemError(error) && (!isUnreachable || isLast)) throw new SetupError(error.message);
      if (!isSystemError(error)) throw error;
    } finally {
      // Only the session's own socket stays open.
      if (isLast) closeOthers(context.addon, sockets, address.family);
    }
  }
  throw new SetupError(`${context.options.destination}: no address`);
}

function closeOthers(addon: NativeAddon, sockets: Map<Family, FamilySockets>, used: Family): void {
  for (const [family, each] of sockets) {
    addon.close(each.probe);
    if (family !== used) addon.close(each.icmp.handle);
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
  const interfaceIndex = useDevice(context, given, sockets);
  if (given.scope === 0 && (isLinkLocal(given) || isLinkLocalMulticast(given)) && icmp.type === 'datagram') {
    context.console.warn(
      'Warning: IPv6 link-local address on ICMP datagram socket may require ifname or scope-id => use: address%<ifname|scope-id>',
    );
  }
  const needsScope = given.scope === 0 && (isLinkLocal(given) || isMulticast(given));
  const address = needsScope && given.family === 6 ? { ...given, scope: interfaceIndex } : given;
  const wanted = strictSource(options, address.family, interfaceIndex);
  const { source, isBroadcast } = findSource(context, probe, firstHop ?? address, wanted);
  const target = address.octets.every((octet) => octet === 0) ? { ...source } : address;
  const shouldBind = wanted !== null || options.stickySource;
  if (shouldBind) addon.bind(icmp.handle, encodeSockaddr(source, boundIdentifier(options, icmp)));
  else if (boundIdentifier(options, icmp) !== 0) {
    addon.bind(
      icmp.handle,
      encodeSockaddr({ ...source, octets: new Uint8Array(source.octets.length) }, options.identifier!),
    );
  }
  warnOfOtherDevice(context, source);
  const many = isBroadcast || isMulticast(target);
  configureSocket(context, icmp, target, many, isBroadcast, interfaceIndex);
  const flowLabel = target.family === 6 ? leaseFlowLabel(context, icmp, target) : 0;
  const identifier = icmp.type === 'raw' ? (options.identifier ?? process.pid & 0xffff) : null;
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
  passTypes(context, icmp, protocol);
  return {
    protocol,
    isNodeQuery: isNodeQuery(options, target),
    flowLabel: given.family === 6 && options.flowLabel !== null ? flowLabel : null,
    port,
    family: address.family,
    host: destination.host,
    target,
    targetText: formatAddress(target, interfaces.nameOf),
    shownTarget: formatAddress({ ...target, scope: given.scope }, interfaces.nameOf),
    sourceText: formatAddress({ ...source, scope: 0 }, interfaces.nameOf),
    identifier,
    shownIdentifier: identifier ?? options.identifier,
    isBroadcast,
    isMulticast: isMulticast(target),
    isLiteral: destination.isLiteral,
  };
}

const FLOWLABEL_REQUEST_OCTETS = 32;
const FLOWLABEL_OFFSET = 16;
const FLOWLABEL_SHARE_OFFSET = 21;
const FLOWLABEL_FLAGS_OFFSET = 22;
const IPV6_FL_S_EXCL = 1;
const IPV6_FL_F_CREATE = 1;

/** -N concerns IPv6 alone; towards an IPv4 target it is an ordinary ping, as in iputils. */
function isNodeQuery(options: PingOptions, target: Address): boolean {
  return options.nodeQuery !== null && target.family === 6;
}

function chooseProtocol(options: PingOptions, target: Address, identifier: number | null): ProbeProtocol {
  if (options.nodeQuery === null || target.family === 4) return echoProtocol(target.family, identifier);
  return nodeInformationProtocol(options.nodeQuery, formatIpv6(target.octets), randomOctets(NI_NONCE_LENGTH));
}

function randomOctets(count: number): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(count));
}

/** -F: asks the flow label manager for the label, or with 0 for any; `struct in6_flowlabel_req` of <linux/in6.h>. */
function leaseFlowLabel(context: SetupContext, icmp: OpenedSocket, target: Address): number {
  const { addon, options } = context;
  if (options.flowLabel === null) return 0;
  const request = new Uint8Array(FLOWLABEL_REQUEST_OCTETS);
  const view = new DataView(request.buffer);
  request.set(target.octets);
  view.setUint32(FLOWLABEL_OFFSET, options.flowLabel);
  view.setUint8(FLOWLABEL_SHARE_OFFSET, IPV6_FL_S_EXCL);
  view.setUint16(FLOWLABEL_FLAGS_OFFSET, IPV6_FL_F_CREATE, LITTLE_ENDIAN);
  try {
    addon.setsockopt(icmp.handle, SOL_IPV6, IPV6_FLOWLABEL_MGR, request);
    addon.setsockopt(icmp.handle, SOL_IPV6, IPV6_FLOWINFO_SEND, 1);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SetupError(`can't set flowlabel: ${reasonOf(error)}`);
  }
  return view.getUint32(FLOWLABEL_OFFSET); // the kernel wrote the one it picked over the 0
}

/** A datagram socket takes its identifier like a port, by bind. */
function boundIdentifier(options: PingOptions, icmp: OpenedSocket): number {
  return icmp.type === 'datagram' ? (options.identifier ?? 0) : 0;
}

function strictSource(options: PingOptions, family: Family, interfaceIndex: number): Address | null {
  const { sourceAddress } = options;
  if (sourceAddress === null || sourceAddress.family !== family) return null;
  const address: Address = { family, octets: sourceAddress.octets, scope: 0 };
  return isLinkLocal(address) ? { ...address, scope: interfaceIndex } : address;
}

/** The index of -I's device, 0 without one. @throws SetupError for a device that can't be used. */
function useDevice(context: SetupContext, address: Address, sockets: FamilySockets): number {
  const { options, interfaces, addon } = context;
  if (options.device === null) return 0;
  const device = interfaces.byName(options.device);
  if (address.family === 6 && device === null) throw new SetupError(`unknown iface: ${options.device}`);
  if (sockets.deviceError === null) return device?.index ?? 0;
  if (device !== null && isMulticast(address)) {
    const level = address.family === 4 ? SOL_IP : SOL_IPV6;
    const name = address.family === 4 ? IP_MULTICAST_IF : IPV6_MULTICAST_IF;
    const value = address.family === 4 ? multicastRequest(device.index) : device.index;
    for (const handle of [sockets.icmp.handle, sockets.probe]) addon.setsockopt(handle, level, name, value);
    return device.index;
  }
  if (address.family === 6 && device !== null) return device.index; // IPV6_PKTINFO does it without privilege
  throw new SetupError(`SO_BINDTODEVICE ${options.device}: ${reasonOf(sockets.deviceError)}`);
}

/** struct ip_mreqn: group, local address, interface index. */
function multicastRequest(index: number): Uint8Array {
  return new Uint8Array(Int32Array.of(0, 0, index).buffer);
}

const UNSPECIFIED6: Address = { family: 6, octets: new Uint8Array(16), scope: 0 };

interface SourceAnswer {
  readonly source: Address;
  readonly isBroadcast: boolean;
}

function findSource(context: SetupContext, probe: NativeHandle, target: Address, wanted: Address | null): SourceAnswer {
  const { addon, options } = context;
  try {
    return { source: askSource(addon, probe, target, wanted), isBroadcast: false };
  } catch (error) {
    if (!isSystemError(error) || error.syscall !== 'connect') throw error;
    // A link-local target without a scope has no route yet it is for the user to see that nothing answers.
    if (isLinkLocal(target) && -error.errno === EINVAL) return { source: UNSPECIFIED6, isBroadcast: false };
    if (-error.errno !== EACCES) throw error;
    if (!options.broadcast) {
      throw new SetupError('Do you want to ping broadcast? Then -b. If not, check your local firewall rules');
    }
  }
  context.console.remark('WARNING: pinging broadcast address');
  allowBroadcast(addon, probe);
  return { source: askSource(addon, probe, target, null), isBroadcast: true };
}

/** -I with a device that does not carry the address the kernel chose. */
function warnOfOtherDevice(context: SetupContext, source: Address): void {
  const { options, interfaces } = context;
  if (options.device === null) return;
  const device = interfaces.byName(options.device);
  const carries = device?.addresses.some(
    ({ address }) => address.length === source.octets.length && address.every((octet, i) => octet === source.octets[i]),
  );
  if (device !== null && carries !== true) {
    context.console.warn(`Warning: source address might be selected on device other than: ${options.device}`);
  }
}

const ICMP_PER_PACKET_OVERHEAD = 160;
const RECEIVE_BUFFER_MINIMUM = 1 << 18;
const IP_PMTUDISC_DO = 2;

/** Room that the kernel accounts for one probe: what iputils reckons with. */
function bufferForOne(options: PingOptions, family: Family): number {
  const message = options.size + ICMP_HEADER_LENGTH;
  const header = family === 4 ? 20 : 40;
  return message + Math.ceil(message / 512) * (header + 16 + 64 + ICMP_PER_PACKET_OVERHEAD);
}

function configureSocket(
  context: SetupContext,
  icmp: OpenedSocket,
  target: Address,
  manyMayAnswer: boolean,
  isBroadcast: boolean,
  interfaceIndex: number,
): void {
  const { addon, options } = context;
  const { handle } = icmp;
  const v4 = target.family === 4;
  const set = (level: number, name: number, value: number) => addon.setsockopt(handle, level, name, value);
  const setOrFail = (level: number, name: number, value: number, complaint: string) => {
    try {
      set(level, name, value);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new SetupError(`${complaint}: ${reasonOf(error)}`);
    }
  };
  checkManyMayAnswer(context, target, manyMayAnswer);
  if (isBroadcast) set(SOL_SOCKET, SO_BROADCAST, 1);
  const strategy = options.pmtudisc ?? (manyMayAnswer ? IP_PMTUDISC_DO : null);
  if (strategy !== null) {
    setOrFail(
      v4 ? SOL_IP : SOL_IPV6,
      v4 ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER,
      strategy,
      v4 ? 'IP_MTU_DISCOVER' : 'IPV6_MTU_DISCOVER',
    );
  }
  // With hops, -r makes the source route a strict one instead.
  if (options.bypassRouting && options.hops.length === 0) set(SOL_SOCKET, SO_DONTROUTE, 1);
  const hold = bufferForOne(options, target.family);
  set(SOL_SOCKET, SO_SNDBUF, options.sndbuf ?? hold);
  set(SOL_SOCKET, SO_RCVBUF, Math.min(2 ** 31 - 1, Math.max(RECEIVE_BUFFER_MINIMUM, hold * options.preload)));
  if (options.tos !== null) {
    setOrFail(
      v4 ? SOL_IP : SOL_IPV6,
      v4 ? IP_TOS : IPV6_TCLASS,
      options.tos,
      v4 ? 'error setting QOS sockopts' : 'IPV6_TCLASS',
    );
  }
  if (options.noLoopback) set(v4 ? SOL_IP : SOL_IPV6, v4 ? IP_MULTICAST_LOOP : IPV6_MULTICAST_LOOP, 0);
  if (interfaceIndex !== 0 && isMulticast(target) && !v4) set(SOL_IPV6, IPV6_MULTICAST_IF, interfaceIndex);
  if (options.ttl !== null) {
    if (v4) {
      setOrFail(SOL_IP, IP_MULTICAST_TTL, options.ttl, 'cannot set multicast time-to-live');
      setOrFail(SOL_IP, IP_TTL, options.ttl, 'cannot set unicast time-to-live');
    } else {
      setOrFail(SOL_IPV6, IPV6_MULTICAST_HOPS, options.ttl, 'cannot set multicast hop limit');
      setOrFail(SOL_IPV6, IPV6_UNICAST_HOPS, options.ttl, 'cannot set unicast hop limit');
    }
  }
  if (options.connect && v4) {
    try {
      addon.connect(handle, encodeSockaddr(target, 1025));
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new SetupError(`connect failed: ${reasonOf(error)}`);
    }
  }
}

const USER_MANY_INTERVAL_MS = 1000;

/** Whoever may make many hosts answer at once is held to a second between probes, unless root. */
function checkManyMayAnswer(context: SetupContext, target: Address, manyMayAnswer: boolean): void {
  const { options, isRoot } = context;
  if (!manyMayAnswer || isRoot) return;
  const kind = target.family === 4 ? 'broadcast' : 'multicast';
  const intervalMs = options.intervalMs ?? (options.flood ? 0 : USER_MANY_INTERVAL_MS);
  if (intervalMs < USER_MANY_INTERVAL_MS) {
    throw new SetupError(
      `minimal interval for ${kind} ping for user must be >= ${USER_MANY_INTERVAL_MS} ms, use -i 1 (or higher)`,
    );
  }
  if (options.pmtudisc !== null && options.pmtudisc !== IP_PMTUDISC_DO) {
    throw new SetupError(`${kind} ping does not fragment`);
  }
}

/** A raw socket sees every ICMP message of the machine unless told otherwise. */
function passTypes(context: SetupContext, icmp: OpenedSocket, protocol: ProbeProtocol): void {
  if (icmp.type !== 'raw') return;
  const types = [protocol.replyType, ...protocol.rawErrorTypes];
  if (icmp.family === 4) passIcmpTypes(context.addon, icmp.handle, types);
  else passIcmp6Types(context.addon, icmp.handle, types);
}
