import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { threadStatus } from '../lab/threads.ts';
import { HOSTS } from '../lab/topology.ts';

describeLab('a running ping', () => {
  let lab: Lab;
  let stage: Stage;

  beforeAll(async () => {
    stage = createStage();
    lab = await createLab({ names: 'dns', datagramIcmp: false });
  });
  afterAll(async () => {
    await lab.close();
    stage.remove();
  });

  it('has no capability left in any of its threads, and can get none back', async () => {
    const interval = '0.0317'; // found again by this in the process list
    const ping = lab.start('a', [stage.command('ping'), '-i', interval, HOSTS.r1.ipv4]);
    await ping.waitFor(/icmp_seq=1 /);
    for (const field of ['CapEff', 'CapPrm', 'CapInh', 'CapAmb']) {
      expect(new Set(threadStatus(lab.netns('a'), interval, field)), field).toEqual(new Set(['0000000000000000']));
    }
    expect(new Set(threadStatus(lab.netns('a'), interval, 'NoNewPrivs'))).toEqual(new Set(['1']));
    ping.signal('SIGINT');
    expect((await ping.ended).status).toBe(0);
  });

  it('keeps its schedule while the resolver hangs, and shows addresses', async () => {
    await lab.dns.behave({ mode: 'hang', only: 'PTR' });
    const run = await lab.run('a', [stage.command('ping'), '-4', '-c', '10', '-i', '0.1', 'hostb4.lab']);
    await lab.dns.behave({ mode: 'answer' });
    expect(run.status).toBe(0);
    expect(run.stdout.match(/^64 bytes from 10\.77\.3\.2: icmp_seq=\d+ ttl=62 time=[\d.]+ ms$/gm)).toHaveLength(10);
    const elapsedMs = Number(/time (\d+)ms/.exec(run.stdout)![1]);
    expect(elapsedMs).toBeGreaterThanOrEqual(899);
    expect(elapsedMs).toBeLessThan(950);
  });

  it('shows the name once a slow resolver has answered', async () => {
    await lab.dns.behave({ mode: 'delay', delayMs: 120, only: 'PTR' });
    const run = await lab.run('a', [stage.command('ping'), '-4', '-c', '2', '-i', '0.2', 'hostb4.lab']);
    await lab.dns.behave({ mode: 'answer' });
    expect(run.stdout.match(/^64 bytes from hostb\.lab \(10\.77\.3\.2\): /gm)).toHaveLength(2);
  });

  it('answers SIGQUIT in the middle with a line on stderr and goes on', async () => {
    const run = await lab.run('a', [stage.command('ping'), '-c', '3', '-i', '0.2', HOSTS.r1.ipv4], {
      signalAt: [{ signal: 'SIGQUIT', after: /icmp_seq=2 / }],
    });
    expect(run.stderr).toMatch(/^\r2\/2 packets, 0% loss, min\/avg\/ewma\/max = [\d.]+\/[\d.]+\/[\d.]+\/[\d.]+ ms\n$/);
    expect(run.stdout).toContain('3 packets transmitted, 3 received');
    expect(run.status).toBe(0);
  });

  it('ends at SIGINT with its statistics, also when nothing has come back', async () => {
    const run = await lab.run('a', [stage.command('ping'), '10.77.1.77'], {
      signalAt: [{ signal: 'SIGINT', after: /bytes of data/ }],
    });
    expect(run.stdout).toMatch(/\n--- 10\.77\.1\.77 ping statistics ---\n/);
    expect(run.status).toBe(1);
  });
});
