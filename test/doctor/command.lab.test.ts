/** The doctor in the lab: what it says is what the commands then do. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import type { CommandOptions } from '../lab/run.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { loadSchema } from '../schema.ts';

describeLab('sonde doctor', () => {
  let open: Lab;
  let closed: Lab;
  let stage: Stage;
  beforeAll(async () => {
    stage = createStage();
    [open, closed] = await Promise.all([createLab(), createLab({ datagramIcmp: false })]);
  });
  afterAll(async () => {
    await Promise.all([open.close(), closed.close()]);
    stage.remove();
  });

  async function examine(lab: Lab, options: CommandOptions = {}) {
    const run = await lab.run('a', [stage.command('sonde'), 'doctor', '-j'], options);
    const lines = loadSchema('doctor').readLines(run.stdout);
    const of = (name: string) => lines.find((line) => line['name'] === name)!;
    return { ...run, lines, of, statusOf: (name: string) => of(name)['status'] };
  }

  it('finds that everything works for root', async () => {
    const { lines, status, stderr } = await examine(open);
    const commands = lines.filter(({ section }) => section === 'command');
    expect(commands.map(({ status }) => status)).toEqual(commands.map(() => 'ok'));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('finds that nobody pings by datagram sockets where the range is open, with stamps on both sides', async () => {
    const { of, status } = await examine(open, { user: 'nobody' });
    expect(of('ping')).toMatchObject({
      status: 'ok',
      detail: expect.stringMatching(/datagram sockets.*kernel time stamps$/),
    });
    expect(of('arping')['status']).toBe('no');
    expect(status).toBe(1);
  });

  it('says what mends a closed range, and a missing capability', async () => {
    const { of } = await examine(closed, { user: 'nobody' });
    expect(of('ping')['status']).toBe('no');
    expect((of('ping')['mends'] as string[]).join('\n')).toMatch(/net\.ipv4\.ping_group_range="0 2147483647"/);
    expect(of('ping --method udp')['status']).toBe('ok');
    expect((of('clockdiff')['mends'] as string[]).join('\n')).toMatch(/setcap cap_net_raw\+ep/);
  });

  it('is right about what it says: the mend for the range makes ping work', async () => {
    const before = await closed.run('a', [stage.command('ping'), '-c1', '127.0.0.1'], { user: 'nobody' });
    expect(before.status).toBe(2);
    await closed.sysctl('a', 'net/ipv4/ping_group_range', '0 2147483647');
    const after = await closed.run('a', [stage.command('ping'), '-c1', '127.0.0.1'], { user: 'nobody' });
    const { statusOf } = await examine(closed, { user: 'nobody' });
    await closed.sysctl('a', 'net/ipv4/ping_group_range', '1 0');
    expect(after.status).toBe(0);
    expect(statusOf('ping')).toBe('ok');
  });

  it('needs no more than CAP_NET_RAW for all commands', async () => {
    const { of, lines } = await examine(closed, { user: 'nobody', capabilities: ['net_raw'] });
    expect(lines.filter(({ section, status }) => section === 'command' && status !== 'ok')).toEqual([]);
    expect(of('packet filters')).toMatchObject({ status: 'unknown', detail: 'only CAP_NET_ADMIN may look' });
  });

  it('sees packet filters as root, and that they eat what goes over loopback', async () => {
    const filtered = await createLab();
    await filtered.run('a', [
      'nft',
      'add table inet doctor; add chain inet doctor in { type filter hook input priority 0; }; add chain inet doctor sub; add rule inet doctor in jump sub; add rule inet doctor sub meta l4proto icmp drop',
    ]); // prettier-ignore
    const { of } = await examine(filtered);
    await filtered.close();
    expect(of('packet filters')).toMatchObject({
      status: 'limited',
      detail: expect.stringContaining('inet doctor in (1 rule)'),
    });
    expect(of('ping')).toMatchObject({ status: 'limited', detail: expect.stringContaining('nothing comes back') });
    expect(of('ping --method tcp')['status']).toBe('ok');
  });

  it('sees that the machine answers no echoes', async () => {
    const deaf = await createLab();
    await deaf.sysctl('a', 'net/ipv4/icmp_echo_ignore_all', '1');
    const { of } = await examine(deaf);
    await deaf.close();
    expect(of('ping')['mends']).toEqual(['sudo sysctl -w net.ipv4.icmp_echo_ignore_all=0']);
  });

  it.each([
    ['is not there', '/nowhere/sonde.node'],
    ['is no addon', '/etc/passwd'],
  ])('tells what is left where the addon %s', async (_, file) => {
    const { lines, of, status } = await examine(open, { env: { SONDE_ADDON: file } });
    expect(of('addon')).toMatchObject({
      status: 'no',
      detail: expect.stringMatching(/^the native addon does not load: /),
    });
    expect(lines.filter(({ section, status: each }) => section === 'command' && each === 'ok')).toEqual([]);
    expect(status).toBe(1);
  });

  it('knows hosted runners of GitHub from those of others', async () => {
    const on = (environment: string) => ({ env: { GITHUB_ACTIONS: 'true', RUNNER_ENVIRONMENT: environment } });
    const [hosted, own] = await Promise.all([examine(open, on('github-hosted')), examine(open, on('self-hosted'))]);
    expect(hosted.of('ping')['mends']).toContain('ping --method auto HOST');
    expect(own.statusOf('ping')).toBe('ok');
  });

  it('sends nothing but to itself', async () => {
    const capture = await open.capture('a', 'eth0', 'icmp or icmp6 and ip6[40] == 128 or udp or tcp');
    await examine(open);
    expect(await capture.stop()).toEqual([]);
  });

  it('prints lines without colour in a pipe, with colour on a terminal, and help', async () => {
    const [pipe, terminal, help] = await Promise.all([
      open.run('a', [stage.command('sonde'), 'doctor']),
      open.run('a', [stage.command('sonde'), 'doctor'], { tty: true }),
      open.run('a', [stage.command('sonde'), 'doctor', '-h']),
    ]);
    expect(pipe.stdout).toMatch(/^Commands\n {2}ok {7}ping {16}\S[^\n]*\n/);
    expect(pipe.stdout).toMatch(/\n\nEvery command works\.\n$/);
    expect(terminal.stdout).toContain('\x1b[32mok');
    expect(help.stderr).toContain('sonde doctor');
    expect(help.status).toBe(3);
  });
});
