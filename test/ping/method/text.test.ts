/** What the lines of a run by UDP or TCP look like, and that those of ICMP stay as they are. */
import { describe, expect, it } from 'vitest';
import type { PingEvent, ReplyEvent } from '../../../src/ping/events.ts';
import { echoProtocol, fromTheEnd, NOT_OURS } from '../../../src/ping/protocol.ts';
import { formatHeader, PingText, type TextOptions } from '../../../src/ping/text.ts';
import { IDENTIFIER, icmp, PLAIN_OPTIONS, PLAIN_REPLY, PLAIN_START, play, SECOND, silence, US } from '../support.ts';

const OPTIONS: TextOptions = {
  ...PLAIN_OPTIONS,
  method: 'udp',
  host: 'hostb.lab',
  strerror: (errno) => `strerror(${errno})`,
  nameOf: (address) => (address === '10.77.3.2' ? 'hostb.lab' : null),
};

const REPLY: ReplyEvent = {
  ...PLAIN_REPLY,
  answer: 'port-unreachable',
  wallNs: 0,
  octets: 56,
  source: '10.77.3.2',
  sequence: 7,
  hopLimit: 62,
  roundTripNs: 41 * US,
};

function line(event: PingEvent, options: Partial<TextOptions> = {}): string {
  return new PingText({ ...OPTIONS, ...options })
    .render(event)
    .map(({ text }) => text)
    .join('');
}

describe('the header', () => {
  const from = { address: '10.77.1.1', device: 'eth0' };
  it.each([
    [{}, 'PING hostb.lab (10.77.3.2) 56(84) bytes of data.'],
    [{ isMethodFound: true }, 'PING hostb.lab (10.77.3.2) ICMP 56(84) bytes of data.'],
    [{ method: 'udp', port: 33_434 }, 'PING hostb.lab (10.77.3.2) UDP port 33434 56(84) bytes of data.'],
    [{ method: 'udp', port: 7, family: 6 }, 'PING hostb.lab (10.77.3.2) UDP port 7 56 data bytes'],
    [{ method: 'tcp', port: 443 }, 'PING hostb.lab (10.77.3.2) TCP port 443'],
    [
      { method: 'tcp', port: 443, isMethodFound: true, from },
      'PING hostb.lab (10.77.3.2) TCP port 443 from 10.77.1.1 eth0',
    ],
    [
      { method: 'tcp', port: 443, from: { address: '10.77.1.1', device: '' } },
      'PING hostb.lab (10.77.3.2) TCP port 443 from 10.77.1.1',
    ],
  ] as const)('%j', (facts, text) => {
    expect(formatHeader({ ...PLAIN_START, ...facts })).toBe(`${text}\n`);
  });
});

describe('an answer', () => {
  it.each([
    ['port-unreachable', 'udp', 'port unreachable from hostb.lab (10.77.3.2): udp_seq=7 ttl=62 time=0.041 ms'],
    ['datagram', 'udp', '56 bytes from hostb.lab (10.77.3.2): udp_seq=7 ttl=62 time=0.041 ms'],
    ['syn-ack', 'tcp', 'SYN-ACK from hostb.lab (10.77.3.2): tcp_seq=7 ttl=62 time=0.041 ms'],
    ['rst', 'tcp', 'RST from hostb.lab (10.77.3.2): tcp_seq=7 ttl=62 time=0.041 ms'],
    ['echo-reply', 'icmp', '56 bytes from hostb.lab (10.77.3.2): icmp_seq=7 ttl=62 time=0.041 ms'],
  ] as const)('%s', (answer, method, text) => {
    expect(line({ ...REPLY, answer }, { method })).toBe(`${text}\n`);
  });

  it('has its time whatever the payload has room for', () => {
    expect(line(REPLY, { size: 0 })).toContain(' time=0.041 ms');
    expect(line(play({ method: 'udp', count: 1 }, { network: silence }).summary, { size: 0 })).not.toContain('rtt');
    expect(line({ ...REPLY, answer: 'echo-reply' }, { size: 0, method: 'icmp' })).not.toContain('time=');
  });

  it('without a TTL has none, and says which address it is from and whether it came twice', () => {
    const text = line({ ...REPLY, hopLimit: null, duplicate: true, differentAddress: true, source: '10.77.3.9' });
    expect(text).toBe('port unreachable from 10.77.3.9: udp_seq=7 time=0.041 ms (DUP!) (DIFFERENT ADDRESS!)\n');
  });
});

it('what is missing, and errors, are told by the name of the method', () => {
  expect(line({ type: 'unanswered', wallNs: 0, sequence: 3 })).toBe('no answer yet for udp_seq=3\n');
  const { events } = play({ method: 'tcp', count: 1 }, { network: () => [{ afterNs: SECOND, error: {} }] });
  expect(line(events[0]!, { method: 'tcp' })).toBe('From 192.0.2.254 tcp_seq=1 Destination Host Unreachable\n');
});

it.each([
  ['udp', 'sendmsg: strerror(24)\n'],
  ['tcp', 'connect: strerror(24)\n'],
] as const)('a probe by %s that our own kernel refuses is told by the call that it takes', (method, text) => {
  expect(line({ type: 'send-error', wallNs: 0, errno: 24, sequence: 1 }, { method })).toBe(text);
});

it('probes that are not of the run are numbered from the end', () => {
  const plain = echoProtocol(4, IDENTIFIER);
  const aside = fromTheEnd(plain);
  const request = new Uint8Array(8);
  aside.writeRequest(request, 1, 0);
  expect(plain.sequenceOf(request, 0, 8)).toBe(65_534);
  expect(aside.sequenceOf(request, 0, 8)).toBe(1);
  const foreign = icmp({ type: 0, identifier: IDENTIFIER + 1, sequence: 1 });
  expect(aside.sequenceOf(foreign, 0, foreign.length)).toBe(NOT_OURS);
});
