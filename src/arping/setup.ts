/**
 * From options to a socket that hears ARP: what needs CAP_NET_RAW is opened first, then privileges are given up, then the
 * resolver is asked. The order decides which complaint a user sees first; it is iputils' (../shared/spec/iputils.md section 3.2).
 */
import { SetupError } from '../cli/errors.ts';
import type { SetupRules } from '../cli/setup-rules.ts';
import type { Clock } from '../net/clock.ts';
import { EPERM } from '../net/constants.ts';
import { isSystemError, reasonOf } from '../net/errors.ts';
import { Interfaces } from '../net/interfaces.ts';
import type { NativeAddon, NativeHandle, NativeInterface, SystemError } from '../net/native.ts';
import { bindPacketSocket, type FramePort, openPacketSocket, PacketPort } from '../net/packet-socket.ts';
import { resolveName } from '../net/resolver.ts';
import { LONGEST_LINK_ADDRESS } from '../net/sockaddr-ll.ts';
import { openProbeSocket } from '../net/source-address.ts';
import { parseInetAton } from '../packet/address.ts';
import { ETH_P_ARP, ETH_P_RARP } from '../packet/ethernet.ts';
import { findDevice, noLinkAddress, requireArp } from './device.ts';
import type { ArpingOptions } from './options.ts';
import type { LinkEnd } from './protocol.ts';
import { bindProbeToDevice, findSource } from './source.ts';

export interface SetupContext {
  readonly addon: NativeAddon;
  readonly clock: Clock;
  readonly options: ArpingOptions;
  /** Tells what went wrong where the run goes on. */
  readonly warn: (message: string) => void;
  readonly rules: SetupRules;
}

export interface Session {
  readonly port: FramePort;
  readonly device: string;
  readonly link: LinkEnd;
  /** 0.0.0.0 with --reverse. */
  readonly target: Uint8Array;
  /** 0.0.0.0 where there is none. */
  readonly source: Uint8Array;
}

const UNSPECIFIED = new Uint8Array(4);

/** The caller closes the session's port. @throws SetupError, UnusableInterface */
export async function openSession(context: SetupContext): Promise<Session> {
  const { addon, options, rules } = context;
  const packet = openPrivileged(addon);
  const probe = openProbeSocket(addon, 4);
  try {
    const deviceError = options.device === null ? null : bindProbeToDevice(addon, probe, options.device);
    rules.secure(addon);
    const target = options.reverse === null ? await findTarget(context) : UNSPECIFIED;
    const device = findDevice(addon, new Interfaces(addon), options, target);
    requireArp(device, options);
    const source = findSource(context, { socket: probe, deviceError, device: device.name, target });
    return { ...openLink(context, packet, device), device: device.name, target, source };
  } catch (error) {
    addon.close(packet);
    throw isSystemError(error) ? new SetupError(error.message, undefined, { cause: error }) : error;
  } finally {
    addon.close(probe);
  }
}

/** @throws SetupError that says what was refused and what would mend it */
function openPrivileged(addon: NativeAddon): NativeHandle {
  try {
    return openPacketSocket(addon);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const message = -error.errno === EPERM ? explainRefusal(error) : error.message;
    throw new SetupError(message, undefined, { cause: error });
  }
}

function explainRefusal(refused: SystemError): string {
  const mends = [
    'with sudo',
    `after (as root) setcap cap_net_raw+ep ${process.execPath}`,
    'in a container with --cap-add NET_RAW',
  ];
  return `${refused.message} (AF_PACKET refused for want of CAP_NET_RAW)\n=> run it ${mends.join('   or   ')}`;
}

async function findTarget({ addon, options, rules }: SetupContext): Promise<Uint8Array> {
  const literal = parseInetAton(options.destination);
  if (literal !== null) return literal;
  try {
    const { addresses } = await rules.wait(resolveName(addon, options.destination, 4, rules.isStillWanted));
    return addresses[0]!.octets;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SetupError(`${options.destination}: ${reasonOf(error)}`, undefined, { cause: error });
  }
}

/** Binds the packet socket: from here on it hears. */
function openLink(
  { addon, clock, options, warn }: SetupContext,
  handle: NativeHandle,
  device: NativeInterface,
): Pick<Session, 'port' | 'link'> {
  const etherType = options.reverse === null ? ETH_P_ARP : ETH_P_RARP;
  const { hardwareType, address: hardware } = bindPacketSocket(addon, handle, etherType, device.index);
  if (hardware.length === 0) throw noLinkAddress(device, options);
  if (hardware.length > LONGEST_LINK_ADDRESS) {
    throw new SetupError(`Interface "${device.name}" has hardware addresses of ${hardware.length} octets: too long`);
  }
  if (options.reverse !== null && options.reverse.length !== hardware.length) {
    throw new SetupError(`hardware addresses on ${device.name} have ${hardware.length} octets`);
  }
  let broadcast = device.hardwareBroadcast;
  if (broadcast.length !== hardware.length) {
    warn('WARNING: using default broadcast address.');
    broadcast = new Uint8Array(hardware.length).fill(0xff);
  }
  const port = new PacketPort({ addon, clock, handle, etherType, interfaceIndex: device.index });
  return { port, link: { hardwareType, hardware, broadcast } };
}
