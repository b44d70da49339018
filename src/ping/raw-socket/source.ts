/** Which interface and source address the probes leave by: -I with a device, and what the kernel chooses. */

import { SetupError } from '../../cli/errors.ts';
import { isSystemError, reasonOf } from '../../net/errors.ts';
import type { SystemError } from '../../net/native.ts';
import { findInterface } from '../../net/portable-names.ts';
import { askNodeForSource } from '../../net/portable-source.ts';
import {
  type Address,
  type Family,
  isLinkLocal,
  isLinkLocalMulticast,
  isMulticast,
  sameAddress,
} from '../../net/sockaddr.ts';
import { parseIpv4, parseIpv6 } from '../../packet/address.ts';
import type { SetupContext } from './context.ts';
import { withZone } from './destination.ts';
import type { FamilySocket } from './sockets.ts';

/** @throws SetupError for a device that can't be used */
export function refuseDevice({ options }: SetupContext, { family }: Address, { deviceError }: FamilySocket): void {
  if (deviceError === null) return;
  if (family === 6 && deviceError.code === 'ENODEV') throw new SetupError(`unknown iface: ${options.device}`);
  throw new SetupError(`SO_BINDTODEVICE ${options.device}: ${reasonOf(deviceError)}`);
}

export interface SourceAnswer {
  readonly source: Address;
  readonly isBroadcast: boolean;
}

/** What connect says of a zone that is missing or unknown. */
const ZONE_ERRORS = ['EINVAL', 'ENETUNREACH', 'ENODEV', 'ENXIO'];

/**
 * The kernel is asked about the route of an ordinary packet. What it makes of one that leaves by another device, or carries a
 * mark, is learned at the first send; with -I the source is the device's own address. @throws SetupError, SystemError
 */
export async function findSource(context: SetupContext, target: Address, zone: string | null): Promise<SourceAnswer> {
  const { device } = context.options;
  const own = device === null ? null : addressOn(device, target);
  const ask = async (mayBroadcast: boolean) => {
    const answer = await askNodeForSource(withZone(target, zone), mayBroadcast);
    return own ?? readAddress(answer, target.family);
  };
  try {
    return { source: await ask(false), isBroadcast: false };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (isForFirstSend(context, target, error)) {
      return { source: own ?? readAddress(null, target.family), isBroadcast: false };
    }
    if (error.code !== 'EACCES' || target.family === 6) throw error;
    if (!context.options.broadcast) {
      throw new SetupError('Do you want to ping broadcast? Then -b. If not, check your local firewall rules');
    }
  }
  context.console.remark('WARNING: pinging broadcast address');
  return { source: await ask(true), isBroadcast: true };
}

function isUnreachable({ code }: SystemError): boolean {
  return code === 'EHOSTUNREACH' || code === 'ENETUNREACH';
}

/** Without a usable zone a link-local target has no route, yet it is for the user to see that nothing answers. */
function isForFirstSend({ options }: SetupContext, target: Address, error: SystemError): boolean {
  if (isLinkLocal(target) || isLinkLocalMulticast(target)) return ZONE_ERRORS.includes(error.code);
  return isUnreachable(error) && (options.device !== null || options.mark !== null);
}

/** The device's address of the target's kind: link-local towards a link-local one. */
function addressOn(device: string, target: Address): Address | null {
  const own = findInterface(device)?.addresses.filter(({ family }) => family === target.family) ?? [];
  const isNear = isLinkLocal(target) || (target.family === 6 && isMulticast(target));
  return own.find((address) => isLinkLocal(address) === isNear) ?? own[0] ?? null;
}

/** Null stands for the unspecified address. */
function readAddress(text: string | null, family: Family): Address {
  if (text === null) return { family, octets: new Uint8Array(family === 4 ? 4 : 16), scope: 0 };
  const octets = family === 4 ? parseIpv4(text) : parseIpv6(text.split('%', 1)[0]!);
  if (octets === null) throw new Error(`node answered an address of another family: ${text}`);
  return { family, octets, scope: 0 };
}

/** -I with a device that does not carry the address the kernel chose. */
export function warnOfOtherDevice({ options, console }: SetupContext, source: Address): void {
  if (options.device === null) return;
  const device = findInterface(options.device);
  if (device !== null && !device.addresses.some((address) => sameAddress(address, source))) {
    console.warn(`Warning: source address might be selected on device other than: ${options.device}`);
  }
}
