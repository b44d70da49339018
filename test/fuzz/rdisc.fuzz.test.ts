/** Engines of rdisc fed what nobody should send, at any time: they come to rest, and believe no stranger. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Incoming, Link } from '../../src/rdisc/protocol.ts';
import { judgeNeighbour } from '../../src/rdisc/protocol.ts';
import { hex, loadVectors } from '../packet/support.ts';
import { ADVERTISING, ETH0, ETH1, INSTALLING, LISTING, playHost, playRouter, SECOND } from '../rdisc/support.ts';

const GOLDEN = loadVectors('irdp.json').map((vector) => hex(vector.hex));

const address = fc.oneof(
  fc.constantFrom('0.0.0.0', '255.255.255.255', '224.0.0.1', '192.0.2.1', '192.0.2.9', '198.51.100.9', '203.0.113.1'),
  fc.ipV4(),
);

/** Octets from nowhere, or a golden message with one octet changed; checksums are right often enough to go further. */
const octets = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc.constantFrom(...GOLDEN),
  fc.tuple(fc.constantFrom(...GOLDEN), fc.nat(30), fc.nat(255)).map(([golden, at, value]) => {
    const changed = golden.slice();
    if (at < changed.length) changed[at] = value;
    return repair(changed);
  }),
);

function repair(message: Uint8Array): Uint8Array {
  if (message.length < 4) return message;
  message.set([0, 0], 2);
  let sum = 0;
  for (let i = 0; i < message.length; i += 2) sum += (message[i]! << 8) | (message[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  message.set([(~sum >> 8) & 0xff, ~sum & 0xff], 2);
  return message;
}

const incoming: fc.Arbitrary<Incoming> = fc.record({
  source: address,
  destination: address,
  interfaceIndex: fc.constantFrom(null, ETH0.index, ETH1.index, 77),
  octets,
});
const links: fc.Arbitrary<readonly Link[]> = fc.subarray([ETH0, ETH1]);
const happenings = fc.array(
  fc.tuple(
    fc.nat(100).map((seconds) => seconds * SECOND),
    fc.oneof({ weight: 8, arbitrary: incoming }, { weight: 1, arbitrary: links }),
  ),
  { maxLength: 30 },
);

describe('rdisc, fed anything', () => {
  it('as a host records neighbours only, sets routes to no others, and takes each route back', () => {
    fc.assert(
      fc.property(happenings, fc.boolean(), (at, acceptAll) => {
        const run = playHost(
          { ...INSTALLING, acceptAll },
          { links: [ETH0, ETH1], at: [...at, [200 * SECOND, 'terminated']] },
        );
        for (const { router } of run.of('recorded')) {
          expect(judgeNeighbour(router.interface === 'eth0' ? ETH0 : ETH1, router.address)).toBeNull();
        }
        expect(run.routes).toEqual([]);
        expect(run.status).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('as a lister comes to an end', () => {
    fc.assert(
      fc.property(happenings, (at) => {
        const run = playHost(LISTING, { links: [ETH0, ETH1], at });
        expect([0, 5]).toContain(run.status);
      }),
      { numRuns: 300 },
    );
  });

  it('as a router answers neighbours only, and says goodbye', () => {
    fc.assert(
      fc.property(happenings, (at) => {
        const run = playRouter(ADVERTISING, { links: [ETH0, ETH1], at: [...at, [200 * SECOND, 'terminated']] });
        for (const { to, on } of run.sends) {
          const isToAll = to === '224.0.0.1' || to === '255.255.255.255';
          if (!isToAll) expect(judgeNeighbour(on === 'eth0' ? ETH0 : ETH1, to)).not.toBe('off-link');
        }
        expect(run.summary.reason).toBe('terminated');
      }),
      { numRuns: 300 },
    );
  });
});
