/** What is told of an ICMP error. Nothing in it may alias the port's buffer. */
import { describe, expect, it } from 'vitest';
import { queuedNetworkError, rawNetworkError } from '../../src/ping/network-error.ts';
import { EHOSTUNREACH, icmp, packetOf, queuedErrorOf, quote, ROUTER, TARGET } from './support.ts';

const CONTEXT = { family: 4, wallNs: 7, sequence: 2 } as const;

describe('the event of an ICMP error', () => {
  it('has the numbers of the error queue, and no offender where none was told', () => {
    const error = queuedErrorOf(icmp({ type: 8 }), { type: 3, code: 4, info: 1400 });
    const event = queuedNetworkError(error, CONTEXT);
    expect(event).toMatchObject({ source: ROUTER, sequence: 2, icmpType: 3, icmpCode: 4, info: 1400, via: 'queue' });
    expect(event).toMatchObject({ errno: EHOSTUNREACH, badChecksum: false, quoted: null });
    expect(queuedNetworkError({ ...error, offender: null }, CONTEXT).source).toBe('');
  });

  it('has what a raw socket saw: gateway, no errno, and a copy of the quote', () => {
    const quoted = quote(TARGET, icmp({ type: 8 }));
    const redirect = icmp({ type: 5, code: 1, identifier: 0xc000, sequence: 0x02fe, data: quoted });
    const packet = packetOf(redirect, { source: ROUTER });
    const event = rawNetworkError(packet, true, { ...CONTEXT, sequence: null });
    packet.octets.fill(0x5a);
    expect(event).toMatchObject({ source: ROUTER, sequence: null, icmpType: 5, icmpCode: 1, info: 0xc00002fe });
    expect(event).toMatchObject({ via: 'raw', errno: null, badChecksum: true, quoted });
  });
});
