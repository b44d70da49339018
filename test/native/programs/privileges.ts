/** Gives up privileges, and looks at every thread of the process before and after. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { AF_INET, IPPROTO_ICMP, SOCK_RAW } from '../../../src/net/constants.ts';
import { loadNative, type SystemError } from '../../../src/net/native.ts';
import { runScenario } from './scenario.ts';

export interface ThreadStatus {
  readonly permitted: string;
  readonly effective: string;
  readonly inheritable: string;
  readonly ambient: string;
  readonly noNewPrivs: string;
}
export interface Report {
  readonly before: { readonly capabilities: Capabilities; readonly raw: string };
  /** What `dropCapabilities` answered, each time. */
  readonly left: readonly number[];
  readonly threads: readonly ThreadStatus[];
  readonly after: { readonly capabilities: Capabilities; readonly raw: string; readonly rawInWorker: string | null };
}
interface Capabilities {
  readonly effective: string;
  readonly permitted: string;
  readonly inheritable: string;
}
export interface Task {
  readonly times: number;
  /** Workers that spin, wait and sleep, and one that tries a raw socket afterwards. */
  readonly workers: boolean;
  readonly lookups: number;
}

const addon = loadNative();

function statusOf(thread: string): ThreadStatus {
  const text = readFileSync(`/proc/self/task/${thread}/status`, 'utf8');
  const field = (name: string) => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(text)![1]!;
  return {
    permitted: field('CapPrm'),
    effective: field('CapEff'),
    inheritable: field('CapInh'),
    ambient: field('CapAmb'),
    noNewPrivs: field('NoNewPrivs'),
  };
}

function capabilities(): Capabilities {
  const { effective, permitted, inheritable } = addon.capabilities();
  const hex = (set: bigint) => set.toString(16).padStart(16, '0');
  return { effective: hex(effective), permitted: hex(permitted), inheritable: hex(inheritable) };
}

function tryRaw(): string {
  try {
    addon.close(addon.open(AF_INET, SOCK_RAW, IPPROTO_ICMP));
    return 'opened';
  } catch (error) {
    const { code, errno, syscall } = error as SystemError;
    return `${code} ${errno} ${syscall}`;
  }
}

/** Each does one of the things that a thread can be in the midst of when the signal comes. */
const WORKERS = {
  spin: 'parentPort.postMessage(0); for (;;);',
  wait: 'parentPort.postMessage(0); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);',
  sleep: 'setInterval(() => {}, 1000); parentPort.postMessage(0);',
  compute: 'parentPort.postMessage(0); for (;;) require("crypto").pbkdf2Sync("a", "b", 1000, 32, "sha256");',
  collect: 'parentPort.postMessage(0); for (let keep = [];; keep = keep.length > 1e4 ? [] : keep) keep.push({ keep });',
};

await runScenario({
  drop: async ({ times, workers, lookups }: Task): Promise<Report | undefined> => {
    const running = workers
      ? Object.values(WORKERS).map(
          (code) => new Worker(`const { parentPort } = require('node:worker_threads'); ${code}`, { eval: true }),
        )
      : [];
    const trying = workers ? new Worker(new URL(import.meta.url), { argv: ['rawInWorker'] }) : null;
    await Promise.all(
      [...running, ...(trying === null ? [] : [trying])].map(
        (worker) => new Promise((resolve) => worker.once('message', resolve)),
      ),
    );
    for (let i = 0; i < lookups; i++) addon.getaddrinfo('hostb.lab', 0, 0, () => {});
    const before = { capabilities: capabilities(), raw: tryRaw() };
    const left = Array.from({ length: times }, () => addon.dropCapabilities());
    const threads = readdirSync('/proc/self/task').map(statusOf);
    let rawInWorker: string | null = null;
    if (trying !== null) {
      const answer = new Promise<string>((resolve) => trying.once('message', resolve));
      trying.postMessage('try');
      rawInWorker = await answer;
    }
    const after = { capabilities: capabilities(), raw: tryRaw(), rawInWorker };
    console.log(JSON.stringify({ before, left, threads, after } satisfies Report));
    await sleep(0);
    process.exit(0);
  },

  rawInWorker: async () => {
    const { parentPort } = await import('node:worker_threads');
    parentPort!.on('message', () => parentPort!.postMessage(tryRaw()));
    parentPort!.postMessage('ready');
  },

  /** In an environment where the threads cannot be listed: no descriptor is left for /proc/self/task. */
  dropWithoutDescriptors: () => {
    const handles = [];
    try {
      for (;;) handles.push(addon.openTimer());
    } catch {
      // EMFILE
    }
    const left = addon.dropCapabilities();
    for (const handle of handles) addon.close(handle);
    return { left, raw: tryRaw() };
  },
});
