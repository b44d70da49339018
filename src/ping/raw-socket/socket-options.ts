/** Socket options of a session, and the limits that go with broadcasts and multicasts. Numbers and words: addon/socket-options.ts. */
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
  SO_BROADCAST,
  SO_DONTROUTE,
  SO_RCVBUF,
  SO_SNDBUF,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
} from '../../net/constants.ts';
import { reasonOf } from '../../net/errors.ts';
import { type RawSocket, setRawOption } from '../../net/raw-socket-port.ts';
import { type Address, type Family, isMulticast } from '../../net/sockaddr.ts';
import { ICMP_HEADER_LENGTH } from '../../packet/icmp-constants.ts';
import { buildRecordRoute, buildTimestampAndAddress, buildTimestampOnly } from '../../packet/ip-option-areas.ts';
import { SetupError } from '../backend.ts';
import type { PingOptions } from '../options.ts';
import type { SetupContext } from './context.ts';
import { attempt } from './sockets.ts';

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

/** Null is left to the kernel. Where there are no words for its refusal, the call's own serve. */
type Setting = readonly [level: number, name: number, value: number | Uint8Array | null, words?: string];

/** @throws SetupError, SystemError */
export function configureSocket(context: SetupContext, raw: RawSocket, target: Address, isBroadcast: boolean): void {
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

/** Null where nobody is to put anything in: without -R and -T, and for -T tsprespec, whose hosts are refused. */
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
  // -f means no interval only later on: it is refused after the header.
  if ((options.intervalMs ?? USER_MANY_INTERVAL_MS) < USER_MANY_INTERVAL_MS) {
    throw new SetupError(
      `minimal interval for ${kind} ping for user must be >= ${USER_MANY_INTERVAL_MS} ms, use -i 1 (or higher)`,
    );
  }
  if (options.pmtudisc !== null && options.pmtudisc !== IP_PMTUDISC_DO) {
    throw new SetupError(`${kind} ping does not fragment`);
  }
}
