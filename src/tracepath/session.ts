/** From options to a socket that is ready to probe: the destination's address, and a port towards it. */
import { SetupError, UsageError } from '../cli/errors.ts';
import { COMMAND_RULES, type SetupRules } from '../cli/setup-rules.ts';
import type { Clock } from '../net/clock.ts';
import { isSystemError, reasonOf } from '../net/errors.ts';
import type { Interfaces } from '../net/interfaces.ts';
import type { NativeAddon } from '../net/native.ts';
import { resolveName } from '../net/resolver.ts';
import { type Address, formatAddress } from '../net/sockaddr.ts';
import { isV4Mapped, openUdpPort } from '../net/udp-addon-port.ts';
import type { UdpPort } from '../net/udp-port.ts';
import { OVERHEAD_OCTETS } from './mtu.ts';
import { limitsOf, type TracepathOptions } from './options.ts';
import { taggedPacketOctets } from './probing/tag.ts';
import type { TraceConfig } from './trace.ts';

const FAILURE_STATUS = 1;
const INT_MAX = 2 ** 31 - 1;
/** What a packet is as long as unless -l says otherwise: more than any link's MTU. */
const DEFAULT_LENGTH = { 4: 65_535, 6: 128_000 } as const;

export interface Machine {
  readonly addon: NativeAddon;
  readonly clock: Clock;
  readonly interfaces: Interfaces;
}

export interface Session {
  readonly port: UdpPort;
  /** The target's address as the user gave it or the resolver found it. */
  readonly target: Address;
  readonly targetText: string;
  readonly config: TraceConfig;
}

/** @throws SetupError, UsageError with exit status 1; leaves nothing open then */
export async function openSession(
  machine: Machine,
  options: TracepathOptions,
  rules: SetupRules = COMMAND_RULES,
): Promise<Session> {
  const { addon, interfaces } = machine;
  // A UDP socket needs no privilege, so there is none to be kept until one is open.
  rules.secure(addon);
  const addresses = await lookUp(addon, options, rules);
  const { target, port, length } = openFirst(machine, options, addresses);
  const wire = isV4Mapped(target) ? ({ family: 4, octets: target.octets.slice(12), scope: 0 } as const) : target;
  const config: TraceConfig = {
    family: wire.family,
    isMapped: wire !== target,
    wireTarget: formatAddress(wire, interfaces.nameOf),
    maxHops: options.maxHops,
    basePort: options.port,
    length,
    blackHoles: options.blackHoles,
    limits: limitsOf(options),
  };
  return { port, target, targetText: formatAddress(target, interfaces.nameOf), config };
}

async function lookUp(
  addon: NativeAddon,
  { destination, family }: TracepathOptions,
  { wait, isStillWanted }: SetupRules,
): Promise<readonly Address[]> {
  try {
    return (await wait(resolveName(addon, destination, family, isStillWanted))).addresses;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SetupError(`${destination}: ${reasonOf(error)}`, FAILURE_STATUS, { cause: error });
  }
}

/** The first address that a socket is to be had for. */
function openFirst(
  { addon, clock, interfaces }: Machine,
  options: TracepathOptions,
  addresses: readonly Address[],
): { readonly target: Address; readonly port: UdpPort; readonly length: number } {
  let failure: SetupError | null = null;
  for (const target of addresses) {
    const length = checkLength(options, target);
    try {
      const overheadOctets = OVERHEAD_OCTETS[wireFamily(target)];
      const largestPayloadOctets = taggedPacketOctets(length, overheadOctets) - overheadOctets;
      // With --flows each flow opens a socket for its own port.
      const sourcePort = options.flows === null ? options.sourcePort : 0;
      const port = openUdpPort({ addon, clock, interfaces, target, largestPayloadOctets, sourcePort });
      return { target, length, port };
    } catch (error) {
      if (!isSystemError(error)) throw error;
      const what = options.sourcePort === 0 ? 'socket/connect' : `source port ${options.sourcePort}`;
      failure ??= new SetupError(`${what}: ${reasonOf(error)}`, FAILURE_STATUS, { cause: error });
    }
  }
  throw failure ?? new SetupError(`${options.destination}: Address family for hostname not supported`, FAILURE_STATUS);
}

function wireFamily(target: Address): 4 | 6 {
  return isV4Mapped(target) ? 4 : target.family;
}

/** @throws UsageError for a packet that has no room for its headers */
function checkLength({ length }: TracepathOptions, target: Address): number {
  const family = wireFamily(target);
  const overhead = OVERHEAD_OCTETS[family];
  const octets = length === 0 ? DEFAULT_LENGTH[family] : length;
  if (octets > overhead) return octets;
  throw new UsageError(`pktlen must be within: ${overhead} < value <= ${INT_MAX}`, FAILURE_STATUS);
}
