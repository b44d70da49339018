/** Runs of the library inside the lab: all six kinds of them, ended in every way, by the hundred, and in threads. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { arping, clockdiff, ping, type Run, rdisc, SondeError, sweep, tracepath } from '../../../src/index.ts';
import { QUEUE_LIMIT } from '../../../src/library/run.ts';
import { runScenario } from '../../native/programs/scenario.ts';

export type Kind =
  | 'ping'
  | 'tracepath'
  | 'tracepath flows'
  | 'tracepath rounds'
  | 'arping'
  | 'clockdiff'
  | 'sweep'
  | 'rdisc';
export type Ending = 'complete' | 'break' | 'dispose' | 'abort' | 'abort at once';

type AnyRun = Run<{ readonly type: string }, { readonly type: string; readonly reason: string }>;

const NEAR = '10.77.1.254';
const FAR = '10.77.3.2';

/** A short run of each kind, and one that would go on. */
const SHORT: Readonly<Record<Kind, (signal?: AbortSignal) => AnyRun>> = {
  ping: (signal) => ping(NEAR, { count: 1, signal }),
  tracepath: (signal) => tracepath(NEAR, { length: 100, signal }),
  'tracepath flows': (signal) => tracepath(NEAR, { flows: 2, length: 100, signal }),
  'tracepath rounds': (signal) => tracepath(NEAR, { count: 1, signal }),
  arping: (signal) => arping(NEAR, { first: true, signal }),
  clockdiff: (signal) => clockdiff(NEAR, { samples: 2, signal }),
  sweep: (signal) => sweep([NEAR, FAR], { rate: 0, signal }),
  rdisc: (signal) => rdisc({ signal }),
};
const LONG: Readonly<Record<Kind, (signal?: AbortSignal) => AnyRun>> = {
  ping: (signal) => ping(NEAR, { count: null, intervalMs: 1, signal }),
  tracepath: (signal) => tracepath('10.77.3.66', { length: 100, signal }),
  'tracepath flows': (signal) => tracepath('10.77.3.66', { flows: 8, count: 5, length: 100, signal }),
  'tracepath rounds': (signal) => tracepath(NEAR, { count: 1000, intervalMs: 10, signal }),
  arping: (signal) => arping(NEAR, { count: null, signal }),
  clockdiff: (signal) => clockdiff(NEAR, { samples: null, intervalMs: 1, signal }),
  sweep: (signal) => sweep('10.77.3.0/24', { signal }),
  rdisc: (signal) => rdisc({ forever: true, signal }),
};

async function end(kind: Kind, ending: Ending): Promise<void> {
  switch (ending) {
    case 'complete':
      await SHORT[kind]();
      return;
    case 'break':
      for await (const _ of LONG[kind]()) break;
      return;
    case 'dispose': {
      await using run = LONG[kind]();
      await run.next();
      return;
    }
    case 'abort': {
      const controller = new AbortController();
      const run = LONG[kind](controller.signal);
      await run.next();
      controller.abort();
      await run;
      return;
    }
    case 'abort at once': {
      const controller = new AbortController();
      const run = LONG[kind](controller.signal);
      controller.abort(new Error('never mind'));
      const reason = await run.then(String, String);
      if (reason !== 'Error: never mind') throw new Error(reason);
      return;
    }
  }
}

const descriptors = () => readdirSync('/proc/self/fd').length;

/** Sockets of this process in a table of /proc/net, whose lines name them by their inodes. */
function ownSockets(table: string): number {
  const words = new Set(readFileSync(`/proc/self/net/${table}`, 'utf8').split(/\s+/));
  const own = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.slice(1) ?? [];
    } catch {
      return []; // the one by which the folder was read
    }
  });
  return own.filter((inode) => words.has(inode)).length;
}

async function inBatches(count: number, atOnce: number, act: () => Promise<void>): Promise<void> {
  for (let done = 0; done < count; done += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, count - done) }, act));
  }
}

const status = (field: string) =>
  new RegExp(`^${field}:\\s+(\\S+)$`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))![1];

/** What a run must leave alone. */
const ownThings = () => ({
  capabilities: status('CapEff'),
  noNewPrivileges: status('NoNewPrivs'),
  priority: getPriority(),
  signalHandlers: ['SIGINT', 'SIGALRM', 'SIGQUIT', 'SIGTERM', 'SIGHUP'].reduce(
    (n, name) => n + process.listenerCount(name),
    0,
  ),
  exitHandlers: process.listenerCount('exit'),
  descriptors: descriptors(),
});

