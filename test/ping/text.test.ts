/** Lines to the blank: iputils.md section 1.4, and where a comment says "seen" Debian's ping 20221126 in the lab. */
import { describe, expect, it } from 'vitest';
import type {
  NetworkErrorEvent,
  PingEvent,
  ReplyEvent,
  StartEvent,
  StatusEvent,
  SummaryEvent,
} from '../../src/ping/events.ts';
import { addressesOf, formatHeader, formatRoundTrip, PingText, type TextOptions } from '../../src/ping/text.ts';
import {
  EMSGSIZE,
  EPERM,
  icmp,
  MS,
  PLAIN_OPTIONS,
  PLAIN_REPLY,
  PLAIN_START,
  play,
  quote,
  ramp,
  SECOND,
  silence,
  US,
} from './support.ts';

const OPTIONS: TextOptions = {
  ...PLAIN_OPTIONS,
  host: '10.88.0.9',
  epochSeconds: 1_795_344_226,
  strerror: (errno) => `strerror(${errno})`,
  nameOf: () => null,
};

const REPLY: ReplyEvent = {
  ...PLAIN_REPLY,
  wallNs: 902_450_999,
  source: '10.88.0.9',
  identifier: 26_943,
  hopLimit: 57,
  roundTripNs: 304_999,
};

const ERROR: NetworkErrorEvent = {
  type: 'network-error',
  wallNs: 902_450_999,
  source: '10.77.1.254',
  sequence: 1,
  family: 4,
  icmpType: 11,
  icmpCode: 0,
  info: 0,
  via: 'queue',
  errno: 113,
  badChecksum: false,
  quoted: null,
};

const SUMMARY: SummaryEvent = {
  type: 'summary',
  reason: 'count',
  method: 'icmp',
  port: null,
  transmitted: 1,
  received: 1,
  duplicates: 0,
  corrupted: 0,
  errors: 0,
  elapsedNs: 0,
  rtt: { minUs: 197, avgUs: 197, maxUs: 197, mdevUs: 0, ewmaUs: 197 },
  statistics: null,
  conditions: [],
  pipe: 1,
};

/** What an event looks like on both streams: stderr lines begin with `ping: ` unless bare, and with a mark of their own. */
function show(event: PingEvent, options: Partial<TextOptions> = {}): string {
  return render(new PingText({ ...OPTIONS, ...options }), event);
}

function render(text: PingText, event: PingEvent): string {
  return text
    .render(event)
    .map(({ stream, text: line, bare }) =>
      stream === 'stdout' ? line : `<stderr>${bare === true ? '' : 'ping: '}${line}`,
    )
    .join('');
}

/** A reply's line as it stands once -v has said where the stamps come from. */
function reply(facts: Partial<ReplyEvent>, options: Partial<TextOptions> = {}): string {
  const text = new PingText({ ...OPTIONS, ...options });
  const event = { ...REPLY, ...facts };
  if (options.verbose === true) render(text, event);
  return render(text, event);
}
const error = (facts: Partial<NetworkErrorEvent>, options: Partial<TextOptions> = {}) =>
  show({ ...ERROR, ...facts }, options);
const summary = (facts: Partial<SummaryEvent>, options: Partial<TextOptions> = {}) =>
  show({ ...SUMMARY, ...facts }, options);

