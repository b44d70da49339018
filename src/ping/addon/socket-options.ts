/** Socket options of a session, and the limits that go with broadcasts and multicasts. */
import {
  IP_MTU_DISCOVER,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
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
  SO_BROADCAST,
  SO_DONTROUTE,
  SO_RCVBUF,
  SO_SNDBUF,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
} from '../../net/constants.ts';
import { isSystemError, reasonOf } from '../../net/errors.ts';
import { type OpenedSocket, passIcmp6Types, passIcmpTypes } from '../../net/icmp-socket.ts';
import { type Address, encodeSockaddr, type Family, isMulticast, LITTLE_ENDIAN } from '../../net/sockaddr.ts';
import { ICMP_HEADER_LENGTH } from '../../packet/icmp-constants.ts';
import { SetupError } from '../backend.ts';
import type { PingOptions } from '../options.ts';
import type { ProbeProtocol } from '../protocol.ts';
import type { SetupContext } from './context.ts';

const ICMP_PER_PACKET_OVERHEAD = 160;
const RECEIVE_BUFFER_MINIMUM = 1 << 18;
const IP_PMTUDISC_DO = 2;

/** Room that the kernel accounts for one probe: what iputils reckons with. */
function bufferForOne(options: PingOptions, family: Family): number {
  const message = options.size + ICMP_HEADER_LENGTH;
  const header = family === 4 ? 20 : 40;
  return message + Math.ceil(message / 512) * (header + 16 + 64 + ICMP_PER_PACKET_OVERHEAD);
}

export function configureSocket(
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

/** A raw socket sees every ICMP message of the machine unless told otherwise. */
export function passTypes(context: SetupContext, icmp: OpenedSocket, protocol: ProbeProtocol): void {
  if (icmp.type !== 'raw') return;
  const types = [protocol.replyType, ...protocol.rawErrorTypes];
  if (icmp.family === 4) passIcmpTypes(context.addon, icmp.handle, types);
  else passIcmp6Types(context.addon, icmp.handle, types);
}

const FLOWLABEL_REQUEST_OCTETS = 32;
const FLOWLABEL_OFFSET = 16;
const FLOWLABEL_SHARE_OFFSET = 21;
const FLOWLABEL_FLAGS_OFFSET = 22;
const IPV6_FL_S_EXCL = 1;
const IPV6_FL_F_CREATE = 1;

/** -F: asks the flow label manager for the label, or with 0 for any; `struct in6_flowlabel_req` of <linux/in6.h>. */
export function leaseFlowLabel(context: SetupContext, icmp: OpenedSocket, target: Address): number {
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
