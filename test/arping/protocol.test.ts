/** Which frames are answers, and what a probe looks like on the wire: ../shared/spec/iputils.md sections 3.3 and 3.4. */
import { describe, expect, it } from 'vitest';
import { type ArpQuestion, arpProtocol, type LinkEnd, reverseProtocol } from '../../src/arping/protocol.ts';
import type { IncomingFrame } from '../../src/net/packet-socket.ts';
import { type ArpPacket, decodeArp, encodeArp } from '../../src/packet/arp.ts';
import { flipBit, hex, loadVectors, prefixesOf, randomBuffers, toHex } from '../packet/support.ts';
import {
  frameOf,
  LINK,
  NOBODY,
  OTHER_HARDWARE,
  OWN,
  OWN_HARDWARE,
  QUESTION,
  replyPacket,
  STRANGER,
  TARGET,
  TARGET_HARDWARE,
} from './support.ts';

function read(lies: Partial<ArpPacket>, question: Partial<ArpQuestion> = {}, facts: Partial<IncomingFrame> = {}) {
  return arpProtocol({ ...QUESTION, ...question }).read(frameOf(replyPacket(lies), facts));
}

const DETECTION = { isDuplicateDetection: true, source: NOBODY };

describe('an answer', () => {
  it('tells who says what to whom', () => {
    expect(read({})).toEqual({
      operation: 'reply',
      delivery: 'unicast',
      senderAddress: '192.0.2.2',
      senderHardware: '02:00:00:00:00:02',
      hardware: TARGET_HARDWARE,
      targetAddress: '192.0.2.1',
      targetHardware: '02:00:00:00:00:01',
      isAnnouncement: false,
    });
  });

  it('may be a request, may be said to all, and may be padded', () => {
    expect(read({ operation: 1 }, {}, { packetType: 'broadcast' })).toMatchObject({
      operation: 'request',
      delivery: 'broadcast',
    });
    expect(read({}, {}, { packetType: 'multicast' })).toMatchObject({ operation: 'reply', delivery: 'broadcast' });
    expect(read({ trailer: new Uint8Array(18).fill(0xa5) })).not.toBeNull();
  });

  it('keeps its hardware address when the octets are overwritten', () => {
    const frame = frameOf(replyPacket());
    const answer = arpProtocol(QUESTION).read(frame);
    frame.octets.fill(0);
    expect(answer?.hardware).toEqual(TARGET_HARDWARE);
  });

  it('comes from a link source that is another than it says', () => {
    expect(read({}, {}, { linkSource: OTHER_HARDWARE })).not.toBeNull();
  });
});

describe('no answer', () => {
  it.each<[string, Partial<ArpPacket>]>([
    ['is one of another address', { senderProtocol: STRANGER }],
    ['is one to another address', { targetProtocol: STRANGER }],
    ['is one to another hardware address', { targetHardware: OTHER_HARDWARE }],
    ['is one for another kind of network', { hardwareType: 6 }],
    ['is one for another protocol of the same length', { protocolType: 0x0801 }],
    ['is one of InARP', { operation: 9 }],
    ['is one of RARP', { operation: 4 }],
    ['is one of no operation', { operation: 0 }],
    [
      'is one with addresses of another length',
      { protocolType: 0x0801, senderProtocol: hex('c0000202ff'), targetProtocol: hex('c0000201ff') },
    ],
    ['is an announcement', { targetProtocol: TARGET }],
  ])('%s', (_what, lies) => {
    expect(read(lies)).toBeNull();
  });

  it.each(['other-host', 'outgoing', 'unknown'] as const)('is a frame that is %s', (packetType) => {
    expect(read({}, {}, { packetType })).toBeNull();
  });

  it('is a packet that is cut anywhere', () => {
    const octets = encodeArp(replyPacket());
    for (const prefix of prefixesOf(octets)) {
      expect(arpProtocol(QUESTION).read(frameOf(prefix)), `${prefix.length} octets`).toBeNull();
    }
  });

  it('is a packet with any bit flipped that we look at', () => {
    const octets = encodeArp(replyPacket());
    const accepted: number[] = [];
    for (let bit = 0; bit < octets.length * 8; bit++) {
      if (arpProtocol(QUESTION).read(frameOf(flipBit(octets, bit))) !== null) accepted.push(bit);
    }
    // The sender's hardware address (octets 8 to 13) may be any. Operation 2 is two flips away from 1.
    expect(accepted).toEqual(Array.from({ length: 48 }, (_, index) => 64 + index));
  });

  it('is any random frame, nor any golden packet that does not speak of our two addresses', () => {
    const protocols = [arpProtocol(QUESTION), arpProtocol({ ...QUESTION, ...DETECTION, hearsAnnouncements: true })];
    for (const bytes of randomBuffers(5000, 128, 0x826)) {
      for (const protocol of protocols) expect(protocol.read(frameOf(bytes))).toBeNull();
    }
    const heard = loadVectors('arp.json').filter(
      ({ hex: octets }) => protocols[0]!.read(frameOf(hex(octets))) !== null,
    );
    expect(heard.map(({ name }) => name)).toEqual(['reply-from-a-neighbor', 'reply-padded-to-46-bytes']);
  });
});

