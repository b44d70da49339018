import { describe, expect, it } from 'vitest';
import { readTcpInfo, TCP_INFO_OCTETS } from '../../src/net/tcp-info.ts';

const ESTABLISHED = 1;
const SYN_SENT = 2;
const SYN_RECEIVED = 3;

/** `struct tcp_info` of <linux/tcp.h>: eight octets, then words of 32 bits. */
function info(state: number, retransmits: number, roundTripUs: number, totalRetransmits: number): Uint8Array {
  const octets = new Uint8Array(TCP_INFO_OCTETS);
  const words = new Uint32Array(octets.buffer);
  octets[0] = state;
  octets[2] = retransmits;
  words[17] = roundTripUs; // tcpi_rtt
  words[25] = totalRetransmits; // tcpi_total_retrans
  return octets;
}

describe('TCP_INFO', () => {
  it.each([
    ['a SYN that waits', info(SYN_SENT, 0, 0, 0), { isPending: true, isRepeated: false, roundTripUs: 0 }],
    ['a SYN that a SYN crossed', info(SYN_RECEIVED, 0, 0, 0), { isPending: true, isRepeated: false, roundTripUs: 0 }],
    ['one that was sent again', info(SYN_SENT, 1, 0, 1), { isPending: true, isRepeated: true, roundTripUs: 0 }],
    ['a handshake', info(ESTABLISHED, 0, 93, 0), { isPending: false, isRepeated: false, roundTripUs: 93 }],
    ['a handshake behind two SYNs', info(ESTABLISHED, 0, 0, 1), { isPending: false, isRepeated: true, roundTripUs: 0 }],
  ])('tells of %s', (_, octets, facts) => {
    expect(readTcpInfo(octets)).toEqual(facts);
  });

  it('tells nothing where the kernel wrote less', () => {
    for (let length = 0; length < TCP_INFO_OCTETS; length++) expect(readTcpInfo(new Uint8Array(length))).toBeNull();
  });
});
