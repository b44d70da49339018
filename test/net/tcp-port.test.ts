/** The TCP probing port in the lab: SYN-ACK, RST, ICMP errors, silence; always as nobody. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { DESTINATIONS } from '../lab/destinations.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { HOSTS } from '../lab/topology.ts';
import { answerOf } from '../native/program.ts';
import type { Connects, ConnectsOutcome } from './programs/tcp-port.ts';

const PROGRAM = new URL('./programs/tcp-port.ts', import.meta.url);
const OPEN = 8080;
const CLOSED = 8081;
const ERRNO = { ENETUNREACH: 101, EHOSTUNREACH: 113 } as const;
const LISTENER = `require('net').createServer((socket) => socket.on('error', () => {})).listen(${OPEN}, '::', () => console.log('ready'))`;
const TCP_FLAGS_OFFSET = 13;
const [SYN, RST] = [2, 4];

describeLab('TcpPort', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab();
    await lab.start('b', [process.execPath, '-e', LISTENER]).waitFor(/ready/);
  });
  afterAll(async () => {
    await lab.close();
  });

  async function play(scenario: string, argument: Connects): Promise<ConnectsOutcome> {
    return await answerOf(PROGRAM, scenario, argument, { netns: lab.netns('a'), user: 'nobody' });
  }

  describe.each([4, 6] as const)('in IPv%i', (family) => {
    const key = family === 4 ? 'ipv4' : 'ipv6';

    it("tells the kernel's own round trip of a SYN-ACK, which is not more than user space saw", async () => {
      const { answers, heard } = await play('connects', { to: HOSTS.b[key], port: OPEN, probes: 5 });
      expect(answers).toEqual([0, 0, 0, 0, 0]);
      expect(heard.map(({ kind, token }) => [kind, token])).toEqual([1, 2, 3, 4, 5].map((n) => ['accepted', n]));
      for (const { roundTrip, elapsedNs } of heard) {
        expect(roundTrip!.clock).toBe('kernel');
        expect(roundTrip!.ns).toBeGreaterThan(0);
        expect(roundTrip!.ns % 1000).toBe(0);
        expect(roundTrip!.ns).toBeLessThanOrEqual(elapsedNs + 20_000);
      }
    });

    it("tells a reset, with user space's time around the connect", async () => {
      const { heard } = await play('connects', { to: HOSTS.b[key], port: CLOSED, probes: 3 });
      expect(heard.map(({ kind, roundTrip }) => [kind, roundTrip!.clock])).toEqual(Array(3).fill(['refused', 'user']));
      for (const { roundTrip, elapsedNs } of heard) expect(roundTrip!.ns).toBeLessThanOrEqual(elapsedNs);
    });

    it('tells an ICMP error with who sent it, also one that says "port unreachable"', async () => {
      const prohibited = await play('connects', { to: DESTINATIONS.prohibited[key], port: OPEN, probes: 1 });
      expect(prohibited.heard).toMatchObject([{ kind: 'error', token: 1, error: { offender: HOSTS.r1[key] } }]);
      const rejected = await play('connects', { to: DESTINATIONS.rejectedPort[key], port: OPEN, probes: 1 });
      expect(rejected.heard).toMatchObject([
        { kind: 'error', error: { origin: family === 4 ? 'icmp' : 'icmp6', offender: HOSTS.r1[key] } },
      ]);
    });

    it('answers a send with the errno where there is no route', async () => {
      const { answers, heard } = await play('connects', { to: DESTINATIONS.localNoRoute[key], port: OPEN, probes: 1 });
      expect(answers).toEqual([ERRNO.ENETUNREACH]);
      expect(heard).toEqual([]);
    });

    it('sends one SYN and no more to whom nothing comes back from, and keeps no socket', async () => {
      const to = DESTINATIONS.blackHole[key];
      const capture = await lab.capture('a', 'eth0', `dst host ${to}`);
      const { heard, descriptors } = await play('connects', { to, port: OPEN, probes: 1 });
      // The kernel's second SYN would have come a second behind the first.
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await capture.stop()).toHaveLength(1);
      expect(heard).toEqual([]);
      expect(descriptors[1]).toBe(descriptors[0]);
    });
  });

  it('ends a connection by a reset and leaves none behind', async () => {
    const capture = await lab.capture('a', 'eth0', `tcp and port ${OPEN}`);
    await play('connects', { to: HOSTS.b.ipv4, port: OPEN, probes: 2 });
    const flags = (await capture.stop()).map(({ octets }) => octets[14 + 20 + TCP_FLAGS_OFFSET]!);
    expect(flags.filter((bits) => bits === SYN)).toHaveLength(2);
    expect(flags.filter((bits) => (bits & RST) !== 0)).toHaveLength(2);
    const { stdout } = await lab.run('a', ['ss', '-Htan', 'dst', HOSTS.b.ipv4]);
    expect(stdout).toBe('');
  });

  it('hears what has come though the event loop had no turn to say so', async () => {
    const argument: Connects = { to: HOSTS.b.ipv4, port: CLOSED, probes: 10 };
    const heard = await answerOf<readonly number[]>(PROGRAM, 'blocked', argument, { netns: lab.netns('a') });
    expect(heard).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('takes no connection with itself for an open port', async () => {
    // Of four ports to connect from one is the port that is asked for, and nobody listens there.
    await lab.sysctl('a', 'net/ipv4/ip_local_port_range', '40000 40003');
    try {
      const { heard } = await play('connects', { to: '127.0.0.1', port: 40_002, probes: 20 });
      expect(heard.map(({ kind, token }) => [kind, token])).toEqual(heard.map((_, index) => ['refused', index + 1]));
      expect(heard).toHaveLength(20);
    } finally {
      await lab.sysctl('a', 'net/ipv4/ip_local_port_range', '32768 60999');
    }
  });

  it('closes with connections under way', async () => {
    const { descriptors } = await play('abandons', { to: DESTINATIONS.blackHole.ipv4, port: OPEN, probes: 100 });
    expect(descriptors[1]).toBe(descriptors[0]);
  });
});
