/**
 * Reported round trip minus what a packet capture says, over veth at 10 ms spacing: with the machine to itself, and with two busy
 * processes on each processor. The capture's stamps are the kernel's own at the device; each request is paired with its reply by
 * the sequence on the wire.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLab, type Lab } from '../lab/lab.ts';
import { type CapturedPacket, readPcap } from '../lab/pcap.ts';
import { HOSTS } from '../lab/topology.ts';
import { OURS, PEER } from './commands.ts';
import { percentile } from './pairs.ts';

const COUNT = 400;
const ROUNDS = 3;
/** Busy processes for each processor, of the same priority as what is measured. */
const BUSY_EACH = 2;
const ETHERNET_OCTETS = 14;
const IP_PROTOCOL_OFFSET = 9;
const IPPROTO_ICMP = 1;
const ICMP_ECHO = 8;
const NS_PER_US = 1e3;
const US_PER_MS = 1e3;

export async function truth(): Promise<void> {
  const lab = await createLab();
  try {
    console.log('quiet:');
    await compare(lab);
    console.log(`${BUSY_EACH} busy processes on each processor:`);
    const busy = keepBusy();
    try {
      await compare(lab);
    } finally {
      for (const child of busy) child.kill('SIGKILL');
    }
  } finally {
    await lab.close();
  }
}

function keepBusy(): ChildProcess[] {
  return Array.from({ length: BUSY_EACH * availableParallelism() }, (_, index) =>
    spawn('taskset', ['-c', `${index % availableParallelism()}`, 'sh', '-c', 'while :; do :; done'], {
      stdio: 'ignore',
    }),
  );
}

/** Where a program says that its times are from, `transmit/receive`, and how often. */
type Sources = Map<string, number>;

async function compare(lab: Lab): Promise<void> {
  const ours: number[] = [];
  const peers: number[] = [];
  const sources: Sources = new Map();
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(...(await differences(lab, [OURS, '-j'], (stdout) => readJson(stdout, sources))));
    peers.push(...(await differences(lab, [PEER], readText)));
  }
  report('  sonde:   ', ours);
  report('  iputils: ', peers);
  const ratio = (percent: number) => (percentOf(peers, percent) / percentOf(ours, percent)).toFixed(1);
  console.log(`  iputils is ${ratio(50)} times as far off in the median, ${ratio(99)} times at p99`);
  console.log(`  stamps of sonde: ${[...sources].map(([source, count]) => `${source} ${count}`).join(', ')}`);
}

function percentOf(values: readonly number[], percent: number): number {
  return percentile(
    [...values].sort((a, b) => a - b),
    percent,
  );
}

function report(name: string, values: readonly number[]): void {
  const p = (percent: number) => percentOf(values, percent).toFixed(1);
  console.log(
    `${name} |reported - wire| median ${p(50)} µs, p90 ${p(90)}, p99 ${p(99)}, max ${p(100)} (${values.length} echoes)`,
  );
}

interface Reported {
  readonly sequence: number;
  readonly us: number;
}

function readText(stdout: string): Reported[] {
  return [...stdout.matchAll(/icmp_seq=(\d+) ttl=\d+ time=([\d.]+) ms/g)].map(([, sequence, ms]) => ({
    sequence: Number(sequence),
    us: Number(ms) * US_PER_MS,
  }));
}

interface ReplyLine {
  readonly type: string;
  readonly seq: number;
  readonly rtt_ns: number;
  readonly stamps: { readonly transmit: string; readonly receive: string };
}

function readJson(stdout: string, sources: Sources): Reported[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ReplyLine)
    .filter(({ type }) => type === 'reply')
    .map(({ seq, rtt_ns, stamps }) => {
      const source = `${stamps.transmit}/${stamps.receive}`;
      sources.set(source, (sources.get(source) ?? 0) + 1);
      return { sequence: seq, us: rtt_ns / NS_PER_US };
    });
}

/** |reported - wire| of each echo of one run, in µs. */
async function differences(
  lab: Lab,
  command: readonly string[],
  read: (stdout: string) => readonly Reported[],
): Promise<readonly number[]> {
  const capture = await startCapture(lab);
  const run = await lab.run('a', [...command, '-n', '-c', `${COUNT}`, '-i', '0.01', HOSTS.r1.ipv4], {
    timeoutMs: 120_000,
  });
  const packets = await capture();
  const wire = wireRoundTrips(packets);
  const result: number[] = [];
  for (const { sequence, us } of read(run.stdout)) {
    const wireUs = wire.get(sequence);
    if (wireUs !== undefined) result.push(Math.abs(us - wireUs));
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
