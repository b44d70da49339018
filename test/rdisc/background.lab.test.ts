/** rdisc --daemon: when the one who started it is let go and with what status, where it writes, and how it ends. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AF_UNIX, SOCK_DGRAM } from '../../src/net/constants.ts';
import { MessageBatch } from '../../src/net/message-batch.ts';
import { loadNative } from '../../src/net/native.ts';
import { LITTLE_ENDIAN } from '../../src/net/sockaddr.ts';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { processesInside } from '../lab/netns.ts';
import { claimName } from '../lab/ownership.ts';
import type { RunningCommand } from '../lab/run.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { HOSTS } from '../lab/topology.ts';
import { loadSchema } from '../schema.ts';

const { readLines } = loadSchema('rdisc');
const R1 = HOSTS.r1.ipv4;
const POLL_MS = 10;

/** Resolves once `look` answers something. The test's own time limit ends it. */
async function until<T>(look: () => T | null | false): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== null && found !== false) return found;
    await sleep(POLL_MS);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A process may end while one looks at it. */
function stillThere(look: (pid: number) => boolean): (pid: number) => boolean {
  return (pid) => {
    try {
      return look(pid);
    } catch {
      return false;
    }
  };
}

describeLab('rdisc --daemon', () => {
  let lab: Lab;
  let stage: Stage;
  let folder: string;
  let router: RunningCommand;

  beforeAll(async () => {
    stage = createStage();
    lab = await createLab();
    folder = realpathSync(mkdtempSync(join(tmpdir(), `${claimName()}-background-`)));
    router = lab.start('r1', [stage.command('rdisc'), '-r', '-v', '-T', '4', '-p', '42'], { timeoutMs: 120_000 });
    await router.waitFor(/Sending advertisement/, 'stderr');
  });
  afterAll(async () => {
    await router.signal('SIGTERM');
    await router.ended;
    await lab.close();
    stage.remove();
    rmSync(folder, { recursive: true });
  });

  const start = (namespace: Parameters<Lab['start']>[0], ...argv: readonly string[]) =>
    lab.start(namespace, [stage.command('rdisc'), ...argv]);
  const routes = async () => (await lab.run('a', ['ip', 'route'])).stdout;

  function pidIn(stdout: string): number {
    return Number(/as process (\d+)/.exec(stdout)?.[1]);
  }

  it.concurrent('with -s stays until a router is found, goes on behind, and takes its route back at SIGTERM', async () => {
    const log = join(folder, 'found.log');
    const before = await routes();
    const { stdout, stderr, status } = await start('a', '-n', '-s', '--install', '--daemon', '--log', log).ended;
    const pid = pidIn(stdout);
    expect(stdout).toBe(
      `${R1} on eth0: preference 42, lifetime 12 s\nin the background as process ${pid}, log: ${log}\n`,
    );
    expect([stderr, status]).toEqual(['', 0]);
    await until(() => readFileSync(log, 'utf8').includes('Add default route'));
    expect(await routes()).toBe(`default via ${R1} dev eth0 proto ra \n${before}`);
    process.kill(pid, 'SIGTERM');
    await until(() => !isAlive(pid));
    expect(await routes()).toBe(before);
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    expect(lines.every((line) => /^\d{4}-\d\d-\d\dT[\d:.]+Z in\.rdiscd\[\d+\]: ./.test(line))).toBe(true);
    expect(lines.map((line) => line.replace(/^.*?]: /, ''))).toEqual([
      `${R1} on eth0: preference 42, lifetime 12 s`,
      `Add default route to ${R1} on eth0`,
      `Delete default route to ${R1} on eth0`,
      '----224.0.0.2 rdisc Statistics----',
      expect.stringMatching(/^\d packets transmitted, \d+ packets received,$/),
    ]);
  });

  it.concurrent('holds neither the terminal nor the folder it was started in, and is a session of its own', async () => {
    const { stdout } = await start('a', '-f', '--daemon', '--log', join(folder, 'session.log')).ended;
    const pid = pidIn(stdout);
    try {
      expect(realpathSync(`/proc/${pid}/cwd`)).toBe('/');
      for (const descriptor of [0, 1, 2]) expect(realpathSync(`/proc/${pid}/fd/${descriptor}`)).toBe('/dev/null');
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      expect([stat[2], stat[3]]).toEqual([String(pid), String(pid)]); // process group and session: proc(5)
    } finally {
      process.kill(pid, 'SIGTERM');
    }
    await until(() => !isAlive(pid));
  });

  it.concurrent('starts what was called: rdisc under `sonde` too', async () => {
    const log = join(folder, 'sonde.log');
    const { stdout, status } = await lab.run('a', [stage.command('sonde'), 'rdisc', '-f', '--daemon', '--log', log]);
    const pid = pidIn(stdout);
    expect([stdout, status]).toEqual([`in the background as process ${pid}, log: ${log}\n`, 0]);
    process.kill(pid, 'SIGTERM');
    await until(() => readFileSync(log, 'utf8').includes('rdisc Statistics'));
    await until(() => !isAlive(pid));
  });

  it.concurrent('ends with status 5, and nothing behind, where no router answers', async () => {
    const { stdout, stderr, status } = await start('b', '-s', '--daemon', '--log', join(folder, 'none.log')).ended;
    expect([stdout, status]).toEqual(['', 5]);
    expect(stderr).toBe('rdisc: no router answers at 224.0.0.2 on eth0 (3 sent)\n');
  });

  it.concurrent('hands on what stopped it, with its status', async () => {
    const refused = await lab.run('a', [stage.command('rdisc'), '-f', '--daemon', '--log', '/nonexistent/log'], {});
    expect(refused.stderr).toMatch(/^rdisc: --log: \/nonexistent\/log: No such file or directory\n$/);
    expect(refused.status).toBe(2);
    const nobody = await lab.run(
      'a',
      [stage.command('rdisc'), '-f', '--daemon', '--log', join(tmpdir(), `${claimName()}.log`)],
      {
        user: 'nobody',
      },
    );
    expect(nobody.stderr).toMatch(
      /^rdisc: socket: Operation not permitted .*\n=> as root: setcap cap_net_raw\+ep \S+\n$/,
    );
    expect(nobody.status).toBe(5);
    expect(nobody.stdout).toBe('');
  });

  it.concurrent('is interrupted by Ctrl-C as long as nothing was found', async () => {
    const { stdout, status } = await lab.run(
      'b',
      [stage.command('rdisc'), '-s', '-v', '--daemon', '--log', join(folder, 'c.log')],
      {
        signalAt: [{ signal: 'SIGINT', after: /Sending solicitation/, on: 'stderr' }],
      },
    );
    expect(stdout).toMatch(/\n----224\.0\.0\.2 rdisc Statistics----\n1 packets transmitted, 0 packets received, \n$/);
    expect(status).toBe(0);
  });

  it.concurrent('leaves Ctrl-C to the run in the background, and tells its end, also with -j', async () => {
    const run = start('b', '-j', '-s', '--daemon', '--log', join(folder, 'interrupted.log'));
    await run.waitFor(/"solicited"/, 'stdout');
    await run.signal('SIGINT');
    const { stdout, status } = await run.ended;
    expect(readLines(stdout).at(-1)).toMatchObject({ type: 'summary', reason: 'interrupted' });
    expect(status).toBe(0);
  });

  it.concurrent('ends by itself when the one who started it is killed before all is well', async () => {
    const log = join(folder, 'orphan.log');
    const holds = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(log);
    const run = start('b', '-s', '-v', '--daemon', '--log', log);
    run.ended.catch(() => {});
    await run.waitFor(/Sending solicitation/, 'stderr');
    expect(processesInside([lab.netns('b')]).filter(stillThere(holds))).toHaveLength(2);
    await run.signal('SIGKILL');
    await until(() => processesInside([lab.netns('b')]).filter(stillThere(holds)).length === 0);
    expect(readFileSync(log, 'utf8')).toContain('rdisc Statistics');
  });

  it.concurrent('writes JSON lines to its log with -j, and tells of itself in one', async () => {
    const log = join(folder, 'json.log');
    const { stdout } = await start('a', '-j', '-f', '--daemon', '--log', log).ended;
    const told = readLines(stdout);
    expect(told.at(-1)).toEqual({ type: 'daemon', pid: expect.any(Number), log, schema: 1 });
    await until(() => readFileSync(log, 'utf8').includes('"recorded"'));
    process.kill(Number(told.at(-1)!['pid']), 'SIGINT');
    await until(() => /"summary".*\n/.test(readFileSync(log, 'utf8')));
    const last = readLines(readFileSync(log, 'utf8')).at(-1);
    expect(last).toMatchObject({ type: 'summary', reason: 'interrupted', role: 'host' });
  });

  it.concurrent('writes what went wrong to a log of JSON once, as JSON, and tells whoever started it in words too', async () => {
    const log = join(folder, 'wrong.log');
    const run = await start('a', '-j', '-f', '--daemon', '--log', log, 'nosuch.lab').ended;
    const error = { error: 'nosuch.lab: Name or service not known', type: 'error', schema: 1 };
    expect(readLines(readFileSync(log, 'utf8'))).toEqual([error]);
    expect(readLines(run.stdout)).toEqual([error]);
    expect(run.stderr).toBe('rdisc: nosuch.lab: Name or service not known\n');
  });

  it.concurrent('writes to the system log where no file is named, and says when there is none', async () => {
    // A /dev of its own, in which we play the log daemon.
    const dev = join(folder, 'dev');
    mkdirSync(dev);
    const addon = loadNative();
    const listener = addon.open(AF_UNIX, SOCK_DGRAM, 0);
    const address = Buffer.alloc(110);
    new DataView(address.buffer, address.byteOffset).setUint16(0, AF_UNIX, LITTLE_ENDIAN);
    address.write(join(dev, 'log'), 2);
    const files = ['null', 'zero', 'urandom', 'random'].map(
      (name) => `touch ${dev}/${name}; mount --bind /dev/${name} ${dev}/${name}`,
    );
    const inside = [
      'unshare',
      '--mount',
      'sh',
      '-ec',
      `${files.join('; ')}; mount --rbind ${dev} /dev; exec "$0" "$@"`,
    ];
    const without = await lab.run('a', [...inside, stage.command('rdisc'), '-f', '--daemon']);
    expect(without.stderr).toBe(
      'rdisc: no system log at /dev/log (No such file or directory)\n=> start one, or name a file: --daemon --log <file>\n',
    );
    expect(without.status).toBe(2);
    addon.bind(listener, address);
    try {
      const { stdout } = await lab.run('a', [...inside, stage.command('rdisc'), '-n', '-f', '--daemon']);
      const pid = pidIn(stdout);
      expect(stdout).toBe(`in the background as process ${pid}, log: syslog (daemon, in.rdiscd)\n`);
      const batch = new MessageBatch(addon, 1, 2048);
      const line = await until(() => {
        const count = addon.receive(listener, batch.native);
        return count > 0 ? Buffer.from(batch.data(0)).toString() : null;
      });
      process.kill(pid, 'SIGTERM');
      expect(line).toMatch(
        new RegExp(
          `^<30>[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d in\\.rdiscd\\[${pid}\\]: 10\\.77\\.1\\.254 on eth0: preference 42, lifetime 12 s$`,
        ),
      );
      await until(() => !isAlive(pid));
    } finally {
      addon.close(listener);
    }
  });
});
