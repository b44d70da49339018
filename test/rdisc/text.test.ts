/** Every event as lines: iputils' words where it had some (../shared/spec/iputils.md section 5). */
import { describe, expect, it } from 'vitest';
import type { RdiscEvent } from '../../src/rdisc/events.ts';
import { addressesOf, formatPreference, RdiscText, type TextOptions } from '../../src/rdisc/text.ts';
import { EVENTS, REASONS, ROUTER_FACTS, SUMMARY } from './events.ts';

const NAMES = new Map([
  ['192.0.2.1', 'gw.lab'],
  ['192.0.2.66', '\x1b[31mred'],
]);
const OPTIONS: TextOptions = {
  verbose: false,
  debug: false,
  strerror: (errno) => `errno ${errno}`,
  nameOf: (address) => NAMES.get(address) ?? null,
};

/** stdout as it is; stderr with `! ` before it, or `rdisc: ` where the command's name goes there. */
function lines(event: RdiscEvent, options: Partial<TextOptions> = {}): string[] {
  const text = new RdiscText({ ...OPTIONS, ...options });
  return text.render(event).map((output) => {
    if (output.stream === 'stdout') return output.text;
    return `${output.bare === true ? '! ' : 'rdisc: '}${output.text}`;
  });
}

const of = <Type extends RdiscEvent['type']>(type: Type, index = 0) =>
  EVENTS.filter((event): event is Extract<RdiscEvent, { type: Type }> => event.type === type)[index]!;

const VERBOSE = { verbose: true };
const DEBUG = { debug: true };

