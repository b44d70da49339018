/**
 * A neighbour that lies: what it does to a request is chosen by the address that is asked for, 10.99.<lie>.<any>, so that
 * command lines that run side by side can each have an address of their own. Pure: a request in, frames out.
 */
import { ARPOP_REPLY, ARPOP_REQUEST, ARPOP_RREPLY, type ArpPacket, encodeArp } from '../../../src/packet/arp.ts';
import { concatBytes } from '../../../src/packet/bytes.ts';
import { ETH_P_8021Q, ETH_P_ARP, ETH_P_RARP, encodeEthernet } from '../../../src/packet/ethernet.ts';
import { hex } from '../../packet/support.ts';

/** Third octet of the address, by what happens to who asks for it. */
export const LIES = {
  silent: 9,
  honest: 10,
  wrongHardwareType: 11,
  wrongHardwareLength: 12,
  wrongProtocolLength: 13,
  wrongProtocolType: 14,
  cut: 15,
  padded: 16,
  longTrailer: 17,
  vlan: 18,
  priorityTag: 19,
  foreignTarget: 20,
  foreignTargetHardware: 21,
  foreignSender: 22,
  otherLinkSource: 23,
  twoAnswer: 24,
  broadcastReply: 25,
  requestInstead: 26,
  broadcastRequest: 27,
  delayed: 28,
  delayedPastTheNext: 29,
  announcement: 30,
  everyOther: 31,
  answersTwice: 32,
  otherOperation: 33,
  garbageFirst: 34,
  moves: 35,
  fallsSilent: 36,
  asksForOther: 37,
  onlyBroadcasts: 38,
  otherHost: 39,
} as const;
export type Lie = keyof typeof LIES;

export const LIAR_HARDWARE = hex('029900000002');
export const SECOND_HARDWARE = hex('029900000003');
const STRANGER_HARDWARE = hex('0299000000ee');
const STRANGER = Uint8Array.of(10, 99, 0, 238);
const BROADCAST = hex('ffffffffffff');
/** RARP: it knows 10.99.0.77 for the first, and two addresses for the second. */
export const KNOWN_HARDWARE = hex('029900000077');
export const CONTESTED_HARDWARE = hex('029900000078');

export interface TimedFrame {
  readonly afterMs: number;
  readonly octets: Uint8Array;
}

/** Who asked what, and how many times this address was asked for before (0 for the first time). */
export interface Asked {
  readonly packet: ArpPacket;
  readonly isBroadcast: boolean;
  readonly before: number;
}

export function answer(asked: Asked): readonly TimedFrame[] {
  const [first, second, lie] = asked.packet.targetProtocol;
  if (first !== 10 || second !== 99) return [];
  const found = Object.entries(LIES).find(([, octet]) => octet === lie);
  return found === undefined ? [] : TELLERS[found[0] as Lie](asked);
}

type Teller = (asked: Asked) => readonly TimedFrame[];

/** The true answer, but for what `lies` says. */
function reply({ packet }: Asked, lies: Partial<ArpPacket> = {}): ArpPacket {
  return {
    ...packet,
    operation: ARPOP_REPLY,
    senderHardware: LIAR_HARDWARE,
    senderProtocol: packet.targetProtocol,
    targetHardware: packet.senderHardware,
    targetProtocol: packet.senderProtocol,
    trailer: new Uint8Array(0),
    ...lies,
  };
}

interface Envelope {
  readonly to?: Uint8Array;
  readonly from?: Uint8Array;
  readonly type?: number;
  readonly afterMs?: number;
}

/** A frame with these octets in it, to who asked unless said. */
function frame(asked: Asked, payload: Uint8Array, envelope: Envelope = {}): TimedFrame {
  const { to = asked.packet.senderHardware, from = LIAR_HARDWARE, type = ETH_P_ARP, afterMs = 0 } = envelope;
  return { afterMs, octets: encodeEthernet({ destination: to, source: from, type, payload }) };
}

function say(asked: Asked, lies: Partial<ArpPacket> = {}, envelope: Envelope = {}): TimedFrame {
  return frame(asked, encodeArp(reply(asked, lies)), envelope);
}

/** The true answer with octets changed that no encoder would write. */
function patched(asked: Asked, patches: readonly (readonly [at: number, octet: number])[]): TimedFrame {
  const octets = encodeArp(reply(asked, { trailer: new Uint8Array(18) }));
  for (const [at, octet] of patches) octets[at] = octet;
  return frame(asked, octets);
}

function tagged(asked: Asked, identifier: number): TimedFrame {
  const tag = Uint8Array.of(identifier >> 8, identifier, ETH_P_ARP >> 8, ETH_P_ARP & 0xff);
  return frame(asked, concatBytes(tag, encodeArp(reply(asked))), { type: ETH_P_8021Q });
}

