/** How a recording ends: with the run, and when something goes wrong with either of them. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { claimName } from '../lab/ownership.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { HOSTS } from '../lab/topology.ts';

const R1 = HOSTS.r1.ipv4;
const OWNER_ONLY = 0o700;

describeLab('the end of a recording', () => {
  let lab: Lab;
  let stage: Stage;
  let folder: string;
  let sonde: string;

  beforeAll(async () => {
    stage = createStage();
    sonde = stage.command('sonde');
    folder = mkdtempSync(join(tmpdir(), `${claimName()}-end-`));
    chmodSync(folder, OWNER_ONLY);
    lab = await createLab();
  });
  afterAll(async () => {
    await lab.close();
    stage.remove();
    rmSync(folder, { recursive: true });
  });

  function replay(file: string): { readonly stdout: string; readonly stderr: string; readonly status: number | null } {
    return spawnSync(sonde, ['replay', file], { encoding: 'utf8', timeout: 20_000 });
  }

  it('is whole when SIGINT ends the run', async () => {
    const file = join(folder, 'interrupted');
    const run = await lab.run('a', [sonde, 'record', file, 'ping', '-i', '0.05', R1], {
      signalAt: [{ signal: 'SIGINT', after: /icmp_seq=3/ }],
    });
    const { stdout, stderr, status } = replay(file);
    expect({ stdout, stderr, status }).toEqual({ stdout: run.stdout, stderr: '', status: 0 });
  });

  it('is missing when the run was killed, and all lines but those of the last moment are there', async () => {
    const file = join(folder, 'killed');
    const run = lab.start('a', [sonde, 'record', file, 'ping', '-i', '0.05', R1]);
    await run.waitFor(/icmp_seq=4/);
    await run.signal('SIGTERM');
    expect((await run.ended).signal).toBe('SIGTERM');
    const { stdout, stderr, status } = replay(file);
    expect(stdout).toContain('icmp_seq=3');
    expect(stderr).toMatch(/^sonde replay: .*\/killed: line \d+: no end behind it: the run was killed/);
    expect(status).toBe(2);
  });

  it('is whole when nobody reads stdout any more', async () => {
    const file = join(folder, 'unread');
    await lab.run('a', ['sh', '-c', `"$0" record "$1" ping -i 0.02 ${R1} | head -n 2`, sonde, file]);
    const { stdout, stderr, status } = replay(file);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^PING .*\n64 bytes/);
    expect(status).toBe(141);
  });

  it('is told when the disk is full, once, and the run goes on', async () => {
    const run = await lab.run('a', [sonde, 'record', '/dev/full', 'ping', '-c', '3', '-i', '0.05', R1]);
    expect(run.stdout).toContain('3 packets transmitted, 3 received');
    expect(run.stderr).toMatch(
      /^sonde record: \/dev\/full: the recording ends here, and the run goes on: No space left on device\n$/,
    );
    expect(run.status).toBe(1);
  });

  it('keeps a whole beginning where a disk fills up on the way', async () => {
    const file = join(folder, 'limited');
    const limited = `ulimit -f 8; trap "" XFSZ; exec "$0" record "$1" ping -c 40 -i 0.01 -p ff -s 1000 -R ${R1}`;
    const run = await lab.run('a', ['sh', '-c', limited, sonde, file]);
    expect(run.stdout).toContain('40 packets transmitted, 40 received');
    expect(run.stderr).toMatch(/the run goes on: File too large/);
    const text = readFileSync(file, 'utf8');
    expect(text.endsWith('}\n')).toBe(true);
    expect(replay(file).stdout).toContain('icmp_seq=2 ');
  });

  it('leaves the command without the right to write where root may', async () => {
    const file = join(folder, 'private');
    const ping = lab.start('a', [sonde, 'record', file, 'ping', '-i', '0.0713', R1]);
    await ping.waitFor(/icmp_seq=1 /);
    const look = 'for p in $(pgrep -f 0.0713); do grep CapEff /proc/$p/status; done | sort -u';
    expect((await lab.run('a', ['sh', '-c', look])).stdout).toContain('CapEff:\t0000000000000000\n');
    await ping.signal('SIGINT');
    expect((await ping.ended).status).toBe(0);
    expect(replay(file).status).toBe(0);
  });

  it.each([
    ['no file', [], 'no file given'],
    ['no command', ['run'], 'no command given'],
    ['a command that is none', ['ping', '127.0.0.1'], "no command '127.0.0.1' to record"],
    ['a file for what stdout is for', ['-', 'ping', 'x'], 'stdout is for the command: name a file'],
    ['a folder that is not there', ['/nowhere/run', 'ping', 'x'], '/nowhere/run'],
  ])('is not begun with %s', (_, argv, says) => {
    const { stderr, stdout, status } = spawnSync(sonde, ['record', ...argv], { encoding: 'utf8', cwd: folder });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`sonde record: `);
    expect(stderr).toContain(says);
    expect(existsSync(join(folder, 'ping'))).toBe(false);
  });

  it('does not cost a quiet run its round trips: only what is shown is quiet', async () => {
    const file = join(folder, 'quiet');
    const run = await lab.run('a', [sonde, 'record', file, 'ping', '-q', '-c', '25', '-i', '0.01', R1]);
    expect(replay(file).stdout).toBe(run.stdout);
    expect(run.stdout).not.toContain('icmp_seq');
    const { stdout, status } = spawnSync(sonde, ['compare', file, file], { encoding: 'utf8' });
    expect(stdout).toContain('25 and 25 round trips');
    expect(status).toBe(0);
  });

  it('comes from a pipe as well', async () => {
    const file = join(folder, 'piped');
    await lab.run('a', [sonde, 'record', file, 'ping', '-c', '1', R1]);
    const child = spawn(sonde, ['replay', '-j', '-'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const output = child.stdout.setEncoding('utf8').toArray();
    child.stdin.end(readFileSync(file));
    expect((await output).join('')).toContain('"type": "summary"');
  });

  it('comes from a pipe that somebody made non-blocking, and is waited for', async () => {
    const file = join(folder, 'awaited');
    await lab.run('a', [sonde, 'record', file, 'ping', '-c', '1', R1]);
    const octets = readFileSync(file);
    const end = octets.lastIndexOf('{');
    // node would make it blocking again for its children.
    const program = 'import os, sys; os.set_blocking(0, False); os.execv(sys.argv[1], sys.argv[1:])';
    const child = spawn('python3', ['-c', program, sonde, 'replay', '-j', '-']);
    const complaints = child.stderr.setEncoding('utf8').toArray();
    const shown: string[] = [];
    child.stdin.write(octets.subarray(0, end));
    for await (const text of child.stdout.setEncoding('utf8')) {
      shown.push(text);
      // What there was is shown: the pipe is empty.
      if (!child.stdin.writableEnded) child.stdin.end(octets.subarray(end));
    }
    expect(await complaints).toEqual([]);
    expect(shown.join('')).toContain('"type": "summary"');
  });
});
