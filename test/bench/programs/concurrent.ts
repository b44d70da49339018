/** So many pings of the library at once to as many loopback addresses, and what they cost this process. */
import { readFileSync } from 'node:fs';
import { type PingSummary, ping } from '../../../src/index.ts';
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
function target(index: number): string {
  return `127.${1 + (index >> 16)}.${(index >> 8) & 0xff}.${index & 0xff}`;
}

async function play({ pings, probesEach, intervalMs }: ConcurrentLoad): Promise<PingSummary[]> {
  const runs = Array.from({ length: pings }, (_, index) => ping(target(index), { count: probesEach, intervalMs }));
  return await Promise.all(runs);
}

await runScenario({
  async measure(load: ConcurrentLoad): Promise<ConcurrentCost> {
    await play(WARM_UP);
    const restMb = memoryMb('VmRSS');
    const before = process.cpuUsage();
    const beganMs = performance.now();
    const summaries = await play(load);
    const wallMs = performance.now() - beganMs;
    const { user, system } = process.cpuUsage(before);
    const peakMb = memoryMb('VmHWM');
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
