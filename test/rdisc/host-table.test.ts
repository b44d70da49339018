/** What a host makes of advertisements: the table, its ages, and the choice among routers. RFC 1256 section 5.3. */
import { describe, expect, it } from 'vitest';
import { encodeIrdp, INELIGIBLE_PREFERENCE } from '../../src/packet/irdp.ts';
import type { Incoming, Link } from '../../src/rdisc/protocol.ts';
import {
  advertisement,
  ETH0,
  ETH1,
  LISTENING,
  OTHER,
  type Player,
  playHost,
  ROUTER,
  SECOND,
  solicitation,
} from './support.ts';

/** `+192.0.2.1` recorded anew, `~` with another preference, `=` once more, `-192.0.2.1 expired` gone; each with its second. */
function story(run: Player): string[] {
  return run.events.flatMap((event) => {
    const at = `${event.wallNs / SECOND}`;
    if (event.type === 'gone') return [`${at} -${event.router.address} ${event.reason}`];
    if (event.type !== 'recorded') return [];
    const sign = { new: '+', preference: '~', renewed: '=' }[event.change];
    return [`${at} ${sign}${event.router.address} ${event.router.preference}`];
  });
}

const heard = (at: readonly (readonly [number, Incoming])[], untilSeconds = 10_000) =>
  playHost(LISTENING, {
    at: at.map(([seconds, message]) => [seconds * SECOND, message] as const),
    untilNs: untilSeconds * SECOND,
  });

