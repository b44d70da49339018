/** The addon in a network of its own: what `ip` says of interfaces, MTU errors, IP options, packet sockets. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AF_INET, AF_INET6 } from '../../src/net/constants.ts';
import { addressOctets } from '../lab/addresses.ts';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { runShell } from '../lab/netns.ts';
import { HOSTS, MTU_OCTETS } from '../lab/topology.ts';
import { answerOf, stagedAddon } from './program.ts';

const PROGRAM = new URL('./programs/namespace.ts', import.meta.url);
const EMSGSIZE = 90;
const ORIGIN = { local: 1, icmp: 2, icmp6: 3, stamp: 4 } as const;

/** What `ip -json addr` prints, as far as it is compared. */
interface IpInterface {
  readonly ifindex: number;
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly link_type: string;
  readonly address?: string;
  readonly broadcast?: string;
  readonly addr_info: readonly {
    readonly family: string;
    readonly local: string;
    readonly prefixlen: number;
    readonly address?: string;
    readonly broadcast?: string;
    readonly label?: string;
  }[];
}

/** netdevice(7). */
const FLAGS: readonly (readonly [name: string, bit: number])[] = [
  ['UP', 1 << 0],
  ['BROADCAST', 1 << 1],
  ['LOOPBACK', 1 << 3],
  ['POINTOPOINT', 1 << 4],
  ['NOARP', 1 << 7],
  ['MULTICAST', 1 << 12],
  ['LOWER_UP', 1 << 16],
];
/** linux/if_arp.h. */
const HARDWARE_TYPES: Readonly<Record<string, number>> = { ether: 1, loopback: 772, none: 0xfffe };

function macOctets(address: string | undefined): number[] {
  return address === undefined ? [] : address.split(':').map((octet) => Number.parseInt(octet, 16));
}

/** What the addon should say where `ip` says `one`. */
function asNative(one: IpInterface) {
  return {
    name: one.ifname,
    index: one.ifindex,
    mtu: one.mtu,
    hardwareType: HARDWARE_TYPES[one.link_type],
    hardwareAddress: macOctets(one.address),
    hardwareBroadcast: macOctets(one.broadcast),
    flags: one.flags.filter((flag) => FLAGS.some(([name]) => name === flag)).sort(),
    addresses: one.addr_info.map(({ family, local, prefixlen, address, broadcast }) => {
      const octets = [...addressOctets(local)];
      const other = broadcast ?? address; // the peer's, where there is one
      return {
        family: family === 'inet' ? AF_INET : AF_INET6,
        address: octets,
        netmask: octets.map((_, index) => (0xff00 >> Math.min(8, Math.max(0, prefixlen - 8 * index))) & 0xff),
        broadcast: other === undefined ? null : [...addressOctets(other)],
      };
    }),
  };
}

