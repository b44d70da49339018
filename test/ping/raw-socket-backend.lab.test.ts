/**
 * ping on raw-socket in the lab: what it prints is compared with the addon's ping, and for IPv4 with iputils' too. IPv6 lines
 * have no `ttl=` here, and that is the only difference in them.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { DESTINATIONS } from '../lab/destinations.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { LIES } from '../lab/responder/lies.ts';
import type { CommandOptions, RunResult } from '../lab/run.ts';
import { createStage, installRawSocket, type Stage } from '../lab/stage.ts';
import { HOSTS } from '../lab/topology.ts';

const ROOT = join(import.meta.dirname, '../..');
const IPUTILS = '/usr/bin/ping';
const NO_ADDON = { SONDE_ADDON: '/nonexistent/sonde.node' };

/** Without clocks; and, from both sides, without what is known to differ. */
function mask({ stdout, stderr, status }: RunResult): Pick<RunResult, 'stdout' | 'stderr' | 'status'> {
  return {
    stdout: stdout
      .replace(/(?<= time=)[\d.]+(?= ms)/g, 'T')
      .replace(/(?<=packet loss, time )\d+(?=ms)/g, 'T')
      .replace(/^rtt .*$/gm, 'rtt')
      .replace(/(?<=\t)\d+(?= absolute)/g, 'T')
      .replace(/(?<=\t)-?\d+$/gm, 'T'),
    stderr: stderr.replace(/^\S*\/ping:/gm, 'ping:'),
    status,
  };
}

function withoutHopLimits(run: ReturnType<typeof mask>): ReturnType<typeof mask> {
  return { ...run, stdout: run.stdout.replace(/(?<=icmp_seq=\d+) ttl=\d+/g, '') };
}

