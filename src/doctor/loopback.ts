/** One probe of each method to this machine itself: whether it is answered, and who stamps it. Nothing leaves the machine. */
import { AddonPort } from '../net/addon-port.ts';
import type { Clock } from '../net/clock.ts';
import { AF_INET, AF_INET6, IPPROTO_TCP, IPPROTO_UDP, SOCK_DGRAM, SOCK_STREAM } from '../net/constants.ts';
import { isSystemError } from '../net/errors.ts';
import { type OpenedSocket, passTypes } from '../net/icmp-socket.ts';
import { processIdentifier } from '../net/identifier.ts';
import type { Interfaces } from '../net/interfaces.ts';
import type { NativeAddon } from '../net/native.ts';
import { type Address, decodeSockaddr, encodeSockaddr, type Family } from '../net/sockaddr.ts';
import { openTcpPort } from '../net/tcp-addon-port.ts';
import { openUdpPort } from '../net/udp-addon-port.ts';
import { ICMP_ECHO, ICMP_ECHOREPLY, ICMP_HEADER_LENGTH } from '../packet/icmp-constants.ts';
import { peekIcmpType, writeIcmp6Echo, writeIcmpEcho } from '../packet/icmp-echo.ts';
import { ICMPV6_ECHO_REPLY, ICMPV6_ECHO_REQUEST } from '../packet/icmp6-constants.ts';
import type { LoopbackOutcome } from './facts.ts';

/** Loopback answers within microseconds: a machine that needs more than this answers nothing. */
const PATIENCE_MS = 500;
/** The first socket of a machine to ask switches the stamps on, a moment later: so the probe is sent again. */
const REPEAT_MS = 50;
const PROBES = 3;
const PAYLOAD_OCTETS = 16;

export interface Machine {
  readonly addon: NativeAddon;
  readonly clock: Clock;
  readonly interfaces: Interfaces;
}

/** What a probe's port offers here. */
interface Probe {
  /** 0 or an errno. */
  send(number: number): number;
  /** Calls back for each stamp of sending, and for an answer with whether the kernel told its time. */
  drain(onTransmit: () => void, onAnswer: (isStamped: boolean) => void): void;
  watch(callback: (() => void) | null): void;
  close(): void;
}

function loopbackOf(family: Family): Address {
  const octets = new Uint8Array(family === 4 ? 4 : 16);
  if (family === 4) octets[0] = 127;
  octets[octets.length - 1] = 1;
  return { family, octets, scope: 0 };
}

/** By an ICMP socket that is open already; closes it. */
export async function probeEcho(machine: Machine, socket: OpenedSocket): Promise<LoopbackOutcome> {
  const { family, type } = socket;
  const replyType = family === 4 ? ICMP_ECHOREPLY : ICMPV6_ECHO_REPLY;
  const identifier = processIdentifier();
  return await outcomeOf(machine, () => {
    const port = new AddonPort({
      ...machine,
      socket,
      target: loopbackOf(family),
      messageOctets: ICMP_HEADER_LENGTH + PAYLOAD_OCTETS,
      replies: type === 'raw' ? { type: replyType, identifier } : null,
      flowInfo: 0,
      interfaceIndex: 0,
      receiveStamps: true,
      transmitStamps: true,
    });
    passTypes(machine.addon, socket, [replyType]);
    return {
      send: (number) => {
        if (family === 4) writeIcmpEcho(port.outgoing, 0, ICMP_ECHO, identifier, number, PAYLOAD_OCTETS);
        else writeIcmp6Echo(port.outgoing, 0, ICMPV6_ECHO_REQUEST, identifier, number);
        return port.send(ICMP_HEADER_LENGTH + PAYLOAD_OCTETS, number, false);
      },
      drain: (onTransmit, onAnswer) =>
        port.drain({
          transmitted: onTransmit,
          packet: ({ octets, start, stampNs }) => {
            if (peekIcmpType(octets, start) === replyType) onAnswer(!Number.isNaN(stampNs));
          },
          queuedError: () => {},
        }),
      watch: (callback) => port.watch(callback),
      close: () => port.close(),
    };
  });
}

