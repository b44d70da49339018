/** Neighbours that lie, to a host and to a router: every message goes over a wire, in frames that no honest kernel sends. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Child, Child as LabChild } from '../lab/child.ts';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import type { RunningCommand } from '../lab/run.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { loadVectors } from '../packet/support.ts';

const SPEAKER = new URL('programs/speaker.ts', import.meta.url).pathname;
const A = '02:77:01:00:00:01';
const ALL_SYSTEMS = '01:00:5e:00:00:01';
const ALL_ROUTERS = '01:00:5e:00:00:02';
const BROADCAST = 'ff:ff:ff:ff:ff:ff';

/** A vector of irdp.json by its name. */
const vector = (name: string) => loadVectors('irdp.json').find((each) => each.name === name)!.hex;

/** An advertisement for 60 s with the checksum made right: `entries` in hex behind count, size and lifetime. */
function advertise(entries: string, count: number, words = 2, lifetime = 60): string {
  const head = Buffer.from([9, 0, 0, 0, count, words, lifetime >> 8, lifetime & 255]);
  const octets = Buffer.concat([head, Buffer.from(entries, 'hex')]);
  let sum = 0;
  for (let i = 0; i < octets.length; i += 2) sum += (octets[i]! << 8) | (octets[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  octets.writeUInt16BE(~sum & 0xffff, 2);
  return octets.toString('hex');
}

const entry = (address: string, preference = '00000000') =>
  `${address
    .split('.')
    .map((octet) => Number(octet).toString(16).padStart(2, '0'))
    .join('')}${preference}`;

describeLab('a host among liars', () => {
  let lab: Lab;
  let stage: Stage;
  let liar: Child;
  let host: RunningCommand;

  beforeAll(async () => {
    stage = createStage();
    lab = await createLab();
    liar = await LabChild.start(lab.netns('r1'), SPEAKER);
    host = lab.start('a', [stage.command('rdisc'), '-n', '-v', '-d', '-f'], { timeoutMs: 60_000 });
    await host.waitFor(/host on/, 'stderr');
  });
  afterAll(async () => {
    await host.signal('SIGINT');
    const { status } = await host.ended;
    await liar.stop();
    await lab.close();
    stage.remove();
    expect(status).toBe(0);
  });

  /** Each lie comes from an address of its own, so that its line is known. Below eight octets the kernel hands nothing over. */
  it.each([
    ['a bad checksum', '10.77.1.31', vector('advertisement-checksum-zero-is-wrong'), 'Bad checksum'],
    ['a code', '10.77.1.32', vector('advertisement-code-one'), 'Code = 1'],
    ['the code of mobility agents', '10.77.1.33', vector('advertisement-code-16-common-traffic'), 'Code = 16'],
    ['no addresses', '10.77.1.34', vector('advertisement-zero-counted-but-one-present'), 'No addresses'],
    ['entries of one word', '10.77.1.35', vector('advertisement-entry-size-one'), 'Words/addr = 1'],
    ['entries of no words', '10.77.1.36', advertise(entry('10.77.1.36'), 1, 0), 'Words/addr = 0'],
    [
      'two addresses in the room of one',
      '10.77.1.37',
      vector('advertisement-counts-two-addresses-but-has-one'),
      'Too short 16, 24',
    ],
    ['255 entries of 255 words', '10.77.1.38', advertise(entry('10.77.1.38'), 255, 255), 'Too short 16, 260108'],
  ])('rejects an advertisement with %s', async (_what, source, hex, words) => {
    expect(await liar.ask(`${A} ${source} 10.77.1.1 ${hex}`)).toBe('1');
    await host.waitFor(
      new RegExp(`^ICMP Router Advertise from ${source.replaceAll('.', '\\.')}: ${words.replace('.', '\\.')}$`, 'm'),
      'stderr',
    );
    expect(host.stdout).not.toContain(source);
  });

  it('ignores addresses that are no neighbours, and takes the others of the same message', async () => {
    const routers = [
      '0.0.0.0',
      '203.0.113.1',
      '224.0.0.1',
      '127.0.0.1',
      '255.255.255.255',
      '10.77.1.1',
      '10.77.1.0',
      '10.77.1.255',
      '10.88.3.3',
      '10.77.1.50',
    ];
    const hex = advertise(routers.map((address) => entry(address)).join(''), routers.length);
    await liar.ask(`${ALL_SYSTEMS} 10.77.1.50 224.0.0.1 ${hex}`);
    await host.waitFor(/^10\.77\.1\.50 on eth0: preference 0, lifetime 60 s$/m);
    await host.waitFor(/^Recording 10\.77\.1\.50,/m, 'stderr');
    for (const address of routers.slice(0, -1)) {
      expect(host.stderr).toMatch(
        new RegExp(`^\taddress ${address.replaceAll('.', '\\.')}, preference 0x0 \\(ignored: `, 'm'),
      );
      expect(host.stdout).not.toContain(`${address} on`);
    }
  });

  it('takes routers from the body, and says that the sender is no neighbour', async () => {
    await liar.ask(`${BROADCAST} 1.77.1.10 255.255.255.255 ${advertise(entry('10.77.1.51', '0000002a'), 1)}`);
    await host.waitFor(/^10\.77\.1\.51 on eth0: preference 42, lifetime 60 s$/m);
    await host.waitFor(/^\tsource 1\.77\.1\.10 not directly connected$/m, 'stderr');
  });

  it('reads entries of three words, and what stands behind the last one', async () => {
    const entries = `${entry('10.77.1.52')}eeeeeeee${entry('10.77.1.53')}eeeeeeee0102`;
    await liar.ask(`${A} 10.77.1.52 10.77.1.1 ${advertise(entries, 2, 3)}`);
    await host.waitFor(/^10\.77\.1\.53 on eth0/m);
    expect(host.stdout).toContain('10.77.1.52 on eth0: preference 0, lifetime 60 s\n');
  });

  it('reads as many addresses as a frame holds, and rejects a message that was cut to fit one', async () => {
    const many = Array.from({ length: 255 }, (_, index) => entry(`10.77.1.${index}`, '80000000')).join('');
    await liar.ask(`${A} 10.77.1.60 10.77.1.1 ${advertise(many, 255).slice(0, 2 * 1480)}`);
    await host.waitFor(/^ICMP Router Advertise from 10\.77\.1\.60: (Bad checksum|Too short)/m, 'stderr');
    const most = Array.from({ length: 180 }, (_, index) => entry(`10.77.1.${index + 60}`, '80000000')).join('');
    await liar.ask(`${A} 10.77.1.60 10.77.1.1 ${advertise(most, 180)}`);
    await host.waitFor(/^10\.77\.1\.239 on eth0: preference -2147483648, lifetime 60 s, not a default router$/m);
  });

  it('drops a router at lifetime 0, and one with a lifetime of 1 s after 1 s', async () => {
    await liar.ask(`${A} 10.77.1.51 10.77.1.1 ${advertise(entry('10.77.1.51'), 1, 2, 0)}`);
    await host.waitFor(/^10\.77\.1\.51 on eth0: withdrawn$/m);
    await liar.ask(`${A} 10.77.1.52 10.77.1.1 ${advertise(entry('10.77.1.52'), 1, 2, 1)}`);
    await host.waitFor(/^10\.77\.1\.52 on eth0: preference 0, lifetime 1 s, not a default router$/m);
    await host.waitFor(/^10\.77\.1\.52 on eth0: lifetime is over$/m);
  });

  it('is not troubled by a flood of them', async () => {
    for (let round = 0; round < 300; round++) {
      await liar.ask(
        `${A} 10.77.1.${round % 200} 10.77.1.1 ${advertise(entry(`10.77.1.${round % 200}`), (round * 7) % 256, round % 5)}`,
      );
    }
    await liar.ask(`${A} 10.77.1.250 10.77.1.1 ${advertise(entry('10.77.1.250', '00000007'), 1)}`);
    await host.waitFor(/^10\.77\.1\.250 on eth0: preference 7, lifetime 60 s$/m);
  });
});

describeLab('a router among liars', () => {
  let lab: Lab;
  let stage: Stage;
  let liar: Child;
  let router: RunningCommand;

  beforeAll(async () => {
    stage = createStage();
    lab = await createLab();
    liar = await LabChild.start(lab.netns('a'), SPEAKER);
    router = lab.start('r1', [stage.command('rdisc'), '-r', '-n', '-v', '-d', '-T', '1800'], { timeoutMs: 60_000 });
    await router.waitFor(/Sending advertisement.*\n.*\nSending advertisement/, 'stderr');
  });
  afterAll(async () => {
    await router.signal('SIGINT');
    await router.ended;
    await liar.stop();
    await lab.close();
    stage.remove();
  });

  it.each([
    ['a bad checksum', '10.77.1.31', vector('solicitation-wrong-checksum'), 'Bad checksum'],
    ['a code', '10.77.1.32', vector('solicitation-code-one'), 'Code = 1'],
    ['a source that is no neighbour', '203.0.113.9', vector('solicitation'), 'source not directly connected'],
  ])('gives no answer to a solicitation with %s', async (_what, source, hex, words) => {
    await liar.ask(`${ALL_ROUTERS} ${source} 224.0.0.2 ${hex}`);
    await router.waitFor(
      new RegExp(`^ICMP Router Solicitation from ${source.replaceAll('.', '\\.')}: ${words}$`, 'm'),
      'stderr',
    );
    expect(router.stderr).not.toContain(`Sending advertisement to ${source}`);
  });

  it('ignores what stands in the reserved word', async () => {
    await liar.ask(`${ALL_ROUTERS} 10.77.1.34 224.0.0.2 ${vector('solicitation-with-non-zero-reserved-field')}`);
    await router.waitFor(/^Sending advertisement to 10\.77\.1\.34: /m, 'stderr');
  });

  it('answers a host without an address to all: at the group, or by broadcast where it was asked so', async () => {
    const capture = await lab.capture('a', 'eth0', 'icmp[0] == 9');
    const answers = async (count: number) => {
      while (capture.packets().length < count) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await liar.ask(`${ALL_ROUTERS} 0.0.0.0 224.0.0.2 ${vector('solicitation')}`);
    await answers(1);
    await liar.ask(`${BROADCAST} 0.0.0.0 255.255.255.255 ${vector('solicitation')}`);
    await answers(2);
    const destinations = (await capture.stop()).map(({ octets }) => octets.subarray(30, 34).join('.'));
    expect(destinations.slice(0, 2)).toEqual(['224.0.0.1', '255.255.255.255']);
  });
});