describe('the text of rdisc', () => {
  it('shows a router when it is new or says something else, and not when it says the same', () => {
    expect(lines(of('recorded', 0))).toEqual(['gw.lab (192.0.2.1) on eth0: preference -2, lifetime 1800 s\n']);
    expect(lines(of('recorded', 1))).toEqual([
      'gw.lab (192.0.2.1) on eth0: preference -2, lifetime 1800 s, not a default router\n',
    ]);
    expect(lines(of('recorded', 2))).toEqual([]);
  });

  it('shows with -d what is recorded, each time', () => {
    expect(lines(of('recorded', 2), DEBUG)).toEqual(['! Recording 192.0.2.1, ttl 1800, preference 0xfffffffe\n']);
    expect(lines(of('recorded', 0), DEBUG)).toHaveLength(2);
  });

  it.each([
    ['expired', 'lifetime is over'],
    ['withdrawn', 'withdrawn'],
    ['interface', 'no longer directly connected'],
    ['table-full', 'forgotten, too many routers'],
  ] as const)('shows why a router is gone: %s', (reason, words) => {
    const event = { type: 'gone', wallNs: 0, reason, router: ROUTER_FACTS } as const;
    expect(lines(event)).toEqual([`gw.lab (192.0.2.1) on eth0: ${words}\n`]);
  });

  it('shows advertisements with -v only, with what is ignored of them and why', () => {
    expect(lines(of('advertisement'))).toEqual([]);
    expect(lines(of('advertisement'), VERBOSE)).toEqual([
      '! ICMP Router Advertise from gw.lab (192.0.2.1), lifetime 1800\n',
      '! \taddress gw.lab (192.0.2.1), preference 0xfffffffe\n',
      '! \taddress 203.0.113.1, preference 0x5 (ignored: not directly connected)\n',
      '! \taddress 192.0.2.9, preference 0x5 (ignored: our own address)\n',
      '! \taddress 192.0.2.255, preference 0x5 (ignored: no address of a host)\n',
    ]);
    expect(lines(of('advertisement', 1), VERBOSE)).toEqual([
      '! ICMP Router Advertise from 1.2.0.192, lifetime 0\n',
      '! \tsource 1.2.0.192 not directly connected\n',
    ]);
  });

  it('shows with -v by which rule a message is rejected, in the words of rdisc', () => {
    const words = REASONS.map((reason) => {
      const event = { type: 'rejected', wallNs: 0, message: 'advertisement', source: '192.0.2.7', reason } as const;
      expect(lines(event)).toEqual([]);
      return lines(event, VERBOSE)[0];
    });
    expect(words).toEqual([
      '! ICMP Router Advertise from 192.0.2.7: Too short, 7 octets\n',
      '! ICMP Router Advertise from 192.0.2.7: Bad checksum\n',
      '! ICMP Router Advertise from 192.0.2.7: Code = 16\n',
      '! ICMP Router Advertise from 192.0.2.7: No addresses\n',
      '! ICMP Router Advertise from 192.0.2.7: Words/addr = 1\n',
      '! ICMP Router Advertise from 192.0.2.7: Too short 16, 2048\n',
      '! ICMP Router Advertise from 192.0.2.7: source not directly connected\n',
      '! ICMP Router Advertise from 192.0.2.7: came by an interface that takes no part\n',
    ]);
    expect(lines(of('rejected', REASONS.length), VERBOSE)).toEqual([
      '! ICMP Router Solicitation from gw.lab (192.0.2.1): source not directly connected\n',
    ]);
  });

  it('shows with -v what is sent, and with -d how', () => {
    expect(lines(of('solicited'))).toEqual([]);
    expect(lines(of('solicited'), VERBOSE)).toEqual(['! Sending solicitation to 224.0.0.2\n']);
    expect(lines(of('solicited'), DEBUG)).toEqual(['! Multicast to interface eth0\n']);
    expect(lines(of('solicited', 1), DEBUG)).toEqual(['! Broadcast to 255.255.255.255 on eth0\n']);
    expect(lines(of('solicited', 2), DEBUG)).toEqual([]);
    expect(lines(of('advertised'), VERBOSE)).toEqual([
      '! Sending advertisement to 224.0.0.1: 192.0.2.9, 192.0.2.10, preference 0xffffffff, lifetime 1800\n',
    ]);
    expect(lines(of('advertised'), DEBUG)).toEqual(['! Multicast to interface eth0\n']);
    expect(lines(of('solicitation'), VERBOSE)).toEqual(['! ICMP Router Solicitation from gw.lab (192.0.2.1)\n']);
    expect(lines(of('solicitation'))).toEqual([]);
  });

  it('tells of failures to whoever listens', () => {
    expect(lines(of('send-error'))).toEqual(['rdisc: sending to 224.0.0.2 on eth0: errno 101\n']);
    expect(lines(of('send-error', 1))).toEqual(['rdisc: sending to 203.0.113.1: errno 101\n']);
    expect(lines(of('join-error'))).toEqual(['rdisc: joining 224.0.0.1 on eth0: errno 105\n']);
  });

  it('shows interfaces with -d', () => {
    expect(lines(of('listening'))).toEqual([]);
    expect(lines(of('listening'), DEBUG)).toEqual(['! host on eth0, eth1, receiving at 224.0.0.1\n']);
    expect(lines(of('interfaces'))).toEqual([]);
    expect(lines(of('interfaces'), DEBUG)).toEqual(['! using eth2\n', '! no longer using eth1\n']);
  });

  it('shows routes as they are set', () => {
    expect([0, 1, 2, 3].flatMap((index) => lines(of('route', index)))).toEqual([
      'Add default route to 192.0.2.1 on eth0\n',
      'Delete default route to 192.0.2.1 on eth0\n',
      'rdisc: Add default route to 192.0.2.1 on eth0: there already, left alone\n',
      'rdisc: Add default route to 192.0.2.1 on eth0: errno 1\n',
    ]);
  });

  it('ends a listing with the routers that would be taken', () => {
    expect(lines(SUMMARY)).toEqual(['default router gw.lab (192.0.2.1)\n']);
    expect(lines({ ...SUMMARY, defaults: [] })).toEqual(['rdisc: none of these is a default router\n']);
  });

  it('says why no router was found', () => {
    const none = {
      ...SUMMARY,
      reason: 'no-router',
      received: 0,
      transmitted: 3,
      interfaces: ['eth0', 'eth1'],
    } as const;
    expect(lines(none)).toEqual(['rdisc: no router answers at 224.0.0.2 on eth0, eth1 (3 sent)\n']);
    expect(lines({ ...none, received: 2 })).toEqual([
      'rdisc: no router: none of 2 advertisements names a neighbour on eth0, eth1 (-v tells)\n',
    ]);
    expect(lines({ ...none, interfaces: [] })).toEqual([
      'rdisc: no interface to solicit on: none is up with an IPv4 address and reaches others\n',
    ]);
  });

  it('ends at a signal with the statistics of rdisc, to the blank', () => {
    const statistics = '\n----224.0.0.2 rdisc Statistics----\n1 packets transmitted, 1 packets received, \n';
    expect(lines({ ...SUMMARY, reason: 'interrupted' })).toEqual([statistics]);
    expect(lines({ ...SUMMARY, reason: 'terminated' })).toEqual([statistics]);
    expect(lines({ ...SUMMARY, reason: 'terminated', role: 'router' })).toEqual(['! terminated\n', statistics]);
  });

  it('shows names from the network without their control characters', () => {
    const event = {
      type: 'recorded',
      wallNs: 0,
      change: 'new',
      router: { ...ROUTER_FACTS, address: '192.0.2.66' },
    } as const;
    expect(lines(event)[0]).toBe('\\033[31mred (192.0.2.66) on eth0: preference -2, lifetime 1800 s\n');
  });

  it('asks for names of exactly the addresses that its lines show by name', () => {
    for (const event of EVENTS) {
      const asked: string[] = [];
      const nameOf = (address: string) => {
        asked.push(address);
        return null;
      };
      lines(event, { nameOf, verbose: true, debug: true });
      for (const address of asked) expect(addressesOf(event), event.type).toContain(address);
    }
  });

  it('shows preferences as 32 bits without a sign', () => {
    expect([0, 42, -1, -(2 ** 31)].map(formatPreference)).toEqual(['0x0', '0x2a', '0xffffffff', '0x80000000']);
  });
});
