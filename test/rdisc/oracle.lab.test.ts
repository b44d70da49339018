/**
 * Others' word: Debian's frr as a router for our host (zebra with zebra_irdp), and tshark as a reader of what ours send. frr
 * answers solicitations in broadcast mode only, and writes its IP source address with the octets swapped.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { claimName } from '../lab/ownership.ts';
import type { CapturedPacket } from '../lab/pcap.ts';
import type { RunningCommand } from '../lab/run.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { HOSTS } from '../lab/topology.ts';

const ZEBRA = '/usr/lib/frr/zebra';
const TSHARK = '/usr/bin/tshark';
/** On a laptop they may be missing; in CI that is a failure. */
const isMissing = (path: string) => !existsSync(path) && process.env['CI'] !== 'true';
const PCAP_HEADER = Buffer.from('4d3cb2a1020004000000000000000000ffff000001000000', 'hex');

/** zebra in R1 with a folder of its own for everything that it writes, so that two runs never meet. */
async function startZebra(lab: Lab, folder: string, mode: 'broadcast' | 'multicast'): Promise<RunningCommand> {
  const config = join(folder, 'zebra.conf');
  const lines = ['interface eth0', ` ip irdp ${mode}`, ' ip irdp holdtime 1800', ' ip irdp preference 42'];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const paths = ['-f', config, '-i', join(folder, 'pid'), '-z', join(folder, 'api'), '--vty_socket', folder];
  const zebra = lab.start('r1', [ZEBRA, '-M', 'zebra_irdp', ...paths, '-P', '0', '--log', 'stdout'], {
    timeoutMs: 60_000,
  });
  zebra.ended.catch(() => {}); // The lab ends it.
  return zebra;
}

/** What tshark makes of the fields of each packet, through a file. */
function dissect(packets: readonly CapturedPacket[], fields: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), `${claimName()}-`));
  try {
    const records = packets.flatMap(({ octets }) => {
      const head = Buffer.alloc(16);
      head.writeUInt32LE(octets.length, 8);
      head.writeUInt32LE(octets.length, 12);
      return [head, octets];
    });
    writeFileSync(join(folder, 'packets'), Buffer.concat([PCAP_HEADER, ...records]));
    const argv = [
      '-n',
      '-r',
      join(folder, 'packets'),
      '-o',
      'ip.check_checksum:TRUE',
      '-T',
      'fields',
      ...fields.flatMap((field) => ['-e', field]),
    ];
    return execFileSync(TSHARK, argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .trimEnd()
      .split('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describeLab('rdisc and others', () => {
  let lab: Lab;
  let stage: Stage;

  beforeAll(async () => {
    stage = createStage();
    lab = await createLab();
  });
  afterAll(async () => {
    await lab.close();
    stage.remove();
  });

  describe.skipIf(isMissing(ZEBRA))('frr as the router', () => {
    let folder: string;
    let zebra: RunningCommand;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), `${claimName()}-frr-`));
      chmodSync(folder, 0o777);
      zebra = await startZebra(lab, folder, 'broadcast');
    });
    afterAll(async () => {
      await zebra.signal('SIGTERM');
      await zebra.ended;
      rmSync(folder, { recursive: true });
    });

    it('is found by broadcast, with its preference and its lifetime, though its source address is not its own', async () => {
      const { stdout, stderr, status } = await lab.run('a', [stage.command('rdisc'), '-n', '-v', '255.255.255.255']);
      expect(stdout).toBe(
        `${HOSTS.r1.ipv4} on eth0: preference 42, lifetime 1800 s\ndefault router ${HOSTS.r1.ipv4}\n`,
      );
      expect(stderr).toContain(`\taddress ${HOSTS.r1.ipv4}, preference 0x2a\n`);
      expect(status).toBe(0);
    });

    it('gets a route, and loses it when it says goodbye', async () => {
      const before = (await lab.run('a', ['ip', 'route'])).stdout;
      const host = lab.start('a', [stage.command('rdisc'), '-n', '-s', '--install', '255.255.255.255'], {
        timeoutMs: 40_000,
      });
      await host.waitFor(/Add default route/);
      expect((await lab.run('a', ['ip', 'route'])).stdout).toBe(
        `default via ${HOSTS.r1.ipv4} dev eth0 proto ra \n${before}`,
      );
      await zebra.signal('SIGTERM');
      await host.waitFor(/^10\.77\.1\.254 on eth0: withdrawn\nDelete default route/m);
      expect((await lab.run('a', ['ip', 'route'])).stdout).toBe(before);
      await host.signal('SIGINT');
      await host.ended;
    });
  });

  describe.skipIf(isMissing(TSHARK))('tshark as the reader', () => {
    const FIELDS = ['ip.src', 'ip.dst', 'ip.ttl', 'icmp.type', 'icmp.code', 'icmp.checksum.status'];
    const BODY = ['icmp.num_addrs', 'icmp.addr_entry_size', 'icmp.lifetime', 'icmp.router_address', 'icmp.pref_level'];

    it('reads our solicitations and advertisements as we mean them, and finds their checksums right', async () => {
      await lab.run('r1', ['ip', 'addr', 'add', '10.77.1.253/24', 'dev', 'eth0']);
      const capture = await lab.capture('a', 'eth0', 'icmp');
      const router = lab.start('r1', [stage.command('rdisc'), '-r', '-v', '-p', '-7', '-T', '900']);
      await router.waitFor(/(Sending advertisement.*\s+){2}/, 'stderr');
      const host = lab.start('a', [stage.command('rdisc'), '-n', '-v', '-f', '-s']);
      await host.waitFor(/Router Advertise/, 'stderr');
      await router.signal('SIGINT');
      await host.waitFor(/lifetime 0$/m, 'stderr');
      await Promise.all([host.signal('SIGINT'), router.ended, host.ended]);
      const rows = dissect(await capture.stop(), [...FIELDS, ...BODY]);
      const advertised = (to: string, ttl: number, lifetime: number) =>
        `10.77.1.254\t${to}\t${ttl}\t9\t0\t1\t2\t2\t${lifetime}\t10.77.1.254,10.77.1.253\t-7,-7`;
      expect(rows).toContain('10.77.1.1\t224.0.0.2\t1\t10\t0\t1\t\t\t\t\t');
      expect(rows).toContain(advertised('224.0.0.1', 1, 2700));
      expect(rows).toContain(advertised('10.77.1.1', 64, 2700));
      expect(rows.at(-1)).toBe(advertised('224.0.0.1', 1, 0));
    });
  });
});