const TELLERS: Readonly<Record<Lie, Teller>> = {
  silent: () => [],
  honest: (asked) => [say(asked)],
  wrongHardwareType: (asked) => [say(asked, { hardwareType: 6 })],
  wrongHardwareLength: (asked) => [patched(asked, [[4, 8]])],
  wrongProtocolLength: (asked) => [patched(asked, [[5, 16]])],
  wrongProtocolType: (asked) => [
    patched(asked, [
      [2, 0x86],
      [3, 0xdd],
    ]),
  ],
  cut: (asked) => [27, 20, 8, 7, 0].map((length) => frame(asked, encodeArp(reply(asked)).subarray(0, length))),
  padded: (asked) => [say(asked, { trailer: new Uint8Array(18).fill(0xa5) })],
  longTrailer: (asked) => [say(asked, { trailer: new Uint8Array(1400).fill(0xa5) })],
  vlan: (asked) => [tagged(asked, 5)],
  priorityTag: (asked) => [tagged(asked, 0)],
  foreignTarget: (asked) => [say(asked, { targetProtocol: STRANGER })],
  foreignTargetHardware: (asked) => [say(asked, { targetHardware: STRANGER_HARDWARE })],
  foreignSender: (asked) => [say(asked, { senderProtocol: STRANGER })],
  otherLinkSource: (asked) => [say(asked, {}, { from: STRANGER_HARDWARE })],
  twoAnswer: (asked) => [
    say(asked),
    say(asked, { senderHardware: SECOND_HARDWARE }, { from: SECOND_HARDWARE, afterMs: 20 }),
  ],
  broadcastReply: (asked) => [say(asked, {}, { to: BROADCAST })],
  requestInstead: (asked) => [say(asked, { operation: ARPOP_REQUEST })],
  broadcastRequest: (asked) => [say(asked, { operation: ARPOP_REQUEST }, { to: BROADCAST })],
  delayed: (asked) => [say(asked, {}, { afterMs: 300 })],
  delayedPastTheNext: (asked) => (asked.before === 0 ? [say(asked, {}, { afterMs: 1300 })] : []),
  announcement: (asked) => [announcement(asked)],
  everyOther: (asked) => (asked.before % 2 === 0 ? [say(asked)] : []),
  answersTwice: (asked) => [say(asked), say(asked, {}, { afterMs: 20 })],
  otherOperation: (asked) => [3, 4, 8, 9, 0, 65535].map((operation) => say(asked, { operation })),
  garbageFirst: (asked) => [
    ...Array.from({ length: 200 }, (_, seed) => frame(asked, garbage(seed))),
    say(asked, {}, { afterMs: 20 }),
  ],
  moves: (asked) => {
    const hardware = asked.before < 2 ? LIAR_HARDWARE : SECOND_HARDWARE;
    return [say(asked, { senderHardware: hardware }, { from: hardware })];
  },
  fallsSilent: (asked) => (asked.before < 1 ? [say(asked)] : []),
  // Somebody who has the address asks everybody for another one.
  asksForOther: (asked) => [
    say(
      asked,
      { operation: ARPOP_REQUEST, targetProtocol: STRANGER, targetHardware: new Uint8Array(6) },
      { to: BROADCAST },
    ),
  ],
  onlyBroadcasts: (asked) => (asked.isBroadcast ? [say(asked)] : []),
  otherHost: (asked) => [say(asked, {}, { to: STRANGER_HARDWARE })],
};

/** The sender speaks of itself to everybody, RFC 5227 section 3. */
function announcement(asked: Asked): TimedFrame {
  const { targetProtocol } = asked.packet;
  const packet = {
    operation: ARPOP_REQUEST,
    targetProtocol,
    targetHardware: new Uint8Array(6),
    senderHardware: SECOND_HARDWARE,
  };
  return say(asked, packet, { to: BROADCAST, from: SECOND_HARDWARE });
}

/** Octets that look a little like ARP, the same for the same seed. */
function garbage(seed: number): Uint8Array {
  const octets = hex(
    '0001 0800 06 04 0002 029900000002 0a630a0a 029900000001 0a630001 000000000000000000000000000000000000',
  );
  let state = seed * 2654435761 + 1;
  for (let i = 0; i < 4; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    octets[state % 8] = state >>> 16;
  }
  return octets;
}

/** RARP (RFC 903): answers for the two hardware addresses that it knows, and lies about nobody. */
export function answerReverse(packet: ArpPacket): readonly TimedFrame[] {
  const asked: Asked = { packet, isBroadcast: true, before: 0 };
  const tell = (last: number, lies: Partial<ArpPacket> = {}) =>
    say(
      asked,
      {
        operation: ARPOP_RREPLY,
        senderProtocol: Uint8Array.of(10, 99, 0, 2),
        targetHardware: packet.targetHardware,
        targetProtocol: Uint8Array.of(10, 99, 0, last),
        ...lies,
      },
      { type: ETH_P_RARP },
    );
  if (Buffer.compare(packet.targetHardware, KNOWN_HARDWARE) === 0) {
    const foreign = [tell(1, { operation: ARPOP_REPLY }), tell(2, { targetHardware: STRANGER_HARDWARE })];
    return [...foreign, frame(asked, new Uint8Array(7), { type: ETH_P_RARP }), tell(77)];
  }
  return Buffer.compare(packet.targetHardware, CONTESTED_HARDWARE) === 0 ? [tell(78), tell(79)] : [];
}