describe('the header', () => {
  it.each<[string, Partial<StartEvent>]>([
    ['PING hostb.lab (10.77.3.2) 56(84) bytes of data.', {}],
    ['PING hostb.lab (10.77.3.2) 0(28) bytes of data.', { size: 0 }],
    ['PING hostb.lab (10.77.3.2) 65507(65535) bytes of data.', { size: 65_507 }],
    ['PING hostb.lab (10.77.3.2) 56(124) bytes of data.', { optionOctets: 40 }],
    [
      'PING hostb.lab (10.77.3.2) from 10.77.1.1 eth0: 56(84) bytes of data.',
      { from: { address: '10.77.1.1', device: 'eth0' } },
    ],
    [
      'PING 10.77.3.2 (10.77.3.2) from 10.77.1.1 : 56(84) bytes of data.', // seen
      { host: '10.77.3.2', from: { address: '10.77.1.1', device: '' } },
    ],
    ['PING 127.1 (127.0.0.1) 56(84) bytes of data.', { host: '127.1', address: '127.0.0.1' }],
    ['PING \\033[2Jx\\012y (10.77.3.2) 56(84) bytes of data.', { host: '\x1b[2Jx\ny' }],
  ])('is %j', (line, facts) => {
    expect(formatHeader({ ...PLAIN_START, ...facts })).toBe(`${line}\n`);
  });

  const HEADER6: StartEvent = { ...PLAIN_START, family: 6, host: 'fd88::9', address: 'fd88::9' };

  it.each<[string, Partial<StartEvent>]>([
    ['PING fd88::9 (fd88::9) 56 data bytes', {}],
    ['PING hostb6 (fd77:3::2) 56 data bytes', { host: 'hostb6', address: 'fd77:3::2' }],
    ['PING fd88::9 (fd88::9) , flow 0x12345, 56 data bytes', { flowLabel: 0x12345 }],
    ['PING fd88::9 (fd88::9) , flow 0x0000a, 56 data bytes', { flowLabel: 10 }],
    ['PING fd88::9 (fd88::9) from fd88::1 eth0: 56 data bytes', { from: { address: 'fd88::1', device: 'eth0' } }],
    [
      'PING fd88::9 (fd88::9) , flow 0x12345, from fd88::1 : 56 data bytes', // seen, but for the blank before (
      { flowLabel: 0x12345, from: { address: 'fd88::1', device: '' } },
    ],
    ['PING fe80::1%eth0 (fe80::1%eth0) 56 data bytes', { host: 'fe80::1%eth0', address: 'fe80::1%eth0' }],
  ])('over IPv6 is %j', (line, facts) => {
    expect(formatHeader({ ...HEADER6, ...facts })).toBe(`${line}\n`);
  });
});

describe('a round trip', () => {
  it.each([
    // The examples of the specification.
    [124_390, '124'],
    [16_320, '16.3'],
    [5_750, '5.75'],
    [304, '0.304'],
    // Three decimals below 1 ms.
    [0, '0.000'],
    [1, '0.001'],
    [12, '0.012'],
    [999, '0.999'],
    // Two from there on, a half rounded up.
    [1000, '1.00'],
    [1004, '1.00'],
    [1005, '1.01'],
    [9_994, '9.99'],
    // One from 9.995 on.
    [9_995, '10.0'],
    [9_999, '10.0'],
    [10_049, '10.0'],
    [10_050, '10.1'],
    [99_949, '99.9'],
    // None from 99.95 on.
    [99_950, '100'],
    [100_499, '100'],
    [100_500, '101'],
    [1_301_000, '1301'],
    [3_600_000_000, '3600000'],
  ])('of %i us is shown as %s ms', (us, text) => {
    expect(formatRoundTrip(us, false)).toBe(text);
  });

  it.each([
    [124_390, '124.390'],
    [99_950, '99.950'],
    [304, '0.304'],
    [0, '0.000'],
    [3_600_000_001, '3600000.001'],
  ])('of %i us is %s ms with -3', (us, text) => {
    expect(formatRoundTrip(us, true)).toBe(text);
    expect(reply({ roundTripNs: us * 1000 + 999 }, { precise: true })).toContain(` time=${text} ms\n`);
  });
});