describeLab('in a network namespace', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab();
  });
  afterAll(async () => {
    await lab.close();
  });
  const inside = () => ({ netns: lab.netns('a') });

  it('interfaces() says what ip(8) says', async () => {
    await runShell(
      lab.netns('a'),
      `
ip link add veth7 mtu 9000 type veth peer name veth7x
ip addr add 192.0.2.1/25 brd + dev veth7
ip addr add 192.0.2.2/25 brd + dev veth7 label veth7:1
ip addr add 192.0.2.129/32 dev veth7 label veth7:two
ip addr add 198.51.100.1/24 dev veth7x
ip addr add 2001:db8::1/127 dev veth7 nodad
ip link set veth7 up
ip link add veth8 type veth peer name empty
ip tuntap add tun0 mode tun
ip addr add 203.0.113.1 peer 203.0.113.2/32 dev tun0
ip link set tun0 mtu 1280 up`,
    );
    const said = JSON.parse((await lab.run('a', ['ip', '-json', 'addr'])).stdout) as IpInterface[];
    expect(said.map(({ ifname }) => ifname)).toEqual(
      expect.arrayContaining(['lo', 'eth0', 'liar0', 'veth7', 'veth7x', 'empty', 'tun0']),
    );
    const list = await answerOf<{ flags: number }[]>(PROGRAM, 'interfaces', null, inside());
    const native = list.map((each) => ({
      ...each,
      flags: FLAGS.filter(([, bit]) => (each.flags & bit) !== 0)
        .map(([name]) => name)
        .sort(),
    }));
    expect(native).toEqual(said.map(asNative));
  });

  describe('a datagram that must not be fragmented', () => {
    it.each([
      ['IPv4', HOSTS.r1.ipv4],
      ['IPv6', HOSTS.r1.ipv6],
    ])('over the MTU of its own link is a local error (%s)', async (_, to) => {
      const sent = await answerOf(PROGRAM, 'tooBig', { to, octets: 1600 }, inside());
      expect(sent).toEqual({
        answer: -EMSGSIZE,
        error: {
          errno: EMSGSIZE,
          origin: ORIGIN.local,
          type: 0,
          code: 0,
          info: MTU_OCTETS.aToR1,
          offender: null,
          destination: to,
          octets: 0,
        },
      });
    });

    it.each([
      ['IPv4', HOSTS.b.ipv4, HOSTS.r1.ipv4, { origin: ORIGIN.icmp, type: 3, code: 4 }],
      ['IPv6', HOSTS.b.ipv6, HOSTS.r1.ipv6, { origin: ORIGIN.icmp6, type: 2, code: 0 }],
    ])('over the MTU of a link further on is an error of the router (%s)', async (_, to, offender, icmp) => {
      await lab.forgetLearned();
      const { answer, error } = await answerOf<{ answer: number; error: { octets: number } }>(
        PROGRAM,
        'tooBig',
        { to, octets: 1430 },
        inside(),
      );
      expect(answer).toBe(1);
      expect(error).toMatchObject({
        errno: EMSGSIZE,
        ...icmp,
        info: MTU_OCTETS.r1ToR2,
        offender,
        destination: to,
      });
      // RFC 1812 4.3.2.3: 576 octets in all at most; RFC 4443 3.2: as much as fits into 1280.
      expect(error.octets).toBeGreaterThan(500);
      expect(error.octets).toBeLessThan(1280);
    });
  });

  it('record route comes as a control message on datagram sockets, and in the header on raw ones', async () => {
    const address = [127, 0, 0, 1];
    const expected = [7, 39, 20, ...[0, 0, 0, 0].flatMap(() => address), ...Array(20).fill(0), 0];
    const datagram = await answerOf(PROGRAM, 'recordRoute', 'datagram', inside());
    expect(datagram).toEqual({ answer: 1, options: expected, inHeader: [] });
    const raw = await answerOf<{ inHeader: number[] }>(PROGRAM, 'recordRoute', 'raw', inside());
    expect(raw.inHeader).toEqual(expected);
  });

  it('packet sockets bring auxiliary data, link-layer names and transmit stamps', async () => {
    const { answer, frame, received, stamp } = await answerOf<Record<string, unknown>>(
      PROGRAM,
      'packetSocket',
      null,
      inside(),
    );
    expect(answer).toBe(1);
    expect(received).toEqual({ data: frame, nameOctets: 20, hasAuxiliary: true, vlan: 0 });
    expect(stamp).toEqual({ isStamped: true, origin: ORIGIN.stamp, key: 0 });
  });

  it('terminalColumns() tells the width of the terminal', async () => {
    const script = `const module = { exports: {} };
      process.dlopen(module, ${JSON.stringify(stagedAddon())});
      console.log([0, 1].map(module.exports.terminalColumns).join(' '));`;
    const preload = process.env['LD_PRELOAD'];
    const { stdout } = await lab.run(
      'a',
      [...(preload === undefined ? [] : ['env', `LD_PRELOAD=${preload}`]), process.execPath, '-e', script],
      { tty: true, columns: 123 },
    );
    expect(stdout.trim()).toBe('123 123');
  });
});
