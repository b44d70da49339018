import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from './describe-lab.ts';
import { createLab, type Lab } from './lab.ts';
import { HOSTS } from './topology.ts';

const PING_B = ['ping', '-n', '-i', '0.1', HOSTS.b.ipv4];
const SHOW_CAPABILITIES = ['sed', '-n', 's/Cap\\(Prm\\|Bnd\\):\\t//p', '/proc/self/status'];
const NET_RAW = '0000000000002000';
const NONE = '0000000000000000';

describeLab('a command in the lab', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab();
  });
  afterAll(async () => {
    await lab.close();
  });

  it('answers stdout, stderr and exit status apart', async () => {
    const result = await lab.run('a', ['sh', '-c', 'echo out; echo err >&2; exit 3']);
    expect(result).toMatchObject({ stdout: 'out\n', stderr: 'err\n', status: 3, signal: null });
  });

  it('keeps the order of stdout and stderr when they are merged', async () => {
    const result = await lab.run('a', ['sh', '-c', 'echo 1; echo 2 >&2; echo 3'], { merged: true });
    expect(result).toMatchObject({ stdout: '1\n2\n3\n', stderr: '' });
  });

  it('gets stdin and the environment of the options, and nothing of the test runner', async () => {
    const result = await lab.run('a', ['sh', '-c', 'cat; env'], { stdin: 'in\n', env: { LANG: 'C.UTF-8' } });
    expect(result.stdout).toMatch(/^in\n/);
    expect(result.stdout).toContain('LANG=C.UTF-8\n');
    expect(result.stdout).not.toContain('VITEST');
  });

  it('runs as nobody, who may ping over a datagram socket but not over a raw one', async () => {
    expect((await lab.run('a', ['id', '-u'], { user: 'nobody' })).stdout).toBe('65534\n');
    const options = { user: 'nobody', noNewPrivileges: true } as const;
    expect((await lab.run('a', [...PING_B, '-c1'], options)).status).toBe(0);
    await lab.sysctl('a', 'net/ipv4/ping_group_range', '1 0');
    const refused = await lab.run('a', [...PING_B, '-c1'], options);
    await lab.sysctl('a', 'net/ipv4/ping_group_range', '0 2147483647');
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr).toContain('missing cap_net_raw+p capability or setuid?');
  });

  it.each([
    ['root', [], [NONE, NONE]],
    ['root', ['net_raw'], [NET_RAW, NET_RAW]],
    ['nobody', [], [NONE, NONE]],
    ['nobody', ['net_raw'], [NET_RAW, NET_RAW]],
  ] as const)('gives %s exactly the capabilities %j', async (user, capabilities, [permitted, bounding]) => {
    const { stdout } = await lab.run('a', SHOW_CAPABILITIES, { user, capabilities });
    expect(stdout).toBe(`${permitted}\n${bounding}\n`);
  });

  it('sends signals one after the other, each when its pattern has matched', async () => {
    const result = await lab.run('a', PING_B, {
      signalAt: [
        { signal: 'SIGQUIT', after: /icmp_seq=2 / },
        { signal: 'SIGINT', after: /2 packets/, on: 'stderr' },
      ],
    });
    expect(result).toMatchObject({ status: 0, signal: null });
    expect(result.stderr).toMatch(/^\r[23]\/[23] packets, 0% loss/);
    expect(result.stdout).toContain('--- 10.77.3.2 ping statistics ---');
  });

  it('sends signals after a time, and reports death by signal', async () => {
    const result = await lab.run('a', PING_B, { signalAt: [{ signal: 'SIGTERM', after: 250 }] });
    expect(result).toMatchObject({ status: null, signal: 'SIGTERM' });
    expect(result.durationMs).toBeGreaterThan(249);
  });

  it('does not wait for a signal whose command has ended before', async () => {
    const result = await lab.run('a', ['true'], { signalAt: [{ signal: 'SIGINT', after: 10_000 }] });
    expect(result).toMatchObject({ status: 0 });
    expect(result.durationMs).toBeLessThan(2000);
  });

  it('fails when the output never matches what a signal waits for', async () => {
    const run = lab.run('a', ['echo', 'hello'], { signalAt: [{ signal: 'SIGINT', after: /never/ }] });
    await expect(run).rejects.toThrow(/hello[\s\S]*ended before stdout matched \/never\//);
  });

  it('kills what takes too long and shows what it said', async () => {
    await expect(lab.run('a', PING_B, { timeoutMs: 250 })).rejects.toThrow(
      /icmp_seq=1[\s\S]*did not end within 250 ms/,
    );
  });

  it('has a terminal of the width asked for, where signals reach the command and not its helpers', async () => {
    const size = await lab.run('a', ['stty', 'size'], { tty: true, columns: 133 });
    expect(size).toMatchObject({ stdout: '0 133\r\n', status: 0 });
    const result = await lab.run('a', PING_B, { tty: true, signalAt: [{ signal: 'SIGINT', after: /icmp_seq=2 / }] });
    expect(result.status).toBe(0);
    expect(result.stdout).toContain('--- 10.77.3.2 ping statistics ---\r\n');
  });

  it('takes what is typed on its terminal', async () => {
    const ping = lab.start('a', PING_B, { tty: true, user: 'nobody' });
    await ping.waitFor(/icmp_seq=1 /);
    ping.write('\x03'); // Ctrl-C
    expect(await ping.ended).toMatchObject({ status: 0 });
    expect(ping.stdout).toContain('^C\r\n--- 10.77.3.2 ping statistics ---\r\n');
  });

  it('reports a command that does not exist', async () => {
    const result = await lab.run('a', ['no-such-command']);
    expect(result.status).not.toBe(0);
    expect(result.stderr).toContain('no-such-command');
  });
});
