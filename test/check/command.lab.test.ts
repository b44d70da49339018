/** `sonde check` against a network of which loss, delay, MTU and dead hosts are known, with all its reports. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { DESTINATIONS } from '../lab/destinations.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { LIES } from '../lab/responder/lies.ts';
import type { CommandOptions, RunningCommand, RunResult } from '../lab/run.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { HOSTS } from '../lab/topology.ts';
import { loadSchema } from '../schema.ts';
import { CheckFolder, EXAMPLE } from './support.ts';

const SONDE = new URL('../../bin/sonde', import.meta.url).pathname;
const { readLines } = loadSchema('check-report');
const at = DESTINATIONS;

/** Every kind, and every way in which it may come out. */
const KNOWN = `version: 1
defaults: { count: 4, interval: 20ms, timeout: 400ms, method: icmp }
checks:
  near: { ping: ${at.nextHop.ipv4}, assert: ['loss == 0%', 'p95 < 1s', 'received >= 4 in a row'] }
  near by IPv6: { ping: '${at.nextHop.ipv6}' }
  half is lost: { ping: ${at.hostileName.ipv4}, assert: ['loss == 50%', 'received == 2'] }
  less than half: { ping: ${at.noName.ipv4}, assert: ['loss < 50%'] }
  slow: { ping: ${LIES.after123400us.ipv4}, assert: ['min >= 123ms', 'p95 < 100ms'] }
  dead: { ping: ${at.blackHole.ipv4} }
  dead as it should be: { ping: ${at.blackHole.ipv4}, expect: unreachable }
  nobody there: { ping: ${at.noNeighbour.ipv4} }
  prohibited: { ping: ${at.prohibited.ipv4}, expect: unreachable }
  filtered here: { ping: ${at.localFiltered.ipv4}, expect: unreachable }
  no route here: { ping: ${at.localNoRoute.ipv4}, expect: unreachable }
  path: { path: hostb4.lab, assert: ['pmtu == 1300', 'hops == 3', 'reached'] }
  wide path: { path: ${at.hostB.ipv6}, assert: ['pmtu >= 1420'] }
  path to nowhere: { path: ${at.farBlackHole.ipv4}, max-hops: 4 }
  prohibited path: { path: ${at.prohibited.ipv4}, expect: unreachable }
  no MTU of it: { path: ${at.farBlackHole.ipv4}, max-hops: 4, assert: ['pmtu >= 68'] }
  as far as it goes: { path: ${at.farBlackHole.ipv4}, max-hops: 4, assert: ['not reached and silent >= 2', 'answered >= 1 and sent > silent and time > 0s'] }
  path without a route: { path: ${at.localNoRoute.ipv4} }
  port: { tcp: 'hostb4.lab:7', expect: refused }
  open port: { tcp: 'hostb4.lab:7', assert: ['connect < 1s'] }
  served port: { tcp: 'hosta.lab:8080', assert: ['connect < 1s', 'loss == 0%'], count: 2, interval: 400ms, family: ipv4 }
  dead port: { tcp: '${at.blackHole.ipv4}:7', expect: closed }
  one owner: { arp: ${at.nextHop.ipv4}, interface: eth0, assert: ['macs == 1'] }
  no owner: { arp: ${at.noNeighbour.ipv4}, interface: eth0 }
  no interface: { arp: ${at.nextHop.ipv4}, interface: eth9 }
  clock: { clock: ${at.hostB.ipv4}, assert: ['abs(offset) < 1s', 'bound < 1s'] }
  dead clock: { clock: ${at.blackHole.ipv4}, deadline: 500ms }
  router: { routers: eth0, assert: ['count == 1'] }
  no such interface: { routers: eth9 }
  names: { dns: hostb.lab, assert: ['addresses == 2', 'ipv6 == 1'] }
  no name: { dns: nobody.lab, expect: unresolvable }
  misspelt: { ping: nobody.lab, expect: unreachable }
`;

