/** The UDP probing port in the lab: batches, errors of routers and of our own kernel, stamps, replies. As nobody, always. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { startPath } from '../lab/path/control.ts';
import { mplsStack } from '../lab/path/spec.ts';
import { HOSTS } from '../lab/topology.ts';
import { answerOf } from '../native/program.ts';
import type { HeardUdp, HeardUdpError, Sends, SendsOutcome } from './programs/udp-port.ts';

const PROGRAM = new URL('./programs/udp-port.ts', import.meta.url);
const ERRNO = { EMSGSIZE: 90, ECONNREFUSED: 111, EHOSTUNREACH: 113 } as const;

function only<K extends HeardUdp['kind']>(heard: readonly HeardUdp[], kind: K): Extract<HeardUdp, { kind: K }>[] {
  return heard.filter((each): each is Extract<HeardUdp, { kind: K }> => each.kind === kind);
}

describeLab('UdpPort', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab();
    await lab.sysctl('a', 'net/ipv4/route/mtu_expires', '0');
    await lab.sysctl('a', 'net/ipv6/route/mtu_expires', '0');
  });
  afterAll(async () => {
    await lab.close();
  });

  async function play<T>(scenario: string, argument: unknown): Promise<T> {
    return await answerOf<T>(PROGRAM, scenario, argument, { netns: lab.netns('a'), user: 'nobody' });
  }
  const sends = async (argument: Sends) => await play<SendsOutcome>('sends', argument);

  describe.each([
    [4, HOSTS.b.ipv4, [HOSTS.r1.ipv4, HOSTS.r2.ipv4, HOSTS.b.ipv4]],
    [6, HOSTS.b.ipv6, [HOSTS.r1.ipv6, HOSTS.r2.ipv6, HOSTS.b.ipv6]],
  ] as const)('in IPv%i', (family, to, hops) => {
    it('sends a batch, each probe with its TTL, port, class, payload and length, and tells stamps before errors', async () => {
      const probes = [1, 2, 3].map((hopLimit) => ({
        hopLimit,
        destinationPort: 50_000 + hopLimit,
        payload: [hopLimit, 0xab],
        payloadOctets: 100 + hopLimit,
        trafficClass: 0x08,
        token: 700 + hopLimit,
      }));
      const outcome = await sends({ to, batches: [{ probes, until: { stamp: 3, error: 3 } }] });
      expect(outcome).toMatchObject({ family, pmtuMode: 'probe', hasPort: true, answers: [{ taken: 3, errno: 0 }] });
      const errors = only(outcome.heard, 'error').sort((a, b) => a.destinationPort - b.destinationPort);
      expect(errors).toMatchObject(
        hops.map((offender, index): Partial<HeardUdpError> => {
          const isTarget = index === 2;
          return {
            errno: isTarget ? ERRNO.ECONNREFUSED : ERRNO.EHOSTUNREACH,
            origin: family === 4 ? 'icmp' : 'icmp6',
            type: family === 4 ? (isTarget ? 3 : 11) : isTarget ? 1 : 3,
            code: isTarget ? (family === 4 ? 3 : 4) : 0,
            offender,
            destination: to,
            destinationPort: 50_001 + index,
            hopLimit: 64 - index,
            truncated: false,
            quoted: [index + 1, 0xab, 0, 0, 0, 0, 0, 0],
            quotedOctets: 101 + index,
            extensionOctets: 0,
          };
        }),
      );
      const stamps = only(outcome.heard, 'stamp');
      expect(stamps.map(({ token }) => token)).toEqual([701, 702, 703]);
      for (const [index, { stampNs }] of stamps.entries()) {
        expect(stampNs).toBeGreaterThanOrEqual(outcome.times[0]!.beforeNs - 20_000);
        expect(errors[index]!.stampNs).toBeGreaterThanOrEqual(stampNs);
        const heardAt = (wanted: HeardUdp) => outcome.heard.indexOf(wanted);
        expect(heardAt(stamps[index]!)).toBeLessThan(heardAt(errors[index]!));
      }
    });

    it('tells the MTU of our own link with a refusal for size, and stamps go on under the right tokens', async () => {
      const overhead = family === 4 ? 28 : 48;
      const whole = { payload: [7], payloadOctets: 1500 - overhead, hopLimit: 1 };
      const { answers, heard } = await sends({
        to,
        room: 70_000,
        batches: [
          { probes: [{ ...whole, token: 1 }], until: { stamp: 1, error: 1 } },
          { probes: [{ ...whole, payloadOctets: 60_000, token: 2 }], until: { error: 2 } },
          // The third one is too long: the two before it go out, and those behind are left for the next call.
          {
            probes: [3, 4, 5, 6].map((token) => ({ ...whole, payloadOctets: token === 5 ? 1600 : 60, token })),
            until: { stamp: 3, error: 4 },
          },
          { probes: [{ ...whole, token: 7 }], until: { stamp: 4 } },
        ],
      });
      expect(answers).toEqual([
        { taken: 1, errno: 0 },
        { taken: 0, errno: ERRNO.EMSGSIZE },
        { taken: 2, errno: ERRNO.EMSGSIZE },
        { taken: 1, errno: 0 },
      ]);
      expect(only(heard, 'stamp').map(({ token }) => token)).toEqual([1, 3, 4, 7]);
      const local = only(heard, 'error').find(({ origin }) => origin === 'local');
      expect(local).toMatchObject({
        errno: ERRNO.EMSGSIZE,
        info: 1500,
        offender: null,
        hopLimit: -1,
        trafficClass: -1,
      });
      expect(local?.destinationPort).toBe(family === 4 ? 0 : 44_444);
    });

    it('hears the MTU of a narrow link from the router before it', async () => {
      const probe = { payloadOctets: 1500 - (family === 4 ? 28 : 48) };
      const { heard } = await sends({ to, batches: [{ probes: [probe], until: { error: 1 } }] });
      expect(only(heard, 'error')[0]).toMatchObject({ errno: ERRNO.EMSGSIZE, info: 1400, offender: hops[0] });
    });

    it('fills what a payload leaves of its length with zeros, whatever was sent before', async () => {
      const batches = [8, 1].map((octets, index) => ({
        probes: [{ payload: Array<number>(octets).fill(0xab), payloadOctets: 8, destinationPort: 50_000 + index }],
        until: { stamp: index + 1, error: index + 1 },
      }));
      const errors = only((await sends({ to, batches })).heard, 'error');
      expect(errors.map(({ quoted }) => quoted)).toEqual([Array(8).fill(0xab), [0xab, 0, 0, 0, 0, 0, 0, 0]]);
    });

    it('never shows an ICMP error as the refusal of the next probe', async () => {
      const address = family === 4 ? '127.0.0.1' : '::1';
      const { answers, heard } = await play<SendsOutcome>('pending', { address, count: 50 });
      expect(answers).toEqual(Array<number>(50).fill(1));
      expect(only(heard, 'stamp').map(({ token }) => token)).toEqual(Array.from({ length: 50 }, (_, token) => token));
      expect(only(heard, 'error').map(({ quoted }) => quoted[0])).toEqual(
        Array.from({ length: 50 }, (_, token) => token),
      );
    });

    it('hands over a datagram with its source, TTL and stamp, cut to the room there is', async () => {
      const address = family === 4 ? '127.0.0.1' : '::1';
      for (const octets of [0, 9, 1280, 2000]) {
        const reply = await play<object>('converse', { address, octets });
        expect(reply).toMatchObject({ kind: 'reply', source: address, hopLimit: 33, fromSecond: true });
        expect(reply).toHaveProperty('payload.length', Math.min(octets, 1280));
        expect(reply).toHaveProperty('stampNs', expect.any(Number));
      }
    });
  });

  it('sends to the IPv4 address in a v4-mapped one', async () => {
    const { family, heard } = await sends({
      to: '::ffff:a4d:302', // 10.77.3.2
      batches: [{ probes: [{ hopLimit: 1, payload: [1] }], until: { error: 1 } }],
    });
    expect(family).toBe(4);
    expect(only(heard, 'error')[0]).toMatchObject({ offender: HOSTS.r1.ipv4, destination: HOSTS.b.ipv4, hopLimit: 64 });
  });

  it('sends to a link-local address by its scope', async () => {
    const { heard } = await sends({
      to: HOSTS.r1.linkLocal,
      scope: 11, // eth0 (topology.ts)
      batches: [{ probes: [{ payload: [1] }], until: { error: 1 } }],
    });
    expect(only(heard, 'error')[0]).toMatchObject({
      errno: ERRNO.ECONNREFUSED,
      offender: `${HOSTS.r1.linkLocal}%eth0`,
      destination: `${HOSTS.r1.linkLocal}%eth0`,
    });
  });

  it('finds the extension behind the quote', async () => {
    const target = { ipv4: '10.99.1.1', ipv6: 'fd99::1:1' };
    const path = await startPath(lab, {
      target,
      hops: [{ objects: [mplsStack([16_001, 0, 1])] }, { quote: { dataOctets: 8 } }],
    });
    try {
      for (const family of [4, 6] as const) {
        const probes = [1, 2].map((hopLimit) => ({ hopLimit, payload: [hopLimit], payloadOctets: 600 }));
        const { heard } = await sends({ to: target[`ipv${family}`], batches: [{ probes, until: { error: 2 } }] });
        const errors = only(heard, 'error').sort((a, b) => b.hopLimit - a.hopLimit);
        // 128 octets of the datagram, less the headers; then four of a header, four of an object's, four of one label.
        const quotedOctets = 128 - (family === 4 ? 28 : 48);
        expect(errors[0]).toMatchObject({ quoted: [1, 0, 0, 0, 0, 0, 0, 0], quotedOctets, extensionOctets: 12 });
        expect(errors[1]).toMatchObject({ quoted: [], quotedOctets: 0, extensionOctets: 0 });
      }
    } finally {
      await path.stop();
    }
  });

  it('throws for probes that cannot be, and for a source that is not to be had', async () => {
    expect(await play('refusals', null)).toEqual([
      ['RangeError', null],
      ['RangeError', null],
      ['Error', 'EADDRNOTAVAIL'],
      ['Error', 'EADDRINUSE'],
      0,
    ]);
  });
});
