/** clockdiff without the addon: the same lines as with it, worse figures, and what it cannot do refused by name. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { DESTINATIONS } from '../lab/destinations.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { CLOCK_LIES, ICMP_ERRORS, LIES } from '../lab/responder/lies.ts';
import type { CommandOptions } from '../lab/run.ts';
import { createStage, installRawSocket, type Stage } from '../lab/stage.ts';
import { HOSTS } from '../lab/topology.ts';

const NO_ADDON = { SONDE_ADDON: '/nonexistent/sonde.node' };

describeLab('clockdiff on the raw-socket backend', () => {
  let lab: Lab;
  let stage: Stage;
  let bare: Stage;

  beforeAll(async () => {
    stage = createStage();
    installRawSocket(stage);
    bare = createStage();
    lab = await createLab({ liar: true });
  });
  afterAll(async () => {
    await lab.close();
    stage.remove();
    bare.remove();
  });

  const raw = (args: string, options?: CommandOptions) =>
    lab.run('a', [stage.command('clockdiff'), '--backend', 'raw-socket', ...args.split(' ')], options);

  it.concurrent.each([
    [HOSTS.r1.ipv4, 0],
    [HOSTS.b.ipv4, 0],
    ['127.0.0.1', 0],
    ['0.0.0.0', 0],
    ['hostb4.lab', 0],
    [CLOCK_LIES.behind, -1234.4],
    [CLOCK_LIES.slowThere, 250.4],
    [CLOCK_LIES.slowBack, 250.4],
  ])('measures %s, %d ms ahead, within the bound that it states', async (target, offsetMs) => {
    const { stdout, stderr, status } = await raw(`-j --samples 20 ${target}`);
    expect([status, stderr]).toEqual([0, '']);
    const summary = JSON.parse(stdout.trim().split('\n').at(-1)!);
    expect(summary).toMatchObject({ reason: 'samples', accepted: 20, stamps: 'user' });
    expect(Math.abs(summary.offset.ns - offsetMs * 1e6)).toBeLessThanOrEqual(summary.offset.bound_ns);
  });

  it.concurrent.each([
    [
      LIES.clockNonStandard.ipv4,
      `clockdiff: ${LIES.clockNonStandard.ipv4} time transmitted in a non-standard format\n`,
    ],
    [ICMP_ERRORS.destinationUnreachable(3), 'clockdiff: measure: Connection refused\n'],
    [ICMP_ERRORS.destinationUnreachable(13), 'clockdiff: measure: No route to host\n'],
    [DESTINATIONS.localNoRoute.ipv4, 'clockdiff: connect: Network is unreachable\n'],
    [DESTINATIONS.localFiltered.ipv4, `clockdiff: ${DESTINATIONS.localFiltered.ipv4} is unreachable\n`],
    [CLOCK_LIES.badChecksum, /^clockdiff: \S+ answers, but no reply can be used: 1\d with a wrong checksum\n$/],
    ['nosuch.lab', 'clockdiff: nosuch.lab: Name or service not known\n'],
    [HOSTS.r1.ipv6, `clockdiff: ${HOSTS.r1.ipv6}: Address family for hostname not supported\n`],
    [`-o ${HOSTS.r1.ipv4}`, 'clockdiff: the raw-socket backend cannot do: -o (--ip-timestamp)\n'],
  ])('fails as the addon does, or says what it cannot do: %s', async (args, complaint) => {
    const { stdout, stderr, status } = await raw(args);
    expect([stdout, status]).toEqual(['', 1]);
    if (typeof complaint === 'string') expect(stderr).toBe(complaint);
    else expect(stderr).toMatch(complaint);
  });

  it('says which privilege is missing: without CAP_NET_RAW nothing goes, without CAP_SYS_NICE it goes less well', async () => {
    const none = await raw(HOSTS.r1.ipv4, { user: 'nobody' });
    expect([none.status, none.stdout]).toEqual([1, '']);
    expect(none.stderr).toMatch(/^clockdiff: socket: Operation not permitted \(.*CAP_NET_RAW\)\n=> as root: setcap /);
    const some = await raw(HOSTS.r1.ipv4, { user: 'nobody', capabilities: ['net_raw'] });
    expect(some.status).toBe(0);
    expect(some.stderr).toMatch(/^clockdiff: nice: no CAP_SYS_NICE: /);
  });

  it('is taken where the addon does not load, and says so; -V names it', async () => {
    const clockdiff = stage.command('clockdiff');
    const run = await lab.run('a', [clockdiff, HOSTS.r1.ipv4], { env: NO_ADDON });
    expect(run.status).toBe(0);
    expect(run.stderr).toMatch(/^clockdiff: backend: raw-socket; the native addon does not load: .*\n$/);
    const version = await lab.run('a', [clockdiff, '-V'], { env: NO_ADDON });
    expect(version.stdout).toMatch(/^clockdiff from sonde \S+\nbackend: raw-socket, node: v/);
    const refused = await lab.run('a', [clockdiff, '-o', HOSTS.r1.ipv4], { env: NO_ADDON });
    expect(refused.stderr).toMatch(
      /^clockdiff: the raw-socket backend cannot do: -o .*; the native addon does not load/,
    );
  });

  it('names both when neither loads', async () => {
    const { stderr, status } = await lab.run('a', [bare.command('clockdiff'), HOSTS.r1.ipv4], { env: NO_ADDON });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^clockdiff: no backend loads: the native addon does not load: .*; the npm package raw-socket/,
    );
  });
});