describeLab('ping on the raw-socket backend', () => {
  let lab: Lab;
  let stage: Stage;

  beforeAll(async () => {
    stage = createStage();
    installRawSocket(stage);
    lab = await createLab({ names: 'files', liar: true, datagramIcmp: false });
  });
  afterAll(async () => {
    await lab.close();
    stage.remove();
  });

  const ping = (args: string, options?: CommandOptions) =>
    lab.run('a', [stage.command('ping'), ...args.split(' ')], options);
  const raw = (args: string, options?: CommandOptions) => ping(`--backend raw-socket ${args}`, options);

  /** A run that the ones before have taught nothing: no path MTU, no neighbour. */
  const fresh = async (run: () => Promise<RunResult>) => {
    await lab.forgetLearned();
    return await run();
  };

  describe('prints what the others print', () => {
    const { hostB, prohibited, rejectedHost, rejectedPort, blackHole, noNeighbour, localNoRoute, localUnreachable } =
      DESTINATIONS;

    it.each([
      `-c 2 -i 0.1 ${hostB.ipv4}`,
      '-c 2 -i 0.1 -n hostb.lab -4',
      `-c 1 -t 1 ${hostB.ipv4}`,
      `-c 1 -t 2 ${hostB.ipv4}`,
      `-c 1 ${prohibited.ipv4}`,
      `-c 1 ${rejectedHost.ipv4}`,
      `-c 1 ${rejectedPort.ipv4}`,
      `-c 1 -W 0.3 ${blackHole.ipv4}`,
      `-c 1 ${noNeighbour.ipv4}`,
      `-c 1 ${localNoRoute.ipv4}`,
      `-c 1 ${localUnreachable.ipv4}`,
      `-O -c 2 -i 0.2 -W 0.2 ${blackHole.ipv4}`,
      `-c 1 -s 1400 ${hostB.ipv4}`,
      `-c 1 -s 60000 ${hostB.ipv4}`,
      `-c 1 -s 4 -p c0de ${hostB.ipv4}`,
      `-q -c 3 -l 3 ${hostB.ipv4}`,
      `-c 1 -Q 0x10 -U ${hostB.ipv4}`,
      `-c 1 -R ${hostB.ipv4}`,
      `-c 1 -T tsandaddr ${hostB.ipv4}`,
      `-c 1 -I eth0 ${hostB.ipv4}`,
      `-c 1 -I nosuch ${hostB.ipv4}`,
      `-c 1 -t 0 ${hostB.ipv4}`,
      `-c 1 ${DESTINATIONS.broadcast.ipv4}`,
      `-c 1 -b ${DESTINATIONS.broadcast.ipv4}`,
      `-c 1 -r ${HOSTS.r1.ipv4}`,
      '-c 1 nosuch.lab',
      `-c 1 -6 ${hostB.ipv4}`,
      `-c 2 -i 0.1 ${LIES.duplicate.ipv4}`,
      `-c 1 ${LIES.corrupted.ipv4}`,
      `-c 1 ${LIES.otherSource.ipv4}`,
      `-c 1 ${LIES.strangersReply.ipv4}`,
      `-c 1 -W 0.3 ${LIES.wrongIdentifier.ipv4}`,
      `-c 1 -W 0.3 ${LIES.errorQuotesStranger.ipv4}`,
      `-c 1 ${LIES.noPayload.ipv4}`,
    ])('over IPv4: ping %s', async (args) => {
      const [theirs, addon, ours] = [
        await fresh(() => lab.run('a', [IPUTILS, ...args.split(' ')])),
        await fresh(() => ping(args)),
        await fresh(() => raw(args)),
      ].map(mask);
      expect(ours).toEqual(addon);
      // After an address of another family iputils 20221126 has no name left for the header.
      if (!args.includes('hostb.lab')) expect(ours).toEqual(theirs);
    });

    it.each([
      `-c 2 -i 0.1 ${hostB.ipv6}`,
      '-c 2 -i 0.1 hostb.lab',
      '-c 1 -n hostb6.lab',
      `-c 1 -t 1 ${hostB.ipv6}`,
      `-c 1 -t 2 ${hostB.ipv6}`,
      `-c 1 ${prohibited.ipv6}`,
      `-c 1 ${rejectedHost.ipv6}`,
      `-c 1 ${rejectedPort.ipv6}`,
      `-c 1 -W 0.3 ${blackHole.ipv6}`,
      `-c 1 ${noNeighbour.ipv6}`,
      `-c 1 ${localNoRoute.ipv6}`,
      `-c 1 ${localUnreachable.ipv6}`,
      `-c 1 -s 1400 ${hostB.ipv6}`,
      `-c 1 -s 60000 ${hostB.ipv6}`,
      `-c 1 -s 3000 -t 2 ${hostB.ipv6}`,
      `-c 1 -I eth0 ${hostB.ipv6}`,
      `-c 1 -I nosuch ${hostB.ipv6}`,
      `-c 1 ${HOSTS.r1.linkLocal}%eth0`,
      `-c 1 -I eth0 ${HOSTS.r1.linkLocal}`,
      `-c 1 ${HOSTS.r1.linkLocal}%nosuch`,
      `-c 1 -L -I eth0 ${DESTINATIONS.allHosts.ipv6}`,
      `-c 1 -4 ${hostB.ipv6}`,
      `-c 2 -i 0.1 ${LIES.duplicate.ipv6}`,
      `-c 1 ${LIES.corrupted.ipv6}`,
      `-c 1 ${LIES.otherSource.ipv6}`,
      `-c 1 ${LIES.destinationOptions.ipv6}`,
      `-c 1 -W 0.3 ${LIES.errorQuotesStranger.ipv6}`,
    ])('over IPv6: ping %s', async (args) => {
      const [addon, ours] = [await fresh(() => ping(args)), await fresh(() => raw(args))].map(mask);
      expect(withoutHopLimits(ours!)).toEqual(withoutHopLimits(addon!));
      expect(ours!.stdout).not.toContain('ttl=');
    });

    it('answers of node information', async () => {
      const { stdout } = await raw(`-c 1 -N name ${LIES.normal.ipv6}`);
      expect(stdout).toContain(`30 bytes from ${LIES.normal.ipv6}: node.lab.; seq=1;`);
    });
  });

  it('tells of a message that is too long for its path in words of its own: there is no error queue to name the MTU', async () => {
    await lab.forgetLearned();
    const { stdout, stderr } = await raw(`-c 2 -i 0.2 -M do -s 1350 ${HOSTS.b.ipv4}`);
    expect(stdout).toContain('From 10.77.2.2 icmp_seq=1 Frag needed and DF set (mtu = 1300)\n');
    expect(stderr).toBe('ping: sendmsg: Message too long\n');
    expect(stdout).toContain('2 packets transmitted, 0 received, +2 errors, 100% packet loss');
  });

  it.each([
    ['IPv4', HOSTS.b.ipv4, 14 + 20, [14 + 4, 14 + 5, 14 + 10, 14 + 11]], // identification and checksum of the header
    ['IPv6', HOSTS.b.ipv6, 14 + 40, [14 + 1, 14 + 2, 14 + 3]], // flow label
  ] as const)(
    'puts the same octets on the wire as the addon does over %s',
    async (_family, target, message, differ) => {
      // Shorter than a time stamp, so that there is none in it; the echo request is the one with this length.
      const args = `-c 1 -e 4660 -s 8 -p c0de -t 9 -Q 4 ${target}`;
      const capture = await lab.capture('a', 'eth0', `dst host ${target} and (icmp or icmp6)`);
      await ping(args);
      await raw(args);
      const frames = (await capture.stop()).map(({ octets }) => octets.subarray(0, message + 16));
      expect(frames).toHaveLength(2);
      for (const frame of frames) for (const at of differ) frame[at] = 0;
      expect(frames[1]!.toString('hex')).toBe(frames[0]!.toString('hex'));
    },
  );

  it('writes valid JSON, with stamps of user space', async () => {
    const run = await raw(`-j -c 2 -i 0.1 ${HOSTS.b.ipv4}`);
    const objects = run.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(objects).toMatchObject([
      { type: 'reply', seq: 1, ttl: 62, stamps: { transmit: 'user', receive: 'user' } },
      { type: 'reply', seq: 2, ttl: 62, stamps: { transmit: 'user', receive: 'user' } },
      { type: 'summary', transmitted: 2, received: 2, reason: 'count' },
    ]);
    expect(run).toMatchObject({ stderr: '', status: 0 });
  });

  it('answers SIGQUIT, and ends at SIGINT with its statistics', async () => {
    const run = await raw(`-i 0.2 ${HOSTS.b.ipv4}`, {
      signalAt: [
        { signal: 'SIGQUIT', after: /icmp_seq=2 / },
        { signal: 'SIGINT', after: /icmp_seq=3 / },
      ],
    });
    expect(run.stderr).toMatch(/^\r2\/2 packets, 0% loss, min\/avg\/ewma\/max = [\d./]+ ms\n$/);
    expect(run.stdout).toMatch(
      /\n--- 10\.77\.3\.2 ping statistics ---\n3 packets transmitted, 3 received, 0% packet loss/,
    );
    expect(run.status).toBe(0);
  });

  // A reply that this thread reads later than twice the longest round trip is lost by ping's own rule: on a busy machine, once.
  it.each(['-f', '-A'])('floods with %s: the event loop delivers and is not starved', { retry: 2 }, async (option) => {
    for (const target of [HOSTS.b.ipv4, HOSTS.b.ipv6]) {
      const run = await raw(`-q ${option} -c 500 ${target}`);
      expect(run.stdout).toContain('500 packets transmitted, 500 received, 0% packet loss');
      // A hundred a second is what it would send without hearing anything.
      expect(run.durationMs).toBeLessThan(3000);
    }
  });

  it("leaves other programs' replies alone, which it sees too", async () => {
    const other = lab.start('a', [IPUTILS, '-q', '-i', '0.002', HOSTS.b.ipv4]);
    const run = await raw(`-c 20 -i 0.01 ${HOSTS.b.ipv4}`);
    other.signal('SIGINT');
    await other.ended;
    expect(run.stdout).toContain('20 packets transmitted, 20 received, 0% packet loss');
  });

  it('refuses in one line what it cannot do', async () => {
    const run = await raw(`-B -C -c 1 ${HOSTS.b.ipv4}`);
    expect(run).toMatchObject({
      stdout: '',
      stderr: 'ping: the raw-socket backend cannot do: -B (--sticky-source), -C (--connect)\n',
      status: 2,
    });
  });

  it('tells a user without the privilege what was refused and what mends it', async () => {
    const run = await raw(`-c 1 ${HOSTS.b.ipv4}`, { user: 'nobody' });
    expect(run).toMatchObject({
      stdout: '',
      stderr: `ping: socket: Operation not permitted (ICMP refused: SOCK_RAW for want of CAP_NET_RAW)\n=> as root: setcap cap_net_raw+ep ${process.execPath}\n`,
      status: 2,
    });
  });

  it('needs that privilege and no other', async () => {
    const run = await raw(`-c 1 -t 9 -I eth0 ${HOSTS.b.ipv4}`, { user: 'nobody', capabilities: ['net_raw'] });
    expect(run).toMatchObject({ stderr: '', status: 0 });
    expect(run.stdout).toContain('1 packets transmitted, 1 received, 0% packet loss');
  });

  it('stands in for an addon that is not there, and says so unless it is to be quiet', async () => {
    const run = await ping(`-c 1 ${HOSTS.b.ipv4}`, { env: NO_ADDON });
    expect(run.status).toBe(0);
    expect(run.stdout).toContain('1 packets transmitted, 1 received, 0% packet loss');
    expect(run.stderr.split('\n')[0]).toBe(
      `ping: backend: raw-socket; the native addon does not load: ${NO_ADDON.SONDE_ADDON}: cannot open shared object file: No such file or directory`,
    );
    const silent = await ping(`-q -c 1 ${HOSTS.b.ipv4}`, { env: NO_ADDON });
    expect(silent).toMatchObject({ stderr: '', status: 0 });
  });

  it('does not stand in where the addon is asked for', async () => {
    const run = await ping(`--backend addon -c 1 ${HOSTS.b.ipv4}`, { env: NO_ADDON });
    expect(run.stderr).toMatch(/^ping: the native addon does not load: [^\n]+\n$/);
    expect(run).toMatchObject({ stdout: '', status: 2 });
  });

  it.each([
    ['not installed', [], 'npm install raw-socket'],
    ['not built', ['binding.gyp'], 'npm rebuild raw-socket'],
  ] as const)(
    'says in one line what mends it where the addon is missing and the package is %s',
    async (_what, parts, mend) => {
      const bare = createStage();
      try {
        if (parts.length > 0) installRawSocket(bare, parts);
        const run = await lab.run('a', [bare.command('ping'), '-c', '1', HOSTS.b.ipv4], { env: NO_ADDON });
        expect(run).toMatchObject({ stdout: '', status: 2 });
        expect(run.stderr).toMatch(/^ping: no backend loads: the native addon does not load: [^\n]+\n$/);
        expect(run.stderr).toContain(`\`${mend}\``);
      } finally {
        bare.remove();
      }
    },
  );

  it('leaves nothing open: a program that goes on ends by itself once its ping has ended', async () => {
    const program = join(stage.folder, 'dist', 'embedded.cjs');
    const { outputFiles } = buildSync({
      stdin: {
        contents: `
          import { ProcessSignals } from './src/net/signals.ts';
          import { loadRawSocketBackend } from './src/ping/raw-socket-backend.ts';
          import { runPing } from './src/ping/run.ts';
          const write = (text) => console.log(text);
          const io = { commandName: 'ping', env: {}, signals: new ProcessSignals(), stdout: write, stderr: write, complain: write };
          const load = async () => loadRawSocketBackend(null);
          async function main() {
            for (const target of ['${HOSTS.b.ipv4}', '${HOSTS.b.ipv6}', 'hostb.lab', '${DESTINATIONS.localNoRoute.ipv4}'])
              await runPing(['-q', '-c', '1', '-I', 'eth0', target], io, load);
            console.log('handles: ' + process.getActiveResourcesInfo());
          }
          main();`,
        resolveDir: ROOT,
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      write: false,
      define: { 'import.meta.dirname': '__dirname' },
      external: ['yargs', 'chalk'],
    });
    writeFileSync(program, outputFiles[0]!.text);
    try {
      const run = await lab.run('a', [process.execPath, program], { timeoutMs: 15_000 });
      expect(run.stdout.match(/1 packets transmitted, 1 received/g)).toHaveLength(3);
      expect(run.stdout).toMatch(/^handles: (PipeWrap,?)*$/m);
      expect(run).toMatchObject({ stderr: '', status: 0 });
    } finally {
      rmSync(program);
    }
  });
});
