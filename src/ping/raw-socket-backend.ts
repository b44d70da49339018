/**
 * ping without the addon: raw sockets from the npm package raw-socket, and all else by means of node. It needs CAP_NET_RAW
 * (there are no datagram sockets for ICMP here) and cannot drop it again. What it cannot do it refuses by name, before
 * anything else; from there on the order of complaints is addon-backend.ts's.
 */
import { isatty } from 'node:tty';
import { Clock } from '../net/clock.ts';
import {
  IP_MTU_DISCOVER,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IP_OPTIONS,
  IP_TOS,
  IP_TTL,
  IPV6_MTU_DISCOVER,
  IPV6_MULTICAST_HOPS,
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
import { IcmpSocketRefused } from '../net/icmp-socket.ts';
import type { SystemError } from '../net/native.ts';
import { TimeoutAlarm } from '../net/portable-alarm.ts';
import { portableClocks } from '../net/portable-clock.ts';
import { strerror } from '../net/portable-errors.ts';
import { QUEUED_ERROR_TYPES } from '../net/portable-icmp-error.ts';
import { askNodeForName, findInterface, lookUpName } from '../net/portable-names.ts';
import { askNodeForSource } from '../net/portable-source.ts';
import { explainRefusal } from '../net/privileges.ts';
import {
  loadRawSocket,
  openRawSocket,
  passTypes,
  type RawSocket,
  type RawSocketModule,
  RawSocketPort,
  setRawOption,
} from '../net/raw-socket-port.ts';
import { ReverseNames } from '../net/resolver.ts';
import { type Address, type Family, formatAddress, isLinkLocal, isMulticast, sameAddress } from '../net/sockaddr.ts';
import { formatIpv6, parseInetAton, parseIpv4, parseIpv6 } from '../packet/address.ts';
import { ICMP_HEADER_LENGTH } from '../packet/icmp-constants.ts';
import { buildRecordRoute, buildTimestampAndAddress, buildTimestampOnly } from '../packet/ip-option-areas.ts';
import { NI_NONCE_LENGTH } from '../packet/node-information.ts';
import { type PingBackend, type Session, type SessionRequest, SetupError } from './backend.ts';
import { nodeInformationProtocol } from './node-information.ts';
import { PING_OPTIONS, type PingOptionName, type PingOptions, usesIpOptions } from './options.ts';
import { echoProtocol, type ProbeProtocol } from './protocol.ts';

const STDOUT = 1;

/** What takes bind(2), connect(2), control messages or lookups that only the addon can make. */
const REFUSED: readonly (readonly [label: string, isGiven: (options: PingOptions) => boolean])[] = [
  [labelOf('sticky-source'), ({ stickySource }) => stickySource],
  [labelOf('connect'), ({ connect }) => connect],
  [labelOf('flow-label'), ({ flowLabel }) => flowLabel !== null],
  [`${labelOf('interface')} with an address`, ({ sourceAddress }) => sourceAddress !== null],
  ['<hop>', ({ hops }) => hops.length > 0],
];

function labelOf(name: PingOptionName): string {
  const spec = PING_OPTIONS.find(({ long }) => long === name)!;
  return 'short' in spec ? `-${spec.short} (--${name})` : `--${name}`;
}

interface SetupContext extends SessionRequest {
  readonly module: RawSocketModule;
  readonly clock: Clock;
  /** Where this backend stands in for the addon, null where it was asked for. */
  readonly whyNotAddon: string | null;
}

/** @throws Error with one line on what is missing and what mends it */
export function loadRawSocketBackend(whyNotAddon: string | null): PingBackend {
  return rawSocketBackend(loadRawSocket(), whyNotAddon);
}

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

/** One family's socket. */
interface FamilySocket {
  readonly raw: RawSocket;
  /** Why -I's device could not be bound; told when this family is the one that is used. */
  readonly deviceError: SystemError | null;
}

async function setUp(context: SetupContext): Promise<Session> {
  refuseOptions(context);
  const sockets = openSockets(context);
  let session: Session | null = null;
  try {
    session = await connectTarget(context, sockets);
    return session;
  } finally {
    for (const [family, { raw }] of sockets) if (family !== session?.family) raw.close();
  }
}

function refuseOptions({ options, whyNotAddon }: SetupContext): void {
  const given = REFUSED.filter(([, isGiven]) => isGiven(options)).map(([label]) => label);
  if (given.length === 0) return;
  const why = whyNotAddon === null ? '' : `; ${whyNotAddon}`;
  throw new SetupError(`the raw-socket backend cannot do: ${given.join(', ')}${why}`);
}

/** Both families unless -4 or -6: a family that can't be opened matters only if the target turns out to need it. */
function openSockets(context: SetupContext): Map<Family, FamilySocket> {
  const { options, console } = context;
  if (options.identifier === 0 && options.verbose) console.warn('WARNING: ident 0 => forcing raw socket');
  const sockets = new Map<Family, FamilySocket>();
  let refused: IcmpSocketRefused | null = null;
  for (const family of [4, 6] as const) {
    if (options.family !== null && options.family !== family) continue;
    try {
      sockets.set(family, openFamily(context, family));
    } catch (error) {
      if (!(error instanceof IcmpSocketRefused)) throw error;
      refused ??= error;
    }
  }
  if (options.mark !== null) mark(context, [...sockets.values()], options.mark);
  if (options.verbose) tellSockets(context, sockets);
  if (sockets.size === 0) throw new SetupError(explainRefusal(refused!));
  return sockets;
}

/** As the addon's backend does, as far as it is known: raw-socket keeps its descriptors to itself. */
function tellSockets({ options, console, whyNotAddon }: SetupContext, sockets: Map<Family, FamilySocket>): void {
  if (whyNotAddon !== null) console.warn(`backend: raw-socket; ${whyNotAddon}`);
  const show = (family: Family) =>
    sockets.has(family) ? `sock${family}.fd: ? (socktype: SOCK_RAW)` : `sock${family}.fd: -1 (socktype: 0)`;
  const hint = options.family === null ? 'AF_UNSPEC' : options.family === 4 ? 'AF_INET' : 'AF_INET6';
  console.warn(`${show(4)}, ${show(6)}, hints.ai_family: ${hint}`);
}

function openFamily({ module, options }: SetupContext, family: Family): FamilySocket {
  const raw = openRawSocket(module, family, messageRoom(options));
  if (options.debug) attempt(() => setRawOption(raw, SOL_SOCKET, SO_DEBUG, 1));
  if (options.device === null) return { raw, deviceError: null };
  const name = new TextEncoder().encode(`${options.device}\0`);
  return { raw, deviceError: attempt(() => setRawOption(raw, SOL_SOCKET, SO_BINDTODEVICE, name)) };
}

/** The error that the kernel refused something with; null when it went well. */
function attempt(act: () => void): SystemError | null {
  try {
    act();
    return null;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error;
  }
}

/** Longer than an echo's header: a node information query with a name as its subject. */
const HEADER_MAX_OCTETS = 512;

function messageRoom(options: PingOptions): number {
  return (options.nodeQuery === null ? ICMP_HEADER_LENGTH : HEADER_MAX_OCTETS) + options.size;
}

/** -m is a wish: where it may not be, ping goes on without. */
function mark({ console }: SetupContext, sockets: readonly FamilySocket[], value: number): void {
  for (const { raw } of sockets) {
    const error = attempt(() => setRawOption(raw, SOL_SOCKET, SO_MARK, value));
    if (error === null) continue;
    console.warn(`WARNING: failed to set mark: ${value}: ${reasonOf(error)}`);
    if (error.code === 'EPERM') {
      console.warn('=> missing cap_net_admin+p or cap_net_raw+p (since Linux 5.17) capability?');
    }
    return;
  }
}

interface Destination {
  readonly host: string;
  readonly addresses: readonly Address[];
  /** By name, of a literal that has one. */
  readonly zone: string | null;
  readonly isLiteral: boolean;
}

/** Looks the destination up and leaves out the families that are not asked for. */
async function findDestination({ options }: SetupContext): Promise<Destination> {
  const host = options.destination;
  const v4 = parseInetAton(host);
  if (v4 !== null && options.family !== 6) {
    return { host, addresses: [{ family: 4, octets: v4, scope: 0 }], zone: null, isLiteral: true };
  }
  const { addresses, zone } = readLiteral6(host) ?? (await lookUp(host));
  const wanted = usesIpOptions(options) ? 4 : options.family;
  const fitting = addresses.filter(({ family }) => wanted === null || wanted === family);
  if (fitting.length === 0) throw new SetupError(`${host}: Address family for hostname not supported`);
  return { host, addresses: fitting, zone, isLiteral: host.includes(':') };
}

type Found = Pick<Destination, 'addresses' | 'zone'>;

/** An IPv6 address with or without a zone; null for anything else. */
function readLiteral6(text: string): Found | null {
  const [address, given] = text.split('%', 2) as [string, string?];
  const octets = parseIpv6(address);
  if (octets === null) return null;
  const zone = given === undefined ? null : findInterface(given)?.name;
  if (zone === undefined) throw new SetupError(`${text}: Name or service not known`);
  return { addresses: [{ family: 6, octets, scope: 0 }], zone };
}

async function lookUp(name: string): Promise<Found> {
  try {
    return { addresses: (await lookUpName(name)).addresses, zone: null };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SetupError(`${name}: ${reasonOf(error)}`);
  }
}

/** Takes the first address that can be reached; the kernel's "no route" moves on to the next one. */
async function connectTarget(context: SetupContext, sockets: Map<Family, FamilySocket>): Promise<Session> {
  const { options, console } = context;
  const destination = await findDestination(context);
  for (const [index, address] of destination.addresses.entries()) {
    const socket = sockets.get(address.family);
    const isLast = index === destination.addresses.length - 1;
    if (socket === undefined) {
      if (!isLast) continue;
      throw new SetupError(`${options.destination}: Address family for hostname not supported`);
    }
    if (options.verbose) {
      console.warn(`ai->ai_family: ${address.family === 4 ? 'AF_INET' : 'AF_INET6'}, ai->ai_canonname: ''`);
    }
    try {
      return await openSession(context, destination, address, socket);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (isLast || !isUnreachable(error)) throw new SetupError(error.message);
    }
  }
  throw new SetupError(`${options.destination}: no address`);
}

function isUnreachable({ code }: SystemError): boolean {
  return code === 'EHOSTUNREACH' || code === 'ENETUNREACH';
}

async function openSession(
  context: SetupContext,
  destination: Destination,
  given: Address,
  { raw, deviceError }: FamilySocket,
): Promise<Session> {
  const { options, clock } = context;
  const { family } = given;
  refuseDevice(options, given, deviceError);
  const needsZone = family === 6 && (isLinkLocal(given) || isMulticast(given));
  const zone = destination.zone ?? (needsZone ? options.device : null);
  const { source, isBroadcast } = await findSource(context, given, zone);
  const target = given.octets.every((octet) => octet === 0) ? source : given;
  warnOfOtherDevice(context, source);
  const isMulticastTarget = isMulticast(target);
  configureSocket(context, raw, target, isBroadcast);
  const identifier = options.identifier ?? process.pid & 0xffff;
  const protocol = chooseProtocol(options, target, identifier);
  const targetText = withZone(target, zone);
  passTypes(raw, family, [protocol.replyType, ...protocol.rawErrorTypes, ...QUEUED_ERROR_TYPES[family]]);
  return {
    port: new RawSocketPort({
      socket: raw,
      family,
      clock,
      target: targetText,
      messageOctets: protocol.headerOctets + options.size,
    }),
    protocol,
    isNodeQuery: isNodeQuery(options, target),
    family,
    host: destination.host,
    target,
    targetText,
    shownTarget: withZone(target, destination.zone),
    sourceText: withZone(source, null),
    identifier,
    shownIdentifier: identifier,
    flowLabel: null,
    isBroadcast,
    isMulticast: isMulticastTarget,
    isLiteral: destination.isLiteral,
  };
}

function withZone(address: Address, zone: string | null): string {
  return `${formatAddress({ ...address, scope: 0 }, () => null)}${zone === null ? '' : `%${zone}`}`;
}

function refuseDevice({ device }: PingOptions, address: Address, error: SystemError | null): void {
  if (error === null) return;
  if (address.family === 6 && error.code === 'ENODEV') throw new SetupError(`unknown iface: ${device}`);
  throw new SetupError(`SO_BINDTODEVICE ${device}: ${reasonOf(error)}`);
}

/** -N concerns IPv6 alone; towards an IPv4 target it is an ordinary ping, as in iputils. */
function isNodeQuery(options: PingOptions, target: Address): boolean {
  return options.nodeQuery !== null && target.family === 6;
}

function chooseProtocol(options: PingOptions, target: Address, identifier: number): ProbeProtocol {
  if (options.nodeQuery === null || target.family === 4) return echoProtocol(target.family, identifier);
  const nonce = globalThis.crypto.getRandomValues(new Uint8Array(NI_NONCE_LENGTH));
  return nodeInformationProtocol(options.nodeQuery, formatIpv6(target.octets), nonce);
}

interface SourceAnswer {
  readonly source: Address;
  readonly isBroadcast: boolean;
}

/**
 * The kernel is asked about the route of an ordinary packet. What it says of one that leaves by another device, or carries a
 * mark, is learned only at the first send; with -I the source is the device's own address.
 */
async function findSource(context: SetupContext, target: Address, zone: string | null): Promise<SourceAnswer> {
  const { options, console } = context;
  const { device, mark } = options;
  const ask = (mayBroadcast: boolean) => askNodeForSource(withZone(target, zone), mayBroadcast);
  let isBroadcast = false;
  let answer: string | null;
  try {
    answer = await ask(false);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    // A link-local target without a scope has no route yet it is for the user to see that nothing answers.
    const isForTheUser = isLinkLocal(target) && error.code === 'EINVAL';
    if (isForTheUser || (isUnreachable(error) && (device !== null || mark !== null))) answer = null;
    else if (error.code !== 'EACCES') throw error;
    else {
      if (!options.broadcast) {
        throw new SetupError('Do you want to ping broadcast? Then -b. If not, check your local firewall rules');
      }
      console.remark('WARNING: pinging broadcast address');
      answer = await ask(true);
      isBroadcast = true;
    }
  }
  const source = (device === null ? null : ownAddress(device, target)) ?? readAddress(answer, target.family);
  return { source, isBroadcast };
}

/** The device's address of the target's kind: link-local towards a link-local one. */
function ownAddress(device: string, target: Address): Address | null {
  const own = findInterface(device)?.addresses.filter(({ family }) => family === target.family) ?? [];
  const isNear = isLinkLocal(target) || (target.family === 6 && isMulticast(target));
  return own.find((address) => isLinkLocal(address) === isNear) ?? own[0] ?? null;
}

/** Null stands for the unspecified address. */
function readAddress(text: string | null, family: Family): Address {
  const address = text?.split('%', 1)[0] ?? (family === 4 ? '0.0.0.0' : '::');
  const octets = family === 4 ? parseIpv4(address) : parseIpv6(address);
  if (octets === null) throw new Error(`node answered an address of another family: ${text}`);
  return { family, octets, scope: 0 };
}

/** -I with a device that does not carry the address the kernel chose. */
function warnOfOtherDevice({ options, console }: SetupContext, source: Address): void {
  if (options.device === null) return;
  const device = findInterface(options.device);
  if (device !== null && !device.addresses.some((address) => sameAddress(address, source))) {
    console.warn(`Warning: source address might be selected on device other than: ${options.device}`);
  }
}

const ICMP_PER_PACKET_OVERHEAD = 160;
const RECEIVE_BUFFER_MINIMUM = 1 << 18;
const INT_MAX = 2 ** 31 - 1;
const IP_PMTUDISC_DO = 2;

/** Room that the kernel accounts for one probe: what iputils reckons with. */
function bufferForOne(options: PingOptions, family: Family): number {
  const message = options.size + ICMP_HEADER_LENGTH;
  const header = family === 4 ? 20 : 40;
  return message + Math.ceil(message / 512) * (header + 16 + 64 + ICMP_PER_PACKET_OVERHEAD);
}

/** One socket option; null is left to the kernel. Where there are no words for its failure, the call's own serve. */
type Setting = readonly [level: number, name: number, value: number | Uint8Array | null, words?: string];

function configureSocket(context: SetupContext, raw: RawSocket, target: Address, isBroadcast: boolean): void {
  const { options } = context;
  const many = isBroadcast || isMulticast(target);
  checkManyMayAnswer(context, target, many);
  const hold = bufferForOne(options, target.family);
  const settings: readonly Setting[] = [
    [SOL_SOCKET, SO_BROADCAST, isBroadcast ? 1 : null],
    [SOL_SOCKET, SO_DONTROUTE, options.bypassRouting ? 1 : null],
    [SOL_SOCKET, SO_SNDBUF, options.sndbuf ?? hold],
    [SOL_SOCKET, SO_RCVBUF, Math.min(INT_MAX, Math.max(RECEIVE_BUFFER_MINIMUM, hold * options.preload))],
    ...(target.family === 4 ? settings4(options, many) : settings6(options, many)),
  ];
  for (const [level, name, value, words] of settings) {
    const error = value === null ? null : attempt(() => setRawOption(raw, level, name, value));
    if (error !== null) throw words === undefined ? error : new SetupError(`${words}: ${reasonOf(error)}`);
  }
}

function settings4(options: PingOptions, many: boolean): readonly Setting[] {
  const { pmtudisc, tos, noLoopback, ttl, recordRoute } = options;
  return [
    [SOL_IP, IP_OPTIONS, ipOptionArea(options), recordRoute ? 'record route' : 'ts option'],
    [SOL_IP, IP_MTU_DISCOVER, pmtudisc ?? (many ? IP_PMTUDISC_DO : null), 'IP_MTU_DISCOVER'],
    [SOL_IP, IP_TOS, tos, 'error setting QOS sockopts'],
    [SOL_IP, IP_MULTICAST_LOOP, noLoopback ? 0 : null],
    [SOL_IP, IP_MULTICAST_TTL, ttl, 'cannot set multicast time-to-live'],
    [SOL_IP, IP_TTL, ttl, 'cannot set unicast time-to-live'],
  ];
}

function settings6(options: PingOptions, many: boolean): readonly Setting[] {
  const { pmtudisc, tos, noLoopback, ttl } = options;
  return [
    [SOL_IPV6, IPV6_MTU_DISCOVER, pmtudisc ?? (many ? IP_PMTUDISC_DO : null), 'IPV6_MTU_DISCOVER'],
    [SOL_IPV6, IPV6_TCLASS, tos, 'IPV6_TCLASS'],
    [SOL_IPV6, IPV6_MULTICAST_LOOP, noLoopback ? 0 : null],
    [SOL_IPV6, IPV6_MULTICAST_HOPS, ttl, 'cannot set multicast hop limit'],
    [SOL_IPV6, IPV6_UNICAST_HOPS, ttl, 'cannot set unicast hop limit'],
  ];
}

/** Null where nobody is to put anything in: without -R and -T, and for -T tsprespec, whose hosts are refused above. */
function ipOptionArea({ recordRoute, ipTimestamp }: PingOptions): Uint8Array | null {
  if (recordRoute) return buildRecordRoute();
  if (ipTimestamp === 'tsonly') return buildTimestampOnly();
  return ipTimestamp === 'tsandaddr' ? buildTimestampAndAddress() : null;
}

const USER_MANY_INTERVAL_MS = 1000;

/** Whoever may make many hosts answer at once is held to a second between probes, unless root. */
function checkManyMayAnswer({ options, isRoot }: SetupContext, target: Address, many: boolean): void {
  if (!many || isRoot) return;
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
