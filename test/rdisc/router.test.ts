/** When a router advertises, to whom, and what it says at the end: RFC 1256 section 4. */
import { describe, expect, it } from 'vitest';
import { decodeIrdp, type RouterAdvertisement } from '../../src/packet/irdp.ts';
import type { Link } from '../../src/rdisc/protocol.ts';
import { ADVERTISING, advertisement, ETH0, ETH1, MS, playRouter, SECOND, type Sent, solicitation } from './support.ts';

function read({ octets }: Sent): RouterAdvertisement {
  const decoded = decodeIrdp(octets);
  if (!decoded.ok || !decoded.value.checksumOk || decoded.value.message.kind !== 'advertisement')
    throw new Error('no advertisement');
  return decoded.value.message;
}

/** Values of a random source, in order. */
function draws(...values: readonly number[]): () => number {
  let at = 0;
  return () => values[at++ % values.length]!;
}

const unnamed = solicitation({ source: '0.0.0.0' });

describe('a router', () => {
  it('advertises at once, three times more within 16 s each, then between 450 and 600 s', () => {
    const run = playRouter({ ...ADVERTISING, random: draws(0, 0, 0, 0, 0.5, 0.999) }, { untilNs: 2000 * SECOND });
    expect(run.sendSeconds).toEqual([0, 16, 32, 48, 48 + 450, 48 + 450 + 525, 48 + 450 + 525 + 599.85]);
    expect(new Set(run.sends.map(({ to, on }) => `${to} ${on}`))).toEqual(new Set(['224.0.0.1 eth0']));
  });

  it('draws the short intervals of -T 4 in fractions of a second', () => {
    const run = playRouter(
      { ...ADVERTISING, maximumIntervalSeconds: 4, random: draws(0, 0.25, 0.75) },
      { untilNs: 11 * SECOND },
    );
    expect(run.sendSeconds).toEqual([0, 3, 6.25, 10]);
  });

  it('advertises all addresses of a link with its preference and three times the interval as lifetime', () => {
    const two: Link = {
      ...ETH0,
      addresses: [...ETH0.addresses, { address: '192.0.2.10', netmask: '255.255.255.0', peer: null }],
    };
    const run = playRouter({ ...ADVERTISING, preference: -7 }, { links: [two], untilNs: 0 });
    const message = read(run.sends[0]!);
    expect(message).toMatchObject({ code: 0, addressCount: 2, entryWords: 2, lifetimeSeconds: 1800 });
    expect(message.entries.map(({ address, preference }) => [address, preference])).toEqual([
      ['192.0.2.9', -7],
      ['192.0.2.10', -7],
    ]);
  });

  it('advertises an address once that stands there with two prefixes', () => {
    const [own] = ETH0.addresses;
    const twice: Link = { ...ETH0, addresses: [own!, { ...own!, netmask: '255.255.0.0' }] };
    const run = playRouter(ADVERTISING, { links: [twice], untilNs: 0 });
    expect(read(run.sends[0]!).addressCount).toBe(1);
  });

  it('puts more than 255 addresses into several messages', () => {
    const addresses = Array.from({ length: 300 }, (_, host) => ({
      address: `10.0.${host >> 8}.${host & 255}`,
      netmask: '255.255.0.0',
      peer: null,
    }));
    const run = playRouter(ADVERTISING, { links: [{ ...ETH0, addresses }], untilNs: 0 });
    expect(run.sends.map((sent) => read(sent).addressCount)).toEqual([255, 45]);
  });

  it('answers a neighbour at once, to its own address, and keeps its interval', () => {
    const run = playRouter(ADVERTISING, { at: [[5 * SECOND, solicitation()]], untilNs: 20 * SECOND });
    expect(run.sends.map(({ atNs, to }) => `${atNs / SECOND} ${to}`)).toEqual([
      '0 224.0.0.1',
      '5 192.0.2.77',
      '16 224.0.0.1',
    ]);
    expect(run.of('solicitation')).toMatchObject([{ source: '192.0.2.77', interface: 'eth0', answer: 'unicast' }]);
  });

  it('answers one without an address to all, up to 2 s later at random, and begins its interval anew', () => {
    const run = playRouter(
      { ...ADVERTISING, random: draws(0, 0.75, 0) },
      { at: [[5 * SECOND, unnamed]], untilNs: 23 * SECOND },
    );
    expect(run.sends.map(({ atNs, to }) => `${atNs / SECOND} ${to}`)).toEqual([
      '0 224.0.0.1',
      '6.5 224.0.0.1',
      '22.5 224.0.0.1',
    ]);
    expect(run.of('solicitation')).toMatchObject([{ answer: 'to-all' }]);
  });

  it('gives several that ask within the delay one answer', () => {
    const run = playRouter(
      { ...ADVERTISING, random: draws(0, 0.5) },
      {
        at: [
          [5 * SECOND, unnamed],
          [5500 * MS, unnamed],
          [5900 * MS, unnamed],
        ],
        untilNs: 10 * SECOND,
      },
    );
    expect(run.sendSeconds).toEqual([0, 6]);
    expect(run.of('solicitation')).toHaveLength(3);
  });

  it('answers by broadcast one without an address that asked by broadcast', () => {
    const asked = solicitation({ source: '0.0.0.0', destination: '255.255.255.255' });
    const run = playRouter(ADVERTISING, { at: [[5 * SECOND, asked]], untilNs: 20 * SECOND });
    expect(run.sends.map(({ to }) => to)).toEqual(['224.0.0.1', '255.255.255.255']);
  });

  it('advertises by broadcast on a link without multicast, and not at all where the address is of another link', () => {
    const plain = playRouter(ADVERTISING, { links: [{ ...ETH0, isMulticast: false }, ETH1], untilNs: 0 });
    expect(plain.sends.map(({ to, on }) => `${to} ${on}`)).toEqual(['255.255.255.255 eth0', '224.0.0.1 eth1']);
    const directed = playRouter({ ...ADVERTISING, sendTo: '192.0.2.255' }, { links: [ETH0, ETH1], untilNs: 0 });
    expect(directed.sends.map(({ to, on }) => `${to} ${on}`)).toEqual(['192.0.2.255 eth0']);
  });

  it('keeps an interval for each link', () => {
    const run = playRouter(
      { ...ADVERTISING, maximumIntervalSeconds: 4, random: draws(0, 0.5) },
      { links: [ETH0, ETH1], untilNs: 4 * SECOND },
    );
    expect(run.sends.map(({ atNs, on }) => `${atNs / SECOND} ${on}`)).toEqual([
      '0 eth0',
      '0 eth1',
      '3 eth0',
      '3.5 eth1',
    ]);
  });

  it('starts on a link that comes up as it started itself, and forgets one that goes', () => {
    const run = playRouter(ADVERTISING, {
      at: [
        [20 * SECOND, [ETH0, ETH1]],
        [21 * SECOND, [ETH1]],
      ],
      untilNs: 40 * SECOND,
    });
    const on = (name: string) => run.sends.filter((sent) => sent.on === name).map(({ atNs }) => atNs / SECOND);
    expect([on('eth0'), on('eth1')]).toEqual([
      [0, 16],
      [20, 36],
    ]);
  });

  it('advertises the addresses that a link has by then', () => {
    const renumbered: Link = { ...ETH0, addresses: [{ address: '192.0.2.200', netmask: '255.255.255.0', peer: null }] };
    const run = playRouter(ADVERTISING, { at: [[SECOND, [renumbered]]], untilNs: 16 * SECOND });
    expect(run.sends.map((sent) => read(sent).entries[0]!.address)).toEqual(['192.0.2.9', '192.0.2.200']);
  });

  it.each([
    ['a stranger', 'far-source', solicitation({ source: '203.0.113.1' })],
    ['the broadcast address of its own link', 'far-source', solicitation({ source: '192.0.2.255' })],
    ['another interface', 'other-interface', solicitation({ interfaceIndex: 99 })],
    ['a stranger, by no known interface', 'far-source', solicitation({ source: '203.0.113.1', interfaceIndex: null })],
    ['a wrong checksum', 'bad-checksum', solicitation({ octets: Uint8Array.of(10, 0, 0xf5, 0xfe, 0, 0, 0, 0) })],
    ['a code', 'bad-code', solicitation({ octets: Uint8Array.of(10, 1, 0xf5, 0xfe, 0, 0, 0, 0) })],
    ['four octets', 'unreadable', solicitation({ octets: Uint8Array.of(10, 0, 0xf5, 0xff) })],
  ])('rejects a solicitation from or with %s', (_what, kind, message) => {
    const run = playRouter(ADVERTISING, {
      at: [
        [SECOND, message],
        [2 * SECOND, 'interrupted'],
      ],
    });
    expect(run.of('rejected')).toMatchObject([{ message: 'solicitation', source: message.source, reason: { kind } }]);
    expect(run.sends.filter(({ to }) => to !== '224.0.0.1')).toEqual([]);
    expect(run.summary).toMatchObject({ received: 0, rejected: 1 });
  });

  it('finds the link of a solicitation by its source where the socket does not tell, and by being the only one', () => {
    const asked = [
      solicitation({ source: '198.51.100.7', interfaceIndex: null }),
      { ...unnamed, interfaceIndex: null },
    ];
    const two = playRouter(ADVERTISING, {
      links: [ETH0, ETH1],
      at: asked.map((message) => [SECOND, message] as const),
      untilNs: 2 * SECOND,
    });
    expect(two.of('solicitation').map((event) => event.interface)).toEqual(['eth1']);
    expect(two.of('rejected')).toHaveLength(1);
    const one = playRouter(ADVERTISING, { at: [[SECOND, asked[1]!]], untilNs: 2 * SECOND });
    expect(one.of('solicitation').map((event) => event.interface)).toEqual(['eth0']);
  });

  it('takes no notice of other routers', () => {
    const run = playRouter(ADVERTISING, {
      at: [
        [SECOND, advertisement(0, [['192.0.2.1', 0]])],
        [2 * SECOND, 'interrupted'],
      ],
    });
    expect(run.summary).toMatchObject({ role: 'router', received: 0, rejected: 0, routers: [], defaults: [] });
  });

  it('has a lifetime of whole seconds for an interval that is not of such', () => {
    const run = playRouter({ ...ADVERTISING, maximumIntervalSeconds: 4.1 }, { untilNs: 0 });
    expect(read(run.sends[0]!).lifetimeSeconds).toBe(13);
    expect(run.of('advertised')).toMatchObject([{ lifetimeSeconds: 13 }]);
  });

  it('takes its word back on every link when it ends, and is not heard afterwards', () => {
    const run = playRouter(ADVERTISING, {
      links: [ETH0, ETH1],
      at: [
        [SECOND, 'terminated'],
        [SECOND, solicitation()],
      ],
    });
    expect(run.sends.slice(2).map((sent) => [sent.on, read(sent).lifetimeSeconds])).toEqual([
      ['eth0', 0],
      ['eth1', 0],
    ]);
    expect(run.status).toBe(0);
    expect(run.summary).toMatchObject({ reason: 'terminated', transmitted: 4, interfaces: ['eth0', 'eth1'] });
  });

  it('tells of what could not be sent, and keeps its schedule', () => {
    const ENETDOWN = 100;
    const run = playRouter(ADVERTISING, { refuse: (attempt) => (attempt === 0 ? ENETDOWN : 0), untilNs: 16 * SECOND });
    expect(run.of('send-error')).toMatchObject([{ to: '224.0.0.1', interface: 'eth0', errno: ENETDOWN }]);
    expect(run.sendSeconds).toEqual([16]);
  });
});