/** R1 drops every second echo request to these two, each counted by itself. */
const HALF_IS_LOST = `table ip half {
  chain forward {
    type filter hook forward priority 0;
    ip daddr ${at.hostileName.ipv4} icmp type echo-request numgen inc mod 2 == 0 drop
    ip daddr ${at.noName.ipv4} icmp type echo-request numgen inc mod 2 == 0 drop
  }
}
`;

/** What hosts are there and do not say so to everybody: B by three of its addresses. */
const RELUCTANT = `table ip reluctant {
  chain input {
    type filter hook input priority 0;
    ip daddr ${at.noName.ipv4} meta l4proto udp drop
    ip daddr ${at.idnName.ipv4} reject with icmp type admin-prohibited
    ip daddr ${at.hostileName.ipv4} tcp dport 9 reject with icmp type port-unreachable
  }
}
`;

/** A rejects its own packets, and says so to itself by ICMP. */
const OWN_FILTER = `table inet own {
  chain output {
    type filter hook output priority 0;
    ip daddr ${at.hostB.ipv4} tcp dport 9 reject
    ip6 daddr ${at.hostB.ipv6} meta l4proto udp reject with icmpv6 type port-unreachable
  }
}
`;

/** The third echo request is dropped. */
const LAST_IS_LOST = `table ip third {
  chain input {
    type filter hook input priority 0;
    icmp type echo-request numgen inc mod 3 == 2 drop
  }
}
`;

/** This machine asks for no routers, and hears of none. */
const NO_SOLICITATIONS = `table ip mute {
  chain input {
    type filter hook input priority 0;
    icmp type router-advertisement drop
  }
  chain output {
    type filter hook output priority 0;
    icmp type router-solicitation drop
  }
}
`;

/** What must have come of each. */
const OUTCOMES = {
  passed:
    'near, near by IPv6, half is lost, dead as it should be, prohibited, path, prohibited path, as far as it goes, port, served port, dead port, one owner, clock, router, names, no name',
  failed:
    'less than half, slow, dead, nobody there, wide path, path to nowhere, no MTU of it, open port, no owner, dead clock, misspelt',
  unknown: 'filtered here, no route here, path without a route, no interface, no such interface',
};

/** A program that accepts connections. A probe ends with RST, which is an error to whoever accepted it. */
function serveAt(port: number): string {
  return `require('node:net').createServer((socket) => socket.on('error', () => {})).listen(${port}, () => console.log('open'))`;
}

/** Takes out what differs from run to run, or may. */
function maskClocks(text: string): string {
  return text
    .replaceAll(/\((?:\d+ tries, )?[\d.]+ (?:ms|s)\)/g, '(<time>)')
    .replaceAll(/ in [\d.]+ (?:ms|s)$/gm, ' in <time>')
    .replaceAll(/(?<== )-?[\d.]+ (?:ns|us|ms|s)\b/g, '<time>')
    .replaceAll(/(?<=\b(?:sent|answered|silent) = )\d+/g, '<count>');
}

