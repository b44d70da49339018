/** The paths without a kernel: packets made by hand, and who answers what. */
import { describe, expect, it } from 'vitest';
import { addressOctets } from '../addresses.ts';
import { type Packet, readPacket } from '../responder/packets.ts';
import { PathNetwork } from './network.ts';
import { incomingInterface, mplsStack, PATH_SIDE, type PathSpec, routers } from './spec.ts';

const TARGET = { ipv4: '10.99.1.1', ipv6: 'fd99::1:1' };
const PORTS = 'c001ad9c'; // 49153 to 44444

interface Probe {
  readonly family?: 4 | 6;
  readonly octets?: number;
  readonly sourcePort?: number;
  readonly fragmentable?: boolean;
  readonly nowMs?: number;
}

/** A UDP probe as a kernel sends it; the payload is 01 02 03 … */
function probe(hopLimit: number, { family = 4, octets = 60, sourcePort, fragmentable }: Probe = {}): Packet {
  const header = family === 4 ? 20 : 40;
  const packet = Buffer.alloc(octets);
  const [side, target] = family === 4 ? [PATH_SIDE.ipv4, TARGET.ipv4] : [PATH_SIDE.ipv6, TARGET.ipv6];
  if (family === 4) {
    packet.set([0x45, 0, octets >> 8, octets & 0xff, 0, 0, fragmentable === true ? 0 : 0x40, 0, hopLimit, 17]);
    packet.set([...addressOctets(side), ...addressOctets(target)], 12);
  } else {
    packet.set([0x60, 0, 0, 0, (octets - 40) >> 8, (octets - 40) & 0xff, 17, hopLimit]);
    packet.set([...addressOctets(side), ...addressOctets(target)], 8);
  }
  packet.write(PORTS, header, 'hex');
  if (sourcePort !== undefined) packet.writeUInt16BE(sourcePort, header);
  packet.writeUInt16BE(octets - header, header + 4);
  for (let at = header + 8; at < octets; at++) packet[at] = at - header - 7;
  return readPacket(packet)!;
}

function play(spec: Partial<PathSpec>) {
  const network = new PathNetwork();
  network.set({ target: TARGET, hops: [], ...spec });
  const octets = (hopLimit: number, facts: Probe = {}) =>
    network.receive(probe(hopLimit, facts), facts.nowMs ?? 0).map((answer) => answer.octets);
  return {
    octets,
    /** Each answer as `<last octet or group of who> <type>/<code> ttl <TTL>`. */
    tell: (hopLimit: number, facts: Probe = {}) => octets(hopLimit, facts).map(tellOf),
    delays: (hopLimit: number) => network.receive(probe(hopLimit), 0).map(({ delayMs }) => delayMs),
    log: () => network.log(TARGET.ipv4),
  };
}

function tellOf(octets: Buffer): string {
  const [source, icmp, ttl] =
    octets[0] === 0x45 ? [octets[15], octets.subarray(20), octets[8]] : [octets[23], octets.subarray(40), octets[7]];
  return `${source} ${icmp[0]}/${icmp[1]} ttl ${ttl}`;
}

/** Places from 1 to `count` at which there is an answer. */
function answered(count: number, ask: () => readonly unknown[]): number[] {
  return Array.from({ length: count }, (_, index) => index + 1).filter(() => ask().length > 0);
}