describe('a reply line', () => {
  it('has octets, address, number, TTL and time', () => {
    expect(reply({})).toBe('64 bytes from 10.88.0.9: icmp_seq=1 ttl=57 time=0.304 ms\n');
  });

  it('has the name before the address where there is one', () => {
    const nameOf = (address: string) => (address === '10.88.0.9' ? 'hostb.lab' : null);
    expect(reply({}, { nameOf })).toBe('64 bytes from hostb.lab (10.88.0.9): icmp_seq=1 ttl=57 time=0.304 ms\n');
  });

  it('has a name that equals the address only once', () => {
    expect(reply({}, { nameOf: (address) => address })).toMatch(/^64 bytes from 10\.88\.0\.9: /);
  });

  it('shows a name with escape sequences, newlines and backslashes escaped', () => {
    expect(reply({}, { nameOf: () => '\x1b]0;owned\x07\n\\x' })).toMatch(
      /^64 bytes from \\033\]0;owned\\007\\012\\134x \(10\.88\.0\.9\): icmp_seq=1 /,
    );
  });

  it('has the zone of a link-local address', () => {
    expect(reply({ source: 'fe80::1%eth0' }, { family: 6 })).toMatch(/^64 bytes from fe80::1%eth0: icmp_seq=1 /);
  });

  it('has the identifier with -v, where it is known', () => {
    expect(reply({}, { verbose: true })).toBe('64 bytes from 10.88.0.9: icmp_seq=1 ident=26943 ttl=57 time=0.304 ms\n');
    expect(reply({ identifier: null }, { verbose: true })).not.toContain('ident');
  });

  it('is preceded with -v by where its two times come from, on stderr, whenever that is news', () => {
    const text = new PingText({ ...OPTIONS, verbose: true });
    const told = (facts: Partial<ReplyEvent>) => render(text, { ...REPLY, ...facts }).match(/^<stderr>(.*)\n/)?.[1];
    expect(told({ sequence: 7, transmitStamp: 'kernel', receiveStamp: 'kernel' })).toBe(
      "ping: time stamps from icmp_seq=7 on: sent by the kernel's clock, received by the kernel's clock",
    );
    expect(told({ sequence: 8, transmitStamp: 'kernel', receiveStamp: 'kernel' })).toBeUndefined();
    expect(told({ sequence: 9, transmitStamp: 'user', receiveStamp: 'kernel' })).toBe(
      "ping: time stamps from icmp_seq=9 on: sent by the command's own clock, received by the kernel's clock",
    );
    expect(told({ sequence: 10, transmitStamp: 'user', receiveStamp: 'user' })).toContain(
      'icmp_seq=10 on: sent by the command',
    );
    expect(told({ sequence: 11, transmitStamp: 'kernel', receiveStamp: 'kernel' })).toContain('icmp_seq=11 on');
  });

  it('stands alone without -v, and with -q there is nothing', () => {
    expect(show(REPLY)).not.toContain('time stamps');
    expect(show(REPLY, { verbose: true, quiet: true })).toBe('');
  });

  it('has no TTL where it is unknown, and 0 where it is 0', () => {
    expect(reply({ hopLimit: null })).toBe('64 bytes from 10.88.0.9: icmp_seq=1 time=0.304 ms\n');
    expect(reply({ hopLimit: 0 })).toContain(' ttl=0 ');
  });

  it('has no time where no time stamp fits into the probe', () => {
    expect(reply({ octets: 23 }, { size: 15 })).toBe('23 bytes from 10.88.0.9: icmp_seq=1 ttl=57\n');
    expect(reply({ octets: 24 }, { size: 16 })).toBe('24 bytes from 10.88.0.9: icmp_seq=1 ttl=57 time=0.304 ms\n');
  });

  it('has its number in full up to 65535', () => {
    expect(reply({ sequence: 65_535 })).toContain(' icmp_seq=65535 ');
  });

  it('has the time of day before it with -D', () => {
    expect(reply({}, { timestamps: true })).toBe(
      '[1795344226.902450] 64 bytes from 10.88.0.9: icmp_seq=1 ttl=57 time=0.304 ms\n',
    );
    expect(reply({ wallNs: 12_000_000_999 }, { timestamps: true })).toMatch(/^\[1795344238\.000000\] /);
    expect(reply({ wallNs: 5000 }, { timestamps: true })).toMatch(/^\[1795344226\.000005\] /);
    expect(reply({ wallNs: -1 }, { timestamps: true })).toMatch(/^\[1795344225\.999999\] /);
    expect(reply({ wallNs: -1.5 * SECOND }, { timestamps: true })).toMatch(/^\[1795344224\.500000\] /);
  });

  it('rings the bell right before its end with -a', () => {
    expect(reply({}, { audible: true })).toBe('64 bytes from 10.88.0.9: icmp_seq=1 ttl=57 time=0.304 ms\x07\n');
    expect(reply({ octets: 23 }, { audible: true, size: 15 })).toBe('23 bytes from 10.88.0.9: icmp_seq=1 ttl=57\x07\n'); // seen
    expect(reply({ duplicate: true }, { audible: true })).toMatch(/ \(DUP!\)\x07\n$/);
  });

  it('is not there with -q', () => {
    expect(reply({ duplicate: true }, { quiet: true, audible: true })).toBe('');
  });

  it('marks a duplicate', () => {
    expect(reply({ duplicate: true })).toBe('64 bytes from 10.88.0.9: icmp_seq=1 ttl=57 time=0.304 ms (DUP!)\n');
  });

  it('marks no duplicate of a multicast unless -v', () => {
    expect(reply({ duplicate: true }, { manyMayAnswer: true })).not.toContain('DUP');
    expect(reply({ duplicate: true }, { manyMayAnswer: true, verbose: true })).toBe(
      '64 bytes from 10.88.0.9: icmp_seq=1 ident=26943 ttl=57 time=0.304 ms (DUP!)\n',
    );
  });

  it('has its marks in this order', () => {
    expect(reply({ duplicate: true, badChecksum: true, differentAddress: true, source: '10.88.0.99' })).toBe(
      '64 bytes from 10.88.0.99: icmp_seq=1 ttl=57 time=0.304 ms (DUP!) (BAD CHECKSUM!) (DIFFERENT ADDRESS!)\n',
    );
    expect(reply({ badChecksum: true })).toMatch(/ ms \(BAD CHECKSUM!\)\n$/);
    expect(reply({ differentAddress: true })).toMatch(/ ms \(DIFFERENT ADDRESS!\)\n$/);
  });

  it('ends behind the TTL when it came back short, with a newline of its own', () => {
    expect(reply({ octets: 30, truncated: true })).toBe('30 bytes from 10.88.0.9: icmp_seq=1 ttl=57 (truncated)\n');
  });

  it('is followed by what came back wrong, 32 octets a row, a blank behind each', () => {
    const payload = ramp(56);
    payload[20] = 0xeb;
    const mismatch = { offset: 20, expected: 0x14, received: 0xeb, payload };
    const dump = [
      'wrong data byte #20 should be 0x14 but was 0xeb',
      '#16\t10 11 12 13 eb 15 16 17 18 19 1a 1b 1c 1d 1e 1f 20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f ',
      '#48\t30 31 32 33 34 35 36 37 ',
    ];
    const line = '64 bytes from 10.88.0.9: icmp_seq=1 ttl=57 time=0.304 ms';
    expect(reply({ mismatch })).toBe(`${line}\n${dump.join('\n')}\n`);
    expect(reply({ mismatch }, { audible: true })).toBe(`${line}\n${dump.join('\n')}\x07\n`); // seen
  });

  it('writes wrong octets without leading zeros', () => {
    const payload = new Uint8Array(50).fill(0xff);
    payload[20] = 0;
    // Seen: ping -s 100 -p ff
    expect(reply({ mismatch: { offset: 20, expected: 0xff, received: 0, payload } })).toContain(
      `\nwrong data byte #20 should be 0xff but was 0x0\n#16\tff ff ff ff 0 ff ${'ff '.repeat(26)}\n#48\tff ff \n`,
    );
  });

  it('is followed by its IP options, and an empty line behind a list of hops', () => {
    const text = new PingText(OPTIONS);
    const event = { ...REPLY, ipOptions: Uint8Array.of(7, 7, 8, 10, 77, 1, 1, 0) };
    const line = '64 bytes from 10.88.0.9: icmp_seq=1 ttl=57 time=0.304 ms';
    expect(render(text, event)).toBe(`${line}\nRR: \t10.77.1.1\n\n`);
    expect(render(text, event)).toBe(`${line}\t(same route)\n`);
  });

  it('rings the bell before its IP options', () => {
    // Seen: ping -a to a host that answers with a recorded route.
    const ipOptions = Uint8Array.of(7, 7, 8, 10, 77, 1, 1, 0);
    expect(reply({ ipOptions }, { audible: true })).toMatch(/ time=0\.304 ms\x07\nRR: \t10\.77\.1\.1\n\n$/);
  });

  it('has its IP options behind the marks and the dump', () => {
    const mismatch = { offset: 16, expected: 16, received: 9, payload: Uint8Array.of(...ramp(16), 9) };
    expect(reply({ duplicate: true, mismatch, ipOptions: Uint8Array.of(1) })).toMatch(
      / ms \(DUP!\)\nwrong data byte #16 should be 0x10 but was 0x9\n#16\t9 \nNOP\n$/,
    );
  });
});

