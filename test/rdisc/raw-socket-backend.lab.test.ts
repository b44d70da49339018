/** rdisc on raw-socket in the lab: what it finds and what it answers is what the addon's rdisc does; what it cannot do it refuses. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import type { CommandOptions, RunningCommand } from '../lab/run.ts';
import { createStage, installRawSocket, type Stage } from '../lab/stage.ts';
import { HOSTS } from '../lab/topology.ts';

const R1 = HOSTS.r1.ipv4;
const LISTED = `${R1} on eth0: preference 42, lifetime 12 s\ndefault router ${R1}\n`;

describeLab('rdisc on the raw-socket backend', () => {
  let lab: Lab;
  let stage: Stage;
  let router: RunningCommand;

  beforeAll(async () => {
    stage = createStage();
    installRawSocket(stage);
    lab = await createLab();
    router = lab.start('r1', raw('-r -n -v -T 4 -p 42'), { timeoutMs: 120_000 });
    await router.waitFor(/(Sending advertisement to 224\.0\.0\.1.*\s+){2}/, 'stderr');
  });
  afterAll(async () => {
    await router.signal('SIGTERM');
    const { status } = await router.ended;
    await lab.close();
    stage.remove();
    expect(status).toBe(0);
  });

  const raw = (args: string) => [
    stage.command('rdisc'),
    '--backend',
    'raw-socket',
    ...args.split(' ').filter((word) => word !== ''),
  ];
  const run = (args: string, options?: CommandOptions) => lab.run('a', raw(args), options);

  describe.concurrent('as a host', () => {
    it.each(['', '224.0.0.2', '255.255.255.255', '10.77.1.255', R1])('finds routers at "%s"', async (to) => {
      const { stdout, stderr, status } = await run(`-n ${to}`);
      expect([stdout, stderr, status]).toEqual([LISTED, '', 0]);
    });

    it('shows names where there are some', async () => {
      const { stdout } = await run('');
      expect(stdout).toContain(`default router router1.lab (${R1})\n`);
    });

    it('says when no router answers, on each interface by itself', async () => {
      const capture = await lab.capture('b', 'eth0', 'icmp[0] == 10');
      const { stderr, status } = await lab.run('b', raw('-s'));
      const destinations = (await capture.stop()).map(({ octets }) => octets.subarray(26, 34).join('.'));
      expect(stderr).toBe('rdisc: no router answers at 224.0.0.2 on eth0 (3 sent)\n');
      expect(destinations).toEqual(Array(3).fill('10.77.3.2.224.0.0.2'));
      expect(status).toBe(5);
    });

    it('goes on with -f and ends at a signal with its statistics', async () => {
      const { stdout, status } = await run('-n -f -s', { signalAt: [{ signal: 'SIGINT', after: /preference 42/ }] });
      expect(stdout).toMatch(
        /\n----224\.0\.0\.2 rdisc Statistics----\n\d+ packets transmitted, \d+ packets received, \n$/,
      );
      expect(status).toBe(0);
    });

    it('refuses by name what it cannot do', async () => {
      const [install, daemon] = await Promise.all([run('--install'), run('--daemon -f')]);
      expect(install.stderr).toBe('rdisc: the raw-socket backend cannot do: --install\n');
      expect(daemon.stderr).toBe('rdisc: the raw-socket backend cannot do: --daemon without --log\n');
      expect([install.status, daemon.status]).toEqual([2, 2]);
    });

    it('takes the place of an addon that does not load, and says why it refuses something', async () => {
      const env = { SONDE_ADDON: '/nonexistent/sonde.node' };
      const listed = await lab.run('a', [stage.command('rdisc'), '-n'], { env });
      expect(listed.stderr).toMatch(/^rdisc: backend: raw-socket; the native addon does not load: .*\n$/);
      expect([listed.stdout, listed.status]).toEqual([LISTED, 0]);
      const refused = await lab.run('a', [stage.command('rdisc'), '--install'], { env });
      expect(refused.stderr).toMatch(
        /^rdisc: the raw-socket backend cannot do: --install; the native addon does not load: /,
      );
      const version = await lab.run('a', [stage.command('rdisc'), '-V'], { env });
      expect(version.stdout).toMatch(/\nbackend: raw-socket, /);
    });

    it('says what was refused without privileges', async () => {
      const { stderr, status } = await run('', { user: 'nobody' });
      expect(stderr).toMatch(
        /^rdisc: socket: Operation not permitted \(ICMP refused: SOCK_RAW for want of CAP_NET_RAW\)\n=> as root: /,
      );
      expect(status).toBe(5);
    });
  });

  it('as a router tells of a neighbour that asks, and answers it alone', async () => {
    await lab.run('a', [stage.command('rdisc'), '-n']);
    await router.waitFor(/^ICMP Router Solicitation from 10\.77\.1\.1$/m, 'stderr');
    await router.waitFor(
      /^Sending advertisement to 10\.77\.1\.1: 10\.77\.1\.254, preference 0x2a, lifetime 12$/m,
      'stderr',
    );
  });
});
