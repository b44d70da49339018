/**
 * Reported round trip minus what the wire says (wire.ts), over veth at 10 ms spacing: with the machine to itself, and with two busy
 * processes on each processor.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createLab, type Lab } from '../lab/lab.ts';
import { HOSTS } from '../lab/topology.ts';
import { OURS, PEER } from './commands.ts';
import { percentile } from './pairs.ts';
import { capture, type StartWire, tracepoints } from './wire.ts';

const COUNT = 400;
const ROUNDS = 3;
/** Busy processes for each processor, of the same priority as what is measured. */
const BUSY_EACH = 2;
const NS_PER_US = 1e3;
const US_PER_MS = 1e3;

const WIRES: readonly (readonly [string, StartWire])[] = [
  ['wire by a capture', capture],
  ["wire by the kernel's tracepoints", tracepoints],
];

export async function truth(): Promise<void> {
  const lab = await createLab();
  try {
    for (const [name, wire] of WIRES) await compare(lab, `quiet, ${name}`, wire);
    const busy = keepBusy();
    try {
      for (const [name, wire] of WIRES) await compare(lab, `${BUSY_EACH} busy processes a processor, ${name}`, wire);
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

async function compare(lab: Lab, title: string, startWire: StartWire): Promise<void> {
  console.log(`${title}:`);
  const ours: number[] = [];
  const peers: number[] = [];
  const sources: Sources = new Map();
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(...(await differences(lab, startWire, [OURS, '-j'], (stdout) => readJson(stdout, sources))));
    peers.push(...(await differences(lab, startWire, [PEER], readText)));
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
  startWire: StartWire,
  command: readonly string[],
  read: (stdout: string) => readonly Reported[],
): Promise<readonly number[]> {
  const endWire = await startWire(lab);
  if (endWire === null) throw new Error('this machine has no such view of the wire');
  const run = await lab.run('a', [...command, '-n', '-c', `${COUNT}`, '-i', '0.01', HOSTS.r1.ipv4], {
    timeoutMs: 120_000,
  });
  const wire = await endWire();
  const result: number[] = [];
  for (const { sequence, us } of read(run.stdout)) {
    const wireUs = wire.get(sequence);
    if (wireUs !== undefined) result.push(Math.abs(us - wireUs));
  }
  if (result.length < COUNT * 0.9)
    throw new Error(`only ${result.length} of ${COUNT} echoes could be compared:\n${run.stderr}`);
  return result;
}
