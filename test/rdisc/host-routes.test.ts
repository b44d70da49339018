/** Which routes a host asks the kernel for, and that it takes each of its own back. */
import { describe, expect, it } from 'vitest';
import { INELIGIBLE_PREFERENCE } from '../../src/packet/irdp.ts';
import { advertisement, ETH0, INSTALLING, LISTENING, OTHER, playHost, ROUTER, SECOND } from './support.ts';

const EPERM = 1;
const says = (address: string, preference: number, lifetime = 600) =>
  advertisement(lifetime, [[address, preference]], { source: address });

describe('a host that sets routes', () => {
  it('sets one to the best router, and takes it back at the end', () => {
    const run = playHost(INSTALLING, {
      at: [
        [0, says(ROUTER, 1)],
        [SECOND, (player) => expect(player.routes).toEqual([ROUTER])],
        [2 * SECOND, 'terminated'],
      ],
    });
    expect(run.routeActions).toEqual([`+${ROUTER}`, `-${ROUTER}`]);
    expect(run.routes).toEqual([]);
    expect(run.summary.defaults).toEqual([ROUTER]);
    expect(run.of('route').map(({ action, outcome }) => `${action} ${outcome}`)).toEqual(['add done', 'remove done']);
  });

  it('sets the new route before it removes the old one', () => {
    const run = playHost(INSTALLING, {
      at: [
        [0, says(ROUTER, 1)],
        [SECOND, says(OTHER, 2)],
      ],
      untilNs: 2 * SECOND,
    });
    expect(run.routeActions).toEqual([`+${ROUTER}`, `+${OTHER}`, `-${ROUTER}`]);
  });

  it('leaves the best one alone when a worse one comes', () => {
    const run = playHost(INSTALLING, {
      at: [
        [0, says(ROUTER, 2)],
        [SECOND, says(OTHER, 1)],
      ],
      untilNs: 2 * SECOND,
    });
    expect(run.routeActions).toEqual([`+${ROUTER}`]);
  });

  it('sets routes to all of the same preference', () => {
    const run = playHost(INSTALLING, {
      at: [
        [0, says(ROUTER, 2)],
        [SECOND, says(OTHER, 2)],
      ],
      untilNs: 2 * SECOND,
    });
    expect([...run.routes].sort()).toEqual([ROUTER, OTHER]);
  });

  it('sets routes to all with -a, but to no ineligible one', () => {
    const config = { ...INSTALLING, acceptAll: true };
    const none = says('192.0.2.3', INELIGIBLE_PREFERENCE);
    const run = playHost(config, {
      at: [
        [0, says(ROUTER, 2)],
        [0, says(OTHER, 1)],
        [0, none],
      ],
      untilNs: SECOND,
    });
    expect([...run.routes].sort()).toEqual([ROUTER, OTHER]);
  });

  it('promotes the next best when the best one is over, at that moment', () => {
    const run = playHost(INSTALLING, {
      at: [
        [0, says(ROUTER, 2, 100)],
        [0, says(OTHER, 1, 600)],
        [99 * SECOND, (player) => expect(player.routes).toEqual([ROUTER])],
      ],
      untilNs: 100 * SECOND,
    });
    expect(run.routes).toEqual([OTHER]);
    expect(run.routeActions).toEqual([`+${ROUTER}`, `+${OTHER}`, `-${ROUTER}`]);
  });

  it.each([
    ['it withdraws', says(ROUTER, 2, 0)],
    ['its lifetime falls below four seconds', says(ROUTER, 2, 3)],
    ['it says that it is none', says(ROUTER, INELIGIBLE_PREFERENCE)],
  ])('removes the route to a router when %s', (_what, last) => {
    const run = playHost(INSTALLING, {
      at: [
        [0, says(ROUTER, 2)],
        [SECOND, last],
      ],
      untilNs: 2 * SECOND,
    });
    expect(run.routeActions).toEqual([`+${ROUTER}`, `-${ROUTER}`]);
  });

  it('removes the routes of a link that goes', () => {
    const run = playHost(INSTALLING, {
      at: [
        [0, says(ROUTER, 2)],
        [SECOND, []],
      ],
      untilNs: 2 * SECOND,
    });
    expect(run.routeActions).toEqual([`+${ROUTER}`, `-${ROUTER}`]);
  });

  it('asks again for a route that the kernel lost, when the router is heard again', () => {
    const run = playHost(INSTALLING, {
      at: [
        [0, says(ROUTER, 2)],
        [
          SECOND,
          (player) => {
            player.routes = [];
          },
        ],
        [2 * SECOND, says(ROUTER, 2)],
        [3 * SECOND, says(ROUTER, 2)],
      ],
      untilNs: 4 * SECOND,
    });
    expect(run.routes).toEqual([ROUTER]);
    // The third time it was there, and that is no news.
    expect(run.of('route').map(({ wallNs, outcome }) => [wallNs / SECOND, outcome])).toEqual([
      [0, 'done'],
      [2, 'done'],
    ]);
  });

  it('leaves a route alone that was there before', () => {
    const run = playHost(INSTALLING, {
      at: [
        [0, says(ROUTER, 2)],
        [SECOND, says(ROUTER, 2)],
        [2 * SECOND, 'interrupted'],
      ],
      refuseRoute: () => 'exists',
    });
    expect(run.routeActions).toEqual([`+${ROUTER}`, `+${ROUTER}`]);
    expect(run.of('route')).toMatchObject([{ outcome: 'exists', errno: null }]);
  });

  it('tells of a refused route once, and tries again when the router is heard again', () => {
    const run = playHost(INSTALLING, {
      at: [
        [0, says(ROUTER, 2)],
        [SECOND, says(OTHER, 1)],
        [2 * SECOND, says(ROUTER, 2)],
        [3 * SECOND, 'interrupted'],
      ],
      refuseRoute: () => EPERM,
    });
    expect(run.routeActions).toEqual([`+${ROUTER}`, `+${ROUTER}`]);
    expect(run.of('route')).toMatchObject([{ outcome: 'failed', errno: EPERM }]);
  });

  it('does not insist on removing what the kernel will not remove', () => {
    const run = playHost(INSTALLING, {
      at: [
        [0, says(ROUTER, 2)],
        [SECOND, 'interrupted'],
      ],
      refuseRoute: ({ type }) => (type === 'remove-route' ? EPERM : null),
    });
    expect(run.routeActions).toEqual([`+${ROUTER}`, `-${ROUTER}`]);
    expect(run.status).toBe(0);
  });

  it('knows the same address on two links apart', () => {
    const twin = { ...ETH0, index: 9, name: 'eth9' };
    const again = { ...says(ROUTER, 2), interfaceIndex: 9 };
    const run = playHost(INSTALLING, {
      links: [ETH0, twin],
      at: [
        [0, says(ROUTER, 2)],
        [0, again],
      ],
      untilNs: SECOND,
    });
    expect(run.of('recorded').map(({ router }) => router.interface)).toEqual(['eth0', 'eth9']);
    expect(run.routeActions).toEqual([`+${ROUTER}`, `+${ROUTER}`]);
  });
});

describe('a host that was not told to set routes', () => {
  it('asks for none, whatever it hears', () => {
    const run = playHost(LISTENING, {
      at: [
        [0, says(ROUTER, 1)],
        [SECOND, says(OTHER, 2)],
        [2 * SECOND, says(OTHER, 2, 0)],
        [3 * SECOND, 'terminated'],
      ],
    });
    expect(run.routeActions).toEqual([]);
    expect(run.of('route')).toEqual([]);
  });
});
