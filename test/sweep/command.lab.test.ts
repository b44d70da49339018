/** The whole command against a network that answers, does not, or says why not. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { DESTINATIONS } from '../lab/destinations.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { LIES } from '../lab/responder/lies.ts';
import type { CommandOptions, RunResult } from '../lab/run.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { HOSTS } from '../lab/topology.ts';
import { type Line, readLines } from './schema.ts';

describeLab('sonde sweep', () => {
  let lab: Lab;
  let stage: Stage;
  let folder: string;

  beforeAll(async () => {
    stage = createStage();
    folder = mkdtempSync(join(tmpdir(), 'sonde-sweep-'));
    lab = await createLab({ names: 'dns', liar: true });
    await lab.run('a', ['ip', 'route', 'add', 'local', '10.99.0.0/16', 'dev', 'lo']);
  });
  afterAll(async () => {
    await lab.close();
    stage.remove();
    rmSync(folder, { recursive: true });
  });

  async function sweep(args: string, options: CommandOptions = {}): Promise<RunResult> {
    const words = args.split(' ').filter((word) => word !== '');
    return await lab.run('a', [stage.command('sonde'), 'sweep', ...words], { timeoutMs: 60_000, ...options });
  }

  /** Target lines of a -j run by target. */
  async function results(args: string, options?: CommandOptions): Promise<Map<unknown, Line>> {
    const { stdout } = await sweep(`-j ${args}`, options);
    const lines = readLines(stdout);
    expect(lines[0]?.['type'], stdout).toBe('start');
    expect(lines.at(-1)?.['type']).toBe('summary');
    return new Map(lines.filter(({ type }) => type === 'target').map((line) => [line['target'], line]));
  }

  describe.each([4, 6] as const)('over IPv%d', (family) => {
    const at = (pair: { readonly ipv4: string; readonly ipv6: string }) => (family === 4 ? pair.ipv4 : pair.ipv6);
    const kind = family === 4 ? 'icmp' : 'icmp6';

    it.each(['root', 'nobody'] as const)(
      'as %s says of each target what became of it, and who said so',
      async (user) => {
        await lab.forgetLearned();
        const { hostB, nextHop, unreachable, prohibited, blackHole, localUnreachable, localNoRoute, localFiltered } =
          DESTINATIONS;
        const all = [hostB, nextHop, unreachable, prohibited, blackHole, localUnreachable, localNoRoute, localFiltered];
        const found = await results(`-r0 -t 400 ${all.map(at).join(' ')}`, { user });
        const verdicts = all.map((each) => found.get(at(each))?.['verdict']);
        expect(verdicts).toEqual([
          'alive',
          'alive',
          'unreachable',
          'unreachable',
          'silent',
          'refused',
          'refused',
          // What became of an ICMPv6 message at its own firewall the kernel does not say.
          family === 4 ? 'refused' : 'silent',
        ]);
        expect(found.get(at(unreachable))).toMatchObject({
          sent: 1,
          received: 0,
          loss: 100,
          rtt: null,
          error: { kind, icmp_type: family === 4 ? 3 : 1, errno: family === 4 ? 113 : 101, from: at(HOSTS.r1) },
        });
        expect(found.get(at(prohibited))).toMatchObject({
          error: family === 4 ? { icmp_code: 13, errno: 113 } : { icmp_code: 1, errno: 13 },
        });
        expect(found.get(at(localUnreachable))).toMatchObject({ error: { kind: 'local', errno: 113 } });
        expect(found.get(at(localNoRoute))).toMatchObject({ error: { kind: 'local', errno: 101 } });
        if (family === 4) expect(found.get(at(localFiltered))).toMatchObject({ error: { kind: 'local', errno: 1 } });
      },
    );

    it('does not wait for a neighbour that its own kernel cannot find', async () => {
      await lab.forgetLearned();
      const found = await results(`-r0 -t 50000 ${at(DESTINATIONS.noNeighbour)}`);
      expect(found.get(at(DESTINATIONS.noNeighbour))).toMatchObject({ verdict: 'unreachable', error: { kind } });
    });

    it('counts no reply from another address, and tells of it', async () => {
      const { otherSource, normal, duplicate } = LIES;
      const { stdout } = await sweep(`-j -r0 -t 300 ${[otherSource, normal, duplicate].map(at).join(' ')}`);
      const lines = readLines(stdout);
      expect(lines.filter(({ type }) => type === 'foreign-reply')).toMatchObject([{ target: at(otherSource) }]);
      expect(lines.at(-1)).toMatchObject({ alive: 2, silent: 1, foreign: 1, duplicates: 1 });
    });

    it('believes no reply that is cut, wrong or another process’s', async () => {
      const { truncated, wrongIdentifier, requestBack, noPayload, short } = LIES;
      const all = [wrongIdentifier, requestBack, noPayload, short, truncated];
      // 30 octets of ICMP still hold the whole cookie.
      const found = await results(`-r0 -t 300 ${all.map(at).join(' ')}`);
      expect(all.map((each) => found.get(at(each))?.['verdict'])).toEqual([
        'silent',
        'silent',
        'silent',
        'silent',
        'alive',
      ]);
    });
  });

  it('tries a silent target again, and reaches one that answers only the second try', async () => {
    const found = await results(`-r3 -t 100 -B1 ${LIES.silence.ipv4}`);
    expect(found.get(LIES.silence.ipv4)).toMatchObject({ sent: 4, samples_ns: [null, null, null, null] });
    // It answers even sequence numbers, and the socket's first one is 1.
    const even = (await results(`-r3 -t 100 -B1 ${LIES.evenOnly.ipv4}`)).get(LIES.evenOnly.ipv4);
    expect(even).toMatchObject({ verdict: 'alive', sent: 2, received: 1, samples_ns: [null, expect.any(Number)] });
  });

  it('counts with -c, and knows each round trip', async () => {
    const found = await results(`-c 4 -p 20 -t 300 ${HOSTS.b.ipv4} ${LIES.silence.ipv4}`);
    expect(found.get(HOSTS.b.ipv4)).toMatchObject({ sent: 4, received: 4, loss: 0 });
    expect(found.get(LIES.silence.ipv4)).toMatchObject({ sent: 4, received: 0, loss: 100, verdict: 'silent' });
    const samples = found.get(HOSTS.b.ipv4)?.['samples_ns'] as number[];
    expect(samples.every((ns) => ns > 0 && ns < 300e6)).toBe(true);
  });

  it('loses nothing of a block at the default rate', async () => {
    const { stdout } = await sweep('-j -r0 10.99.0.0/21');
    expect(readLines(stdout).at(-1)).toMatchObject({
      targets: 2046,
      alive: 2046,
      loss: 0,
      receive_buffer_drops: 0,
      stamps: { transmit: 'kernel', receive: 'kernel' },
    });
  });

  it('loses nothing of 65,534 targets as fast as it goes, and takes at most 300 octets for each', async () => {
    // One that does not answer is waited for, so that there is time to look.
    const [one, many] = [await sweepMemory(LIES.silence.ipv4), await sweepMemory('10.99.0.0/16')];
    expect(many.summary).toMatchObject({ targets: 65_534, alive: 65_534, receive_buffer_drops: 0 });
    expect(one.octets).toBeGreaterThan(0);
    expect((many.octets - one.octets) / 65_534).toBeLessThan(300);
  });

  /** Runs flat out and reads the high-water mark of its memory until it ends. */
  async function sweepMemory(target: string): Promise<{ summary: Line; octets: number }> {
    const mark = `${Math.random()}`;
    const argv = ['sweep', '-jq', '--rate', '0', '-r', '0', '-t', '900', target];
    const command = lab.start('a', [stage.command('sonde'), ...argv], { env: { SONDE_MARK: mark } });
    const ended = command.ended.then(() => true);
    let pid: string | null = null;
    let octets = 0;
    while (!(await Promise.race([ended, sleep(5, false)]))) {
      pid ??= findPid(`SONDE_MARK=${mark}`);
      if (pid !== null) octets = Math.max(octets, peakOctets(pid));
    }
    return { summary: readLines((await command.ended).stdout).at(-1)!, octets };
  }

  it('reads targets from files and from standard input, without comments', async () => {
    const file = join(folder, 'targets.txt');
    writeFileSync(file, `# routers\n${HOSTS.r1.ipv4} # the first\n\n  ${HOSTS.b.ipv4}\t127.0.0.2-3\n`);
    const both = await sweep(`-a --sequential -f ${file} -f -`, { stdin: '127.0.0.9' });
    expect(both.stdout.trim().split('\n').sort()).toEqual([
      HOSTS.r1.ipv4,
      HOSTS.b.ipv4,
      '127.0.0.2',
      '127.0.0.3',
      '127.0.0.9',
    ]);
    expect(both.status).toBe(0);
    expect((await sweep('-a', { stdin: '127.0.0.1\n127.0.0.1\n' })).stdout).toBe('127.0.0.1\n');
    const wrong = await sweep('-f -', { stdin: '127.0.0.1\n10.0.0.0/99\n' });
    expect(wrong.stderr).toBe("sonde sweep: standard input:2: '10.0.0.0/99': the prefix length must be 0 to 32\n");
    expect(wrong.status).toBe(3);
    const empty = await sweep('-a', { stdin: '# nobody\n' });
    expect([empty.status, empty.stderr]).toEqual([3, 'sonde sweep: no targets\n']);
    const missing = await sweep('-f /nonexistent');
    expect([missing.status, missing.stderr]).toEqual([4, expect.stringContaining('/nonexistent')]);
  });

  it('probes an IPv6 block, less what is excluded, and refuses one that nobody could', async () => {
    const found = await results('-r0 -t 300 --exclude fd77:1::4-fd77:1::ff fd77:1::/120 --sequential');
    expect([...found.keys()]).toHaveLength(4);
    expect(found.get(HOSTS.a.ipv6)).toMatchObject({ alive: true });
    const refused = await sweep('fd77:1::/64');
    expect(refused.stderr).toBe('sonde sweep: 1.8e+19 targets are too many: --max-targets is 1048576\n');
    expect(refused.status).toBe(3);
  });

  it('looks names up, goes on without those that have no address, and says so', async () => {
    const run = await sweep(`-j -m -r0 hostb.lab nosuch.lab ${HOSTS.r1.ipv4}`);
    const lines = readLines(run.stdout);
    expect(lines.filter(({ type }) => type === 'unresolved')).toMatchObject([{ target: 'nosuch.lab' }]);
    const targets = lines.filter(({ type }) => type === 'target').map(({ target, address }) => `${target} ${address}`);
    expect(targets.sort()).toEqual(
      [`hostb.lab ${HOSTS.b.ipv4}`, `hostb.lab ${HOSTS.b.ipv6}`, `${HOSTS.r1.ipv4} ${HOSTS.r1.ipv4}`].sort(),
    );
    expect(run.status).toBe(2);
    const text = await sweep('-4 -a hostb.lab nosuch.lab');
    expect(text.stdout).toBe('hostb.lab\n');
    expect(text.stderr).toMatch(/^sonde sweep: nosuch\.lab: Name or service not known\n$/);
  });

  it('has fping’s exit statuses', async () => {
    const { silence } = LIES;
    const statuses = await Promise.all(
      [
        HOSTS.b.ipv4,
        `${HOSTS.b.ipv4} ${silence.ipv4} -r0 -t50`,
        `-x 1 ${HOSTS.b.ipv4} ${silence.ipv4} -r0 -t50`,
        `-x 2 ${HOSTS.b.ipv4} ${silence.ipv4} -r0 -t50`,
        'nosuch.lab',
        '--shard 3/2 x',
        '-I nosuch0 127.0.0.1',
        '-S 10.1.2.3 127.0.0.1',
      ].map(async (args) => (await sweep(args)).status),
    );
    expect(statuses).toEqual([0, 1, 0, 1, 2, 3, 4, 4]);
  });

  it('prints a table in the order of addresses, whatever the order of probing', async () => {
    const run = await sweep(`-r0 -t 300 ${DESTINATIONS.unreachable.ipv4} 127.0.0.1-3 ${LIES.silence.ipv4}`);
    const [heading, ...lines] = run.stdout.trimEnd().split('\n');
    expect(heading).toBe('target       sent   recv   loss        min     median        p95        max  ms, state');
    const none = '          -          -          -          -';
    expect(lines[0]).toBe(`10.77.64.2      1      0   100%${none}  unreachable (host unreachable, says 10.77.1.254)`);
    expect(lines[1]).toBe(`10.88.0.40      1      0   100%${none}  silent`);
    expect(lines.slice(2, 5).map((line) => line.replace(/\d\.\d{3}/g, 'T.TTT'))).toEqual(
      ['127.0.0.1 ', '127.0.0.2 ', '127.0.0.3 '].map(
        (target) => `${target}      1      1     0%      T.TTT      T.TTT      T.TTT      T.TTT  alive`,
      ),
    );
    expect(lines[5]).toBe('5 targets: 3 alive, 1 silent, 1 unreachable');
  });

  it('gives the same results in shards and merged as in one run', async () => {
    const list = '10.99.7.0/25 127.0.0.1-10 10.99.7.9 hostb4.lab router1.lab fd77:1::1';
    const files = await Promise.all(
      [1, 2, 3].map(async (number) => {
        const file = join(folder, `shard-${number}`);
        writeFileSync(file, (await sweep(`-j -4 --seed ${number} --shard ${number}/3 ${list}`)).stdout);
        return file;
      }),
    );
    const merged = await sweep(`--merge ${files.join(' ')}`);
    const whole = await sweep(`-4 ${list}`);
    const maskTimes = (text: string) =>
      text
        .replace(/\d+\.\d{3}/g, 'T')
        .replace(/ +T/g, ' T')
        .replace(/[\d.]+ probes\/s/, 'R');
    expect(maskTimes(merged.stdout)).toBe(maskTimes(whole.stdout));
    expect([merged.status, merged.stderr]).toEqual([0, '']);
  });

  it('probes in the order of the seed', async () => {
    const order = async (options: string) => [...(await results(`-r0 ${options} 10.99.1.0/26`)).keys()].join(' ');
    const [first, same, other] = [await order('--seed 1'), await order('--seed 1'), await order('--seed 2')];
    expect(first).toBe(same);
    expect(first).not.toBe(other);
    expect(await order('--sequential')).toMatch(/^10\.99\.1\.1 10\.99\.1\.2 10\.99\.1\.3 /);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('prints at %s what is known', async (signal) => {
    const run = await lab.start('a', [stage.command('sonde'), 'sweep', '-j', '--rate', '20', '10.99.0.0/24'], {
      signalAt: [{ signal, after: /"type": "target"/ }],
    }).ended;
    const lines = readLines(run.stdout);
    const targets = lines.filter(({ type }) => type === 'target');
    const sent = targets.reduce((sum, target) => sum + Number(target['sent']), 0);
    expect(lines.at(-1)).toMatchObject({ type: 'summary', reason: 'interrupted', targets: 254, sent });
    expect(targets).toHaveLength(254);
    expect(new Set(targets.map(({ verdict }) => verdict))).toEqual(new Set(['alive', 'unfinished']));
    expect(run.status).toBe(1);
  });

  it('says at SIGQUIT where things stand, and goes on', async () => {
    const argv = [stage.command('sonde'), 'sweep', '-as', '--rate', '50', '10.99.0.0/27'];
    const run = await lab.start('a', argv, { signalAt: [{ signal: 'SIGQUIT', after: /10\.99/ }] }).ended;
    expect(run.stderr).toMatch(/^\d+\/30 done \(\d+%\), \d+ alive, \d+ probes, \d+\/s, \d+ s\n30 targets: 30 alive/);
    expect(run.status).toBe(0);
  });

  it('shows its progress on a terminal, and colours the table there', async () => {
    const argv = [`${process.cwd()}/bin/sonde`, 'sweep', '--rate', '50', '10.99.0.0/27']; // chalk is in node_modules
    const run = await lab.run('a', argv, { tty: true, columns: 100 });
    expect(run.stdout).toMatch(/\r\x1b\[K\d+\/30 done \(\d+%\), /);
    expect(run.stdout).toContain('\x1b[32malive\x1b[39m');
    const plain = await lab.run('a', argv, { tty: true, env: { NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain('\x1b[32m');
  });

  it('has no capability left once it reads from the network', async () => {
    const mark = `${Math.random()}`;
    const argv = [stage.command('sonde'), 'sweep', '-a', '--rate', '30', '10.99.0.0/25'];
    const command = lab.start('a', argv, { env: { SONDE_MARK: mark } });
    await command.waitFor(/10\.99/);
    const status = statusOf(findPid(`SONDE_MARK=${mark}`) ?? '');
    await command.signal('SIGINT');
    await command.ended;
    expect(status).toMatch(/^CapPrm:\s+0{16}$/m);
    expect(status).toMatch(/^CapEff:\s+0{16}$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
  });
});

describeLab('sonde sweep where datagram sockets are closed', () => {
  let lab: Lab;
  let stage: Stage;

  beforeAll(async () => {
    stage = createStage();
    lab = await createLab({ datagramIcmp: false, liar: true });
  });
  afterAll(async () => {
    await lab.close();
    stage.remove();
  });

  it('says to a user what was refused and what would mend it', async () => {
    const run = await lab.run('a', [stage.command('sonde'), 'sweep', '127.0.0.1'], { user: 'nobody' });
    expect(run.status).toBe(4);
    expect(run.stderr).toContain('net.ipv4.ping_group_range');
    expect(run.stdout).toBe('');
  });

  it('works on raw sockets too: checksums, identifiers and errors are its own business there', async () => {
    const pairs = [HOSTS.b, LIES.normal, LIES.badChecksum, LIES.wrongIdentifier, DESTINATIONS.unreachable];
    const list = pairs.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]).join(' ');
    const { stdout } = await lab.run('a', [stage.command('sonde'), 'sweep', '-j', '-r0', '-t300', ...list.split(' ')]);
    const lines = readLines(stdout);
    const verdict = new Map(lines.map((line) => [line['target'], line['verdict']]));
    const both = (index: number) => [verdict.get(pairs[index]!.ipv4), verdict.get(pairs[index]!.ipv6)];
    expect([0, 1, 2, 3, 4].map(both)).toEqual([
      ['alive', 'alive'],
      ['alive', 'alive'],
      ['silent', 'silent'],
      ['silent', 'silent'],
      ['unreachable', 'unreachable'],
    ]);
  });

  it('hears nothing of another sweep beside it', async () => {
    const list = Array.from({ length: 40 }, (_, index) => `10.88.1.${index + 1}`);
    const argv = [stage.command('sonde'), 'sweep', '-jq', '-c5', '-p10', '-t500', HOSTS.b.ipv4, ...list];
    const runs = await Promise.all([lab.run('a', argv), lab.run('a', argv)]);
    for (const { stdout } of runs) {
      expect(readLines(stdout).at(-1)).toMatchObject({ duplicates: 0, late: 0, foreign: 0 });
    }
  });
});

/** The node process with this in its environment; null when there is none. */
function findPid(variable: string): string | null {
  const isIt = (entry: string) => {
    try {
      const environment = readFileSync(`/proc/${entry}/environ`, 'latin1').split('\0');
      return environment.includes(variable) && /^Name:\s+node$/m.test(statusOf(entry));
    } catch {
      return false; // it has ended
    }
  };
  return readdirSync('/proc').find((entry) => /^\d+$/.test(entry) && isIt(entry)) ?? null;
}

/** /proc/PID/status; '' when the process is gone. */
function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return '';
  }
}

/** VmHWM in octets, 0 when the process is gone. */
function peakOctets(pid: string): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(statusOf(pid))?.[1] ?? 0) * 1024;
}
