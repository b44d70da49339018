/** So many pings of one PingGroup at once to as many loopback addresses, and what they cost this process. */
import { readFileSync } from 'node:fs';
import { loadNative } from '../../../src/net/native.ts';
import { PingGroup } from '../../../src/ping/ping-group.ts';
import { runScenario } from '../../native/programs/scenario.ts';

export interface ConcurrentLoad {
  readonly pings: number;
  readonly probesEach: number;
  readonly intervalMs: number;
}

export interface ConcurrentCost {
  readonly transmitted: number;
  readonly received: number;
  readonly wallMs: number;
  readonly userUs: number;
  readonly systemUs: number;
  /** Resident: before there was a ping, and at its highest. */
  readonly restMb: number;
  readonly peakMb: number;
}

const KB_PER_MB = 1024;
/** What code costs before it is compiled is not the cost of a probe. */
const WARM_UP: ConcurrentLoad = { pings: 100, probesEach: 50, intervalMs: 10 };

/** A field of proc(5) status, in MB: VmRSS now, VmHWM at its highest. */
function memoryMb(field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync('/proc/self/status', 'latin1');
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / KB_PER_MB;
}

/** 127.1.0.1 and on: each is answered by our own kernel. */
function target(index: number) {
  return { family: 4, octets: Uint8Array.of(127, 1 + (index >> 16), index >> 8, index), scope: 0 } as const;
}

async function play(group: PingGroup, { pings, probesEach, intervalMs }: ConcurrentLoad) {
  const runs = Array.from({ length: pings }, (_, index) =>
    group.ping(target(index), { count: probesEach, intervalMs }),
  );
  return await Promise.all(runs);
}

await runScenario({
  async measure(load: ConcurrentLoad): Promise<ConcurrentCost> {
    const group = new PingGroup(loadNative());
    await play(group, WARM_UP);
    const restMb = memoryMb('VmRSS');
    const before = process.cpuUsage();
    const beganMs = performance.now();
    const summaries = await play(group, load);
    const wallMs = performance.now() - beganMs;
    const { user, system } = process.cpuUsage(before);
    const peakMb = memoryMb('VmHWM');
    await group.close();
    const sum = (of: 'transmitted' | 'received') => summaries.reduce((total, summary) => total + summary[of], 0);
    return {
      transmitted: sum('transmitted'),
      received: sum('received'),
      wallMs,
      userUs: user,
      systemUs: system,
      restMb,
      peakMb,
    };
  },
});
