/** When a host solicits, when it stops, and when a listing is over: RFC 1256 section 5.3, rdisc(8). */
import { describe, expect, it } from 'vitest';
import { advertisement, ETH0, ETH1, LISTENING, LISTING, MS, playHost, ROUTER, SECOND } from './support.ts';

const ENETUNREACH = 101;
const reply = advertisement(1800, [[ROUTER, 42]]);

describe('a host that solicits', () => {
  it('sends three solicitations, three seconds apart, and gives up three seconds after the last', () => {
    const run = playHost(LISTING);
    expect(run.sendSeconds).toEqual([0, 3, 6]);
    expect(run.sends.map(({ to, on }) => `${to} ${on}`)).toEqual(Array(3).fill('224.0.0.2 eth0'));
    expect(run.sends[0]!.octets).toEqual(Uint8Array.of(10, 0, 0xf5, 0xff, 0, 0, 0, 0)); // the golden vector
    expect(run.endedAtNs).toBe(9 * SECOND);
    expect(run.status).toBe(5);
    expect(run.summary).toMatchObject({ reason: 'no-router', transmitted: 3, received: 0, routers: [] });
  });

  it('sends no more once a router has spoken, and lists what came until the interval is over', () => {
    const late = advertisement(600, [['192.0.2.3', 7]], { source: '192.0.2.3' });
    const run = playHost(LISTING, {
      at: [
        [50 * MS, reply],
        [2 * SECOND, late],
      ],
    });
    expect(run.sendSeconds).toEqual([0]);
    expect(run.endedAtNs).toBe(3 * SECOND);
    expect(run.status).toBe(0);
    expect(run.summary).toMatchObject({ reason: 'listed', received: 2, defaults: [ROUTER] });
    expect(run.summary.routers.map(({ address }) => address)).toEqual([ROUTER, '192.0.2.3']);
  });

  it('finds a router that answers the last solicitation only', () => {
    const run = playHost(LISTING, { at: [[8900 * MS, reply]] });
    expect(run.sendSeconds).toEqual([0, 3, 6]);
    expect([run.endedAtNs, run.status]).toEqual([9 * SECOND, 0]);
  });

  it('solicits on each link, and goes on with those that are silent', () => {
    const run = playHost(
      { ...LISTING, lists: false, forever: true },
      { links: [ETH0, ETH1], at: [[1 * SECOND, reply]], untilNs: 20 * SECOND },
    );
    expect(run.sends.map(({ atNs, on }) => `${atNs / SECOND} ${on}`)).toEqual(['0 eth0', '0 eth1', '3 eth1', '6 eth1']);
  });

  it('solicits all the same when a router speaks before the first solicitation', () => {
    const config = { ...LISTING, maximumDelayNs: SECOND, random: () => 0.5 };
    const run = playHost(config, { at: [[0, reply]] });
    expect(run.sendSeconds).toEqual([0.5]);
    expect([run.endedAtNs, run.status]).toEqual([3.5 * SECOND, 0]);
  });

  it('ends a listing with what one link has, though another one is silent', () => {
    const run = playHost(LISTING, { links: [ETH0, ETH1], at: [[1 * SECOND, reply]] });
    expect([run.endedAtNs, run.status]).toEqual([3 * SECOND, 0]);
  });

  it('waits for up to a second at random before the first one where it is told to', () => {
    const run = playHost({ ...LISTING, lists: false, maximumDelayNs: SECOND, random: () => 0.25 });
    expect(run.sendSeconds).toEqual([0.25, 3.25, 6.25]);
    expect([run.endedAtNs, run.status]).toEqual([9.25 * SECOND, 5]);
  });

  it('sends one message and not one for each link where routing is to choose', () => {
    const run = playHost({ ...LISTING, sendTo: '203.0.113.1', sendsByRoute: true }, { links: [ETH0, ETH1] });
    expect(run.sends.map(({ to, on }) => `${to} ${on}`)).toEqual(Array(3).fill('203.0.113.1 null'));
  });

  it('broadcasts on a link without multicast', () => {
    const run = playHost(LISTING, { links: [{ ...ETH0, isMulticast: false }, ETH1] });
    expect(run.sends.slice(0, 2).map(({ to }) => to)).toEqual(['255.255.255.255', '224.0.0.2']);
    expect(run.of('solicited')[0]).toMatchObject({ to: '255.255.255.255', interface: 'eth0' });
  });

  it('tells of a refused solicitation, counts it not, and goes on', () => {
    const run = playHost(LISTING, { refuse: (attempt) => (attempt === 0 ? ENETUNREACH : 0) });
    expect(run.of('send-error')).toEqual([
      { type: 'send-error', wallNs: 0, to: '224.0.0.2', interface: 'eth0', errno: ENETUNREACH },
    ]);
    expect(run.sendSeconds).toEqual([3, 6]);
    expect(run.summary.transmitted).toBe(2);
  });

  it('gives up at once where there is no link', () => {
    const run = playHost(LISTING, { links: [] });
    expect([run.endedAtNs, run.status]).toEqual([0, 5]);
    expect(run.summary).toMatchObject({ reason: 'no-router', interfaces: [] });
  });

  it('finds nothing in an advertisement that names no neighbour, and does not solicit again', () => {
    const run = playHost(LISTING, { at: [[1 * SECOND, advertisement(1800, [['203.0.113.1', 0]])]] });
    expect(run.sendSeconds).toEqual([0]);
    expect([run.endedAtNs, run.status]).toEqual([3 * SECOND, 5]);
    expect(run.summary).toMatchObject({ reason: 'no-router', received: 1 });
  });

  it('takes no notice of a router on its own machine, whose multicast comes back', () => {
    const own = advertisement(1800, [['192.0.2.9', 0]], { source: '192.0.2.9' });
    const run = playHost(LISTING, { at: [[1 * SECOND, own]] });
    expect(run.sendSeconds).toEqual([0, 3, 6]);
    expect(run.summary).toMatchObject({ reason: 'no-router', received: 0, rejected: 0 });
  });

  it('goes on for ever without a router where it is told to', () => {
    const run = playHost({ ...LISTING, lists: false, forever: true }, { untilNs: 3600 * SECOND });
    expect(run.sendSeconds).toEqual([0, 3, 6]);
    expect(run.status).toBeNull();
  });

  it('does not give up any more once a router was there', () => {
    const brief = advertisement(5, [[ROUTER, 0]]);
    const run = playHost({ ...LISTING, lists: false }, { at: [[1 * SECOND, brief]], untilNs: 3600 * SECOND });
    expect(run.of('gone')).toHaveLength(1);
    expect(run.status).toBeNull();
  });

  it('solicits on a link that comes up later, and again on one that comes back', () => {
    const run = playHost(
      { ...LISTING, lists: false, forever: true },
      {
        at: [
          [10 * SECOND, [ETH0, ETH1]],
          [20 * SECOND, [ETH1]],
          [30 * SECOND, [ETH0, ETH1]],
        ],
        untilNs: 60 * SECOND,
      },
    );
    const on = (name: string) => run.sends.filter((sent) => sent.on === name).map(({ atNs }) => atNs / SECOND);
    expect(on('eth0')).toEqual([0, 3, 6, 30, 33, 36]);
    expect(on('eth1')).toEqual([10, 13, 16]);
  });

  it.each(['interrupted', 'terminated'] as const)('ends with status 0 when it is %s', (reason) => {
    const run = playHost(LISTING, {
      at: [
        [1 * SECOND, reply],
        [2 * SECOND, reason],
      ],
    });
    expect([run.endedAtNs, run.status]).toEqual([2 * SECOND, 0]);
    expect(run.summary).toMatchObject({ reason, received: 1, defaults: [ROUTER] });
  });

  it('hears nothing any more once it was interrupted', () => {
    const run = playHost(LISTING, {
      at: [
        [1 * SECOND, 'interrupted'],
        [1 * SECOND, reply],
        [1 * SECOND, 'terminated'],
      ],
    });
    expect(run.summary).toMatchObject({ reason: 'interrupted', received: 0 });
  });
});

describe('a host that only listens', () => {
  it('sends nothing and never gives up', () => {
    const run = playHost(LISTENING, { at: [[100 * SECOND, reply]], untilNs: 1000 * SECOND });
    expect(run.sends).toEqual([]);
    expect(run.of('recorded')).toHaveLength(1);
    expect(run.status).toBeNull();
  });
});
