import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import type { CommandOptions, RunningCommand } from '../lab/run.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { threadStatus } from '../lab/threads.ts';
import { HOSTS } from '../lab/topology.ts';

const R1 = HOSTS.r1.ipv4;
/** R1's router says so, and R2 hears it too, on its side. */
const FOUND = `${R1} on eth0: preference 42, lifetime 12 s\n`;
const STATISTICS = /\n----224\.0\.0\.2 rdisc Statistics----\n\d+ packets transmitted, \d+ packets received, \n$/;

describeLab('a running rdisc', () => {
  let lab: Lab;
  let stage: Stage;
  let router: RunningCommand;

  beforeAll(async () => {
    stage = createStage();
    lab = await createLab();
    router = lab.start('r1', [stage.command('rdisc'), '-r', '-v', '-T', '4', '-p', '42'], { timeoutMs: 120_000 });
    await router.waitFor(/Sending advertisement to 224\.0\.0\.1/, 'stderr');
  });
  afterAll(async () => {
    await router.signal('SIGTERM');
    const { status } = await router.ended;
    await lab.close();
    stage.remove();
    expect(status).toBe(0);
  });

  const start = (namespace: Parameters<Lab['start']>[0], args: string, options?: CommandOptions) =>
    lab.start(namespace, [stage.command('rdisc'), ...args.split(' ').filter((word) => word !== '')], options);
  const run = (namespace: Parameters<Lab['start']>[0], args: string, options?: CommandOptions) =>
    start(namespace, args, options).ended;
  const routesOf = async (namespace: Parameters<Lab['start']>[0]) => (await lab.run(namespace, ['ip', 'route'])).stdout;

  describe.concurrent('as a host', () => {
    it('lists routers and ends', async () => {
      const { stdout, stderr, status } = await run('a', '-n');
      expect([stdout, stderr, status]).toEqual([`${FOUND}default router ${R1}\n`, '', 0]);
    });

    it('shows names where there are some', async () => {
      const { stdout } = await run('a', '');
      expect(stdout).toBe(
        `router1.lab (${R1}) on eth0: preference 42, lifetime 12 s\ndefault router router1.lab (${R1})\n`,
      );
    });

    it('tells with -v and -d what it sends and hears, on stderr', async () => {
      const { stdout, stderr } = await run('a', '-n -v -d');
      expect(stdout).toBe(`${FOUND}default router ${R1}\n`);
      for (const line of [
        'host on eth0, liar0, receiving at 224.0.0.1',
        'Multicast to interface eth0',
        'Sending solicitation to 224.0.0.2',
        `ICMP Router Advertise from ${R1}, lifetime 12`,
        `\taddress ${R1}, preference 0x2a`,
        `Recording ${R1}, ttl 12, preference 0x2a`,
      ]) {
        expect(stderr.split('\n')).toContain(line);
      }
    });

    it('finds routers by broadcast and by their address too', async () => {
      const [broadcast, directed, unicast] = await Promise.all([
        run('a', '-n 255.255.255.255'),
        run('a', '-n 10.77.1.255'),
        run('a', `-n ${R1}`),
      ]);
      for (const { stdout, status } of [broadcast, directed, unicast]) {
        expect([stdout, status]).toEqual([`${FOUND}default router ${R1}\n`, 0]);
      }
    });

    it('says when no router answers, after three solicitations, with status 5', async () => {
      const capture = await lab.capture('b', 'eth0', 'icmp');
      const { stdout, stderr, status } = await run('b', '-s');
      const sent = (await capture.stop()).map(({ octets }) => Buffer.from(octets.subarray(14)));
      expect([stdout, status]).toEqual(['', 5]);
      expect(stderr).toBe('rdisc: no router answers at 224.0.0.2 on eth0 (3 sent)\n');
      expect(sent).toHaveLength(3);
      for (const datagram of sent) {
        expect(datagram[8]).toBe(1); // time to live
        expect(datagram.subarray(12, 20).join('.')).toBe('10.77.3.2.224.0.0.2');
        expect(datagram.subarray(20, 28).toString('hex')).toBe('0a00f5ff00000000');
      }
    });

    it('says so where there is no interface to ask on', async () => {
      const { stderr, status } = await run('liar', '');
      expect(stderr).toBe('rdisc: no interface to solicit on: none is up with an IPv4 address and reaches others\n');
      expect(status).toBe(5);
    });

    it('goes on with -t, and ends at SIGINT and at SIGTERM with its statistics', async () => {
      const runs = (['SIGINT', 'SIGTERM'] as const).map((signal) =>
        run('a', '-n -s -t', { signalAt: [{ signal, after: /preference 42/ }] }),
      );
      for (const { stdout, status } of await Promise.all(runs)) {
        expect(stdout.startsWith(FOUND)).toBe(true);
        expect(stdout).toMatch(STATISTICS);
        expect(status).toBe(0);
      }
    });

    it('changes no route unless it is told to, whatever it hears', async () => {
      const before = await routesOf('r2');
      const listening = start('r2', '-n -a -f -d');
      await listening.waitFor(/Recording 10\.77\.2\.1, ttl 12/, 'stderr');
      expect(await routesOf('r2')).toBe(before);
      await listening.signal('SIGTERM');
      expect((await listening.ended).stdout).not.toContain('default route');
      expect(await routesOf('r2')).toBe(before);
    });

    it('notices interfaces that come and go', async () => {
      const listening = start('r1', '-f -d');
      await listening.waitFor(/host on eth/, 'stderr');
      await lab.run('r1', ['ip', 'link', 'add', 'new0', 'type', 'veth', 'peer', 'name', 'new1']);
      await lab.run('r1', ['ip', 'addr', 'add', '10.66.0.1/24', 'dev', 'new0']);
      await lab.run('r1', ['ip', 'link', 'set', 'new0', 'up']);
      await listening.waitFor(/^using new0$/m, 'stderr');
      await lab.run('r1', ['ip', 'link', 'delete', 'new0']);
      await listening.waitFor(/^no longer using new0$/m, 'stderr');
      await listening.signal('SIGHUP'); // looks again, and goes on
      await listening.signal('SIGINT');
      expect((await listening.ended).status).toBe(0);
    });

    it('holds no capability in any thread', async () => {
      const listening = start('r2', '-f -d -a 224.0.0.2 224.0.0.1');
      await listening.waitFor(/host on eth/, 'stderr');
      for (const field of ['CapEff', 'CapPrm', 'CapInh', 'CapAmb']) {
        const values = threadStatus(lab.netns('r2'), '224.0.0.2', field);
        expect(new Set(values), field).toEqual(new Set(['0000000000000000']));
      }
      await listening.signal('SIGINT');
      await listening.ended;
    });

    it('refuses names that nobody knows', async () => {
      const { stderr, status } = await run('a', 'nosuch.lab');
      expect([stderr, status]).toEqual(['rdisc: nosuch.lab: Name or service not known\n', 1]);
    });

    it('answers usage errors and -V as rdisc did', async () => {
      const [extra, both, version] = await Promise.all([run('a', 'a b c'), run('a', '-sr'), run('a', '-V')]);
      expect(extra.stderr).toMatch(/^rdisc: Extra parameters\n\nUsage\n {2}rdisc \[options\]/);
      expect([extra.status, both.status]).toEqual([1, 1]);
      expect(version.stdout).toMatch(/^rdisc from sonde \S+\nbackend: addon, node: v\S+, responder: yes\n$/);
      expect(version.status).toBe(0);
    });
  });

  describe.concurrent('as somebody without privileges', () => {
    it('says which socket was refused and what would mend it, with status 5', async () => {
      const { stdout, stderr, status } = await run('a', '', { user: 'nobody' });
      expect(stderr).toMatch(
        /^rdisc: socket: Operation not permitted \(ICMP refused: SOCK_RAW for want of CAP_NET_RAW\)\n=> as root: setcap cap_net_raw\+ep \S+\n$/,
      );
      expect([stdout, status]).toEqual(['', 5]);
    });

    it('needs CAP_NET_RAW and no more to list', async () => {
      const { stdout, status } = await run('a', '-n', { user: 'nobody', capabilities: ['net_raw'] });
      expect([stdout, status]).toEqual([`${FOUND}default router ${R1}\n`, 0]);
    });

    it('is told before anything is sent that --install needs CAP_NET_ADMIN', async () => {
      const { stderr, status } = await run('a', '--install', { user: 'nobody', capabilities: ['net_raw'] });
      expect(stderr).toMatch(
        /^rdisc: --install: no route can be set without CAP_NET_ADMIN\n=> as root: setcap cap_net_raw,cap_net_admin\+ep \S+\n$/,
      );
      expect(status).toBe(2);
    });
  });

  describe('with --install', () => {
    const OURS = `default via ${R1} dev eth0 proto ra \n`;

    it.each(['SIGINT', 'SIGTERM', 'SIGQUIT'] as const)(
      'sets a default route ahead of the others, and takes it back at %s',
      async (signal) => {
        const before = await routesOf('a');
        const host = start('a', '-n -s --install');
        await host.waitFor(/Add default route/);
        expect(await routesOf('a')).toBe(`${OURS}${before}`);
        await host.signal(signal);
        const { stdout, status } = await host.ended;
        expect(stdout).toContain(`Add default route to ${R1} on eth0\nDelete default route to ${R1} on eth0\n`);
        expect(status).toBe(0);
        expect(await routesOf('a')).toBe(before);
      },
    );

    it('takes its route back also when the reader of its stdout is gone', async () => {
      const before = await routesOf('a');
      const script = '"$0" -j -n -s --install | grep -m 1 \'"route"\'; ip route';
      const { stdout } = await lab.run('a', ['sh', '-c', script, stage.command('rdisc')], { timeoutMs: 30_000 });
      // The next advertisement makes a line that finds no reader.
      const [line, ...after] = stdout.split('\n');
      expect(JSON.parse(line!)).toMatchObject({ type: 'route', action: 'add', outcome: 'done' });
      expect(after.join('\n')).toBe(before);
    });

    it('keeps CAP_NET_ADMIN in its first thread, and nothing else anywhere', async () => {
      const host = start('a', '-n -s --install');
      await host.waitFor(/Add default route/);
      for (const field of ['CapEff', 'CapPrm']) {
        const [first, ...others] = threadStatus(lab.netns('a'), '--install', field);
        expect(first, field).toBe('0000000000001000');
        expect(new Set(others), field).toEqual(new Set(['0000000000000000']));
      }
      expect(new Set(threadStatus(lab.netns('a'), '--install', 'NoNewPrivs'))).toEqual(new Set(['1']));
      await host.signal('SIGINT');
      await host.ended;
    });

    it('leaves a route alone that was there before', async () => {
      await lab.run('a', ['ip', 'route', 'append', 'default', 'via', R1, 'dev', 'eth0', 'proto', 'ra']);
      const before = await routesOf('a');
      const host = start('a', '-n -s --install');
      await host.waitFor(/there already, left alone/, 'stderr');
      await host.signal('SIGINT');
      expect((await host.ended).stdout).not.toContain('Delete');
      expect(await routesOf('a')).toBe(before);
      await lab.run('a', ['ip', 'route', 'delete', 'default', 'via', R1, 'dev', 'eth0', 'proto', 'ra']);
    });

    it('gives up with status 5, and no route set, where there is no router', async () => {
      const { status, stdout } = await run('liar', '-s --install');
      expect([status, stdout]).toEqual([5, '']);
      expect(await routesOf('liar')).toBe('');
    });
  });
});

