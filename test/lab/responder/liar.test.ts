import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../describe-lab.ts';
import { createLab, type Lab } from '../lab.ts';
import { ICMP_ERRORS, ICMP6_ERRORS, LIES } from './lies.ts';

/** Statistics when nothing came back. */
const LOST = /\d packets transmitted, 0 received, 100% packet loss/;
const OTHER = LIES.other.ipv4;
const OTHER6 = LIES.other.ipv6;

/** What Debian's ping 20221126 prints about two requests, over a datagram socket. */
const ECHO_REPLIES: readonly [name: string, pattern: RegExp][] = [
  ['normal', /^64 bytes from \S+: icmp_seq=1 ttl=5[57] time=\S+ ms$/m],
  ['duplicate', /icmp_seq=1 .* ms\n64 bytes .*icmp_seq=1 .* ms \(DUP!\)\n/],
  ['badChecksum', LOST],
  ['truncated', /^30 bytes from \S+: icmp_seq=1 ttl=5[57] \(truncated\)$/m],
  ['corrupted', /^wrong data byte #20 should be 0x14 but was 0xeb\n#16\t10 11 12 13 eb 15 /m],
  ['otherSource', /^64 bytes from (10\.88\.0\.|fd88::)99: icmp_seq=1 .* ms \(DIFFERENT ADDRESS!\)$/m],
  ['after15500us', /time=1[5-9]\.\d ms$/m],
  ['after123400us', /time=1[23]\d ms$/m],
  ['after3500us', /time=[3-7]\.\d\d ms$/m],
  ['silence', LOST],
  ['wrongIdentifier', LOST],
  ['strangersReply', /data\.?( bytes)?.*\n64 bytes .*icmp_seq=1 .*\n64 bytes .*icmp_seq=2 .*\n\n/],
  ['wrongSequence', /icmp_seq=1001 [\s\S]*icmp_seq=1002 /],
  ['requestBack', LOST],
  ['short', LOST],
  ['noPayload', /^8 bytes from \S+: icmp_seq=1 ttl=5[57] \(truncated\)$/m],
  ['twoPayloads', /\(DUP!\)\nwrong data byte #16 should be 0x10 but was 0xef\n/],
  ['oldSequence', /icmp_seq=61073 .*\n64 bytes .*icmp_seq=1 /], // 1 - 70000 modulo 65536
  ['storm', /2 received, \+\d+ duplicates/],
  ['grown', /^96 bytes from \S+: icmp_seq=1 /m],
  ['hopLimitZero', /icmp_seq=1 ttl=0 /],
  ['errorQuotesStranger', LOST],
  ['errorQuotesHalfHeader', LOST],
  ['errorQuotesGarbage', LOST],
  ['errorQuotesHalfIcmp', LOST],
  ['errorWithExtensions', /^From \S+99 icmp_seq=1 (Time to live exceeded|Time exceeded: Hop limit)$/m],
  ['sourceRoute', LOST],
  ['destinationOptions', /^64 bytes from \S+: icmp_seq=1 /m],
  ['optionLengthZero', LOST],
  ['optionLengthOne', LOST],
  ['optionPastHeader', LOST],
  [
    'recordRoute',
    /ms\nRR: \t10\.88\.0\.99\n\t10\.88\.0\.98\n\t10\.88\.0\.30\n\t10\.88\.0\.1\n\n64 .* ms\t\(same route\)\n/,
  ],
  ['timestampsOnly', /ms\nTS: \t5 absolute not-standard\n\t37160298 absolute\nUnrecorded hops: 3\n/],
  ['timestampsAndAddresses', /TS: \t10\.88\.0\.99\t37160298 absolute\n\t10\.88\.0\.98\t12\nUnrecorded hops: 1\n/],
];

/** Both answer the first request, so no second one is needed. */
const MIXED: readonly [name: string, pattern: RegExp][] = [
  ['errorThenReply', /^From \S+99 icmp_seq=1 .*[Pp]ort [Uu]nreachable\n64 bytes .*icmp_seq=1 /m],
  ['replyThenError', /^64 bytes .*icmp_seq=1 .*\nFrom \S+99 icmp_seq=1 .*[Pp]ort [Uu]nreachable$/m],
];

const FORGED: readonly [name: 'stampFuture' | 'stampNegative' | 'stampZero' | 'stampExtreme', pattern: RegExp][] = [
  ['stampFuture', /^ping: Warning: time of day goes back \(-359999\d{4}us\), taking countermeasures$/m],
  ['stampNegative', /time=[56]\d{3} ms$/m],
  ['stampZero', /time=1\d{12} ms$/m], // since 1970
  ['stampExtreme', /^ping: Warning: time of day goes back \(-922\d{16}us\), taking countermeasures$/m],
];

/** Over a raw socket, which sees what the kernel keeps from a datagram one. */
const RAW: readonly [address: string, pattern: RegExp][] = [
  // Debian's ping takes a bad checksum for a good one: spec 1.4.2.
  [LIES.badChecksum.ipv4, /^64 bytes from \S+: icmp_seq=1 /m],
  [LIES.unknownOption.ipv4, /^unknown option 94$/m],
  [LIES.optionGarbage.ipv4, /^unknown option 9e$/m],
  [LIES.optionNops.ipv4, /ms(\nNOP){40}\n\n/],
  [ICMP_ERRORS.sourceQuench, /^From 10\.88\.0\.99: icmp_seq=1 Source Quench$/m],
  ...['Network', 'Host', 'Type of Service and Network', 'Type of Service and Host', ', Bad Code: 4'].map(
    (text, code): [string, RegExp] => [
      ICMP_ERRORS.redirect(code),
      new RegExp(`^From 10\\.88\\.0\\.99: icmp_seq=1 Redirect ?${text}\\(New nexthop: 10\\.88\\.0\\.98\\)$`, 'm'),
    ],
  ),
];

const UNREACHABLE = [
  'Destination Net Unreachable',
  'Destination Host Unreachable',
  'Destination Protocol Unreachable',
  'Destination Port Unreachable',
  'Frag needed and DF set (mtu = 1400)',
  'Source Route Failed',
  'Destination Net Unknown',
  'Destination Host Unknown',
  'Source Host Isolated',
  'Destination Net Prohibited',
  'Destination Host Prohibited',
  'Destination Net Unreachable for Type of Service',
  'Destination Host Unreachable for Type of Service',
  'Packet filtered',
  'Precedence Violation',
  'Precedence Cutoff',
];

const UNREACHABLE6 = [
  'No route',
  'Administratively prohibited',
  'Beyond scope of source address',
  'Address unreachable',
  'Port unreachable',
  'Unknown code 5',
  'Unknown code 6',
  'Unknown code 7',
];

const ERRORS: readonly [address: string, line: string][] = [
  ...UNREACHABLE.map((text, code): [string, string] => [
    ICMP_ERRORS.destinationUnreachable(code),
    `From ${OTHER} icmp_seq=1 ${text}`,
  ]),
  [ICMP_ERRORS.timeExceeded(0), `From ${OTHER} icmp_seq=1 Time to live exceeded`],
  [ICMP_ERRORS.timeExceeded(2), `From ${OTHER} icmp_seq=1 Time exceeded, Bad Code: 2`],
  [ICMP_ERRORS.parameterProblem(0), `From ${OTHER} icmp_seq=1 Parameter problem: pointer = 0`],
  [ICMP_ERRORS.parameterProblem(255), `From ${OTHER} icmp_seq=1 Parameter problem: pointer = 255`],
  ...UNREACHABLE6.map((text, code): [string, string] => [
    ICMP6_ERRORS.destinationUnreachable(code as 0),
    `From ${OTHER6} icmp_seq=1 Destination unreachable: ${text}`,
  ]),
  [ICMP6_ERRORS.packetTooBig(0), `From ${OTHER6} icmp_seq=1 Packet too big: mtu=1400`],
  [ICMP6_ERRORS.packetTooBig(1), `From ${OTHER6} icmp_seq=1 Packet too big: mtu=1400, code=1`],
  [ICMP6_ERRORS.timeExceeded(0), `From ${OTHER6} icmp_seq=1 Time exceeded: Hop limit`],
  [ICMP6_ERRORS.timeExceeded(1), `From ${OTHER6} icmp_seq=1 Time exceeded: Defragmentation failure`],
  [ICMP6_ERRORS.timeExceeded(2), `From ${OTHER6} icmp_seq=1 Time exceeded: code 2`],
  [ICMP6_ERRORS.parameterProblem(0), `From ${OTHER6} icmp_seq=1 Parameter problem: Wrong header field at 40`],
  [ICMP6_ERRORS.parameterProblem(1), `From ${OTHER6} icmp_seq=1 Parameter problem: Unknown header at 40`],
  [ICMP6_ERRORS.parameterProblem(2), `From ${OTHER6} icmp_seq=1 Parameter problem: Unknown option at 40`],
  [ICMP6_ERRORS.parameterProblem(3), `From ${OTHER6} icmp_seq=1 Parameter problem: code 3 at 40`],
];

/** The kernel never tells a socket of these. */
const UNTOLD = [ICMP_ERRORS.destinationUnreachable(16), ICMP_ERRORS.timeExceeded(1)];

const addresses = (name: string): string[] => Object.values(LIES[name as keyof typeof LIES]);
const both = (rows: readonly [name: string, pattern: RegExp][]) =>
  rows.flatMap(([name, pattern]) => addresses(name).map((address) => [name, address, pattern] as const));

async function pingTwice(lab: Lab, address: string, ...options: string[]): Promise<string> {
  const argv = ['ping', '-n', '-c2', '-i0.03', '-W0.2', ...options, address];
  return (await lab.run('a', argv, { merged: true })).stdout;
}

describeLab('the liar', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab({ liar: true });
  });
  afterAll(async () => {
    await lab.close();
  });

  it.concurrent.each(both(ECHO_REPLIES))('tells the lie %s from %s', async (_, address, pattern) => {
    expect(await pingTwice(lab, address)).toMatch(pattern);
  });

  it.concurrent.each(both(MIXED))('tells the lie %s from %s', async (_, address, pattern) => {
    expect(await pingTwice(lab, address, '-i1')).toMatch(pattern);
  });

  it.concurrent.each(both(FORGED))('forges the time stamp: %s from %s', async (_, address, pattern) => {
    expect(await pingTwice(lab, address)).toMatch(pattern);
  });

  it.concurrent.each(addresses('evenOnly'))('answers every second request to %s', async (address) => {
    const stdout = await pingTwice(lab, address, '-c4');
    expect([...stdout.matchAll(/icmp_seq=(\d+)/g)].map((match) => match[1])).toEqual(['2', '4']);
  });

  it.concurrent.each(addresses('swappedPairs'))('swaps replies from %s', async (address) => {
    const stdout = await pingTwice(lab, address, '-c4');
    expect([...stdout.matchAll(/icmp_seq=(\d+)/g)].map((match) => match[1])).toEqual(['2', '1', '4', '3']);
  });

  it.concurrent.each(addresses('after1300ms'))(
    'answers from %s when the next request is long on its way',
    async (address) => {
      const { stdout } = await lab.run('a', ['ping', '-n', '-O', '-c2', address]);
      expect(stdout).toMatch(
        /no answer yet for icmp_seq=1\n.*icmp_seq=1 .* time=1[34]\d\d ms\n.*icmp_seq=2 .* time=1[34]\d\d ms/,
      );
      expect(stdout).toMatch(/pipe 2\n$/);
    },
  );

  it.concurrent.each(ERRORS)('answers a request to %s with: %s', async (address, line) => {
    expect((await pingTwice(lab, address)).split('\n')).toContain(line);
  });

  it.concurrent.each(UNTOLD)('sends an error about %s that the kernel keeps for itself', async (address) => {
    expect(await pingTwice(lab, address)).toMatch(LOST);
  });

  it.concurrent.each([
    ['name', LIES.normal.ipv6, '30 bytes from fd88::9: node.lab.; seq=1; ttl=55'],
    ['ipv6-all', LIES.normal.ipv6, '56 bytes from fd88::9: fd88::9, fd88::99; seq=1; ttl=55'],
    ['ipv4', LIES.normal.ipv6, '32 bytes from fd88::9: 10.88.0.9, 10.88.0.99; seq=1; ttl=55'],
    ['name', LIES.informationRefused.ipv6, '16 bytes from fd88::41: refused; seq=1; ttl=55'],
    ['name', LIES.informationUnknown.ipv6, '16 bytes from fd88::42: unknown; seq=1; ttl=55'],
    ['name', LIES.informationCode9.ipv6, '16 bytes from fd88::43: unknown code(900); seq=1; ttl=55'],
  ])('answers the node information query for %s at %s', async (query, address, line) => {
    expect((await pingTwice(lab, address, '-N', query)).split('\n')).toContain(line);
  });

  it('never answers too early, and most often within a millisecond of the delay that it promised', async () => {
    const capture = await lab.capture('a', 'liar0', 'icmp');
    await pingTwice(lab, LIES.after15500us.ipv4, '-c20');
    const frames = await capture.stop();
    const ofType = (type: number) => frames.filter(({ octets }) => octets[34] === type);
    const delaysUs = ofType(8).map(({ timeNs }, index) => Number(ofType(0)[index]!.timeNs - timeNs) / 1000);
    expect(delaysUs).toHaveLength(20);
    expect(Math.min(...delaysUs)).toBeGreaterThanOrEqual(15_500);
    expect(delaysUs.sort((x, y) => x - y)[10]).toBeLessThan(16_500);
  });

  it('keeps up with a flood', async () => {
    const { stdout } = await lab.run('a', ['ping', '-q', '-f', '-c5000', LIES.normal.ipv4]);
    expect(stdout).toContain('5000 packets transmitted, 5000 received, 0% packet loss');
  });
});

describeLab('the liar before a raw socket', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab({ liar: true, datagramIcmp: false });
  });
  afterAll(async () => {
    await lab.close();
  });

  it.concurrent.each(RAW)('tells the lie of %s', async (address, pattern) => {
    expect(await pingTwice(lab, address)).toMatch(pattern);
  });
});
