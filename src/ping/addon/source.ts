/** Which interface and source address the probes leave by: -I, -B, and what the kernel chooses. */

import { SetupError } from '../../cli/errors.ts';
import {
  EACCES,
  EINVAL,
  ENETUNREACH,
  ENODEV,
  ENXIO,
  IP_MULTICAST_IF,
  IPV6_MULTICAST_IF,
  SOL_IP,
  SOL_IPV6,
} from '../../net/constants.ts';
import { isSystemError, reasonOf } from '../../net/errors.ts';
import type { OpenedSocket } from '../../net/icmp-socket.ts';
import type { NativeHandle } from '../../net/native.ts';
import {
  type Address,
  encodeSockaddr,
  type Family,
  isLinkLocal,
  isLinkLocalMulticast,
  isMulticast,
} from '../../net/sockaddr.ts';
import { allowBroadcast, askSource } from '../../net/source-address.ts';
import type { PingOptions } from '../options.ts';
import type { SetupContext } from './context.ts';
import type { FamilySockets } from './sockets.ts';

export function strictSource(options: PingOptions, family: Family, interfaceIndex: number): Address | null {
  const { sourceAddress } = options;
  if (sourceAddress === null || sourceAddress.family !== family) return null;
  const address: Address = { family, octets: sourceAddress.octets, scope: 0 };
  return isLinkLocal(address) ? { ...address, scope: interfaceIndex } : address;
}

/** The index of -I's device, 0 without one. @throws SetupError for a device that can't be used. */
export function useDevice(context: SetupContext, address: Address, sockets: FamilySockets): number {
  const { options, interfaces, addon } = context;
  if (options.device === null) return 0;
  const device = interfaces.byName(options.device);
  if (device === null && (address.family === 6 || isMulticast(address)))
    throw new SetupError(`unknown iface: ${options.device}`);
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

/** What connect says of a zone that is missing or unknown. */
const ZONE_ERRORS = [EINVAL, ENETUNREACH, ENODEV, ENXIO];
const UNSPECIFIED6: Address = { family: 6, octets: new Uint8Array(16), scope: 0 };

interface SourceAnswer {
  readonly source: Address;
  readonly isBroadcast: boolean;
}

export function findSource(
  context: SetupContext,
  probe: NativeHandle,
  target: Address,
  wanted: Address | null,
): SourceAnswer {
  const { addon, options } = context;
  try {
    return { source: askSource(addon, probe, target, wanted), isBroadcast: false };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.syscall === 'bind' && target.family === 6) throw new SetupError(`bind icmp socket: ${reasonOf(error)}`);
    if (error.syscall !== 'connect') throw error;
    // Without a usable zone a link-local target has no route, yet it is for the user to see that nothing answers.
    const isLocal = isLinkLocal(target) || isLinkLocalMulticast(target);
    if (isLocal && ZONE_ERRORS.includes(-error.errno)) return { source: UNSPECIFIED6, isBroadcast: false };
    if (-error.errno !== EACCES || target.family === 6) throw error;
    if (!options.broadcast) {
      throw new SetupError('Do you want to ping broadcast? Then -b. If not, check your local firewall rules');
    }
  }
  context.console.remark('WARNING: pinging broadcast address');
  allowBroadcast(addon, probe);
  return { source: askSource(addon, probe, target, null), isBroadcast: true };
}

/** -I with a device that does not carry the address the kernel chose. */
export function warnOfOtherDevice(context: SetupContext, source: Address): void {
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

/** Binds to a source that was asked for, and gives a datagram socket its identifier, which it takes like a port. */
export function bindSource(context: SetupContext, icmp: OpenedSocket, source: Address, isStrict: boolean): void {
  const identifier = icmp.type === 'datagram' ? (context.options.identifier ?? 0) : 0;
  if (!isStrict && identifier === 0) return;
  const unspecified = { ...source, octets: new Uint8Array(source.octets.length) };
  context.addon.bind(icmp.handle, encodeSockaddr(isStrict ? source : unspecified, identifier));
}
