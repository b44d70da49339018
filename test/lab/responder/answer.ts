/** The liar's mind: from a packet to its replies, the lie being chosen by the destination address alone. */
import { addressOctets } from '../addresses.ts';
import { answerWithClock } from './clock-lies.ts';
import { ECHO_LIES, ECHO_REQUEST_TYPE, portUnreachable } from './echo-lies.ts';
import { icmpError, TYPE } from './icmp-errors.ts';
import { TIMESTAMP_REQUEST_TYPE, timestampReply } from './icmp-timestamp.ts';
import { CLOCK_LIES, type ClockLieName, ICMP_ERRORS, ICMP6_ERRORS, LIES, type LieName } from './lies.ts';
import { informationReply, NODE_INFORMATION_QUERY_TYPE } from './node-information.ts';
import { type Packet, PROTOCOL } from './packets.ts';
import type { Reply } from './reply.ts';

/** MTU of "fragmentation needed" and "packet too big". */
const ERROR_MTU = 1400;
const ERROR_POINTER = 40;
const FRAGMENTATION_NEEDED = 4;

type ErrorLie = (packet: Packet) => Reply;

const lieByAddress: ReadonlyMap<string, LieName> = new Map(
  (Object.keys(LIES) as LieName[]).flatMap((name) =>
    Object.values(LIES[name]).map((address) => [key(addressOctets(address)), name] as const),
  ),
);
const clockByAddress: ReadonlyMap<string, ClockLieName> = new Map(
  (Object.keys(CLOCK_LIES) as ClockLieName[]).map((name) => [key(addressOctets(CLOCK_LIES[name])), name] as const),
);
const errorByAddress = new Map<string, ErrorLie>([...ipv4Errors(), ...ipv6Errors()]);

/** `arrivedMs`: when the packet arrived, in milliseconds since 1970. */
export function answer(packet: Packet, arrivedMs = Date.now()): readonly Reply[] {
  const address = key(packet.destination);
  const error = errorByAddress.get(address);
  if (error !== undefined) return [error(packet)];
  const clock = clockByAddress.get(address);
  if (clock !== undefined) return answerWithClock(clock, packet, arrivedMs);
  const lie = lieByAddress.get(address);
  return lie === undefined ? [] : answerLie(lie, packet);
}

function answerLie(lie: LieName, packet: Packet): readonly Reply[] {
  const icmp = packet.body;
  if (packet.protocol === PROTOCOL.UDP) return lie === 'normal' ? [portUnreachable(packet)] : [];
  if (packet.protocol !== (packet.family === 4 ? PROTOCOL.ICMP : PROTOCOL.ICMPV6) || icmp.length < 8) return [];
  switch (icmp[0]) {
    case ECHO_REQUEST_TYPE[packet.family]: {
      const [identifier, sequence] = [icmp.readUInt16BE(4), icmp.readUInt16BE(6)];
      return ECHO_LIES[lie]({ packet, identifier, sequence, payload: icmp.subarray(8) });
    }
    case TIMESTAMP_REQUEST_TYPE:
      return packet.family === 4 ? timestampReply(lie, icmp) : [];
    case NODE_INFORMATION_QUERY_TYPE:
      return packet.family === 6 ? informationReply(lie, icmp) : [];
    default:
      return [];
  }
}

function ipv4Errors(): [string, ErrorLie][] {
  const type = TYPE[4];
  const nextHop = addressOctets(LIES.gateway.ipv4).readUInt32BE(0);
  const everyOctet = Array.from({ length: 256 }, (_, value) => value);
  return [
    entry(ICMP_ERRORS.sourceQuench, (packet) => icmpError(packet, type.sourceQuench, 0)),
    ...everyOctet.flatMap((value) => [
      entry(ICMP_ERRORS.destinationUnreachable(value), (packet) =>
        icmpError(packet, type.unreachable, value, value === FRAGMENTATION_NEEDED ? ERROR_MTU : 0),
      ),
      entry(ICMP_ERRORS.redirect(value), (packet) => icmpError(packet, type.redirect, value, nextHop)),
      entry(ICMP_ERRORS.timeExceeded(value), (packet) => icmpError(packet, type.timeExceeded, value)),
      entry(ICMP_ERRORS.parameterProblem(value), (packet) => icmpError(packet, type.parameterProblem, 0, value << 24)),
    ]),
  ];
}

function ipv6Errors(): [string, ErrorLie][] {
  const type = TYPE[6];
  return [
    ...([0, 1, 2, 3, 4, 5, 6, 7] as const).map((code) =>
      entry(ICMP6_ERRORS.destinationUnreachable(code), (packet) => icmpError(packet, type.unreachable, code)),
    ),
    ...([0, 1] as const).map((code) =>
      entry(ICMP6_ERRORS.packetTooBig(code), (packet) => icmpError(packet, type.packetTooBig, code, ERROR_MTU)),
    ),
    ...([0, 1, 2] as const).map((code) =>
      entry(ICMP6_ERRORS.timeExceeded(code), (packet) => icmpError(packet, type.timeExceeded, code)),
    ),
    ...([0, 1, 2, 3] as const).map((code) =>
      entry(ICMP6_ERRORS.parameterProblem(code), (packet) =>
        icmpError(packet, type.parameterProblem, code, ERROR_POINTER),
      ),
    ),
  ];
}

function entry(address: string, lie: ErrorLie): [string, ErrorLie] {
  return [key(addressOctets(address)), lie];
}

function key(octets: Buffer): string {
  return octets.toString('latin1');
}