describe('with -D', () => {
  it('whatever is said of the target by somebody else is an answer, to whomever', () => {
    const lies = { targetProtocol: STRANGER, targetHardware: OTHER_HARDWARE };
    expect(read(lies, DETECTION)).toMatchObject({ targetAddress: '192.0.2.99' });
    expect(read({ targetProtocol: TARGET }, DETECTION)).not.toBeNull();
    expect(read({ ...lies, operation: 1 }, DETECTION)).not.toBeNull();
  });

  it('what we say ourselves is none, nor what is said of others', () => {
    expect(read({ senderHardware: OWN_HARDWARE }, DETECTION)).toBeNull();
    expect(read({ senderProtocol: STRANGER }, DETECTION)).toBeNull();
  });

  it('and -s, it must be said to our address', () => {
    const withSource = { ...DETECTION, source: OWN };
    expect(read({ targetHardware: OTHER_HARDWARE }, withSource)).not.toBeNull();
    expect(read({ targetProtocol: STRANGER }, withSource)).toBeNull();
  });
});

describe('with --watch', () => {
  it('what the target announces of itself is heard, and is no answer', () => {
    const question = { hearsAnnouncements: true };
    expect(read({ targetProtocol: TARGET, operation: 1 }, question, { packetType: 'broadcast' })).toMatchObject({
      isAnnouncement: true,
    });
    expect(read({}, question)).toMatchObject({ isAnnouncement: false });
    expect(read({ targetProtocol: STRANGER }, question)).toBeNull();
  });
});

describe('a probe', () => {
  const probe = (question: Partial<ArpQuestion>, learnt: Uint8Array | null = null) =>
    toHex(arpProtocol({ ...QUESTION, ...question }).probe(learnt));

  it('asks all for the target, and then the one that answered', () => {
    // As strace shows it of iputils' arping (20221126): the unknown hardware address is the broadcast address.
    expect(probe({})).toBe('0001080006040001020000000001c0000201ffffffffffffc0000202');
    expect(probe({}, TARGET_HARDWARE)).toBe('0001080006040001020000000001c0000201020000000002c0000202');
  });

  it('is a reply to ourselves with -A', () => {
    const announcement = '0001080006040002020000000001c0000202020000000001c0000202';
    expect(probe({ operation: 'reply', source: TARGET })).toBe(announcement);
    expect(probe({ operation: 'reply', source: TARGET }, TARGET_HARDWARE)).toBe(announcement);
  });

  it('comes from nobody with -D', () => {
    expect(probe(DETECTION)).toBe('000108000604000102000000000100000000ffffffffffffc0000202');
  });

  it.each([
    ['FDDI, which is spoken to as Ethernet', 774, 6, '00010800'],
    ['AX.25, where IP has a number of its own', 3, 7, '000300cc'],
    ['NET/ROM, likewise', 0, 7, '000000cc'],
    ['InfiniBand', 32, 16, '00200800'],
  ])('names %s', (_what, hardwareType, length, start) => {
    const link: LinkEnd = {
      hardwareType,
      hardware: new Uint8Array(length).fill(1),
      broadcast: new Uint8Array(length).fill(0xff),
    };
    const protocol = arpProtocol({ ...QUESTION, link });
    const octets = protocol.probe(null);
    expect(toHex(octets.subarray(0, 6))).toBe(`${start}${length.toString(16).padStart(2, '0')}04`);
    // Its own answer is heard.
    const sent = decodeArp(octets);
    if (!sent.ok) throw new Error(sent.error.reason);
    const reply = {
      ...sent.value,
      operation: 2,
      senderProtocol: TARGET,
      targetProtocol: OWN,
      targetHardware: link.hardware,
    };
    expect(protocol.read(frameOf(reply))).not.toBeNull();
  });
});

describe('RARP', () => {
  const protocol = reverseProtocol({ link: LINK, hardware: TARGET_HARDWARE });
  const REPLY = replyPacket({
    operation: 4,
    senderHardware: OTHER_HARDWARE,
    senderProtocol: STRANGER,
    targetHardware: TARGET_HARDWARE,
    targetProtocol: TARGET,
  });

  it('asks all for the address of a hardware address, RFC 903', () => {
    expect(toHex(protocol.probe(null))).toBe('00010800060400030200000000010000000002000000000200000000');
  });

  it('hears the address that a server tells', () => {
    const answer = protocol.read(frameOf(REPLY));
    expect(answer).toMatchObject({
      senderAddress: '192.0.2.99',
      senderHardware: '02:00:00:00:00:03',
      targetAddress: '192.0.2.2',
    });
    expect(protocol.toldBy(answer!)).toBe('192.0.2.2');
  });

  it('hears nothing about other hardware addresses, no requests, and no ARP', () => {
    expect(protocol.read(frameOf({ ...REPLY, targetHardware: OWN_HARDWARE }))).toBeNull();
    for (const operation of [1, 2, 3, 5, 8]) expect(protocol.read(frameOf({ ...REPLY, operation }))).toBeNull();
    expect(protocol.read(frameOf(REPLY, { packetType: 'other-host' }))).toBeNull();
    for (const bytes of randomBuffers(2000, 128, 0x8035)) expect(protocol.read(frameOf(bytes))).toBeNull();
  });
});