describe('a path', () => {
  it('answers each TTL by the router at that distance, and from its end on by the target', () => {
    const { tell } = play({ hops: routers(60) });
    for (let hop = 1; hop <= 60; hop++) {
      expect(tell(hop)).toEqual([`${hop} 11/0 ttl ${65 - hop}`]);
      expect(tell(hop, { family: 6 })).toEqual([`${hop} 3/0 ttl ${65 - hop}`]);
    }
    for (const ttl of [61, 62, 255]) {
      expect(tell(ttl)).toEqual(['1 3/3 ttl 4']);
      expect(tell(ttl, { family: 6 })).toEqual(['1 1/4 ttl 4']);
    }
  });

  it('has a packet with right checksums in its hand, worked by hand', () => {
    const [answer] = play({ hops: [{ quote: { dataOctets: 8 } }] }).octets(1, { octets: 32 });
    expect(answer!.toString('hex')).toBe(
      // IPv4: 4500 + 0038 + 4001 + 0a63 + 0001 + 0a62 + 0001 = 9a00.
      '4500003800000000400165ff0a6300010a620001' +
        // Time exceeded. The quote's header sums to ffff, and what is left to 0b00 + c001 + ad9c + 000c = 178a9, so 78aa.
        '0b00875500000000' +
        // The quote: 4500 + 0020 + 4000 + 0111 + 0a62 + 0001 + 0a63 + 0101 = 9bf8.
        '450000200000400001116407' +
        '0a6200010a630101' +
        'c001ad9c000c0000',
    );
  });

  it('numbers routers in the order of writing, also inside branches', () => {
    const split = { branches: [[{}], [{}, {}], []], by: 'turn' } as const;
    const { tell } = play({ hops: [{}, split, {}] });
    const way = (sourcePort: number) =>
      [1, 2, 3, 4, 5].map((ttl) => tell(ttl, { sourcePort })[0]!.replace(/ ttl.*/, ''));
    expect(way(1001)).toEqual(['1 11/0', '2 11/0', '5 11/0', '1 3/3', '1 3/3']);
    expect(way(1002)).toEqual(['1 11/0', '3 11/0', '4 11/0', '5 11/0', '1 3/3']);
    expect(way(1003)).toEqual(['1 11/0', '5 11/0', '1 3/3', '1 3/3', '1 3/3']);
    expect(way(1001)).toEqual(['1 11/0', '2 11/0', '5 11/0', '1 3/3', '1 3/3']);
  });

  it('keeps a flow on its branch by hash, and sends flows over all of them', () => {
    const { tell } = play({ hops: [{ branches: [[{}], [{}], [{}], [{}]], by: 'hash' }] });
    const taken = (sourcePort: number) => tell(1, { sourcePort })[0];
    const flows = Array.from({ length: 64 }, (_, index) => 33_000 + index);
    const counts = new Map<string | undefined, number>();
    for (const port of flows) {
      expect(taken(port)).toBe(taken(port));
      counts.set(taken(port), (counts.get(taken(port)) ?? 0) + 1);
    }
    expect(counts.size).toBe(4);
    for (const count of counts.values()) expect(count).toBeGreaterThan(6);
  });

  it('chooses anew for each packet where told to', () => {
    const { tell } = play({ hops: [{ branches: [[{}], [{}]], by: 'packet' }] });
    expect([tell(1), tell(1), tell(1)].flat()).toEqual(['1 11/0 ttl 64', '2 11/0 ttl 64', '1 11/0 ttl 64']);
  });

  it('forks twice in two ways', () => {
    const split = { branches: [[{}], [{}]], by: 'hash' } as const;
    const { tell } = play({ hops: [split, split] });
    const ways = new Set(
      Array.from({ length: 64 }, (_, index) =>
        [1, 2].map((ttl) => tell(ttl, { sourcePort: 33_000 + index })[0]).join(),
      ),
    );
    expect(ways.size).toBe(4);
  });

  it('is remembered packet by packet', () => {
    const { tell, log } = play({ hops: routers(1) });
    tell(1, { octets: 100, nowMs: 5 });
    tell(7, { fragmentable: true, sourcePort: 7, nowMs: 6 });
    expect(log()).toEqual([
      {
        atMs: 5,
        hopLimit: 1,
        sourcePort: 0xc001,
        destinationPort: 44_444,
        octets: 100,
        trafficClass: 0,
        dontFragment: true,
      },
      expect.objectContaining({ atMs: 6, hopLimit: 7, sourcePort: 7, octets: 60, dontFragment: false }),
    ]);
  });
});