describeLab('a router that ends', () => {
  let lab: Lab;
  let stage: Stage;

  beforeAll(async () => {
    stage = createStage();
    lab = await createLab();
  });
  afterAll(async () => {
    await lab.close();
    stage.remove();
  });

  it('takes its word back, and the host its route at once', async () => {
    const before = (await lab.run('a', ['ip', 'route'])).stdout;
    const host = lab.start('a', [stage.command('rdisc'), '-n', '-f', '--install']);
    const router = lab.start('r1', [stage.command('rdisc'), '-r', '-p', '7']);
    await host.waitFor(/Add default route/);
    await router.signal('SIGTERM');
    const ended = await router.ended;
    expect(ended.stderr).toBe('terminated\n');
    expect(ended.stdout).toMatch(
      /\n----224\.0\.0\.1 rdisc Statistics----\n\d+ packets transmitted, \d+ packets received, \n$/,
    );
    await host.waitFor(/Delete default route/);
    expect((await lab.run('a', ['ip', 'route'])).stdout).toBe(before);
    expect(host.stdout).toContain(`${R1} on eth0: withdrawn\n`);
    await host.signal('SIGINT');
    await host.ended;
  });

  it('answers a host at its own address', async () => {
    const router = lab.start('r1', [stage.command('rdisc'), '-r', '-v', '-d', '-T', '1800']);
    await router.waitFor(/on eth1/, 'stderr');
    const host = lab.start('a', [stage.command('rdisc'), '-n', '-v', '-f', '-s']);
    await router.waitFor(/Solicitation from hosta\.lab \(10\.77\.1\.1\)/, 'stderr');
    await host.waitFor(/Router Advertise from 10\.77\.1\.254, lifetime 5400/, 'stderr');
    await Promise.all([router.signal('SIGINT'), host.signal('SIGINT')]);
    expect((await router.ended).stderr).toContain(
      'Sending advertisement to 10.77.1.1: 10.77.1.254, preference 0x0, lifetime 5400\n',
    );
    await host.ended;
  });
});
