import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeLab } from '../describe-lab.ts';
import { DESTINATIONS } from '../destinations.ts';
import { createLab, type Lab } from '../lab.ts';
import { HOSTILE_NAME, IDN_NAME } from '../names.ts';
import { HOSTS } from '../topology.ts';

const { a, b, r1, r2 } = HOSTS;

describeLab("the lab's DNS server", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab({ names: 'dns' });
  });
  beforeEach(async () => {
    await lab.dns.behave({ mode: 'answer' });
  });
  afterAll(async () => {
    await lab.close();
  });

  /** Addresses as getaddrinfo(3) sorts them. */
  async function addresses(name: string): Promise<string[]> {
    const { stdout } = await lab.run('a', ['getent', 'ahosts', name]);
    return [...stdout.matchAll(/^(\S+) +STREAM/gm)].map((match) => match[1]!);
  }

  it.each([
    ['hosta.lab', [a.ipv6, a.ipv4]],
    ['router1.lab', [r1.ipv6, r1.ipv4]],
    ['router2.lab', [r2.ipv6, r2.ipv4]],
    ['hostb.lab', [b.ipv6, b.ipv4]],
    ['HOSTB.Lab', [b.ipv6, b.ipv4]],
    ['hostb4.lab', [b.ipv4]],
    ['hostb6.lab', [b.ipv6]],
    ['alias.lab', [b.ipv6, b.ipv4]],
    ['alias4.lab', [b.ipv4]],
    ['nosuch.lab', []],
  ])('knows the addresses of %s', async (name, expected) => {
    const sorted = (list: readonly string[]) => [...list].sort();
    expect(sorted(await addresses(name))).toEqual(sorted(expected));
  });

  it.each([
    [b.ipv4, 'hostb.lab'],
    [b.ipv6, 'hostb6.lab'],
    [r1.ipv4, 'router1.lab'],
    [DESTINATIONS.idnName.ipv4, IDN_NAME],
  ])('knows the name of %s', async (address, name) => {
    expect((await lab.run('a', ['getent', 'hosts', address])).stdout).toContain(` ${name}\n`);
  });

  it('has no name for noName', async () => {
    expect((await lab.run('a', ['getent', 'hosts', DESTINATIONS.noName.ipv4])).stdout).toBe('');
  });

  it('tells what an alias stands for, to ping too', async () => {
    const { stdout } = await lab.run('a', ['ping', '-c1', 'alias4.lab']);
    expect(stdout).toContain(
      'PING hostb4.lab (10.77.3.2) 56(84) bytes of data.\n64 bytes from hostb.lab (10.77.3.2): ',
    );
  });

  it('sends hostile octets on the wire; glibc refuses them as a name', async () => {
    const capture = await lab.capture('r1', 'eth0', 'udp src port 53');
    const { stdout } = await lab.run('a', ['getent', 'hosts', DESTINATIONS.hostileName.ipv4]);
    const packets = await capture.stop();
    const label = HOSTILE_NAME.replace('.lab', '');
    expect(packets.some(({ octets }) => octets.includes(Buffer.from(label, 'latin1')))).toBe(true);
    expect(stdout).toBe('');
  });

  it('delays, hangs and fails when told to, and writes down what it was asked', async () => {
    await lab.dns.behave({ mode: 'delay', delayMs: 300 });
    const delayed = await lab.run('a', ['getent', 'ahostsv4', 'hostb4.lab']);
    expect(delayed.stdout).toContain(b.ipv4);
    expect(delayed.durationMs).toBeGreaterThan(300);

    await lab.dns.behave({ mode: 'servfail' });
    expect((await lab.run('a', ['ping', '-c1', 'hostb.lab'])).stderr).toBe(
      'ping: hostb.lab: Temporary failure in name resolution\n',
    );

    await lab.dns.behave({ mode: 'hang' });
    const hung = await lab.run('a', ['getent', 'hosts', 'nosuch.lab']);
    expect(hung).toMatchObject({ stdout: '' });
    expect(hung.durationMs).toBeGreaterThan(900); // One try of one second.
    expect(await lab.dns.queries()).toContainEqual({ name: 'nosuch.lab', type: 'AAAA' });
  });

  it('can hang for reverse lookups alone', async () => {
    await lab.dns.behave({ mode: 'hang', only: 'PTR' });
    const { stdout, durationMs } = await lab.run('a', ['ping', '-c1', 'hostb4.lab']);
    expect(stdout).toContain('64 bytes from 10.77.3.2: icmp_seq=1');
    expect(durationMs).toBeGreaterThan(900);
  });

  it('is not asked where names come from files', async () => {
    const files = await createLab();
    const byName = await files.run('a', ['ping', '-6', '-c1', 'hostb6']);
    const hostile = await files.run('a', ['getent', 'hosts', DESTINATIONS.hostileName.ipv4]);
    const unknown = await files.run('a', ['ping', '-c1', 'nosuch.lab']);
    await files.close();
    expect(byName.stdout).toContain(
      'PING hostb6(hostb6.lab (fd77:3::2)) 56 data bytes\n64 bytes from hostb6.lab (fd77:3::2): ',
    );
    expect(hostile.stdout).toContain(HOSTILE_NAME); // /etc/hosts is believed.
    expect(unknown).toMatchObject({ status: 2, stderr: 'ping: nosuch.lab: Name or service not known\n' });
    expect(unknown.durationMs).toBeLessThan(900);
  });
});
