import { expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import type { Lab } from '../lab/lab.ts';
import { runShell } from '../lab/netns.ts';
import { HOSTS } from '../lab/topology.ts';
import { openBench } from './bench.ts';

describeLab('the bench of a suite', () => {
  it('runs commands in the namespace of the scene, once it is prepared and has its helper', async () => {
    const events: string[] = [];
    const bench = await openBench('ping', {
      lab: {},
      namespace: 'b',
      prepare: async (lab) => {
        events.push('prepare');
        await runShell(lab.netns('b'), 'ip link set dev lo down');
      },
      with: (lab: Lab) => {
        events.push(`start in ${lab.netns('r1').split('-').at(-1)}`);
        return Promise.resolve({ stop: () => Promise.resolve(events.push('stop')) });
      },
    });
    try {
      const addresses = await bench.run(['ip', '-oneline', 'address'], {});
      expect(addresses.stdout).toContain(` ${HOSTS.b.ipv4}/24 `);
      expect((await bench.run(['ip', '-oneline', 'link', 'show', 'lo'], {})).stdout).toContain('state DOWN');
      expect(bench.ourPath).toMatch(/\/bin\/ping$/);
      expect(events).toEqual(['prepare', 'start in r1']);
    } finally {
      await bench.close();
    }
    expect(events).toEqual(['prepare', 'start in r1', 'stop']);
  });

  it('leaves nothing behind where the scene cannot be set', async () => {
    const seen: Lab[] = [];
    const opened = openBench('ping', {
      lab: {},
      prepare: async (lab) => {
        seen.push(lab);
        await runShell(lab.netns('a'), 'exit 3');
      },
    });
    await expect(opened).rejects.toThrow();
    await expect(runShell(seen[0]!.netns('a'), 'true')).rejects.toThrow();
  });

  it.each(['ping', 'tracepath', 'arping', 'clockdiff'])('knows the version of the installed %s', async (command) => {
    const bench = await openBench(command, { lab: {} });
    try {
      const version = await bench.run([`/usr/bin/${command}`, '-V'], {});
      expect(bench.has20221126).toBe(version.stdout.startsWith(`${command} from iputils 20221126\n`));
      expect(version.stdout).toMatch(new RegExp(`^${command} from iputils \\d+\n`));
    } finally {
      await bench.close();
    }
  });
});
