/** What can be seen of a running clockdiff only from outside: privileges, priority, signals, what it sends. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { CLOCK_LIES, LIES } from '../lab/responder/lies.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { HOSTS } from '../lab/topology.ts';

describeLab('a running clockdiff', () => {
  let lab: Lab;
  let stage: Stage;
  let clockdiff: string;

  beforeAll(async () => {
    stage = createStage();
    clockdiff = stage.command('clockdiff');
    lab = await createLab({ liar: true });
  });
  afterAll(async () => {
    await lab.close();
    stage.remove();
  });

  it('has no capability left, and a high priority', async () => {
    const look = [
      'said=$(mktemp)',
      '"$0" -j --interval 0.3 "$1" > "$said" &',
      `until grep -q '"sample"' "$said"; do sleep 0.05; done`,
      'cat /proc/$!/status /proc/$!/stat; kill -INT $!; wait $!; rm "$said"',
    ].join('\n');
    const { stdout } = await lab.run('a', ['sh', '-c', look, clockdiff, HOSTS.r1.ipv4]);
    for (const field of ['CapEff', 'CapPrm', 'CapInh', 'CapAmb']) expect(stdout).toMatch(`${field}:\t0000000000000000`);
    expect(stdout).toMatch(/^NoNewPrivs:\t1$/m);
    const nice = Number(/^\d+ \(.*\) \S(?: \S+){15} (-?\d+) /m.exec(stdout)![1]);
    expect(nice).toBe(-16);
  });

  it('ends at SIGINT with what it has measured', async () => {
    const run = lab.start('a', [clockdiff, '-j', '--interval', '0.2', HOSTS.r1.ipv4]);
    await run.waitFor(/"seq": 3/);
    await run.signal('SIGINT');
    const { status, stdout } = await run.ended;
    expect(status).toBe(0);
    const summary = JSON.parse(stdout.trim().split('\n').at(-1)!);
    expect(summary).toMatchObject({ type: 'summary', reason: 'interrupted', delta_ms: 0 });
    expect(summary.accepted).toBeGreaterThanOrEqual(3);
  });

  it('ends at SIGINT without a result while a silent host is waited for', async () => {
    const run = lab.start('a', [clockdiff, '-j', LIES.silence.ipv4]);
    await run.waitFor(/"unanswered"/);
    await run.signal('SIGINT');
    const { status, stdout } = await run.ended;
    expect(status).toBe(1);
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({ reason: 'interrupted', offset: null });
  });

  it('does not call a host down that answers late, seldom, twice, or behind a wrong reply', async () => {
    const cases: readonly (readonly [address: string, samples: number])[] = [
      [CLOCK_LIES.late, 2],
      [CLOCK_LIES.lossy, 20],
      [CLOCK_LIES.twice, 50],
      [CLOCK_LIES.badThenGood, 20],
      [LIES.normal.ipv4, 50],
    ];
    const runs = await Promise.all(
      cases.map(([address, samples]) => lab.run('a', [clockdiff, '--samples', String(samples), address])),
    );
    expect(runs.map(({ status, stderr }) => [status, stderr])).toEqual(cases.map(() => [0, '']));
  });

  it('says what is wrong where replies come that answer nothing of ours, and tells a host that died', async () => {
    const cases: readonly (readonly [address: string, complaint: RegExp])[] = [
      [CLOCK_LIES.wrongIdentifier, /answers, but no reply can be used: 1\d with another identifier$/m],
      [CLOCK_LIES.wrongSequence, /answers, but no reply can be used: 1\d to a request that was never sent$/m],
      [CLOCK_LIES.dies, /is down$/m],
    ];
    const runs = await Promise.all(cases.map(([address]) => lab.run('a', [clockdiff, address])));
    runs.forEach(({ status, stdout, stderr }, index) => {
      expect(stderr).toMatch(cases[index]![1]);
      expect([status, stdout]).toEqual([1, '']);
    });
  });

  it('sends well-formed timestamp requests with its time, and echoes under an option for -o', async () => {
    const capture = await lab.capture('a', 'eth0', 'icmp and dst host 10.77.1.254');
    const before = Date.now() % 86_400_000;
    await lab.run('a', [clockdiff, '--samples', '2', HOSTS.r1.ipv4]);
    await lab.run('a', [clockdiff, '-o', '--samples', '1', HOSTS.r1.ipv4]);
    const packets = await capture.stop();
    const icmp = packets.map(({ octets }) => Buffer.from(octets).subarray(14));
    const [first, second, echo] = icmp.map((packet) => packet.subarray((packet[0]! & 15) * 4));
    expect([first!.length, first![0], first!.readUInt16BE(6)]).toEqual([20, 13, 1]);
    expect(second!.readUInt16BE(6)).toBe(2);
    expect(second!.readUInt16BE(4)).toBe(first!.readUInt16BE(4));
    const sinceMs = first!.readUInt32BE(8) - before;
    expect(((sinceMs % 86_400_000) + 86_400_000) % 86_400_000).toBeLessThan(20_000);
    expect([echo![0], icmp[2]![20], icmp[2]![21], icmp[2]![23]]).toEqual([8, 68, 36, 3]);
  });

  it('takes many samples where iputils takes fifty, in the same time', async () => {
    const { stdout } = await lab.run('a', [clockdiff, '-j', '--samples', '2000', HOSTS.r1.ipv4]);
    const lines = stdout.trim().split('\n');
    const stamps = lines.slice(0, -1).map((line) => JSON.parse(line) as { type: string });
    expect(stamps.filter(({ type }) => type === 'sample')).toHaveLength(2000);
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ transmitted: 2000, accepted: 2000, stamps: 'kernel' });
  });

  it('is in the package as a command', () => {
    const { bin } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(bin.clockdiff).toBe('bin/clockdiff');
  });
});