describeLab('sonde check', () => {
  const folder = new CheckFolder();
  let lab: Lab;
  let stage: Stage;
  let router: RunningCommand;
  let server: RunningCommand;

  beforeAll(async () => {
    stage = createStage();
    chmodSync(folder.path, 0o755);
    lab = await createLab({ liar: true });
    router = lab.start('r1', [stage.command('rdisc'), '-r', '-v', '-T', '4'], { timeoutMs: 120_000 });
    await lab.run('r1', ['nft', '-f', '-'], { stdin: HALF_IS_LOST });
    server = lab.start('a', [process.execPath, '-e', serveAt(8080)], { timeoutMs: 120_000 });
    await server.waitFor(/open/);
  });
  afterAll(async () => {
    for (const command of [router, server]) await command?.signal('SIGINT');
    await Promise.all([router?.ended, server?.ended]);
    await lab?.close();
    stage?.remove();
    folder.remove();
  });

  async function check(file: string, args: readonly string[] = [], options: CommandOptions = {}): Promise<RunResult> {
    return await lab.run('a', [stage.command('sonde'), 'check', file, ...args], { timeoutMs: 60_000, ...options });
  }

  it('finds what is known, and says it in all reports at once', async () => {
    const file = folder.write('known.yaml', KNOWN);
    const reports = ['junit', 'json', 'tap', 'nagios', 'prometheus', 'html', 'github'];
    const summary = folder.write('summary.md', '# before\n');
    const run = await check(
      file,
      reports.flatMap((name) => ['--reporter', `${name}=${folder.path}/known.${name}`]),
      { env: { GITHUB_STEP_SUMMARY: summary } },
    );
    const read = (name: string) => readFileSync(join(folder.path, `known.${name}`), 'utf8');
    const masked = maskClocks(run.stdout).replaceAll(`${folder.path}/`, '');
    await expect(masked).toMatchFileSnapshot('golden/lab-pretty.txt');
    expect([run.status, run.stderr]).toEqual([1, '']);

    const lines = readLines(read('json'));
    for (const [status, names] of Object.entries(OUTCOMES)) {
      expect(
        lines
          .filter((line) => line['status'] === status)
          .map(({ name }) => name)
          .join(', '),
        status,
      ).toBe(names);
    }
    const linesByName = new Map(lines.map((line) => [line['name'], line]));
    expect(linesByName.get('half is lost')?.['rtt_ns']).toEqual([null, expect.any(Number), null, expect.any(Number)]);
    expect(
      (linesByName.get('path')!['hops'] as { address: string; mtu: number | null }[]).map(({ address, mtu }) => [
        address,
        mtu,
      ]),
    ).toEqual([
      ['10.77.1.254', 1500],
      ['10.77.2.2', 1400],
      ['10.77.3.2', 1300],
    ]);
    expect(lines.at(-1)).toMatchObject({
      type: 'summary',
      reason: 'done',
      passed: 16,
      failed: 11,
      unknown: 5,
      not_run: 0,
    });

    const xml = ['--noout', '--schema', `${import.meta.dirname}/junit.xsd`, `${folder.path}/known.junit`];
    expect(spawnSync('xmllint', xml, { encoding: 'utf8' }).stderr).toContain('validates');
    expect(read('tap').match(/^ok /gm)).toHaveLength(16);
    expect(read('nagios')).toMatch(/^SONDE WARNING - 32 checks: 16 passed, 11 failed, 5 unknown; /);
    expect(read('html')).toContain('<article class="failed">');
    expect(read('github').match(/^::error /gm)).toHaveLength(11);
    expect(readFileSync(summary, 'utf8')).toMatch(/^# before\n## sonde check: 32 checks/);
    const promtool = spawnSync('promtool', ['check', 'metrics'], { input: read('prometheus'), encoding: 'utf8' });
    expect(`${promtool.error ?? ''}${promtool.stdout}${promtool.stderr}`).toBe('');
    // A path that failed has its series still.
    expect(read('prometheus')).toMatch(/^sonde_check_path_hops\{check="path to nowhere",[^}]*\} NaN$/m);
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('passes the example of the issue, in a network that is as it says', async () => {
    const named = await createLab();
    try {
      const { ipv4: here } = HOSTS.a;
      const inA = [
        'ip route add 10.0.0.0/24 dev eth0',
        `printf '%s db1\\n%s api.internal\\n' ${HOSTS.b.ipv4} ${here} >> /etc/hosts`,
      ].join(' && ');
      const inR1 =
        'ip addr add 10.0.0.1/24 dev eth0 && ip addr add 10.0.0.7/24 dev eth0 && ip addr add 10.8.0.1/32 dev lo';
      for (const [namespace, script] of [
        ['a', inA],
        ['r1', inR1],
      ] as const) {
        expect(await named.run(namespace, ['sh', '-c', script])).toMatchObject({ status: 0, stderr: '' });
      }
      const router = named.start('r1', [stage.command('rdisc'), '-r', '-v', '-T', '4']);
      const api = named.start('a', [process.execPath, '-e', serveAt(443)]);
      await api.waitFor(/open/);
      folder.write('example/sonde.yaml', EXAMPLE);
      chmodSync(join(folder.path, 'example'), 0o755);
      // Without a name it is sonde.yaml of the folder.
      const argv = ['sh', '-c', `cd ${folder.path}/example && exec ${stage.command('sonde')} check`];
      const run = await named.run('a', argv, { timeoutMs: 60_000 });
      expect(run.stdout.match(/^\S+ +[^:]+(?=:)/gm)).toEqual([
        'pass     gateway',
        'pass     vpn mtu',
        'pass     clock',
        'pass     one owner',
        'pass     router',
        'pass     dmz closed',
        'pass     api port',
        'pass     names',
        '8 checks',
      ]);
      expect([run.status, run.stderr]).toEqual([0, '']);
      for (const command of [router, api]) await command.signal('SIGINT');
      await Promise.all([router.ended, api.ended]);
    } finally {
      await named.close();
    }
  });

  it('without privileges says what was denied and what mends it, and exits with 3, or with 1 where that is a failure', async () => {
    const closed = await createLab({ datagramIcmp: false });
    try {
      const file = folder.write(
        'denied.yaml',
        `version: 1\nchecks: { a: { ping: ${at.nextHop.ipv4}, method: icmp, count: 1 } }\n`,
      );
      const argv = [stage.command('sonde'), 'check', file];
      const run = await closed.run('a', argv, { user: 'nobody' });
      expect(run.stdout).toMatch(
        /^UNKNOWN {2}a: ping [^\n]*\n[^\n]*Operation not permitted[^\n]*\n {9}=> as root: sysctl -w /,
      );
      expect(run.status).toBe(3);
      expect((await closed.run('a', [...argv, '--fail-on-unknown'], { user: 'nobody' })).status).toBe(1);
      const climbing = folder.write(
        'auto.yaml',
        `version: 1\nchecks: { a: { ping: ${at.nextHop.ipv4}, count: 2, interval: 20ms } }\n`,
      );
      const auto = await closed.run('a', [stage.command('sonde'), 'check', '-j', climbing], { user: 'nobody' });
      expect(readLines(auto.stdout)[0]).toMatchObject({ status: 'passed', method: 'udp' });
    } finally {
      await closed.close();
    }
  });

  it('takes no host for unreachable that drops UDP alone, forbids probes itself, or is further than it was traced', async () => {
    const checks = [
      `drops UDP: { path: ${at.noName.ipv4}, max-hops: 4, expect: unreachable }`,
      `too far: { path: ${at.hostB.ipv4}, max-hops: 1, expect: unreachable }`,
      `forbids: { path: ${at.idnName.ipv4}, expect: unreachable }`,
      `forbids and is there: { path: ${at.idnName.ipv4}, expect: reachable, assert: 'pmtu == 1300' }`,
      `forbids ping: { ping: ${at.idnName.ipv4}, method: icmp, expect: unreachable }`,
      `refuses by ICMP: { tcp: '${at.hostileName.ipv4}:9', expect: unreachable }`,
      `refused by ICMP: { tcp: '${at.hostileName.ipv4}:9', expect: refused }`,
      `refused by a router: { path: ${at.rejectedPort.ipv4} }`,
      `as it should be: { path: ${at.rejectedPort.ipv4}, expect: unreachable }`,
      `filtered here: { tcp: '${at.hostB.ipv4}:9', expect: closed }`,
      `filtered path: { path: ${at.hostB.ipv6}, expect: unreachable }`,
      `silent: { path: ${at.farBlackHole.ipv4}, max-hops: 4, expect: unreachable }`,
      `not waited for: { path: ${at.farBlackHole.ipv4}, max-hops: 4, expect: unreachable, deadline: 500ms }`,
    ];
    const defaults = 'defaults: { count: 2, interval: 50ms, timeout: 1s }';
    const file = folder.write('reluctant.yaml', `version: 1\n${defaults}\nchecks:\n  ${checks.join('\n  ')}\n`);
    await lab.run('b', ['nft', '-f', '-'], { stdin: RELUCTANT });
    await lab.run('a', ['nft', '-f', '-'], { stdin: OWN_FILTER });
    const run = await check(file);
    await lab.run('a', ['nft', 'delete', 'table', 'inet', 'own']);
    await lab.run('b', ['nft', 'delete', 'table', 'ip', 'reluctant']);
    expect(
      maskClocks(run.stdout).replaceAll(/ from [^\n]*/g, ' from …'),
    ).toBe(`FAIL     drops UDP: path ${at.noName.ipv4} (<time>)
         answers, required unreachable
         it answers ping --method icmp
FAIL     too far: path ${at.hostB.ipv4} (<time>)
         answers, required unreachable
         it answers ping --method icmp
FAIL     forbids: path ${at.idnName.ipv4} (<time>)
         answers, required unreachable
         from …
pass     forbids and is there: path ${at.idnName.ipv4}: answers, pmtu = 1300 (<time>)
FAIL     forbids ping: ping ${at.idnName.ipv4} (<time>)
         refuses, required unreachable
         from …
FAIL     refuses by ICMP: tcp ${at.hostileName.ipv4}:9 (<time>)
         refuses, required unreachable
         from …
pass     refused by ICMP: tcp ${at.hostileName.ipv4}:9: refuses (<time>)
FAIL     refused by a router: path ${at.rejectedPort.ipv4} (<time>)
         reported unreachable, required reachable
         from …
pass     as it should be: path ${at.rejectedPort.ipv4}: reported unreachable (<time>)
UNKNOWN  filtered here: tcp ${at.hostB.ipv4}:9 (<time>)
         no probe could be sent: Operation not permitted
         => a packet filter of this machine refuses the probes: look at \`nft list ruleset\`
UNKNOWN  filtered path: path ${at.hostB.ipv6} (<time>)
         no probe could be sent: Operation not permitted
         => a packet filter of this machine refuses the probes: look at \`nft list ruleset\`
pass     silent: path ${at.farBlackHole.ipv4}: no answer (<time>)
UNKNOWN  not waited for: path ${at.farBlackHole.ipv4} (<time>)
         the deadline of the check came before it could know that nobody answers

13 checks: 4 passed, 6 failed, 3 unknown in <time>
`);
  });

  it('interrupted, says what is known and marks the rest, in every report', async () => {
    const checks = [
      'quick: { ping: 127.0.0.1, count: 1 }',
      'slow: { ping: 127.0.0.1, count: 600, interval: 100ms }',
      'late: { ping: 127.0.0.1 }',
    ];
    const file = folder.write('slow.yaml', `version: 1\nchecks:\n  ${checks.join('\n  ')}\n`);
    const run = await check(
      file,
      ['--jobs', '2', '--reporter', `tap=${folder.path}/slow.tap`, '--reporter', 'pretty'],
      {
        signalAt: [{ signal: 'SIGINT', after: /pass +quick/ }],
      },
    );
    // The third one may have had its turn by then.
    expect(run.stdout).toMatch(/^pass +quick.*\nUNKNOWN +slow.*\n +interrupted before the check was through\n/);
    expect(run.stdout).toMatch(/3 checks: .* \(interrupted\)\n$/);
    expect([run.status, run.stderr]).toEqual([3, '']);
    expect(readFileSync(`${folder.path}/slow.tap`, 'utf8')).toMatch(/^not ok 2 - slow/m);

    // Nor does a second Ctrl-C take away what is being written.
    const reports = ['html', 'junit', 'prometheus'].map((name) => `${folder.path}/twice.${name}`);
    const args = reports.flatMap((path) => ['--reporter', `${path.split('.').at(-1)}=${path}`]);
    const signal = 'SIGINT';
    await check(file, args, {
      signalAt: [
        { signal, after: /pass +quick/ },
        { signal, after: /\(interrupted\)/ },
      ],
    });
    for (const path of reports) expect(existsSync(path), path).toBe(true);
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.tmp'))).toEqual([]);

    const json = await check(file, ['-j', '--jobs', '1'], { signalAt: [{ signal: 'SIGTERM', after: /"quick"/ }] });
    const lines = readLines(json.stdout);
    expect(lines.map(({ status }) => status)).toEqual(['passed', 'unknown', 'not-run', undefined]);
    expect(lines.at(-1)?.reason).toBe('interrupted');
  });

  it('on a terminal shows what is under way, in colour, and leaves nothing of it behind', async () => {
    const file = folder.write(
      'tty.yaml',
      `version: 1\nchecks:\n  a: { ping: ${LIES.after123400us.ipv4}, count: 2, interval: 200ms }\n  b: { ping: 127.0.0.1, count: 1 }\n`,
    );
    const { stdout } = await lab.run('a', [SONDE, 'check', file], { tty: true, columns: 60 });
    expect(stdout).toContain('\r\x1b[K0 of 2 done; under way: a, b');
    expect(stdout).toContain('\x1b[32mpass   \x1b[39m  a: ping');
    // Each progress line is erased before anything else is printed.
    const screen = stdout.replaceAll(/[^\n]*\r\x1b\[K/g, '');
    expect(screen).not.toContain('under way');
    const plain = await lab.run('a', [SONDE, 'check', file], { tty: true, env: { NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain('\x1b[32m');
    const piped = await check(file);
    expect(piped.stderr).toBe('');
  });

  it('finishes 500 checks within 1.2 times the slowest one and the rate limit', async () => {
    const hosts = Array.from(
      { length: 500 },
      (_, n) => `  c${n}: { ping: 127.1.${n >> 8}.${n & 255}, assert: 'loss == 0%' }\n`,
    );
    const file = folder.write(
      'many.yaml',
      `version: 1\ndefaults: { count: 10, interval: 200ms, method: icmp }\nchecks:\n${hosts.join('')}`,
    );
    const { stdout, status } = await check(file, ['-j', '--rate', '500']);
    const lines = readLines(stdout);
    expect(status).toBe(0);
    expect(lines).toHaveLength(501);
    const slowest = Math.max(...lines.slice(0, -1).map((line) => line['elapsed_ns'] as number));
    expect(lines.at(-1)?.['elapsed_ns']).toBeLessThan(1.2 * slowest + 1e9 * (500 / 500));
  });

  it('as root writes its reports into folders of others, but keeps no more rights than that takes', async () => {
    const closed = join(folder.path, 'closed');
    mkdirSync(closed, { mode: 0o755 });
    spawnSync('chown', ['65534:65534', closed]);
    const file = folder.write('one.yaml', 'version: 1\nchecks: { a: { tcp: "hosta.lab:8080" } }\n');
    const run = await check(file, ['--reporter', `prometheus=${closed}/sonde.prom`]);
    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(statSync(`${closed}/sonde.prom`).mode & 0o777).toBe(0o644);
    // Its own folder may be closed as well.
    spawnSync('chown', ['0:0', closed]);
    chmodSync(closed, 0o555);
    const again = await check(file, ['--reporter', `tap=${closed}/sonde.tap`]);
    expect([again.status, again.stderr, readdirSync(closed).sort()]).toEqual([0, '', ['sonde.prom', 'sonde.tap']]);
  });

  it.each([
    ['ping: 127.0.0.1, count: 600, interval: 100ms', 1n << 13n],
    ['tcp: "hosta.lab:8080", count: 600, interval: 100ms', 0n],
  ])('keeps CAP_NET_RAW where { %s } is to be checked, and nothing where not', async (body, kept) => {
    const file = folder.write('caps.yaml', `version: 1\nchecks:\n  quick: { dns: localhost }\n  slow: { ${body} }\n`);
    // `exec` by exec: the process is ours to look at by the pid that it prints.
    const argv = ['sh', '-c', `echo $$ >&2; exec ${stage.command('sonde')} check -j ${file}`];
    const command = lab.start('a', argv, { timeoutMs: 60_000 });
    await command.waitFor(/quick/);
    const status = readFileSync(`/proc/${command.stderr.trim()}/status`, 'latin1');
    await command.signal('SIGINT');
    await command.ended;
    for (const set of ['CapPrm', 'CapEff']) {
      expect(BigInt(`0x${new RegExp(`^${set}:\\s+(\\w+)$`, 'm').exec(status)![1]}`), set).toBe(kept);
    }
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
  });

  it('says before it checks anything that a report cannot be written', async () => {
    const file = folder.write('one.yaml', 'version: 1\nchecks: { a: { tcp: "hosta.lab:8080" } }\n');
    const run = await check(file, [
      '--reporter',
      `tap=${folder.path}/tap`,
      '--reporter',
      `junit=${folder.path}/none/check.xml`,
    ]);
    expect([run.status, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toMatch(/^sonde check: cannot write .*none\/check\.xml/);
    expect(existsSync(`${folder.path}/tap`)).toBe(false);
  });

  it('writes its reports also when nobody reads what it prints, and leaves nothing half written', async () => {
    const file = folder.write(
      'one.yaml',
      'version: 1\nchecks: { a: { dns: localhost }, b: { tcp: "hosta.lab:8080", count: 3 } }\n',
    );
    const script = `{ ${stage.command('sonde')} check -j --reporter junit=${folder.path}/gone.xml ${file}; echo $? >&2; } | true`;
    const run = await lab.run('a', ['sh', '-c', script]);
    expect(run.stderr).toBe('141\n');
    expect(readdirSync(folder.path).filter((name) => /tmp|gone/.test(name))).toEqual(['gone.xml']);
    expect(readFileSync(`${folder.path}/gone.xml`, 'utf8')).toContain('tests="2" failures="0"');
  });

  it('waits its whole timeout for the last probe too, though others came back at once', async () => {
    const file = folder.write(
      'late.yaml',
      `version: 1\nchecks: { a: { ping: ${at.nextHop.ipv4}, method: icmp, count: 3, interval: 20ms, timeout: 800ms } }\n`,
    );
    await lab.run('r1', ['nft', '-f', '-'], { stdin: LAST_IS_LOST });
    const run = await check(file, ['-j']);
    await lab.run('r1', ['nft', 'delete', 'table', 'ip', 'third']);
    const [line] = readLines(run.stdout);
    expect((line!['rtt_ns'] as readonly (number | null)[])[2]).toBeNull();
    expect(line!['elapsed_ns']).toBeGreaterThan(800e6);
  });

  it('ends with status 2 where stdout is full and nothing failed', async () => {
    const file = folder.write('one.yaml', 'version: 1\nchecks: { a: { dns: localhost } }\n');
    const run = await lab.run('a', ['sh', '-c', `${stage.command('sonde')} check ${file} > /dev/full`]);
    expect([run.status, run.stderr]).toEqual([2, 'sonde check: write error: No space left on device\n']);
  });

  it('knows nothing of routers where this machine lets no question out', async () => {
    await lab.run('a', ['nft', '-f', '-'], { stdin: NO_SOLICITATIONS });
    const file = folder.write(
      'routers.yaml',
      'version: 1\nchecks:\n  a: { routers: eth0, expect: unreachable }\n  b: { routers: eth0, expect: unreachable, deadline: 1us }\n',
    );
    const run = await check(file, ['-j']);
    await lab.run('a', ['nft', 'delete', 'table', 'ip', 'mute']);
    expect(readLines(run.stdout).map(({ status }) => status)).toEqual(['unknown', 'unknown', undefined]);
    expect(run.status).toBe(3);
  });

  it('reads the file from a pipe, with variables from the command line before those of the environment', async () => {
    const stdin = `version: 1\nchecks:\n  a:\n    ping: \${HOST}\n    count: \${COUNT:-1}\n`;
    const run = await check('-', ['-j', '--vars', `HOST=${at.nextHop.ipv4}`], {
      stdin,
      env: { HOST: 'nobody.lab', COUNT: '2' },
    });
    expect(readLines(run.stdout)[0]).toMatchObject({ target: at.nextHop.ipv4, status: 'passed', file: '-', line: 3 });
    expect(readLines(run.stdout)[0]!['rtt_ns']).toHaveLength(2);
  });
});