async function eventsOf(run: AnyRun): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const event of run) events.push(event);
  return events;
}

await runScenario({
  /** All that a run tells; `options` as a caller has them. */
  events: async ({ kind, target, options }: { kind: string; target?: string | string[]; options: object }) => {
    const functions: Readonly<Record<string, (...args: never[]) => AnyRun>> = {
      ping,
      tracepath,
      arping,
      clockdiff,
      sweep,
      rdisc,
    };
    const args = target === undefined ? [options] : [target, options];
    try {
      return await eventsOf(functions[kind]!(...(args as never[])));
    } catch (error) {
      if (!(error instanceof SondeError)) throw error;
      const { name, message, code, syscall, errno, hint } = error;
      return { name, message, code, syscall, errno, hint };
    }
  },

  /** Ends a kind of run so many times; answers descriptors before and after, and what else must stay the same. */
  endings: async ({ kind, ending, count, atOnce }: { kind: Kind; ending: Ending; count: number; atOnce: number }) => {
    await end(kind, ending);
    const before = ownThings();
    await inBatches(count, atOnce, () => end(kind, ending));
    return { before, after: ownThings() };
  },

  /** What a leak would look like: descriptors of runs that are under way, and the sockets among them. */
  underway: async () => {
    const before = descriptors();
    await using run = LONG.arping();
    await run.next();
    return { descriptors: descriptors() - before, packet: ownSockets('packet') };
  },

  /** A run that installs a route, and is ended once it has. */
  installed: async () => {
    const controller = new AbortController();
    const told: string[] = [];
    for await (const event of rdisc({ install: true, forever: true, signal: controller.signal })) {
      if (event.type === 'route') told.push(`${event.type} ${event.action}`);
      if (event.type === 'route' && event.action === 'add') controller.abort();
      if (event.type === 'summary') told.push(event.type);
    }
    return told;
  },

  /** So many at once. */
  many: async ({ kind, count }: { kind: Kind; count: number }) => {
    const summaries = await Promise.all(Array.from({ length: count }, () => SHORT[kind]()));
    return summaries.map(({ reason }) => reason);
  },

  /** A reader that takes its time, and what waited for it at most. */
  slow: async ({ targets, pauseEach }: { targets: string; pauseEach: number }) => {
    const run = sweep(targets, { rate: 0 });
    let [told, most] = [0, 0];
    let summary: unknown = null;
    for await (const event of run) {
      most = Math.max(most, run.waiting);
      if (event.type === 'target' && ++told % pauseEach === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      if (event.type === 'summary') summary = event;
    }
    return { told, most, summary };
  },

  /** A reader that reads no more, and aborts; what waits unread by then. */
  stuck: async ({ targets }: { targets: string }) => {
    const controller = new AbortController();
    const run = sweep(targets, { rate: 0, signal: controller.signal });
    await run.next();
    const isFull = () => run.waiting >= QUEUE_LIMIT;
    while (!isFull()) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    const { reason } = await run;
    return { reason, waiting: run.waiting };
  },

  /** Aborted while a resolver hangs; what sockets are left then. */
  lookup: async ({ kind, name }: { kind: 'ping' | 'arping' | 'clockdiff' | 'tracepath' | 'sweep'; name: string }) => {
    const functions = { ping, arping, clockdiff, tracepath, sweep };
    const controller = new AbortController();
    const run = functions[kind](name, { signal: controller.signal });
    const isHanging = new Promise<void>((resolve) => setTimeout(resolve, 100));
    await Promise.race([isHanging, run]);
    controller.abort(new Error('too slow'));
    const reason = await run.then(() => 'none', String);
    return { reason, sockets: ['raw', 'raw6', 'icmp', 'icmp6', 'packet'].map(ownSockets) };
  },

  /** All kinds at the same time in this thread and in another one. */
  threads: async () => {
    const kinds = Object.keys(SHORT).filter((kind) => kind !== 'rdisc') as Kind[];
    const here = Promise.all(kinds.map((kind) => SHORT[kind]()));
    const worker = new Worker(process.argv[1]!, { argv: ['inThread'], stdout: true });
    let said = '';
    worker.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const status = await new Promise((resolve) => worker.once('exit', resolve));
    return { status, there: JSON.parse(said), here: (await here).map(({ reason }) => reason) };
  },
  inThread: async () => {
    const kinds = Object.keys(SHORT).filter((kind) => kind !== 'rdisc') as Kind[];
    return (await Promise.all(kinds.map((kind) => SHORT[kind]()))).map(({ reason }) => reason);
  },
});
