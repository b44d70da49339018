/** What both backends agree on: which messages to send, which socket options to set, and what a user may not ask for. */

import { SetupError } from '../cli/errors.ts';
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
} from '../net/constants.ts';
import type { Address, Family } from '../net/sockaddr.ts';
import { formatIpv6 } from '../packet/address.ts';
import { ICMP_HEADER_LENGTH } from '../packet/icmp-constants.ts';
import {
  buildRecordRoute,
  buildSourceRoute,
  buildTimestampAndAddress,
  buildTimestampOnly,
  buildTimestampPrespecified,
} from '../packet/ip-option-areas.ts';
import { NI_NONCE_LENGTH } from '../packet/node-information.ts';
import type { SessionRequest } from './backend.ts';
import { isQuery, nodeInformationProtocol } from './node-information.ts';
import type { PingOptions } from './options.ts';
import { echoProtocol, type ProbeProtocol } from './protocol.ts';

/** -N concerns IPv6 alone; towards an IPv4 target it is an ordinary ping, as in iputils. */
export function isNodeQuery(options: PingOptions, target: Address): boolean {
  return isQuery(options.nodeQuery) && target.family === 6;
}

/** `identifier` is null where the kernel puts its own. */
export function chooseProtocol(options: PingOptions, target: Address, identifier: number | null): ProbeProtocol {
  if (!isQuery(options.nodeQuery) || target.family === 4) return echoProtocol(target.family, identifier);
  const nonce = globalThis.crypto.getRandomValues(new Uint8Array(NI_NONCE_LENGTH));
  return nodeInformationProtocol(options.nodeQuery, formatIpv6(target.octets), nonce);
}

/** One setsockopt. Where there are no words for its refusal, the call's own serve; null leaves the option to the kernel. */
export type Setting = readonly [level: number, name: number, value: number | Uint8Array | null, words?: string];

const RECEIVE_BUFFER_MINIMUM = 1 << 18;
const INT_MAX = 2 ** 31 - 1;
export const IP_PMTUDISC_DO = 2;

/** What is set on a socket before the first probe, in the order in which refusals are told. */
export function socketSettings(
  options: PingOptions,
  family: Family,
  manyMayAnswer: boolean,
  isBroadcast: boolean,
): readonly Setting[] {
  const { bypassRouting, hops, sndbuf, preload } = options;
  const hold = bufferForOne(options, family);
  const pmtudisc = options.pmtudisc ?? (manyMayAnswer ? IP_PMTUDISC_DO : null);
  return [
    [SOL_SOCKET, SO_BROADCAST, isBroadcast ? 1 : null],
    // With hops, -r makes the source route a strict one instead.
    [SOL_SOCKET, SO_DONTROUTE, bypassRouting && hops.length === 0 ? 1 : null],
    [SOL_SOCKET, SO_SNDBUF, sndbuf ?? hold],
    [SOL_SOCKET, SO_RCVBUF, Math.min(INT_MAX, Math.max(RECEIVE_BUFFER_MINIMUM, hold * preload))],
    ...(family === 4 ? settings4(options, pmtudisc) : settings6(options, pmtudisc)),
  ];
}

function settings4({ tos, noLoopback, ttl }: PingOptions, pmtudisc: number | null): readonly Setting[] {
  return [
    [SOL_IP, IP_MTU_DISCOVER, pmtudisc, 'IP_MTU_DISCOVER'],
    [SOL_IP, IP_TOS, tos, 'error setting QOS sockopts'],
    [SOL_IP, IP_MULTICAST_LOOP, noLoopback ? 0 : null],
    [SOL_IP, IP_MULTICAST_TTL, ttl, 'cannot set multicast time-to-live'],
    [SOL_IP, IP_TTL, ttl, 'cannot set unicast time-to-live'],
  ];
}

function settings6({ tos, noLoopback, ttl }: PingOptions, pmtudisc: number | null): readonly Setting[] {
  return [
    [SOL_IPV6, IPV6_MTU_DISCOVER, pmtudisc, 'IPV6_MTU_DISCOVER'],
    [SOL_IPV6, IPV6_TCLASS, tos, 'IPV6_TCLASS'],
    [SOL_IPV6, IPV6_MULTICAST_LOOP, noLoopback ? 0 : null],
    [SOL_IPV6, IPV6_MULTICAST_HOPS, ttl, 'cannot set multicast hop limit'],
    [SOL_IPV6, IPV6_UNICAST_HOPS, ttl, 'cannot set unicast hop limit'],
  ];
}

const HEADER_OCTETS = { 4: 20, 6: 40 } as const;
const BUFFER_UNIT_OCTETS = 512;
const PER_UNIT_OVERHEAD = 16 + 64 + 160;

/** Room that the kernel accounts for one probe: what iputils reckons with (spec section 1.6.1). */
function bufferForOne(options: PingOptions, family: Family): number {
  const message = options.size + ICMP_HEADER_LENGTH;
  return message + Math.ceil(message / BUFFER_UNIT_OCTETS) * (HEADER_OCTETS[family] + PER_UNIT_OVERHEAD);
}

/** IP_OPTIONS of -R, -T or `hops` (dotted quads). Its value is null where nobody is to put anything in. */
export function ipOptionSetting(options: PingOptions, hops: readonly string[]): Setting {
  return [SOL_IP, IP_OPTIONS, ipOptionArea(options, hops), options.ipTimestamp === null ? 'record route' : 'ts option'];
}

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
      return hops.length === 0 ? null : buildSourceRoute(options.bypassRouting ? 'strict' : 'loose', hops);
  }
}

const USER_MANY_INTERVAL_MS = 1000;

/** Whoever may make many hosts answer at once is held to a second between probes, unless root. @throws SetupError */
export function checkManyMayAnswer({ options, isRoot }: SessionRequest, family: Family, manyMayAnswer: boolean): void {
  if (!manyMayAnswer || isRoot) return;
  const kind = family === 4 ? 'broadcast' : 'multicast';
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
