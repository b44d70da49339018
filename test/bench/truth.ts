/**
 * Reported round trip minus what a packet capture says, over veth at 10 ms spacing. The capture's stamps are the kernel's own
 * at the device; each request is paired with its reply by the sequence on the wire.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLab, type Lab } from '../lab/lab.ts';
import { type CapturedPacket, readPcap } from '../lab/pcap.ts';
import { HOSTS } from '../lab/topology.ts';
import { OURS, PEER } from './commands.ts';
import { percentile } from './pairs.ts';

const COUNT = 400;
const ROUNDS = 3;
const ETHERNET_OCTETS = 14;
const IP_PROTOCOL_OFFSET = 9;
const IPPROTO_ICMP = 1;
const ICMP_ECHO = 8;

export async function truth(): Promise<void> {
  const lab = await createLab();
  try {
    const ours: number[] = [];
    const peers: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(...(await differences(lab, OURS)));
      peers.push(...(await differences(lab, PEER)));
    }
    report('sonde:   ', ours);
    report('iputils: ', peers);
    const medianOf = (values: readonly number[]) =>
      percentile(
        [...values].sort((a, b) => a - b),
        50,
      );
    console.log(`ratio of medians: iputils is ${(medianOf(peers) / medianOf(ours)).toFixed(1)} times as far off`);
  } finally {
    await lab.close();
  }
}

function report(name: string, values: readonly number[]): void {
  const sorted = [...values].sort((a, b) => a - b);
  const p = (percent: number) => percentile(sorted, percent).toFixed(1);
  console.log(
    `${name} |reported - wire| median ${p(50)} µs, p90 ${p(90)}, p99 ${p(99)}, max ${p(100)} (${values.length} echoes)`,
  );
}

/** |reported - wire| of each echo of one run, in µs. */
async function differences(lab: Lab, command: string): Promise<readonly number[]> {
  const capture = await startCapture(lab);
  const run = await lab.run('a', [
    command,
    ...(command === OURS ? ['-3'] : []),
    '-n',
    '-c',
    `${COUNT}`,
    '-i',
    '0.01',
    HOSTS.r1.ipv4,
  ]);
  const packets = await capture();
  const wire = wireRoundTrips(packets);
  const result: number[] = [];
  for (const [, sequence, ms] of run.stdout.matchAll(/icmp_seq=(\d+) ttl=\d+ time=([\d.]+) ms/g)) {
    const wireUs = wire.get(Number(sequence));
    if (wireUs !== undefined) result.push(Math.abs(Number(ms) * 1000 - wireUs));
  }
  if (result.length < COUNT * 0.9)
    throw new Error(`only ${result.length} of ${COUNT} echoes could be compared:\n${run.stderr}`);
  return result;
}

/** tcpdump hands its buffer over about once a second. */
const FLUSH_MS = 1500;

/**
 * An ordinary capture, not the lab's: that one has every packet wake tcpdump at once (--immediate-mode), and the wake-up falls
 * between the capture's stamp and the device, which lengthens what it measures by some 5 µs. Answers how to end it.
 */
async function startCapture(lab: Lab): Promise<() => Promise<readonly CapturedPacket[]>> {
  const file = `/tmp/${lab.netns('a')}.pcap`;
  const options = ['-n', '--time-stamp-precision=nano', '-i', 'eth0', '-w', file, 'icmp'];
  const tcpdump = spawn('ip', ['netns', 'exec', lab.netns('a'), 'tcpdump', ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await once(tcpdump.stderr, 'data'); // "listening on …"
  return async () => {
    await sleep(FLUSH_MS);
    tcpdump.kill('SIGTERM');
    await once(tcpdump, 'close');
    const packets = readPcap(readFileSync(file));
    rmSync(file);
    return packets;
  };
}

function wireRoundTrips(packets: readonly CapturedPacket[]): Map<number, number> {
  const requests = new Map<number, bigint>();
  const trips = new Map<number, number>();
  for (const { timeNs, octets } of packets) {
    const ip = octets.subarray(ETHERNET_OCTETS);
    if (ip[IP_PROTOCOL_OFFSET] !== IPPROTO_ICMP) continue;
    const icmp = ip.subarray((ip[0]! & 0x0f) * 4);
    const sequence = (icmp[6]! << 8) | icmp[7]!;
    const sent = requests.get(sequence);
    if (icmp[0] === ICMP_ECHO) requests.set(sequence, timeNs);
    else if (sent !== undefined) trips.set(sequence, Number(timeNs - sent) / 1000);
  }
  return trips;
}