const damaged = (change: (octets: Uint8Array) => void, fixChecksum = true): Incoming => {
  const message = advertisement(1800, [[ROUTER, 0]]);
  const octets = message.octets.slice();
  change(octets);
  if (!fixChecksum) return { ...message, octets };
  octets.set([0, 0], 2);
  let sum = 0;
  for (let i = 0; i < octets.length; i += 2) sum += (octets[i]! << 8) | (octets[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  octets.set([(~sum >> 8) & 0xff, ~sum & 0xff], 2);
  return { ...message, octets };
};

describe('the table of routers', () => {
  it('forgets a router when its lifetime is over, to the moment', () => {
    const run = heard([[10, advertisement(1800, [[ROUTER, 0]])]]);
    expect(story(run)).toEqual(['10 +192.0.2.1 0', `1810 -192.0.2.1 expired`]);
  });

  it('counts the lifetime anew with each advertisement', () => {
    const again = advertisement(30, [[ROUTER, 0]]);
    expect(
      story(
        heard([
          [0, again],
          [20, again],
          [45, again],
        ]),
      ),
    ).toEqual(['0 +192.0.2.1 0', '20 =192.0.2.1 0', '45 =192.0.2.1 0', '75 -192.0.2.1 expired']);
  });

  it('tells of another preference', () => {
    const run = heard(
      [
        [0, advertisement(30, [[ROUTER, 5]])],
        [1, advertisement(30, [[ROUTER, -5]])],
      ],
      2,
    );
    expect(story(run)).toEqual(['0 +192.0.2.1 5', '1 ~192.0.2.1 -5']);
  });

  it('drops a router that says lifetime 0, and knows none by it', () => {
    const bye = advertisement(0, [[ROUTER, 0]]);
    expect(
      story(
        heard([
          [0, bye],
          [1, advertisement(600, [[ROUTER, 3]])],
          [2, bye],
          [3, bye],
        ]),
      ),
    ).toEqual(['1 +192.0.2.1 3', '2 -192.0.2.1 withdrawn']);
  });

  it.each([
    [0x7fff_ffff, 4, true],
    [0, 1800, true],
    [INELIGIBLE_PREFERENCE + 1, 1800, true],
    [INELIGIBLE_PREFERENCE, 1800, false],
    [10, 3, false],
    [10, 1, false],
  ])('takes preference %i with lifetime %i for eligible: %s', (preference, lifetime, isEligible) => {
    const run = heard([[0, advertisement(lifetime, [[ROUTER, preference]])]], 0.5);
    expect(run.of('recorded')[0]!.router).toMatchObject({ preference, lifetimeSeconds: lifetime, isEligible });
  });

  it('tells when a router becomes ineligible by its lifetime alone', () => {
    const run = heard(
      [
        [0, advertisement(1800, [[ROUTER, 5]])],
        [1, advertisement(3, [[ROUTER, 5]])],
      ],
      2,
    );
    expect(run.of('recorded').map(({ change, router }) => [change, router.isEligible])).toEqual([
      ['new', true],
      ['preference', false],
    ]);
  });

  it('keeps the best when somebody advertises more routers than a network has', () => {
    const wide: Link = { ...ETH0, addresses: [{ address: '10.0.0.1', netmask: '255.0.0.0', peer: null }] };
    const flood = Array.from({ length: 4 }, (_, block) =>
      advertisement(
        600,
        Array.from({ length: 255 }, (_unused, host) => [`10.1.${block}.${host + 1}`, block] as const),
      ),
    );
    const run = playHost(
      { ...LISTENING, acceptAll: true },
      { links: [wide], at: [...flood.map((message) => [SECOND, message] as const), [2 * SECOND, 'interrupted']] },
    );
    expect(run.summary.routers).toHaveLength(256);
    expect(run.summary.routers.filter(({ preference }) => preference === 3)).toHaveLength(255);
    expect(new Set(run.of('gone').map(({ reason }) => reason))).toEqual(new Set(['table-full']));
  });

  it('forgets the routers of a link that goes, and those that are no neighbours by its new address', () => {
    const moved: Link = { ...ETH0, addresses: [{ address: '203.0.113.9', netmask: '255.255.255.0', peer: null }] };
    const other = advertisement(600, [['198.51.100.1', 0]], { interfaceIndex: ETH1.index });
    const run = playHost(LISTENING, {
      links: [ETH0, ETH1],
      at: [
        [0, advertisement(600, [[ROUTER, 0]])],
        [0, other],
        [SECOND, [moved, ETH1]],
        [2 * SECOND, [moved]],
      ],
      untilNs: 3 * SECOND,
    });
    expect(story(run).slice(2)).toEqual(['1 -192.0.2.1 interface', '2 -198.51.100.1 interface']);
  });
});

describe('the choice of default routers', () => {
  const choose = (acceptAll: boolean, routers: readonly (readonly [string, number])[], lifetime = 600) =>
    playHost(
      { ...LISTENING, acceptAll },
      {
        at: [
          [0, advertisement(lifetime, routers)],
          [SECOND, 'interrupted'],
        ],
      },
    ).summary.defaults;

  const three = [
    ['192.0.2.3', 1],
    ['192.0.2.4', 7],
    ['192.0.2.5', -7],
  ] as const;

  it('takes the one of the highest preference', () => {
    expect(choose(false, three)).toEqual(['192.0.2.4']);
  });

  it('takes all of the same highest preference, the lowest address first', () => {
    expect(choose(false, [['192.0.2.200', 7], ...three])).toEqual(['192.0.2.4', '192.0.2.200']);
  });

  it('takes every one with -a, best first', () => {
    expect(choose(true, three)).toEqual(['192.0.2.4', '192.0.2.3', '192.0.2.5']);
  });

  it('never takes one that says it is none, nor one that is about to leave', () => {
    expect(
      choose(true, [
        ['192.0.2.3', INELIGIBLE_PREFERENCE],
        ['192.0.2.4', -1],
      ]),
    ).toEqual(['192.0.2.4']);
    expect(choose(true, three, 3)).toEqual([]);
    expect(choose(false, [['192.0.2.3', INELIGIBLE_PREFERENCE]])).toEqual([]);
  });
});

describe('an advertisement', () => {
  const judge = (address: string, links: readonly Link[] = [ETH0]) => {
    const run = playHost(LISTENING, {
      links,
      at: [[0, advertisement(600, [[address, 0]], { source: ROUTER })]],
      untilNs: SECOND,
    });
    return run.of('advertisement')[0]!.routers[0]!.ignored;
  };

  it.each([
    ['192.0.2.1', null],
    ['192.0.2.254', null],
    ['203.0.113.1', 'off-link'],
    ['0.0.0.0', 'off-link'],
    ['224.0.0.1', 'off-link'],
    ['127.0.0.1', 'off-link'],
    ['255.255.255.255', 'off-link'],
    ['192.0.2.9', 'own-address'],
    ['192.0.2.0', 'not-a-host'],
    ['192.0.2.255', 'not-a-host'],
  ])('with the router %s is judged: %s', (address, ignored) => {
    expect(judge(address)).toBe(ignored);
  });

  it('may name the peer of a point-to-point link, and either end of a /31', () => {
    const pair: Link = { ...ETH0, addresses: [{ address: '10.0.0.1', netmask: '255.255.255.255', peer: '10.9.9.9' }] };
    const narrow: Link = { ...ETH0, addresses: [{ address: '10.0.0.1', netmask: '255.255.255.254', peer: null }] };
    const open: Link = { ...ETH0, addresses: [{ address: '10.0.0.1', netmask: '0.0.0.0', peer: null }] };
    expect([judge('10.9.9.9', [pair]), judge('10.0.0.2', [pair])]).toEqual([null, 'off-link']);
    expect([judge('10.0.0.0', [narrow]), judge('10.0.0.2', [narrow])]).toEqual([null, 'off-link']);
    expect(judge('10.0.0.2', [open])).toBe('off-link');
  });

  it('counts by the link it came by, not by another one', () => {
    const run = playHost(LISTENING, {
      links: [ETH0, ETH1],
      at: [[0, advertisement(600, [['198.51.100.1', 0]], { interfaceIndex: ETH0.index })]],
      untilNs: SECOND,
    });
    expect(run.of('advertisement')[0]!.routers[0]!.ignored).toBe('off-link');
  });

  it('counts on whichever link has the router where the socket does not tell', () => {
    const run = playHost(LISTENING, {
      links: [ETH0, ETH1],
      at: [[0, advertisement(600, [['198.51.100.1', 0]], { interfaceIndex: null })]],
      untilNs: SECOND,
    });
    expect(run.of('recorded')[0]!.router).toMatchObject({ address: '198.51.100.1', interface: 'eth1' });
    expect(run.of('advertisement')[0]!.interface).toBeNull();
  });

  it('from a sender that is no neighbour counts for its body, and is marked', () => {
    const run = heard([[0, advertisement(600, [[ROUTER, 42]], { source: '1.2.0.192' })]], 1);
    expect(run.of('advertisement')[0]).toMatchObject({ source: '1.2.0.192', isSourceNear: false });
    expect(story(run)).toEqual(['0 +192.0.2.1 42']);
  });

  it('with several routers records each that is a neighbour', () => {
    const run = heard(
      [
        [
          0,
          advertisement(600, [
            [ROUTER, 1],
            ['203.0.113.1', 2],
            [OTHER, 3],
          ]),
        ],
      ],
      1,
    );
    expect(story(run)).toEqual(['0 +192.0.2.1 1', '0 +192.0.2.2 3']);
  });

  it.each<[string, object, Incoming]>([
    ['a wrong checksum', { kind: 'bad-checksum' }, damaged((octets) => octets.set([1], 12), false)],
    ['a code', { kind: 'bad-code', code: 16 }, damaged((octets) => octets.set([16], 1))],
    ['no addresses', { kind: 'no-addresses' }, damaged((octets) => octets.set([0], 4))],
    ['entries of one word', { kind: 'bad-entry-size', entryWords: 1 }, damaged((octets) => octets.set([1], 5))],
    [
      'more entries than octets',
      { kind: 'too-short', neededOctets: 24, haveOctets: 16 },
      damaged((octets) => octets.set([2], 4)),
    ],
    ['seven octets', { kind: 'unreadable', octets: 7 }, { ...damaged(() => {}), octets: new Uint8Array(7) }],
    ['another interface', { kind: 'other-interface' }, advertisement(600, [[ROUTER, 0]], { interfaceIndex: 99 })],
  ])('with %s is rejected, and changes nothing', (_what, reason, message) => {
    const run = playHost(LISTENING, {
      at: [
        [0, message],
        [SECOND, 'interrupted'],
      ],
    });
    expect(run.of('rejected')).toMatchObject([{ message: 'advertisement', source: ROUTER, reason }]);
    expect(run.summary).toMatchObject({ received: 0, rejected: 1, routers: [] });
  });

  it('with entries of three words is read past what the third holds', () => {
    const entry = { address: ROUTER, preference: 9, extra: Uint8Array.of(1, 2, 3, 4) };
    const octets = encodeIrdp({
      kind: 'advertisement',
      type: 9,
      code: 0,
      addressCount: 2,
      entryWords: 3,
      lifetimeSeconds: 60,
      entries: [entry, { ...entry, address: OTHER }],
      trailing: Uint8Array.of(9, 9),
    });
    const run = heard([[0, advertisement(0, [[ROUTER, 0]], { octets })]], 1);
    expect(story(run)).toEqual(['0 +192.0.2.1 9', '0 +192.0.2.2 9']);
  });

  it('is not what another host sends', () => {
    const run = playHost(LISTENING, {
      at: [
        [0, solicitation()],
        [SECOND, 'interrupted'],
      ],
    });
    expect(run.summary).toMatchObject({ received: 0, rejected: 0 });
  });
});
