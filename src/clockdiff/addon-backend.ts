/**
 * The full backend, on the addon. The socket is opened and the priority raised while privileges last; they are gone before
 * the resolver reads its first answer. The order decides which complaint a user sees first; it is iputils'.
 */
import { SetupError } from '../cli/errors.ts';
import { COMMAND_RULES, type SetupRules } from '../cli/setup-rules.ts';
import { AddonPort, RECEIVE_STAMPS } from '../net/addon-port.ts';
import { TimerfdAlarm } from '../net/alarm.ts';
import { Clock } from '../net/clock.ts';
import { IP_OPTIONS, SO_TIMESTAMPING, SOL_IP, SOL_SOCKET } from '../net/constants.ts';
import { isSystemError, reasonOf } from '../net/errors.ts';
import { IcmpSocketRefused, type OpenedSocket, openIcmpSocket, passIcmpTypes } from '../net/icmp-socket.ts';
import { Interfaces } from '../net/interfaces.ts';
import type { NativeAddon } from '../net/native.ts';
import { explainRefusal } from '../net/privileges.ts';
import { resolveName } from '../net/resolver.ts';
import { type Address, decodeSockaddr, encodeSockaddr, formatAddress } from '../net/sockaddr.ts';
import { parseInetAton } from '../packet/address.ts';
import { ICMP_ECHOREPLY, ICMP_TIMESTAMPREPLY } from '../packet/icmp-constants.ts';
import type { ClockdiffBackend, Session, SessionRequest } from './backend.ts';
import { FAILURE_STATUS } from './options.ts';
import { raisePriority } from './priority.ts';
import { type Mode, PROBE_OCTETS, stampOptions } from './probe.ts';

interface SetupContext extends SessionRequest {
  readonly addon: NativeAddon;
  readonly clock: Clock;
  readonly rules: SetupRules;
}

/** capabilities(7); the only one that is needed once the socket is open. */
const CAP_SYS_NICE = 23;

/** Kernel stamps both ways, IP options, errors by the queue. */
export function addonBackend(addon: NativeAddon, rules: SetupRules = COMMAND_RULES): ClockdiffBackend {
  const clock = new Clock(addon.readClocks);
  return {
    name: 'addon',
    clock,
    clockErrorNs: 0,
    waitsInKernel: true,
    openSession: (request) => setUp({ ...request, addon, clock, rules }),
    createAlarm: (onExpiry) => new TimerfdAlarm(addon, onExpiry),
    strerror: addon.strerror,
  };
}

async function setUp(context: SetupContext): Promise<Session> {
  const { addon, rules } = context;
  const socket = openSocket(addon);
  try {
    // The other threads give up theirs while they get the processor as often as this one does: at a higher priority we
    // might starve them, and wait for them in vain.
    rules.secure(addon, 1 << CAP_SYS_NICE);
    // Kernel stamps do not care who runs when, so it goes without this as well.
    if (rules.isOwnProcess) raisePriority();
    rules.secure(addon);
    return await openSession(context, socket);
  } catch (error) {
    addon.close(socket.handle);
    throw error;
  }
}

function openSocket(addon: NativeAddon): OpenedSocket {
  try {
    const socket = openIcmpSocket(addon, 4, true);
    // The first socket of a machine to ask switches the stamps on, a moment later: ask long before the first reply.
    addon.setsockopt(socket.handle, SOL_SOCKET, SO_TIMESTAMPING, RECEIVE_STAMPS);
    return socket;
  } catch (error) {
    if (error instanceof IcmpSocketRefused)
      throw new SetupError(explainRefusal(error), FAILURE_STATUS, { cause: error });
    throw error;
  }
}

async function openSession(context: SetupContext, socket: OpenedSocket): Promise<Session> {
  const { addon, clock, options, rules, identifier } = context;
  const { host, target } = await findTarget(context, options.destination);
  const { handle } = socket;
  attempt('connect', () => addon.connect(handle, encodeSockaddr(target)));
  const own = decodeSockaddr(addon.getsockname(handle));
  // 0.0.0.0 is ourselves, connect(2).
  const peer = own !== null && target.octets.every((octet) => octet === 0) ? own : target;
  const address = format(peer);
  const mode = own === null ? 'icmp' : useOptions(context, socket, format(own), address);
  const replyType = mode === 'icmp' ? ICMP_TIMESTAMPREPLY : ICMP_ECHOREPLY;
  passIcmpTypes(addon, handle, [replyType]);
  const port = new AddonPort({
    addon,
    clock,
    interfaces: new Interfaces(addon),
    socket,
    target: peer,
    messageOctets: PROBE_OCTETS,
    // Replies of the target with another identifier are to be told, not dropped; but not those of a program's other runs.
    replies: rules.isOwnProcess ? null : { type: replyType, identifier },
    flowInfo: 0,
    interfaceIndex: 0,
    receiveStamps: true,
    transmitStamps: true,
  });
  return { port, host, address, mode, isConnected: true };
}

/** Looks the destination up. @throws SetupError when there is no such name, or it has no IPv4 address */
async function findTarget(
  { addon, rules }: SetupContext,
  name: string,
): Promise<{ readonly host: string; readonly target: Address }> {
  const literal = parseInetAton(name);
  if (literal !== null) return { host: name, target: { family: 4, octets: literal, scope: 0 } };
  try {
    const { canonicalName, addresses } = await rules.wait(resolveName(addon, name, 4, rules.isStillWanted));
    return { host: canonicalName ?? name, target: addresses[0]! };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SetupError(`${name}: ${reasonOf(error)}`, FAILURE_STATUS, { cause: error });
  }
}

/** Sets IP_OPTIONS for -o and -o1. Answers the mode that is left: where the kernel refuses, timestamp messages do. */
function useOptions({ addon, options, console }: SetupContext, socket: OpenedSocket, own: string, peer: string): Mode {
  const { mode } = options;
  if (mode === 'icmp') return mode;
  try {
    addon.setsockopt(socket.handle, SOL_IP, IP_OPTIONS, stampOptions(mode, own, peer));
    return mode;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    console.warn(`IP_OPTIONS (fallback to icmp tstamps): ${reasonOf(error)}`);
    return 'icmp';
  }
}

function attempt(what: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SetupError(`${what}: ${reasonOf(error)}`, FAILURE_STATUS, { cause: error });
  }
}

function format(address: Address): string {
  return formatAddress(address, () => null);
}
