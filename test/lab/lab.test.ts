import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from './describe-lab.ts';
import { createLab, type Lab } from './lab.ts';
import { listNamespaceNames, NETNS_FOLDER, processesInside } from './netns.ts';
import { isAbandoned } from './ownership.ts';
import { sweepAbandoned } from './sweep.ts';
import { HOSTS, NAMESPACES } from './topology.ts';

const ONCE = ['ping', '-n', '-c1', '-W1'];

describeLab('a lab', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab();
  });
  afterAll(async () => {
    await lab.close();
  });

  it.each([
    ['ipv4', HOSTS.b.ipv4, 62],
    ['ipv6', HOSTS.b.ipv6, 62],
    ['ipv4 next hop', HOSTS.r1.ipv4, 64],
    ['link-local next hop', `${HOSTS.r1.linkLocal}%eth0`, 64],
  ])('carries %s packets at once', async (_, address, ttl) => {
    const fresh = await createLab();
    const { stdout } = await fresh.run('a', [...ONCE, address]);
    await fresh.close();
    expect(stdout).toContain(`64 bytes from ${address}: icmp_seq=1 ttl=${ttl}`);
  });

  it('shows each router to who lowers the hop limit', async () => {
    for (const [hops, { ipv4, ipv6 }] of [
      [1, HOSTS.r1],
      [2, HOSTS.r2],
    ] as const) {
      const [v4, v6] = await Promise.all(
        [HOSTS.b.ipv4, HOSTS.b.ipv6].map((address) => lab.run('a', [...ONCE, '-t', String(hops), address])),
      );
      expect(v4!.stdout).toContain(`From ${ipv4} icmp_seq=1 Time to live exceeded`);
      expect(v6!.stdout).toContain(`From ${ipv6} icmp_seq=1 Time exceeded: Hop limit`);
    }
  });

  it('has a smaller MTU on each link, and forgets what it learned of it', async () => {
    const tooBigForR2 = [...ONCE, '-M', 'do', '-s', '1380', HOSTS.b.ipv4];
    const first = await lab.run('a', tooBigForR2);
    expect(first.stdout).toContain(`From ${HOSTS.r1.ipv4} icmp_seq=1 Frag needed and DF set (mtu = 1400)`);
    expect((await lab.run('a', tooBigForR2)).stderr).toContain('message too long, mtu=1400');
    await lab.forgetLearned();
    expect((await lab.run('a', tooBigForR2)).stdout).toBe(first.stdout);

    const tooBigForB = [...ONCE, '-M', 'do', '-s', '1300', HOSTS.b.ipv6];
    const first6 = await lab.run('a', tooBigForB);
    expect(first6.stdout).toContain(`From ${HOSTS.r2.ipv6} icmp_seq=1 Packet too big: mtu=1300`);
    await lab.forgetLearned();
    expect((await lab.run('a', tooBigForB)).stdout).toBe(first6.stdout);
  });

  it('does not limit the rate of ICMP errors', async () => {
    const { stdout } = await lab.run('a', ['ping', '-q', '-f', '-c3000', '-t1', HOSTS.b.ipv4]);
    // Ping may end with an error unread, but no limit of the kernel's lets anywhere near so many through.
    expect(Number(/\+(\d+) errors/.exec(stdout)?.[1])).toBeGreaterThan(2900);
  });

  it('can keep datagram sockets closed and broadcasts unanswered', async () => {
    const closed = await createLab({ datagramIcmp: false, answerBroadcasts: false });
    const unprivileged = await closed.run('a', [...ONCE, HOSTS.b.ipv4], { user: 'nobody', noNewPrivileges: true });
    const broadcast = await closed.run('a', ['ping', '-n', '-c1', '-W0.2', '-b', '10.77.1.255']);
    await closed.close();
    expect(unprivileged.status).toBe(2);
    expect(broadcast.stdout).toContain('1 packets transmitted, 0 received');
  });

  it('does not meet another lab', async () => {
    const other = await createLab();
    await other.run('b', ['ip', 'addr', 'add', '10.77.3.200/24', 'dev', 'eth0']);
    const [here, there] = await Promise.all([lab, other].map((one) => one.run('a', [...ONCE, '10.77.3.200'])));
    await other.close();
    expect(here!.status).toBe(1);
    expect(there!.status).toBe(0);
  });

  it('leaves nothing behind, even with commands and helpers running', async () => {
    const closing = await createLab({ names: 'dns', liar: true });
    const namespaces = NAMESPACES.map((namespace) => closing.netns(namespace));
    const ping = closing.start('a', ['ping', '-n', HOSTS.b.ipv4]);
    await ping.waitFor(/icmp_seq=1 /);
    expect(processesInside(namespaces).length).toBeGreaterThanOrEqual(3); // ping, DNS server, liar
    const stillOpen = namespaces.map((name) => `${NETNS_FOLDER}/${name}`).filter((path) => existsSync(path));
    expect(stillOpen).toHaveLength(NAMESPACES.length);

    await closing.close();

    expect(await ping.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(listNamespaceNames().filter((name) => namespaces.includes(name))).toEqual([]);
    expect(processesInside(namespaces)).toEqual([]);
  });

  it('removes what a crashed process left behind, and nothing that belongs to a living one', async () => {
    // The crash: a process that claims a name as we do, makes a namespace of it, and is gone.
    const crashed = spawn('sh', [
      '-c',
      'name=sonde-$$.$(cut -d" " -f22 /proc/$$/stat)-test-a; ip netns add $name; echo $name',
    ]);
    let name = '';
    crashed.stdout.on('data', (text: Buffer) => {
      name += text.toString().trim();
    });
    await new Promise((resolve) => crashed.once('close', resolve));
    const survivor = spawn('ip', ['netns', 'exec', name, 'sleep', '60']);
    const survivorEnded = new Promise((resolve) => survivor.once('close', (_, signal) => resolve(signal)));
    while (processesInside([name]).length === 0) await sleep(1);
    expect(isAbandoned(name)).toBe(true);

    await sweepAbandoned();

    expect(await survivorEnded).toBe('SIGKILL');
    expect(readdirSync(NETNS_FOLDER)).not.toContain(name);
    expect(readdirSync(NETNS_FOLDER)).toContain(lab.netns('a'));
  });
});