/** To a port that was free a moment ago: "port unreachable" is the answer. */
export async function probeUdp(machine: Machine, family: Family): Promise<LoopbackOutcome> {
  return await outcomeOf(machine, () => {
    const destinationPort = freePort(machine.addon, family, SOCK_DGRAM, IPPROTO_UDP);
    const port = openUdpPort({
      ...machine,
      target: loopbackOf(family),
      largestPayloadOctets: PAYLOAD_OCTETS,
      burst: 1,
    });
    const payload = new Uint8Array(PAYLOAD_OCTETS);
    return {
      send: (token) => {
        const sent = port.send([{ destinationPort, hopLimit: 0, payload, payloadOctets: PAYLOAD_OCTETS, token }]);
        return sent < 0 ? -sent : 0;
      },
      drain: (onTransmit, onAnswer) =>
        port.drain({
          transmitted: onTransmit,
          queuedError: ({ origin, stampNs }) => {
            if (origin !== 'local') onAnswer(!Number.isNaN(stampNs));
          },
          reply: ({ stampNs }) => onAnswer(!Number.isNaN(stampNs)),
        }),
      watch: (callback) => port.watch(callback),
      close: () => port.close(),
    };
  });
}

/** To a port that was free a moment ago: a reset is the answer, which nobody stamps. */
export async function probeTcp(machine: Machine, family: Family): Promise<LoopbackOutcome> {
  return await outcomeOf(machine, () => {
    const number = freePort(machine.addon, family, SOCK_STREAM, IPPROTO_TCP);
    const port = openTcpPort({ ...machine, target: loopbackOf(family), port: number });
    return {
      send: (token) => port.send(token),
      drain: (_onTransmit, onAnswer) =>
        port.drain({
          accepted: (_token, { clock }) => onAnswer(clock === 'kernel'),
          refused: () => onAnswer(false),
          queuedError: () => {},
        }),
      watch: (callback) => port.watch(callback),
      close: () => port.close(),
    };
  });
}

/** @throws SystemError */
function freePort(addon: NativeAddon, family: Family, type: number, protocol: number): number {
  const handle = addon.open(family === 4 ? AF_INET : AF_INET6, type, protocol);
  try {
    addon.bind(handle, encodeSockaddr(loopbackOf(family)));
    return decodeSockaddr(addon.getsockname(handle))!.port;
  } finally {
    addon.close(handle);
  }
}

async function outcomeOf({ addon }: Machine, open: () => Probe): Promise<LoopbackOutcome> {
  let probe: Probe;
  try {
    probe = open();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return { refused: error.code };
  }
  try {
    return await exchange(addon, probe);
  } finally {
    probe.watch(null);
    probe.close();
  }
}

/** Sends until something is stamped on both sides, up to a few times; answers the best that came. */
async function exchange(addon: NativeAddon, probe: Probe): Promise<LoopbackOutcome> {
  let best: LoopbackOutcome = 'silent';
  for (let number = 1; number <= PROBES && best !== 'kernel'; number++) {
    let isSentStamped = false;
    const errno = probe.send(number);
    if (errno !== 0) return { refused: addon.errnoName(errno) };
    const patienceMs = number === PROBES ? PATIENCE_MS : REPEAT_MS;
    const isStamped = await answered(probe, patienceMs, () => {
      isSentStamped = true;
    });
    if (isStamped !== null) best = isStamped && isSentStamped ? 'kernel' : 'user';
  }
  return best;
}

/** Whether the answer is stamped; null where none comes in time. */
function answered(probe: Probe, patienceMs: number, onTransmit: () => void): Promise<boolean | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), patienceMs);
    const look = () =>
      probe.drain(onTransmit, (isStamped) => {
        clearTimeout(timer);
        resolve(isStamped);
      });
    probe.watch(look);
    look();
  });
}
