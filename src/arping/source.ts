/** Which IPv4 address the probes name as their sender: -s, none (-D), the target itself (-U, -A), or the kernel's choice. */
import { SetupError } from '../cli/errors.ts';
import { SO_BINDTODEVICE, SO_DONTROUTE, SOL_SOCKET } from '../net/constants.ts';
import { isSystemError } from '../net/errors.ts';
import type { NativeAddon, NativeHandle, SystemError } from '../net/native.ts';
import { type Address, encodeSockaddr } from '../net/sockaddr.ts';
import { askSource } from '../net/source-address.ts';
import { parseInetAton } from '../packet/address.ts';
import type { SetupContext } from './setup.ts';

const UNSPECIFIED = new Uint8Array(4);

/** An unsent UDP socket that asks the kernel, and what is known by the time it does. */
export interface SourceProbe {
  readonly socket: NativeHandle;
  /** Why -I's device could not be bound; null where it was, or where there is no -I. */
  readonly deviceError: SystemError | null;
  readonly device: string;
  readonly target: Uint8Array;
}

/** Before Linux 5.7 this needs CAP_NET_RAW. Answers why it was refused, or null. */
export function bindProbeToDevice(addon: NativeAddon, socket: NativeHandle, device: string): SystemError | null {
  try {
    addon.setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, new TextEncoder().encode(`${device}\0`));
    return null;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error;
  }
}

/** @throws SetupError for what is no address, SystemError where the kernel refuses (bind: EADDRNOTAVAIL; connect: EACCES) */
export function findSource(context: SetupContext, probe: SourceProbe): Uint8Array {
  const { addon, options } = context;
  if (options.reverse !== null) return UNSPECIFIED;
  const wanted = wantedSource(context, probe.target);
  const refused = options.device === null ? bindProbeToDevice(addon, probe.socket, probe.device) : probe.deviceError;
  if (wanted === null) {
    if (refused !== null) context.warn('WARNING: interface is ignored');
    addon.setsockopt(probe.socket, SOL_SOCKET, SO_DONTROUTE, 1);
    return askSource(addon, probe.socket, ipv4(probe.target), null).octets;
  }
  // What is not ours would be a lie to all neighbours; 0.0.0.0 says nothing.
  if (wanted.some((octet) => octet !== 0)) addon.bind(probe.socket, encodeSockaddr(ipv4(wanted)));
  return wanted;
}

/** Null leaves it to the kernel. */
function wantedSource({ options }: SetupContext, target: Uint8Array): Uint8Array | null {
  if (options.source !== null) {
    const given = parseInetAton(options.source);
    if (given === null) throw new SetupError(`invalid source ${options.source}`);
    return given;
  }
  if (options.duplicate) return UNSPECIFIED;
  return options.unsolicited ? target : null;
}

function ipv4(octets: Uint8Array): Address {
  return { family: 4, octets, scope: 0 };
}
