/** Floods in the lab: what the tight loop makes of hosts that are near, and of what may come between probe and reply. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { runShell } from '../lab/netns.ts';
import { LIES } from '../lab/responder/lies.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { HOSTS } from '../lab/topology.ts';

interface Counts {
  readonly transmitted: number;
  readonly received: number;
  readonly duplicates: number;
  readonly errors: number;
  readonly pipe: number;
}

describeLab('a flood', () => {
  let lab: Lab;
  let stage: Stage;
  beforeAll(async () => {
    stage = createStage();
    lab = await createLab({ liar: true });
    // R1 refuses every twentieth echo request that is for itself.
    const rule = 'icmp type echo-request numgen inc mod 20 == 19 reject with icmp type host-unreachable';
    const chain = "'{ type filter hook input priority 0; }'";
    await runShell(
      lab.netns('r1'),
      `nft add table ip flood && nft add chain ip flood input ${chain} && nft add rule ip flood input ${rule}`,
    );
  });
  afterAll(async () => {
    await lab.close();
    stage.remove();
  });

  /** The last object of `-j`. */
  async function flood(...args: string[]): Promise<Counts> {
    const { stdout } = await lab.run('a', [stage.command('ping'), '-j', ...args]);
    const { transmitted, received, duplicates, errors, pipe } = JSON.parse(stdout.trim().split('\n').at(-1)!);
    return { transmitted, received, duplicates, errors, pipe: pipe ?? 1 };
  }

  it.each([['-f'], ['-i0'], ['-A']])('with %s loses no reply to an ICMP error between the replies', async (mode) => {
    expect(await flood(mode, '-q', '-c', '400', HOSTS.r1.ipv4)).toMatchObject({
      transmitted: 400,
      received: 380,
      errors: 20,
    });
  });

  it.each(['duplicate', 'storm'] as const)(
    'of a host that answers more than once (%s) loses none of its replies',
    async (lie) => {
      const counts = await flood('-f', '-q', '-c', '200', LIES[lie].ipv4);
      expect(counts).toMatchObject({ transmitted: 200, received: 200 });
      // By turns with their replies: three or four as a rule, and some more when the machine has other work.
      expect(counts.pipe).toBeLessThan(100);
    },
  );

  describe('without an interval, whose probes have kernel stamps', () => {
    it('has a time for each reply that is above zero and later than the one before', async () => {
      const { stdout } = await lab.run('a', [stage.command('ping'), '-j', '-i', '0', '-c', '500', HOSTS.b.ipv4]);
      const replies = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .filter(({ type }) => type === 'reply');
      expect(replies).toHaveLength(500);
      const times = replies.map(({ timestamp }) => timestamp as number);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      for (const { rtt_ns } of replies) expect(rtt_ns).toBeGreaterThan(0);
      const stamped = replies.filter(({ stamps }) => stamps.transmit === 'kernel' && stamps.receive === 'kernel');
      expect(stamped.length).toBeGreaterThan(450);
    });
  });
});
