/** ICMP sockets for those who may have them, a good word for those who may not, and source addresses. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Interfaces } from '../../src/net/interfaces.ts';
import type { NativeAddon } from '../../src/net/native.ts';
import { describeLab } from '../lab/describe-lab.ts';
import { DESTINATIONS } from '../lab/destinations.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { HOSTS } from '../lab/topology.ts';
import { answerOf } from '../native/program.ts';
import { addon } from '../native/support.ts';
import type { Opened } from './programs/sockets.ts';

const PROGRAM = new URL('./programs/sockets.ts', import.meta.url);

describeLab('in the lab', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab();
  });
  afterAll(async () => {
    await lab.close();
  });
  const inside = () => ({ netns: lab.netns('a') });

  describe('openIcmpSocket', () => {
    const DATAGRAM_THEN_RAW = [{ type: 'datagram' }, { type: 'raw' }, { type: 'datagram' }, { type: 'raw' }];

    it('opens the kind that needs no privilege, or the raw one when asked', async () => {
      await lab.sysctl('a', 'net/ipv4/ping_group_range', '0 2147483647');
      expect(await answerOf(PROGRAM, 'open', null, inside())).toEqual(DATAGRAM_THEN_RAW);
    });

    it('opens a raw one where the other is refused, for whoever may', async () => {
      await lab.sysctl('a', 'net/ipv4/ping_group_range', '1 0');
      const raw = Array(4).fill({ type: 'raw' });
      expect(await answerOf(PROGRAM, 'open', null, inside())).toEqual(raw);
      const withNetRaw = { ...inside(), user: 'nobody', capabilities: ['net_raw'] } as const;
      expect(await answerOf(PROGRAM, 'open', null, withNetRaw)).toEqual(raw);
    });

    it('refuses with both reasons, and tells the exact commands that mend it', async () => {
      await lab.sysctl('a', 'net/ipv4/ping_group_range', '1 0');
      const asNobody = { ...inside(), user: 'nobody' } as const;
      const [v4, v4Raw, v6, v6Raw] = await answerOf<Opened[]>(PROGRAM, 'open', null, asNobody);
      const message = 'socket: Operation not permitted';
      const setcap = `setcap cap_net_raw+ep ${await answerOf<string>(PROGRAM, 'execPath', null, asNobody)}`;
      const sysctl = 'sysctl -w net.ipv4.ping_group_range="0 2147483647"';
      const byRange = 'SOCK_DGRAM by net.ipv4.ping_group_range ("1 0")';
      const byCapability = 'SOCK_RAW for want of CAP_NET_RAW';
      expect(v4).toEqual({
        refused: { datagram: 'EACCES', raw: 'EPERM', message },
        explained: `${message} (ICMP refused: ${byRange}, ${byCapability})\n=> as root: ${sysctl}   or   ${setcap}`,
      });
      expect(v6).toEqual({
        refused: { datagram: 'EACCES', raw: 'EPERM', message },
        explained: `${message} (ICMPv6 refused: ${byRange}, ${byCapability})\n=> as root: ${sysctl}   or   ${setcap}`,
      });
      expect(v4Raw).toEqual({
        refused: { datagram: null, raw: 'EPERM', message },
        explained: `${message} (ICMP refused: ${byCapability})\n=> as root: ${setcap}`,
      });
      expect(v6Raw!.explained).toBe(`${message} (ICMPv6 refused: ${byCapability})\n=> as root: ${setcap}`);
    });

    it('tells the range as the kernel has it', async () => {
      await lab.sysctl('a', 'net/ipv4/ping_group_range', '1000 1005');
      const [v4] = await answerOf<Opened[]>(PROGRAM, 'open', null, { ...inside(), user: 'nobody' });
      expect(v4!.explained).toContain('ping_group_range ("1000 1005")');
    });

    it('throws what a raw socket would meet as well', async () => {
      await lab.sysctl('a', 'net/ipv4/ping_group_range', '0 2147483647');
      const limited = { ...inside(), prefix: ['prlimit', '--nofile=64'] };
      expect(await answerOf(PROGRAM, 'openWithoutDescriptors', null, limited)).toEqual({ threw: 'socket EMFILE' });
    });
  });

  describe('askSource', () => {
    it('tells the address that the kernel would use', async () => {
      const eth0 = 11; // topology.ts
      const asked = [
        { to: '127.0.0.1' },
        { to: '::1' },
        { to: HOSTS.b.ipv4 },
        { to: HOSTS.b.ipv6 },
        { to: HOSTS.r1.ipv4 },
        { to: '10.88.0.9' },
        { to: 'fd88::9' },
        { to: HOSTS.r1.linkLocal, scope: eth0 },
        { to: 'ff02::1', scope: eth0 },
        { to: HOSTS.b.ipv4, bindTo: HOSTS.liarSide.ipv4 },
        { to: HOSTS.b.ipv6, bindTo: HOSTS.liarSide.ipv6 },
        { to: DESTINATIONS.broadcast.ipv4, broadcast: true },
        { to: HOSTS.a.ipv4 },
      ];
      expect(await answerOf(PROGRAM, 'sources', asked, inside())).toEqual([
        '127.0.0.1',
        '::1',
        HOSTS.a.ipv4,
        HOSTS.a.ipv6,
        HOSTS.a.ipv4,
        HOSTS.liarSide.ipv4,
        HOSTS.liarSide.ipv6,
        `${HOSTS.a.linkLocal}%eth0`,
        `${HOSTS.a.linkLocal}%eth0`,
        HOSTS.liarSide.ipv4,
        HOSTS.liarSide.ipv6,
        HOSTS.a.ipv4,
        HOSTS.a.ipv4,
      ]);
    });

    it('passes on why there is none', async () => {
      const asked = [
        { to: DESTINATIONS.localUnreachable.ipv4 },
        { to: DESTINATIONS.localUnreachable.ipv6 },
        { to: DESTINATIONS.localProhibited.ipv4 },
        { to: DESTINATIONS.localProhibited.ipv6 },
        { to: DESTINATIONS.localNoRoute.ipv4 },
        { to: DESTINATIONS.localNoRoute.ipv6 },
        { to: DESTINATIONS.broadcast.ipv4 },
        { to: HOSTS.r1.linkLocal },
        { to: HOSTS.b.ipv4, bindTo: '192.0.2.1' },
      ];
      expect(await answerOf(PROGRAM, 'sources', asked, inside())).toEqual([
        'connect EHOSTUNREACH',
        'connect EHOSTUNREACH',
        'connect EACCES',
        'connect EACCES',
        'connect ENETUNREACH',
        'connect ENETUNREACH',
        'connect EACCES',
        'connect EINVAL',
        'bind EADDRNOTAVAIL',
      ]);
    });
  });
});

describe('Interfaces', () => {
  it('asks the kernel once, and not before it is asked itself', () => {
    let asked = 0;
    const ask = () => {
      asked++;
      return addon.interfaces();
    };
    const counting = { interfaces: ask } as unknown as NativeAddon;
    const interfaces = new Interfaces(counting);
    expect(asked).toBe(0);
    const lo = interfaces.byName('lo')!;
    expect(interfaces.nameOf(lo.index)).toBe('lo');
    expect(interfaces.all).toContain(lo);
    expect(asked).toBe(1);
  });

  it('knows an interface by its name and by its index', () => {
    const interfaces = new Interfaces(addon);
    const index = Number(readFileSync('/sys/class/net/lo/ifindex', 'utf8'));
    expect(interfaces.byName('lo')).toMatchObject({ name: 'lo', index });
    expect(interfaces.byName('nosuch0')).toBeNull();
    expect(interfaces.byName('')).toBeNull();
    expect(interfaces.nameOf(0)).toBeNull();
    expect(interfaces.nameOf(2 ** 31 - 1)).toBeNull();
  });
});