describe('a router', () => {
  it.each([
    [{ every: 3 }, [1, 2, 4, 5, 7, 8]],
    [{ first: 2 }, [3, 4, 5, 6, 7, 8, 9]],
    [{ after: 4 }, [1, 2, 3, 4]],
    [{ every: 2, first: 4 }, [5, 7, 9]],
  ])('loses answers as told: %j', (which, places) => {
    const { tell } = play({ hops: [{ losesAnswers: which }, {}] });
    expect(answered(9, () => tell(1))).toEqual(places);
    expect(answered(9, () => tell(2))).toHaveLength(9);
  });

  it('loses packets on their way to others too', () => {
    const { tell } = play({ hops: [{ losesPackets: { every: 2 } }, {}] });
    expect([tell(2), tell(2), tell(1), tell(1)].map(({ length }) => length)).toEqual([1, 0, 1, 0]);
  });

  it('answers so many times a second and no more', () => {
    const { tell } = play({ hops: [{ answersPerSecond: 3 }] });
    const times = [0, 100, 200, 300, 999, 1000, 1001, 1002, 1003, 5000];
    expect(times.filter((nowMs) => tell(1, { nowMs }).length > 0)).toEqual([0, 100, 200, 1000, 1001, 1002, 5000]);
  });

  it('refuses what is larger than the link behind it, but not what ends here or may be cut', () => {
    const { octets, tell } = play({ hops: [{ mtuOctets: 1400 }, {}] });
    expect(tell(1, { octets: 1500 })).toEqual(['1 11/0 ttl 64']);
    expect(tell(2, { octets: 1400 })).toEqual(['2 11/0 ttl 63']);
    expect(tell(2, { octets: 1401, fragmentable: true })).toEqual(['2 11/0 ttl 63']);
    const [tooBig] = octets(2, { octets: 1401 });
    expect(tooBig!.subarray(20, 22).toString('hex')).toBe('0304');
    expect(tooBig!.readUInt32BE(24)).toBe(1400);
    const [tooBig6] = octets(2, { octets: 1401, family: 6 });
    expect(tooBig6!.subarray(40, 42).toString('hex')).toBe('0200');
    expect(tooBig6!.readUInt32BE(44)).toBe(1400);
  });

  it('may lie about its MTU, or swallow what is larger', () => {
    const [lie] = play({ hops: [{ mtuOctets: 1400, mtuSaid: 0 }, {}] }).octets(2, { octets: 1500 });
    expect(lie!.readUInt32BE(24)).toBe(0);
    const { tell } = play({ hops: [{ mtuOctets: 1400, blackHole: true }, {}] });
    expect([tell(1, { octets: 1500 }), tell(2, { octets: 1500 }), tell(2)]).toEqual([
      ['1 11/0 ttl 64'],
      [],
      ['2 11/0 ttl 63'],
    ]);
  });

  it('answers with other errors, from other addresses, with other TTLs, later, and more than once', () => {
    const refuses = { ipv4: [3, 13], ipv6: [1, 1] } as const;
    const { tell } = play({ hops: [{ refuses, ipv4: ['10.0.0.7', '10.0.0.8'], initialTtl: 255, returnHops: 9 }] });
    expect([tell(1), tell(2), tell(2, { family: 6 })].flat()).toEqual([
      '7 11/0 ttl 247',
      '8 3/13 ttl 247',
      '1 1/1 ttl 247',
    ]);
    const late = play({ hops: [{ delayMs: 7, copies: 3 }, { silent: true }] });
    expect(late.delays(1)).toEqual([7, 7, 7]);
    expect(late.delays(2)).toEqual([]);
  });

  it('quotes what it is told to', () => {
    const payloadOf = (quote: object) => {
      const [answer] = play({ hops: [{ quote }] }).octets(1, { octets: 32 });
      return answer!.subarray(20 + 8 + 20).toString('hex');
    };
    expect(payloadOf({})).toBe('c001ad9c000c000001020304');
    expect(payloadOf({ dataOctets: 8 })).toBe('c001ad9c000c0000');
    expect(payloadOf({ payload: 'zero' })).toBe('c001ad9c000c000000000000');
    expect(payloadOf({ payload: 'inverted' })).toBe('c001ad9c000c0000fefdfcfb');
    expect(play({ hops: [{ quote: { typeOfService: 0xb8 } }] }).octets(1)[0]![29]).toBe(0xb8);
    const [six] = play({ hops: [{ quote: { typeOfService: 0xb8 } }] }).octets(1, { family: 6 });
    expect(six!.subarray(48, 52).toString('hex')).toBe('6b800000');
  });

  it('says what it knows in extension objects behind 128 octets of quote', () => {
    // RFC 4950: label 16000 = 0x03e80, class 5, TTL 254, not the last; label 3, class 0, TTL 1, the last.
    const objects = [mplsStack([16_000, 5, 254], [3, 0, 1]), incomingInterface(7, 'eth7')];
    const [answer] = play({ hops: [{ objects }] }).octets(1);
    expect(answer!.readUInt32BE(24)).toBe(0x0020_0000);
    const behind = answer!.subarray(28 + 128).toString('hex');
    expect(behind).toMatch(/^2000....000c010103e80afe00003101/);
    // RFC 5837: 4 octets of index, then the name with its length (8), padded to a multiple of 4.
    expect(behind.slice(32)).toBe('0010020a' + '00000007' + '0865746837000000');
    const [six] = play({ hops: [{ objects }] }).octets(1, { family: 6 });
    expect(six!.readUInt32BE(44)).toBe(0x1000_0000);
  });
});

describe('an end', () => {
  it.each([
    ['port-unreachable', ['1 3/3 ttl 64'], ['1 1/4 ttl 64']],
    ['prohibited', ['1 3/13 ttl 64'], ['1 1/1 ttl 64']],
    ['silent', [], []],
  ] as const)('answers: %s', (is, ipv4, ipv6) => {
    const { tell } = play({ end: { is } });
    expect([tell(9), tell(9, { family: 6 })]).toEqual([ipv4, ipv6]);
  });

  it('sends a datagram back', () => {
    const [echo] = play({ end: { is: 'udp-echo' } }).octets(9, { octets: 32 });
    expect(echo!.toString('hex')).toBe(
      // IPv4: 4500 + 0020 + 4000 + 4011 + 0a63 + 0101 + 0a62 + 0001 = daf8.
      '45000020000040004011' +
        '2507' +
        '0a6301010a620001' +
        // UDP: the addresses and 0011 + 000c + ad9c + c001 + 000c + 0102 + 0304 = 18793, so 8794.
        'ad9cc001000c' +
        '786b' +
        '01020304',
    );
  });
});
