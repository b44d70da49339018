/** Which interface to ask by: the one of -I, or the one that the route to the target names; and whether ARP works there. */
import { SetupError } from '../cli/errors.ts';
import { ENODEV, IFF_LOOPBACK, IFF_NOARP, IFF_UP } from '../net/constants.ts';
import { isSystemError, reasonOf, systemError } from '../net/errors.ts';
import type { Interfaces } from '../net/interfaces.ts';
import type { NativeAddon, NativeInterface } from '../net/native.ts';
import { findOutputInterface } from '../net/route-lookup.ts';
import { formatIpv4 } from '../packet/address.ts';
import type { ArpingOptions } from './options.ts';

const SYSTEM_STATUS = 2;
const NO_ROUTE_STATUS = 1;
const UNDETERMINED = 'Suitable device could not be determined. Please, use option -I.';

/** Told on stdout and not at all with -q, as in iputils. */
export class UnusableInterface extends Error {
  readonly exitStatus: number;
  constructor(message: string, exitStatus = SYSTEM_STATUS) {
    super(message);
    this.exitStatus = exitStatus;
  }
}

/** @throws SetupError when there is none, or none that can be told */
export function findDevice(
  addon: NativeAddon,
  interfaces: Interfaces,
  options: ArpingOptions,
  target: Uint8Array,
): NativeInterface {
  const found =
    options.device === null
      ? guessDevice(addon, interfaces, options, target)
      : named(addon, interfaces, options.device);
  if (found === undefined) throw new SetupError(UNDETERMINED);
  return found;
}

/** One that has no hardware address is none for iputils either. */
function named(addon: NativeAddon, interfaces: Interfaces, name: string): NativeInterface {
  const device = interfaces.byName(name);
  if (device !== null && device.hardwareAddress.length > 0) return device;
  const cause = systemError(addon, ENODEV, 'if_nametoindex');
  throw new SetupError(`Device ${name} not available.`, undefined, { cause });
}

function guessDevice(
  addon: NativeAddon,
  interfaces: Interfaces,
  options: ArpingOptions,
  target: Uint8Array,
): NativeInterface | undefined {
  if (options.reverse !== null) return onlyUsable(interfaces);
  try {
    const index = findOutputInterface(addon, { family: 4, octets: target, scope: 0 });
    return interfaces.all.find((each) => each.index === index);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const reason = `no route to ${formatIpv4(target)}: ${reasonOf(error)}. Please, use option -I.`;
    throw new SetupError(reason, NO_ROUTE_STATUS, { cause: error });
  }
}

/** No route leads to a hardware address. */
function onlyUsable(interfaces: Interfaces): NativeInterface | undefined {
  const usable = interfaces.all.filter((each) => whyUnusable(each) === null && each.hardwareAddress.length > 0);
  return usable.length === 1 ? usable[0] : undefined;
}

function whyUnusable({ flags }: NativeInterface): 'is down' | 'is not ARPable' | null {
  if ((flags & IFF_UP) === 0) return 'is down';
  return (flags & (IFF_NOARP | IFF_LOOPBACK)) === 0 ? null : 'is not ARPable';
}

/**
 * An interface without any hardware address is left to the packet socket to complain of (`noLinkAddress`).
 * @throws UnusableInterface
 */
export function requireArp(device: NativeInterface, options: ArpingOptions): void {
  if (device.hardwareAddress.length === 0) return;
  const why = whyUnusable(device);
  if (why === 'is down') throw new UnusableInterface(`Interface "${device.name}" ${why}`);
  if (why !== null) throw new UnusableInterface(`Interface "${device.name}" ${why}`, statusWithoutArp(options));
}

export function noLinkAddress(device: NativeInterface, options: ArpingOptions): UnusableInterface {
  return new UnusableInterface(`Interface "${device.name}" is not ARPable (no ll address)`, statusWithoutArp(options));
}

/** Where there is no ARP there is no duplicate. */
function statusWithoutArp({ duplicate }: ArpingOptions): number {
  return duplicate ? 0 : SYSTEM_STATUS;
}
