/**
 * What the wire says of round trips on A's eth0, twice. An ordinary capture: its stamp of a request is taken by the capture itself,
 * a few µs before the device, and what the capture does in between is in the figure. And the kernel's tracepoints at both ends of
 * the driver (`net_dev_start_xmit`, behind all captures, and `netif_rx`), which cost a fraction of a µs.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '../lab/lab.ts';
import { type CapturedPacket, readPcap } from '../lab/pcap.ts';

/** Ends the observation and answers the round trip of each echo in µs, by its sequence. */
export type EndWire = () => Promise<ReadonlyMap<number, number>>;

/** Starts to observe; null where this machine cannot. */
export type StartWire = (lab: Lab) => Promise<EndWire | null>;

const ETHERNET_OCTETS = 14;
const IP_PROTOCOL_OFFSET = 9;
const IPPROTO_ICMP = 1;
const ICMP_ECHO = 8;
const US_PER_SECOND = 1e6;

/** tcpdump hands its buffer over about once a second. */
const FLUSH_MS = 1500;

/**
 * Not the lab's capture: that one has every packet wake tcpdump at once (--immediate-mode), and the wake-up falls between the
 * capture's stamp and the device, which lengthens what it measures by some 5 µs.
 */
export const capture: StartWire = async (lab) => {
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
    return pairBySequence(packets);
  };
};

function pairBySequence(packets: readonly CapturedPacket[]): Map<number, number> {
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

const TRACEFS = '/sys/kernel/tracing';
/** An echo of 56 octets: with its Ethernet header where it leaves, without where it comes in. */
const FILTERS = {
  net_dev_start_xmit: 'len == 98 && name == "eth0"',
  netif_rx: 'len == 84 && name == "eth0"',
} as const;
/** Request out of A and into R1, reply out of R1 and into A: all four devices are called eth0. */
const EVENTS_PER_ECHO = ['net_dev_start_xmit', 'netif_rx', 'net_dev_start_xmit', 'netif_rx'] as const;

/** The machine must be quiet otherwise: an event does not say in which namespace its device is. */
export const tracepoints: StartWire = async () => {
  const wasMounted = existsSync(`${TRACEFS}/instances`);
  if (!wasMounted && spawnSync('mount', ['-t', 'tracefs', 'nodev', TRACEFS]).status !== 0) return null;
  const instance = `${TRACEFS}/instances/sonde-bench-${process.pid}`;
  const set = (name: string, value: string) => writeFileSync(`${instance}/${name}`, value);
  mkdirSync(instance);
  set('trace_clock', 'mono');
  for (const [event, filter] of Object.entries(FILTERS)) {
    set(`events/net/${event}/filter`, filter);
    set(`events/net/${event}/enable`, '1');
  }
  return async () => {
    for (const event of Object.keys(FILTERS)) set(`events/net/${event}/enable`, '0');
    const text = readFileSync(`${instance}/trace`, 'utf8');
    rmdirSync(instance);
    if (!wasMounted) spawnSync('umount', [TRACEFS]);
    return pairByOrder(text);
  };
};

/** @throws Error when something else was under way */
function pairByOrder(text: string): Map<number, number> {
  const events = [...text.matchAll(/ (\d+\.\d{6}): (net_dev_start_xmit|netif_rx): /g)].map(([, seconds, event]) => ({
    us: Number(seconds) * US_PER_SECOND,
    event: event!,
  }));
  const trips = new Map<number, number>();
  for (let at = 0; at < events.length; at += EVENTS_PER_ECHO.length) {
    const echo = events.slice(at, at + EVENTS_PER_ECHO.length);
    if (EVENTS_PER_ECHO.some((event, index) => echo[index]?.event !== event)) {
      throw new Error(`event ${at} of the trace is no echo's: is anything else under way on a device called eth0?`);
    }
    trips.set(at / EVENTS_PER_ECHO.length + 1, echo[3]!.us - echo[0]!.us);
  }
  return trips;
}
