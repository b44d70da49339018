import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from './describe-lab.ts';
import { DESTINATIONS } from './destinations.ts';
import { createLab, type Lab } from './lab.ts';
import { HOSTS } from './topology.ts';

const { a, r1, r2 } = HOSTS;
const D = DESTINATIONS;

/** What Debian's ping 20221126 prints about a single request. */
const REPORTED: readonly [address: string, line: string][] = [
  [D.noNeighbour.ipv4, `From ${a.ipv4} icmp_seq=1 Destination Host Unreachable`],
  [D.noNeighbour.ipv6, `From ${a.ipv6} icmp_seq=1 Destination unreachable: Address unreachable`],
  [D.noFarNeighbour.ipv4, `From ${r2.ipv4} icmp_seq=1 Destination Host Unreachable`],
  [D.noFarNeighbour.ipv6, `From ${r2.ipv6} icmp_seq=1 Destination unreachable: Address unreachable`],
  [D.noRoute.ipv4, `From ${r1.ipv4} icmp_seq=1 Destination Net Unreachable`],
  [D.noRoute.ipv6, `From ${r1.ipv6} icmp_seq=1 Destination unreachable: No route`],
  [D.unreachable.ipv4, `From ${r1.ipv4} icmp_seq=1 Destination Host Unreachable`],
  [D.unreachable.ipv6, `From ${r1.ipv6} icmp_seq=1 Destination unreachable: No route`],
  [D.farUnreachable.ipv4, `From ${r2.ipv4} icmp_seq=1 Destination Host Unreachable`],
  [D.farUnreachable.ipv6, `From ${r2.ipv6} icmp_seq=1 Destination unreachable: No route`],
  [D.prohibited.ipv4, `From ${r1.ipv4} icmp_seq=1 Packet filtered`],
  [D.prohibited.ipv6, `From ${r1.ipv6} icmp_seq=1 Destination unreachable: Administratively prohibited`],
  [D.rejectedNet.ipv4, `From ${r1.ipv4} icmp_seq=1 Destination Net Unreachable`],
  [D.rejectedNet.ipv6, `From ${r1.ipv6} icmp_seq=1 Destination unreachable: No route`],
  [D.rejectedHost.ipv4, `From ${r1.ipv4} icmp_seq=1 Destination Host Unreachable`],
  [D.rejectedHost.ipv6, `From ${r1.ipv6} icmp_seq=1 Destination unreachable: Address unreachable`],
  [D.rejectedProtocol.ipv4, `From ${r1.ipv4} icmp_seq=1 Destination Protocol Unreachable`],
  [D.rejectedPort.ipv4, `From ${r1.ipv4} icmp_seq=1 Destination Port Unreachable`],
  [D.rejectedPort.ipv6, `From ${r1.ipv6} icmp_seq=1 Destination unreachable: Port unreachable`],
  [D.netProhibited.ipv4, `From ${r1.ipv4} icmp_seq=1 Destination Net Prohibited`],
  [D.hostProhibited.ipv4, `From ${r1.ipv4} icmp_seq=1 Destination Host Prohibited`],
  [D.adminProhibited.ipv4, `From ${r1.ipv4} icmp_seq=1 Packet filtered`],
  [D.adminProhibited.ipv6, `From ${r1.ipv6} icmp_seq=1 Destination unreachable: Administratively prohibited`],
  [D.policyFail.ipv6, `From ${r1.ipv6} icmp_seq=1 Destination unreachable: Unknown code 5`],
  [D.rejectRoute.ipv6, `From ${r1.ipv6} icmp_seq=1 Destination unreachable: Unknown code 6`],
];

const REFUSED: readonly [address: string, message: string][] = [
  [D.localUnreachable.ipv4, 'ping: connect: No route to host\n'],
  [D.localUnreachable.ipv6, 'ping: connect: No route to host\n'],
  [D.localProhibited.ipv4, 'ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules\n'],
  [D.localProhibited.ipv6, 'ping: connect: Permission denied\n'],
  [D.localBlackHole.ipv4, 'ping: connect: Invalid argument\n'],
  [D.localBlackHole.ipv6, 'ping: connect: Invalid argument\n'],
  [D.localNoRoute.ipv4, 'ping: connect: Network is unreachable\n'],
  [D.localNoRoute.ipv6, 'ping: connect: Network is unreachable\n'],
];

/** To `localFiltered` the kernel refuses to send (EPERM), which Debian's ping does not report. */
const SILENT = [D.blackHole, D.farBlackHole, D.localFiltered].flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]);

const ANSWERING = [D.hostB, D.nextHop, D.hostileName, D.idnName, D.noName].flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]);

describeLab('a destination', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab();
  });
  afterAll(async () => {
    await lab.close();
  });

  it.each(REPORTED)('%s is reported: %s', async (address, line) => {
    const { stdout, status } = await lab.run('a', ['ping', '-n', '-c1', '-W2', address]);
    expect(stdout.split('\n')).toContain(line);
    expect(status).toBe(1);
  });

  it.each(REFUSED)('%s is refused: %j', async (address, message) => {
    expect(await lab.run('a', ['ping', '-n', '-c1', address])).toMatchObject({
      stdout: '',
      stderr: message,
      status: 2,
    });
  });

  it.each(SILENT)('%s is silent', async (address) => {
    const { stdout, stderr, status } = await lab.run('a', ['ping', '-n', '-c1', '-W0.2', address]);
    expect(stdout).toMatch(
      /^PING .*\n\n--- .* ---\n1 packets transmitted, 0 received, 100% packet loss, time 0ms\n\n$/,
    );
    expect({ stderr, status }).toEqual({ stderr: '', status: 1 });
  });

  it.each(ANSWERING)('%s answers', async (address) => {
    expect((await lab.run('a', ['ping', '-n', '-c1', '-W1', address])).status).toBe(0);
  });

  it('of many is answered by R1 and by A itself', async () => {
    for (const argv of [
      [D.broadcast.ipv4, '-b'],
      [D.allHosts.ipv4, '-I', 'eth0'],
      [D.allHosts.ipv6, '-I', 'eth0'],
    ]) {
      const { stdout } = await lab.run('a', ['ping', '-n', '-c2', '-i0.2', ...argv]);
      const responders = new Set(
        [...stdout.matchAll(/bytes from (\S+):/g)].map((match) => match[1]!.replace(/%.*/, '')),
      );
      const expected = argv[0]!.includes(':') ? [a.linkLocal, r1.linkLocal] : [a.ipv4, r1.ipv4];
      expect([...responders].sort()).toEqual(expected.sort());
    }
  });
});
