import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from './describe-lab.ts';
import { createLab, type Lab } from './lab.ts';
import { HOSTS } from './topology.ts';

const ETHERNET_HEADER_OCTETS = 14;

describeLab('a capture', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab();
  });
  afterAll(async () => {
    await lab.close();
  });

  it('holds every packet that passed before it was stopped, with its time in ns', async () => {
    const startNs = BigInt(Date.now()) * 1_000_000n;
    const capture = await lab.capture('r1', 'eth1', 'icmp');
    await lab.run('a', ['ping', '-n', '-q', '-f', '-c500', HOSTS.b.ipv4]);
    const packets = await capture.stop();
    expect(packets).toHaveLength(1000);
    const types = packets.map(({ octets }) => octets[ETHERNET_HEADER_OCTETS + 20]);
    expect(types.filter((type) => type === 8)).toHaveLength(500);
    const times = packets.map(({ timeNs }) => timeNs);
    expect(times.every((time) => time >= startNs && time < startNs + 60_000_000_000n)).toBe(true);
    expect(times.some((time) => time % 1000n !== 0n)).toBe(true);
  });

  it('reports a device or filter that tcpdump refuses', async () => {
    await expect(lab.capture('a', 'eth9')).rejects.toThrow(/eth9/);
    await expect(lab.capture('a', 'eth0', 'no such filter')).rejects.toThrow(/syntax error/);
  });
});