describe('an ICMP error line', () => {
  it('from the error queue has no colon behind the address', () => {
    expect(error({})).toBe('From 10.77.1.254 icmp_seq=1 Time to live exceeded\n');
    expect(error({}, { nameOf: () => 'router1.lab' })).toBe(
      'From router1.lab (10.77.1.254) icmp_seq=1 Time to live exceeded\n',
    );
  });

  it('has its number in full, not modulo 256', () => {
    expect(error({ sequence: 300 })).toBe('From 10.77.1.254 icmp_seq=300 Time to live exceeded\n');
  });

  it('that only a raw socket saw has a colon', () => {
    const redirect = { via: 'raw', source: '10.88.0.99', icmpType: 5, icmpCode: 1, info: 0x0a58_0062 } as const;
    expect(error(redirect)).toBe('From 10.88.0.99: icmp_seq=1 Redirect Host(New nexthop: 10.88.0.98)\n'); // seen
    expect(error({ ...redirect, badChecksum: true })).toBe(
      'From 10.88.0.99: icmp_seq=1 (BAD CHECKSUM)Redirect Host(New nexthop: 10.88.0.98)\n',
    );
  });

  it('about something else has no number', () => {
    expect(error({ via: 'raw', sequence: null, icmpType: 3, icmpCode: 3 }, { verbose: true })).toBe(
      'From 10.77.1.254: Destination Port Unreachable\n',
    );
  });

  it('over IPv6 has the words of ICMPv6', () => {
    const tooBig = { family: 6, source: 'fd77:1::fe', icmpType: 2, info: 1400 } as const;
    expect(error(tooBig, { family: 6 })).toBe('From fd77:1::fe icmp_seq=1 Packet too big: mtu=1400\n');
  });

  it('has the time of day before it with -D', () => {
    expect(error({}, { timestamps: true })).toBe(
      '[1795344226.902450] From 10.77.1.254 icmp_seq=1 Time to live exceeded\n',
    );
  });

  it('shows a name with escape sequences escaped', () => {
    expect(error({}, { nameOf: () => '\x1b[31m\x9b1m' })).toMatch(/^From \\033\[31m\\2331m \(10\.77\.1\.254\) /);
  });

  it('is not there with -q', () => {
    expect(error({}, { quiet: true })).toBe('');
  });

  describe('that only a raw socket saw, with -v', () => {
    // The sample of iputils.md, whose 16-bit numbers are swapped there: 5400 365a 0040 c1c6. They are not, here.
    const quoted = quote('10.88.5.1', icmp({ type: 8, sequence: 1 }));
    quoted.set([0x45, 0, 0, 0x54, 0x5a, 0x36, 0x40, 0, 0x40, 1, 0xc6, 0xc1, 10, 88, 0, 1]);
    const redirect = { via: 'raw', icmpType: 5, icmpCode: 1, info: 0x0a58_0062, quoted } as const;
    const line = 'From 10.77.1.254: icmp_seq=1 Redirect Host(New nexthop: 10.88.0.98)\n';
    const title = 'Vr HL TOS  Len   ID Flg  off TTL Pro  cks      Src      Dst Data\n';

    it('is followed by the quoted header in hex', () => {
      expect(error(redirect, { verbose: true })).toBe(
        `${line}${title} 4  5  00 0054 5a36   2 0000  40  01 c6c1 10.88.0.1  10.88.5.1 \n`,
      );
      expect(error(redirect)).toBe(line);
    });

    it('shows flags and fragment offset apart, and the options in words', () => {
      const octets = new Uint8Array(40);
      octets.set([0x47, 0x1c, 0xff, 0xff, 0, 7, 0xbf, 0xff, 0, 255, 0, 0, 10, 88, 0, 1, 10, 88, 5, 1]);
      octets.set([7, 7, 8, 10, 77, 1, 1, 0], 20);
      expect(error({ ...redirect, quoted: octets }, { verbose: true })).toBe(
        `${line}${title} 4  7  1c ffff 0007   5 1fff  00  ff 0000 10.88.0.1  10.88.5.1 \n\nRR: \t10.77.1.1\n`,
      );
    });

    it('is followed by nothing when no whole header was quoted', () => {
      for (const length of [0, 12, 19]) {
        expect(error({ ...redirect, quoted: quoted.subarray(0, length) }, { verbose: true })).toBe(line);
      }
    });
  });
});

describe('an error of our own side', () => {
  const local = { type: 'local-error', wallNs: 0, errno: EMSGSIZE, mtu: 1400 } as const;
  const send = { type: 'send-error', wallNs: 0, errno: EPERM, sequence: 1 } as const;

  it('goes to stderr, with the MTU where the message was too long', () => {
    expect(show(local)).toBe('<stderr>ping: local error: message too long, mtu=1400\n');
    expect(show(local, { family: 6 })).toBe('<stderr>ping: local error: message too long, mtu: 1400\n');
    expect(show({ ...local, errno: 113 })).toBe('<stderr>ping: local error: strerror(113)\n');
  });

  it('of sendmsg is told as such', () => {
    expect(show(send)).toBe('<stderr>ping: sendmsg: strerror(1)\n');
    expect(show({ ...send, errno: EMSGSIZE })).toBe('<stderr>ping: sendmsg: strerror(90)\n');
  });

  it('is not told with -q', () => {
    expect([show(local, { quiet: true }), show(send, { quiet: true })]).toEqual(['', '']);
  });
});

describe('"no answer yet"', () => {
  const unanswered = { type: 'unanswered', wallNs: 902_450_000, sequence: 1 } as const;

  it('has the number, and the time of day with -D', () => {
    expect(show(unanswered)).toBe('no answer yet for icmp_seq=1\n');
    expect(show(unanswered, { timestamps: true })).toBe('[1795344226.902450] no answer yet for icmp_seq=1\n');
  });

  it('is said also with -q and -f', () => {
    // Seen: ping -q -O, ping -f -O.
    expect(show(unanswered, { quiet: true })).toBe('no answer yet for icmp_seq=1\n');
    expect(show(unanswered, { flood: true })).toBe('no answer yet for icmp_seq=1\n');
  });
});

describe('a short packet', () => {
  const short = { type: 'short-packet', source: '10.88.0.64', octets: 4 } as const;

  it('is told with -v only, on stderr', () => {
    expect(show(short)).toBe('');
    expect(show(short, { verbose: true })).toBe('<stderr>ping: packet too short (4 bytes) from 10.88.0.64\n');
    expect(show(short, { verbose: true, family: 6 })).toBe('<stderr>ping: packet too short: 4 bytes\n');
  });
});

describe('flood marks', () => {
  const flood = { flood: true };
  const sent = { type: 'sent', sequence: 1, inFlight: 1, pipe: 0 } as const;

  it('are a dot for a probe and its deletion for a reply', () => {
    expect(show(sent, flood)).toBe('.');
    expect(reply({}, flood)).toBe('\b \b');
    expect(reply({ duplicate: true, differentAddress: true }, flood)).toBe('\b \b');
  });

  it('ring the bell too with -a', () => {
    expect(reply({}, { ...flood, audible: true })).toBe('\b \b\x07'); // seen
  });

  it('are letters for what went wrong', () => {
    expect(reply({ badChecksum: true }, flood)).toBe('\bC');
    expect(error({}, flood)).toBe('\bE');
    expect(show({ type: 'local-error', wallNs: 0, errno: EMSGSIZE, mtu: 1400 }, flood)).toBe('E');
    expect(show({ type: 'send-error', wallNs: 0, errno: EPERM, sequence: 1 }, flood)).toBe('E');
    expect(error({ sequence: null, via: 'raw' }, flood)).toBe('!E');
    expect(error({ sequence: null, via: 'raw', badChecksum: true }, flood)).toBe('!EC');
  });

  it('show nothing of a redirect, behind which the reply will still come', () => {
    // Seen: `ping -f -c3` to a host that is only redirected prints three dots and no E.
    expect(error({ via: 'raw', icmpType: 5, icmpCode: 1 }, flood)).toBe('');
  });

  it('carry no time of day and no names', () => {
    const plain = { ...flood, timestamps: true, nameOf: () => 'name' };
    expect([reply({}, plain), error({}, plain), show(sent, plain)]).toEqual(['\b \b', '\bE', '.']);
  });

  it('are not there with -q', () => {
    const quiet = { flood: true, quiet: true };
    expect([show(sent, quiet), reply({}, quiet), error({}, quiet)]).toEqual(['', '', '']);
  });

  it('are not skipped on a terminal while neither preload nor pipe exceed its width', () => {
    // Nothing comes back, so the pipe stays 0: all 200 dots stand there although only 80 columns do.
    const run = play({ intervalNs: 0, emitSent: true }, { network: silence, interruptAfterNs: 2 * SECOND - 1 });
    const text = new PingText({ ...OPTIONS, flood: true, columns: 80 });
    const dots = run.events.filter(({ type }) => type === 'sent').map((event) => render(text, event));
    expect(dots.join('')).toBe('.'.repeat(200));
  });

  it('are skipped on a terminal that a larger preload fills', () => {
    const options = { intervalNs: SECOND, preload: 100, emitSent: true };
    const run = play(options, { network: silence, interruptAfterNs: MS });
    const dots = (columns: number) => {
      const text = new PingText({ ...OPTIONS, flood: true, preload: 100, columns });
      const sends = run.events.filter(({ type }) => type === 'sent');
      return sends.map((event) => render(text, event)).join('');
    };
    expect([dots(80), dots(0), dots(200)]).toEqual(['.'.repeat(79), '.'.repeat(100), '.'.repeat(100)]);
  });

  it('are skipped on a terminal that a larger pipe fills, for as long as it does', () => {
    const dot = (inFlight: number, pipe: number) => show({ ...sent, inFlight, pipe }, { ...flood, columns: 80 });
    expect([dot(80, 100), dot(200, 100), dot(79, 100), dot(200, 79)]).toEqual(['', '', '.', '.']);
  });
});

describe('the status line of SIGQUIT', () => {
  const STATUS: StatusEvent = {
    type: 'status',
    transmitted: 3,
    received: 3,
    rtt: { minUs: 52, avgUs: 81, maxUs: 102, mdevUs: 20, ewmaUs: 62 },
  };

  it('begins with a carriage return and no command name, on stderr', () => {
    expect(show(STATUS)).toBe('<stderr>\r3/3 packets, 0% loss, min/avg/ewma/max = 0.052/0.081/0.062/0.102 ms\n');
  });

  it('cuts the loss to a whole percentage', () => {
    expect(show({ ...STATUS, transmitted: 3, received: 1 })).toMatch(/^<stderr>\r1\/3 packets, 66% loss, min/);
    expect(show({ ...STATUS, transmitted: 1000, received: 1 })).toMatch(/ 99% loss, /);
  });

  it('has no figures before the first reply, and no loss before the first probe', () => {
    expect(show({ ...STATUS, received: 0, rtt: null })).toBe('<stderr>\r0/3 packets, 100% loss\n');
    expect(show({ ...STATUS, transmitted: 1, received: 0 })).toBe('<stderr>\r0/1 packets, 100% loss\n');
    expect(show({ ...STATUS, transmitted: 0, received: 0, rtt: null })).toBe('<stderr>\r0/0 packets, 0% loss\n');
  });

  it('has no figures where no time stamp fitted', () => {
    expect(show(STATUS, { size: 15 })).toBe('<stderr>\r3/3 packets, 0% loss\n');
    expect(show(STATUS, { size: 16 })).toContain('min/avg/ewma/max');
  });

  it('comes also with -q and -f', () => {
    expect(show(STATUS, { quiet: true })).toContain('3/3 packets');
    expect(show(STATUS, { flood: true })).toContain('3/3 packets');
  });
});

describe('the final statistics', () => {
  it('are an empty line, the title, the counts, and the round trips', () => {
    expect(summary({})).toBe(
      '\n--- 10.88.0.9 ping statistics ---\n' +
        '1 packets transmitted, 1 received, 0% packet loss, time 0ms\n' +
        'rtt min/avg/max/mdev = 0.197/0.197/0.197/0.000 ms\n',
    );
  });

  const countsLine = (facts: Partial<SummaryEvent>) => summary(facts).split('\n')[2];
  const lastLine = (facts: Partial<SummaryEvent>, options: Partial<TextOptions> = {}) => {
    const lines = summary(facts, options).split('\n');
    expect(lines).toHaveLength(5);
    return lines[3];
  };

  it('name the host as the header does, escaped', () => {
    expect(summary({}, { host: '\x1b[2Jh' })).toMatch(/^\n--- \\033\[2Jh ping statistics ---\n/);
  });

  it('mention duplicates, corrupted replies and errors only where there are some, in this order', () => {
    expect(countsLine({ transmitted: 2, received: 2, duplicates: 1 })).toBe(
      '2 packets transmitted, 2 received, +1 duplicates, 0% packet loss, time 0ms',
    );
    expect(countsLine({ received: 0, rtt: null, corrupted: 1 })).toBe(
      '1 packets transmitted, 0 received, +1 corrupted, 100% packet loss, time 0ms',
    );
    expect(countsLine({ received: 0, rtt: null, errors: 1 })).toBe(
      '1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms',
    );
    expect(countsLine({ transmitted: 3, received: 0, rtt: null, errors: 3, elapsedNs: 2 * MS })).toBe(
      '3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 2ms',
    );
    expect(countsLine({ transmitted: 9, received: 3, duplicates: 4, corrupted: 5, errors: 6 })).toBe(
      '9 packets transmitted, 3 received, +4 duplicates, +5 corrupted, +6 errors, 66.6667% packet loss, time 0ms',
    );
  });

  it('have neither loss nor time when nothing was sent', () => {
    expect(summary({ transmitted: 0, received: 0, rtt: null, pipe: 0 })).toBe(
      '\n--- 10.88.0.9 ping statistics ---\n0 packets transmitted, 0 received\n\n',
    );
  });

  it.each([
    [3, 2, '33.3333'],
    [6, 5, '16.6667'],
    [1000, 999, '0.1'],
    [1_000_000, 999_999, '0.0001'],
    [10_000_000, 9_999_999, '1e-05'],
    [1, 2, '-100'],
    // One probe of 512: 0.1953125, an exact half, which printf rounds to the even digit.
    [512, 511, '0.195312'],
    // A float has no more than 24 bits: 39/77 is 50.64935065 as a double and 50.64934921 as a float. Seen: 50.6493.
    [77, 38, '50.6493'],
    [31, 8, '74.1936'],
    [52, 47, '9.61539'],
  ])('of %i sent and %i received say a loss of %s percent: six digits of a float', (transmitted, received, loss) => {
    expect(countsLine({ transmitted, received })).toContain(`, ${loss}% packet loss, `);
  });

  it.each([
    [499_999, 0],
    [500_000, 1],
    [1_499_999, 1],
    [848.6 * MS, 849],
    [3_600_000 * MS, 3_600_000],
  ])('round the time of %d ns to %i ms', (elapsedNs, ms) => {
    expect(countsLine({ transmitted: 2, elapsedNs })).toMatch(new RegExp(`, time ${ms}ms$`));
  });

  it('have an empty last line where there is nothing to put there', () => {
    expect(lastLine({ received: 0, rtt: null, pipe: 0 })).toBe('');
    expect(lastLine({ received: 1, pipe: 1 }, { size: 15 })).toBe('');
    expect(lastLine({ received: 1, pipe: 1 }, { size: 16 })).toContain('rtt min/avg/max/mdev');
  });

  it('have no round trips where nothing was received', () => {
    expect(lastLine({ received: 0, duplicates: 1, pipe: 0 }, { showsGap: true })).toBe('');
  });

  it('show the pipe when it is more than one', () => {
    expect(lastLine({ pipe: 3 })).toBe('rtt min/avg/max/mdev = 0.197/0.197/0.197/0.000 ms, pipe 3');
    expect(lastLine({ pipe: 1 })).not.toContain('pipe');
  });

  it('begin the last line with the pipe, without a comma, where there are no round trips', () => {
    // Seen: "3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 403ms\npipe 2\n".
    expect(lastLine({ received: 0, rtt: null, pipe: 2 })).toBe('pipe 2');
    expect(lastLine({ pipe: 3 }, { size: 8 })).toBe('pipe 3'); // seen
  });

  it('show the gap between probes and the moving average where the interval was not fixed', () => {
    const facts = { transmitted: 20, received: 20, elapsedNs: 38_266_900 };
    expect(lastLine(facts, { showsGap: true })).toBe(
      'rtt min/avg/max/mdev = 0.197/0.197/0.197/0.000 ms, ipg/ewma 2.014/0.197 ms',
    );
    expect(lastLine({ ...facts, pipe: 4 }, { showsGap: true })).toBe(
      'rtt min/avg/max/mdev = 0.197/0.197/0.197/0.000 ms, pipe 4, ipg/ewma 2.014/0.197 ms',
    );
    expect(lastLine(facts)).not.toContain('ipg');
    expect(lastLine({ transmitted: 2, received: 1, elapsedNs: 10 * MS }, { showsGap: true })).toMatch(
      /, ipg\/ewma 10\.000\/0\.197 ms$/,
    );
  });

  it('show no gap after a single probe or without a reply', () => {
    expect(lastLine({ transmitted: 1 }, { showsGap: true })).not.toContain('ipg');
    expect(lastLine({ transmitted: 5, received: 0, rtt: null }, { showsGap: true })).toBe('');
  });

  it('begin the last line with the gap, without a comma, where no time stamp fitted', () => {
    // Seen: ping -s 4 -f -c 3.
    expect(lastLine({ transmitted: 3, received: 3, elapsedNs: 88 * US }, { size: 4, showsGap: true })).toMatch(
      /^ipg\/ewma 0\.044\//,
    );
  });

  it('write figures above a second in milliseconds', () => {
    const rtt = { minUs: 1_301_004, avgUs: 1_301_030, maxUs: 9_007_199_254_740, mdevUs: 12, ewmaUs: 1 };
    expect(lastLine({ rtt })).toBe('rtt min/avg/max/mdev = 1301.004/1301.030/9007199254.740/0.012 ms');
  });

  it('come also with -q and -f', () => {
    expect(summary({}, { quiet: true })).toBe(summary({}));
    expect(summary({}, { flood: true })).toBe(summary({}));
  });
});

describe('addressesOf', () => {
  it('are those that the line will show: source, hops, offender', () => {
    expect(addressesOf(REPLY)).toEqual(['10.88.0.9']);
    expect(addressesOf({ ...REPLY, ipOptions: Uint8Array.of(7, 7, 8, 10, 77, 1, 1, 0) })).toEqual([
      '10.88.0.9',
      '10.77.1.1',
    ]);
    expect(addressesOf(ERROR)).toEqual(['10.77.1.254']);
    expect(addressesOf(SUMMARY)).toEqual([]);
    expect(addressesOf({ type: 'unanswered', wallNs: 0, sequence: 1 })).toEqual([]);
  });
});
