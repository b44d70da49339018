/** arping beside a lying neighbour: what iputils cannot be asked about, and every line of -j against the schema. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, it } from 'vitest';
import type { Child } from '../lab/child.ts';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { runShell } from '../lab/netns.ts';
import type { CommandOptions, RunResult } from '../lab/run.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { threadStatus } from '../lab/threads.ts';
import { HOSTS, type Namespace } from '../lab/topology.ts';
import { judge } from '../ndjson/judge.ts';
import { type Line, loadSchema } from '../schema.ts';
import { DEVICE, lie, makeArpLink, OWN_HARDWARE, startLiar } from './liar/link.ts';

const { readLines } = loadSchema('arping');

interface Wanted {
  readonly args: string;
  readonly status: number;
  readonly kinds: readonly string[];
  readonly last: Line;
}

const RUNS: readonly Wanted[] = [
  {
    args: `-c 2 ${lie('honest', 1)}`,
    status: 0,
    kinds: ['start', 'reply', 'reply', 'summary'],
    last: { reason: 'count', sent: 2, broadcasts: 1, received: 2, unanswered: 0 },
  },
  {
    args: `-c 1 ${lie('silent', 1)}`,
    status: 1,
    kinds: ['start', 'unanswered', 'summary'],
    last: { reason: 'count', rtt: null, told: [], unanswered: 1 },
  },
  {
    args: `-w 1 -i 5 ${lie('silent', 2)}`,
    status: 1,
    kinds: ['start', 'unanswered', 'summary'],
    last: { reason: 'deadline' },
  },
  { args: `-f ${lie('delayed', 1)}`, status: 0, kinds: ['start', 'reply', 'summary'], last: { reason: 'replies' } },
  { args: `-q -f ${lie('honest', 2)}`, status: 0, kinds: ['summary'], last: { reason: 'replies', received: 1 } },
  {
    args: `-D -c 1 ${lie('honest', 3)}`,
    status: 1,
    kinds: ['start', 'reply', 'summary'],
    last: { mode: 'duplicate-detection', source: '0.0.0.0' },
  },
  {
    args: `-D -f ${lie('asksForOther', 1)}`,
    status: 1,
    kinds: ['start', 'reply', 'summary'],
    last: { received_requests: 1, received_broadcasts: 1 },
  },
  {
    args: `-U -c 1 -I ${DEVICE} 10.99.0.1`,
    status: 0,
    kinds: ['start', 'summary'],
    last: { mode: 'unsolicited-request', unanswered: 0 },
  },
  {
    args: `-A -c 1 -I ${DEVICE} 10.99.0.1`,
    status: 0,
    kinds: ['start', 'summary'],
    last: { mode: 'unsolicited-reply' },
  },
  { args: `-c 1 ${lie('garbageFirst', 1)}`, status: 0, kinds: ['start', 'reply', 'summary'], last: { received: 1 } },
  {
    args: `--expect-one -c 1 ${lie('honest', 4)}`,
    status: 0,
    kinds: ['start', 'reply', 'summary'],
    last: { duplicate: false },
  },
  {
    args: `--expect-one -c 1 ${lie('answersTwice', 1)}`,
    status: 0,
    kinds: ['start', 'reply', 'reply', 'summary'],
    last: { duplicate: false, received: 2 },
  },
  {
    args: `--expect-one -c 1 ${lie('twoAnswer', 1)}`,
    status: 1,
    kinds: ['start', 'reply', 'reply', 'summary'],
    last: { duplicate: true, told: ['02:99:00:00:00:02', '02:99:00:00:00:03'] },
  },
  {
    args: `--expect-one -c 1 ${lie('silent', 3)}`,
    status: 1,
    kinds: ['start', 'unanswered', 'summary'],
    last: { told: [] },
  },
  {
    args: `--reverse 02:99:00:00:00:77 -I ${DEVICE} -f`,
    status: 0,
    kinds: ['start', 'reply', 'summary'],
    last: { mode: 'reverse', told: ['10.99.0.77'], target: '02:99:00:00:00:77' },
  },
  {
    args: `--reverse 2-99-0-0-0-78 -I ${DEVICE} -c 1`,
    status: 0,
    kinds: ['start', 'reply', 'reply', 'summary'],
    last: { duplicate: true, told: ['10.99.0.78', '10.99.0.79'] },
  },
  {
    args: `--reverse 02:99:00:00:00:79 -I ${DEVICE} -c 1`,
    status: 1,
    kinds: ['start', 'unanswered', 'summary'],
    last: { received: 0 },
  },
  {
    args: `-c 3 ${lie('delayedPastTheNext', 1)}`,
    status: 0,
    kinds: ['start', 'unanswered', 'reply', 'unanswered', 'summary'],
    last: { received: 1, unanswered: 2 },
  },
  { args: '-I lo 127.0.0.1', status: 2, kinds: ['error'], last: { error: 'Interface "lo" is not ARPable' } },
  { args: '-D -I lo 127.0.0.1', status: 0, kinds: ['error'], last: {} },
  { args: '-I nope 10.99.9.1', status: 2, kinds: ['error'], last: { error: 'Device nope not available.' } },
  {
    args: '--reverse 02:99 -I arp0',
    status: 2,
    kinds: ['error'],
    last: { error: 'hardware addresses on arp0 have 6 octets' },
  },
  {
    args: '--reverse 02:99:00:00:00:77',
    status: 2,
    kinds: ['error'],
    last: { error: 'Suitable device could not be determined. Please, use option -I.' },
  },
  { args: '--oui /nonexistent 10.99.9.1', status: 2, kinds: ['error'], last: {} },
  { args: '--oui /etc/hosts 10.99.9.1', status: 2, kinds: ['error'], last: {} },
  { args: 'nosuch.lab', status: 2, kinds: ['error'], last: { error: 'nosuch.lab: Name or service not known' } },
  { args: '', status: 2, kinds: ['error'], last: { error: 'usage: arping [options] <destination>' } },
];

describeLab('arping in the lab', () => {
  let lab: Lab;
  let stage: Stage;
  let liar: Child;

  beforeAll(async () => {
    stage = createStage();
    lab = await createLab();
    await makeArpLink(lab);
    liar = await startLiar(lab);
  });
  afterAll(async () => {
    await liar.stop();
    await lab.close();
    stage.remove();
  });

  const arping = (args: string, options: CommandOptions = {}, namespace: Namespace = 'a'): Promise<RunResult> =>
    lab.run(namespace, [stage.command('arping'), ...args.split(' ').filter((word) => word !== '')], options);

  for (const { args, status, kinds, last } of RUNS) {
    it.concurrent(`-j ${args}`, async ({ expect }) => {
      const run = await arping(`-j ${args}`);
      expect(run.status, run.stdout + run.stderr).toBe(status);
      const lines = judge('arping', 'arping', run);
      expect(lines.map(({ type }) => type)).toEqual(kinds);
      expect(lines.at(-1)).toMatchObject(last);
    });
  }

  it.concurrent('measures with both of the kernel’s stamps, and never more than the wire shows', async ({ expect }) => {
    const target = lie('honest', 20);
    const capture = await lab.capture('a', DEVICE, `arp and host ${target}`);
    const run = await arping(`-j -c 3 ${target}`);
    const frames = await capture.stop();
    const replies = readLines(run.stdout).filter(({ type }) => type === 'reply');
    expect(frames).toHaveLength(6);
    expect(replies).toHaveLength(3);
    for (const [index, reply] of replies.entries()) {
      expect(reply['stamps']).toEqual({ transmit: 'kernel', receive: 'kernel' });
      // tcpdump sees a frame leave before the driver does, and come when the kernel does.
      const wireNs = Number(frames[2 * index + 1]!.timeNs - frames[2 * index]!.timeNs);
      expect(reply['rtt_ns']).toBeGreaterThan(0);
      expect(reply['rtt_ns']).toBeLessThanOrEqual(wireNs);
    }
  });

  it.concurrent('sends 28 octets to all, and then to the one that answered', async ({ expect }) => {
    const target = lie('honest', 21);
    const capture = await lab.capture('a', DEVICE, `arp[7] = 1 and dst host ${target}`);
    await arping(`-c 2 ${target}`);
    const own = '029900000001';
    const asked = `0a63${'0a15'}`;
    expect((await capture.stop()).map(({ octets }) => octets.toString('hex'))).toEqual([
      `ffffffffffff${own}0806000108000604${'0001'}${own}0a630001ffffffffffff${asked}`,
      `029900000002${own}0806000108000604${'0001'}${own}0a630001029900000002${asked}`,
    ]);
  });

  it.concurrent('has no capability left in any thread, and can get none back', async ({ expect }) => {
    const target = lie('honest', 22);
    const running = lab.start('a', [stage.command('arping'), target]);
    await running.waitFor(/reply from/);
    for (const field of ['CapEff', 'CapPrm', 'CapInh', 'CapAmb']) {
      expect(new Set(threadStatus(lab.netns('a'), target, field)), field).toEqual(new Set(['0000000000000000']));
    }
    expect(new Set(threadStatus(lab.netns('a'), target, 'NoNewPrivs'))).toEqual(new Set(['1']));
    await running.signal('SIGTERM');
    expect((await running.ended).status).toBe(0);
  });

  it.concurrent('says to those who may not what is missing and what would mend it', async ({ expect }) => {
    const run = await arping(lie('honest', 23), { user: 'nobody' });
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(
      /^arping: socket: Operation not permitted \(AF_PACKET refused for want of CAP_NET_RAW\)\n=> run it with sudo {3}or {3}after \(as root\) setcap cap_net_raw\+ep \/\S+ {3}or {3}in a container with --cap-add NET_RAW\n$/,
    );
    expect(run.status).toBe(2);
    const allowed = await arping(`-f ${lie('honest', 23)}`, { user: 'nobody', capabilities: ['net_raw'] });
    expect(allowed.status).toBe(0);
  });

  it.concurrent('ends at SIGINT, SIGQUIT and SIGTERM with its statistics, also when nothing has come back', async ({
    expect,
  }) => {
    for (const [index, signal] of (['SIGINT', 'SIGQUIT', 'SIGTERM'] as const).entries()) {
      const run = await arping(lie('silent', 30 + index), { signalAt: [{ signal, after: /^ARPING/ }] });
      expect(run.stdout).toContain('\nReceived 0 response(s)\n');
      expect(run.status).toBe(1);
    }
  });

  it.concurrent('ends -j with a summary that says so, at whatever moment it is interrupted', async ({ expect }) => {
    for (const afterMs of [60, 90, 120, 200]) {
      const run = await arping(`-j ${lie('honest', 24)}`, { signalAt: [{ signal: 'SIGINT', after: afterMs }] });
      // Before the run is set up, SIGINT kills the process as it kills iputils': then there is no line at all.
      if (run.signal === 'SIGINT') expect(run.stdout).toBe('');
      else expect(readLines(run.stdout).at(-1)).toMatchObject({ type: 'summary', reason: 'interrupted' });
    }
  });

  it.concurrent('says that the interface went down, and ends', async ({ expect }) => {
    await runShell(
      lab.netns('a'),
      'ip link add going0 type veth peer going1; ip addr add 10.98.0.1/24 dev going0; ip link set going1 up; ip link set going0 up',
    );
    const [text, json] = [`-i 9 10.98.0.2`, `-j -i 9 10.98.0.3`].map((args) =>
      lab.start('a', [stage.command('arping'), ...args.split(' ')]),
    );
    await Promise.all([text!.waitFor(/^ARPING/), json!.waitFor(/start/)]);
    await runShell(lab.netns('a'), 'ip link set going0 down');
    const run = await text!.ended;
    expect([run.stdout, run.stderr, run.status]).toEqual([
      'ARPING 10.98.0.2 from 10.98.0.1 going0\n',
      'arping: recvfrom: Network is down\n',
      2,
    ]);
    const lines = readLines((await json!.ended).stdout);
    expect(lines.map(({ type }) => type)).toEqual(['start', 'receive-error', 'unanswered', 'summary']);
    expect(lines.at(-1)).toMatchObject({ reason: 'error', sent: 1, received: 0 });
  });

  it.concurrent('says that a probe was refused, and tries again an interval later', async ({ expect }) => {
    await runShell(
      lab.netns('a'),
      `ip link add full0 type veth peer full1; ip addr add 10.97.0.1/24 dev full0; ip link set full1 up; ip link set full0 up
       nft -f - <<'END'
table netdev full {
  chain everything {
    type filter hook egress device full0 priority 0; policy drop;
  }
}
END`,
    );
    const run = await arping('-c 2 10.97.0.2');
    expect(run.stderr).toBe('arping: sendto: No buffer space available\n'.repeat(2));
    expect(run.stdout).toBe(
      'ARPING 10.97.0.2 from 10.97.0.1 full0\nSent 0 probes (0 broadcast(s))\nReceived 0 response(s)\n',
    );
    expect(run.status).toBe(1);
  });

  it.concurrent('--watch tells of a move', async ({ expect }) => {
    const target = lie('moves', 1);
    const run = await arping(`--watch -c 4 ${target}`);
    expect(run.stdout.replace(/^\[\d{10}\.\d{6}\]/gm, '[now]')).toBe(
      `ARPING ${target} from 10.99.0.1 arp0
[now] ${target} is at [02:99:00:00:00:02]
[now] ${target} moved to [02:99:00:00:00:03], was at [02:99:00:00:00:02]
Sent 4 probes (4 broadcast(s))
Received 4 response(s)
`,
    );
    expect(run.status).toBe(0);
  });

  it.concurrent('--watch tells of a duplicate, of an announcement, and of one that is gone', async ({ expect }) => {
    const changes = async (args: string) =>
      readLines((await arping(`-j --watch ${args}`)).stdout).flatMap(({ type, change }) =>
        type === 'binding' ? [change] : [],
      );
    const [duplicate, announced, gone] = await Promise.all([
      changes(`-c 2 ${lie('twoAnswer', 2)}`),
      changes(`-c 2 ${lie('announcement', 2)}`),
      changes(`-c 4 ${lie('fallsSilent', 2)}`),
    ]);
    expect(duplicate).toEqual(['found', 'duplicate']);
    expect(announced).toEqual(['found']);
    expect(gone).toEqual(['found', 'gone']);
  });

  it.concurrent('--oui names the vendor in every form of output', async ({ expect }) => {
    await runShell(lab.netns('b'), 'ip link set eth0 address 28:6f:b9:00:00:01');
    const file = join(stage.folder, 'oui.txt');
    writeFileSync(file, '28-6F-B9   (hex)\t\tNokia Shanghai Bell Co., Ltd.\n', { mode: 0o644 });
    const text = await arping(`--oui ${file} -f -I eth1 ${HOSTS.b.ipv4}`, {}, 'r2');
    expect(text.stdout).toMatch(/ \[28:6F:B9:00:00:01\] \(Nokia Shanghai Bell Co\., Ltd\.\) {2}\d+\.\d{3}ms\n/);
    const json = readLines((await arping(`-j --oui ${file} -f -I eth1 ${HOSTS.b.ipv4}`, {}, 'r2')).stdout);
    expect(json[1]).toMatchObject({ mac: '28:6F:B9:00:00:01', vendor: 'Nokia Shanghai Bell Co., Ltd.' });
  });

  it.concurrent('asks for who it is as told: the hardware address of the interface', async ({ expect }) => {
    const run = await arping(`-j -f ${lie('honest', 25)}`);
    expect(readLines(run.stdout)[0]).toMatchObject({ source: '10.99.0.1', device: DEVICE, source_mac: OWN_HARDWARE });
  });
});
