/**
 * The two questions: who has an address (ARP, RFC 826), and what address somebody has (RARP, RFC 903). A protocol makes the
 * probe and says which frames answer it; whatever else is on the wire is not ours and is left out.
 */
import type { IncomingFrame } from '../net/packet-socket.ts';
import { formatIpv4 } from '../packet/address.ts';
import {
  ARP_PROTOCOL_AX25_IPV4,
  ARP_PROTOCOL_IPV4,
  ARPHRD_AX25,
  ARPHRD_ETHER,
  ARPHRD_FDDI,
  ARPHRD_NETROM,
  ARPOP_REPLY,
  ARPOP_REQUEST,
  ARPOP_RREPLY,
  ARPOP_RREQUEST,
  type ArpPacket,
  decodeArp,
  encodeArp,
} from '../packet/arp.ts';
import { formatHardwareAddress } from '../packet/hardware-address.ts';
import type { Answer, Delivery } from './events.ts';

/** Our own end of the link. */
export interface LinkEnd {
  /** ARPHRD_ of the interface. */
  readonly hardwareType: number;
  readonly hardware: Uint8Array;
  readonly broadcast: Uint8Array;
}

export interface ArpQuestion {
  readonly link: LinkEnd;
  /** `ar$op`: replies (-A) update caches where requests do not. */
  readonly operation: 'request' | 'reply';
  readonly source: Uint8Array;
  readonly target: Uint8Array;
  /** -D: an answer to anybody proves that the address is taken. */
  readonly isDuplicateDetection: boolean;
  /** --watch: what the target announces of itself counts for its binding. */
  readonly hearsAnnouncements: boolean;
}

export interface ReverseQuestion {
  readonly link: LinkEnd;
  /** Whose address is asked for. */
  readonly hardware: Uint8Array;
}

export interface ArpingProtocol {
  /** The packet to send; `learnt` is the hardware address that the target answered from, null as long as none is known. */
  probe(learnt: Uint8Array | null): Uint8Array;
  /** The answer that a frame holds; null for any other frame. */
  read(frame: IncomingFrame): Answer | null;
  /** What an answer tells of the target: one fact for each name, so that two of them contradict each other. */
  toldBy(answer: Answer): string;
}

const NO_TRAILER = new Uint8Array(0);
const UNKNOWN_ADDRESS = new Uint8Array(4);

/** `ar$hrd` for an interface: FDDI is spoken to as Ethernet, RFC 1390. */
function hardwareTypeOf({ hardwareType }: LinkEnd): number {
  return hardwareType === ARPHRD_FDDI ? ARPHRD_ETHER : hardwareType;
}

function protocolTypeOf({ hardwareType }: LinkEnd): number {
  return [ARPHRD_AX25, ARPHRD_NETROM].includes(hardwareType) ? ARP_PROTOCOL_AX25_IPV4 : ARP_PROTOCOL_IPV4;
}

/** Who has `target`? */
export function arpProtocol(question: ArpQuestion): ArpingProtocol {
  const { link, operation, source, target } = question;
  return {
    probe: (learnt) =>
      encodeArp({
        hardwareType: hardwareTypeOf(link),
        protocolType: protocolTypeOf(link),
        operation: operation === 'reply' ? ARPOP_REPLY : ARPOP_REQUEST,
        senderHardware: link.hardware,
        senderProtocol: source,
        targetHardware: operation === 'reply' ? link.hardware : (learnt ?? link.broadcast),
        targetProtocol: target,
        trailer: NO_TRAILER,
      }),
    read: (frame) => {
      const found = readPacket(frame, link);
      if (found === null || !sameOctets(found.packet.senderProtocol, target)) return null;
      if (found.packet.operation !== ARPOP_REQUEST && found.packet.operation !== ARPOP_REPLY) return null;
      const isAnnouncement = !isForUs(found.packet, question);
      if (isAnnouncement && !(question.hearsAnnouncements && sameOctets(found.packet.targetProtocol, target)))
        return null;
      return answerOf(found, found.packet.operation === ARPOP_REQUEST ? 'request' : 'reply', isAnnouncement);
    },
    toldBy: ({ senderHardware }) => senderHardware,
  };
}

function isForUs(packet: ArpPacket, question: ArpQuestion): boolean {
  const { link, source, isDuplicateDetection } = question;
  const isToOurAddress = sameOctets(packet.targetProtocol, source);
  if (!isDuplicateDetection) return isToOurAddress && sameOctets(packet.targetHardware, link.hardware);
  // What we send ourselves is no duplicate of us. Without an address of our own (0.0.0.0) anything told to anybody will do.
  const hasSource = source.some((octet) => octet !== 0);
  return !sameOctets(packet.senderHardware, link.hardware) && (!hasSource || isToOurAddress);
}

/** What address has `hardware`? */
export function reverseProtocol({ link, hardware }: ReverseQuestion): ArpingProtocol {
  return {
    probe: () =>
      encodeArp({
        hardwareType: hardwareTypeOf(link),
        protocolType: protocolTypeOf(link),
        operation: ARPOP_RREQUEST,
        senderHardware: link.hardware,
        senderProtocol: UNKNOWN_ADDRESS,
        targetHardware: hardware,
        targetProtocol: UNKNOWN_ADDRESS,
        trailer: NO_TRAILER,
      }),
    read: (frame) => {
      const found = readPacket(frame, link);
      if (found === null || found.packet.operation !== ARPOP_RREPLY) return null;
      return sameOctets(found.packet.targetHardware, hardware) ? answerOf(found, 'reply', false) : null;
    },
    toldBy: ({ targetAddress }) => targetAddress,
  };
}

interface FoundPacket {
  readonly packet: ArpPacket;
  readonly delivery: Delivery;
}

/** The packet of a frame that was for us, where its types and lengths are those of our link; null for any other. */
function readPacket(frame: IncomingFrame, link: LinkEnd): FoundPacket | null {
  const delivery = DELIVERIES[frame.packetType];
  if (delivery === undefined) return null;
  const decoded = decodeArp(frame.octets);
  if (!decoded.ok) return null;
  const packet = decoded.value;
  const fits =
    packet.hardwareType === hardwareTypeOf(link) &&
    packet.protocolType === protocolTypeOf(link) &&
    packet.senderHardware.length === link.hardware.length &&
    packet.senderProtocol.length === UNKNOWN_ADDRESS.length;
  return fits ? { packet, delivery } : null;
}

/** Frames for other hosts (another VLAN's, where the kernel has no such interface) and our own are none of these. */
const DELIVERIES: Partial<Record<IncomingFrame['packetType'], Delivery>> = {
  host: 'unicast',
  broadcast: 'broadcast',
  multicast: 'broadcast',
};

function answerOf({ packet, delivery }: FoundPacket, operation: Answer['operation'], isAnnouncement: boolean): Answer {
  return {
    operation,
    delivery,
    senderAddress: formatIpv4(packet.senderProtocol),
    senderHardware: formatHardwareAddress(packet.senderHardware),
    hardware: packet.senderHardware.slice(),
    targetAddress: formatIpv4(packet.targetProtocol),
    targetHardware: formatHardwareAddress(packet.targetHardware),
    isAnnouncement,
  };
}

function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, index) => octet === b[index]);
}
