/** Many `ping()`s of the library inside the lab's network; each scenario tells what became of each ping, for the test to judge. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type PingEvent, type PingOptions, type PingSummary, ping, SondeError } from '../../../src/index.ts';
import { runScenario } from '../../native/programs/scenario.ts';

/** One ping of many: where to, and how. */
export interface Asked {
  readonly to: string;
  readonly count: number | null;
  readonly intervalMs?: number;
  readonly timeoutMs?: number;
  readonly size?: number;
}

/** What became of one. */
export interface Told {
  readonly to: string;
  /** `reason transmitted/received`, and what else is not zero. */
  readonly end: string;
  /** The probes that were answered, in the order of their replies; those of duplicates have a `+`. */
  readonly replies: string;
  readonly sources: readonly string[];
  /** Of the round trips; null without any. */
  readonly shortestMs: number | null;
  readonly errors: readonly string[];
}

export interface Outcome {
  readonly told: readonly Told[];
  /** Descriptors before there was a ping, at most while they ran, and after they had ended. */
  readonly descriptors: { readonly before: number; readonly during: number; readonly after: number };
  /** Sockets of either family among those that were open meanwhile, at most. */
  readonly sockets: number;
  readonly warnings: readonly string[];
}

const warnings: string[] = [];
process.on('warning', ({ message }) => warnings.push(message));

/** Open descriptors (and the one that reading the folder takes, always). */
function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** ICMP sockets of this network namespace, of either kind and family. */
const SOCKET_TABLES = ['icmp', 'icmp6', 'raw', 'raw6'];

function socketsOpen(): number {
  const ours = new Set(
    readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return [/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1] ?? ''];
      } catch {
        return []; // the descriptor of the folder itself
      }
    }),
  );
  const inodes = SOCKET_TABLES.flatMap((table) =>
    readFileSync(`/proc/self/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/)[9] ?? ''),
  );
  return inodes.filter((inode) => inode !== '' && ours.has(inode)).length;
}

/** Listens to one ping and tells of it in short. */
class Listener {
  readonly #replies: string[] = [];
  readonly #sources = new Set<string>();
  readonly #errors: string[] = [];
  #shortestMs = Number.POSITIVE_INFINITY;

  hear(event: PingEvent): void {
    switch (event.type) {
      case 'reply':
        this.#replies.push(`${event.sequence}${event.duplicate ? '+' : ''}${event.badChecksum ? '!' : ''}`);
        this.#sources.add(event.source);
        this.#shortestMs = Math.min(this.#shortestMs, event.roundTripMs);
        return;
      case 'network-error':
        this.#errors.push(`${event.sequence}: ${event.icmpType}/${event.icmpCode} from ${event.source}`);
        return;
      case 'send-error':
        this.#errors.push(`${event.sequence}: errno ${event.errno}`);
        return;
      case 'local-error':
      case 'unanswered':
      case 'warning':
        this.#errors.push(event.type);
        return;
      case 'start':
      case 'lost':
      case 'summary':
        return;
    }
  }

  tell(to: string, end: string): Told {
    return {
      to,
      end,
      replies: this.#replies.join(' '),
      sources: [...this.#sources],
      shortestMs: this.#replies.length === 0 ? null : this.#shortestMs,
      errors: this.#errors,
    };
  }
}

function endOf({ reason, transmitted, received, duplicates, corrupted, errors }: PingSummary): string {
  const more = Object.entries({ duplicates, corrupted, errors }).filter(([, count]) => count > 0);
  return [`${reason} ${received}/${transmitted}`, ...more.map(([name, count]) => `${count} ${name}`)].join(', ');
}

class ListenerError extends Error {}

function reasonOf(error: unknown): string {
  if (error instanceof ListenerError) return `listener: ${error.message}`;
  if (error instanceof SondeError) return `refused: ${error.message} (${error.code} ${error.syscall})`;
  if (error instanceof DOMException) return `aborted: ${error.name}`;
  throw error;
}

interface More {
  readonly signal?: AbortSignal;
  /** Called within the loop over events. */
  readonly onEvent?: (event: PingEvent) => void;
}

/** What was open at most while pings ran. */
const most = { descriptors: 0, sockets: 0 };
/** To look costs more than a ping does. */
const EVENTS_PER_LOOK = 100;
let events = 0;

function look(): void {
  if (events++ % EVENTS_PER_LOOK !== 0) return;
  most.descriptors = Math.max(most.descriptors, descriptors());
  most.sockets = Math.max(most.sockets, socketsOpen());
}

async function pingOne({ to, ...options }: Asked, { signal, onEvent }: More = {}): Promise<Told> {
  const listener = new Listener();
  try {
    const run = ping(to, { ...options, signal } satisfies PingOptions);
    for await (const event of run) {
      look();
      listener.hear(event);
      onEvent?.(event);
    }
    return listener.tell(to, endOf(await run));
  } catch (error) {
    return listener.tell(to, reasonOf(error));
  }
}

/** What pings leave behind in a process that has had some already. */
async function outcomeOf(run: () => Promise<Told[]>): Promise<Outcome> {
  const before = descriptors();
  Object.assign(most, { descriptors: 0, sockets: 0 });
  const told = await run();
  // Handles close in the next turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  return {
    told,
    descriptors: { before, during: most.descriptors, after: descriptors() },
    sockets: most.sockets,
    warnings,
  };
}

/** As a program's own code does that takes its time. */
function keepBusy(forMs: number): void {
  const endMs = performance.now() + forMs;
  while (performance.now() < endMs);
}

/** Nothing of node's own may be opened for the first time while descriptors are counted. */
async function warmUp(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  await pingOne({ to: '127.0.0.1', count: 1 });
  socketsOpen();
}

await runScenario({
  /** All at once. */
  async together(asked: Asked[]): Promise<Outcome> {
    await warmUp();
    return await outcomeOf(async () => await Promise.all(asked.map((each) => pingOne(each))));
  },

  /** All at once, and all aborted by one signal after so many replies in all. */
  async aborted({ asked, replies }: { asked: Asked[]; replies: number }): Promise<Outcome> {
    await warmUp();
    const abort = new AbortController();
    let heard = 0;
    const onEvent = ({ type }: PingEvent) => {
      if (type === 'reply' && ++heard === replies) abort.abort();
    };
    return await outcomeOf(
      async () => await Promise.all(asked.map((each) => pingOne(each, { signal: abort.signal, onEvent }))),
    );
  },

  /** All at once, awaited and not iterated, and disposed of after a while. */
  async disposed({ asked, afterMs }: { asked: Asked[]; afterMs: number }): Promise<Outcome> {
    await warmUp();
    return await outcomeOf(async () => {
      const runs = asked.map(({ to, ...options }) => ping(to, options));
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await Promise.all(runs.map((run) => run[Symbol.asyncDispose]()));
      return await Promise.all(runs.map(async (run, index) => new Listener().tell(asked[index]!.to, endOf(await run))));
    });
  },

  /** The signal was aborted before they began. */
  async abortedBefore(asked: Asked[]): Promise<Outcome> {
    await warmUp();
    const signal = AbortSignal.abort();
    return await outcomeOf(async () => await Promise.all(asked.map((each) => pingOne(each, { signal }))));
  },

  /** Each ping's loop is left after so many replies, one ping after the other, again and again. */
  async left({ to, times, replies }: { to: string; times: number; replies: number }): Promise<Outcome> {
    await warmUp();
    return await outcomeOf(async () => {
      const told: Told[] = [];
      for (let time = 0; time < times; time++) {
        let heard = 0;
        const listener = new Listener();
        const run = ping(to, { count: null, intervalMs: 2 });
        for await (const event of run) {
          look();
          listener.hear(event);
          if (event.type === 'reply' && ++heard === replies) break;
        }
        told.push(listener.tell(to, (await run).reason));
      }
      return told;
    });
  },

  /** All at once; when the last probe of each has left, the thread is busy with something else for so long. */
  async stalled({ asked, afterMs, forMs }: { asked: Asked[]; afterMs: number; forMs: number }): Promise<Outcome> {
    await warmUp();
    return await outcomeOf(async () => {
      const running = Promise.all(asked.map((each) => pingOne(each)));
      setTimeout(() => keepBusy(forMs), afterMs);
      return await running;
    });
  },

  /** All at once; the loop over the first one throws at its second reply. */
  async throwing(asked: Asked[]): Promise<Outcome> {
    await warmUp();
    let replies = 0;
    const onEvent = ({ type }: PingEvent) => {
      if (type === 'reply' && ++replies === 2) throw new ListenerError('broken');
    };
    return await outcomeOf(
      async () => await Promise.all(asked.map((each, index) => pingOne(each, index === 0 ? { onEvent } : {}))),
    );
  },

  /** One ping whose loop keeps the thread busy for so long at every so many-th reply. */
  async blocking({ asked, everyReplies, forMs }: { asked: Asked; everyReplies: number; forMs: number }) {
    let replies = 0;
    const { to, ...options } = asked;
    const run = ping(to, options);
    for await (const { type } of run) {
      if (type === 'reply' && ++replies % everyReplies === 0) keepBusy(forMs);
    }
    const { transmitted, received, elapsedMs } = await run;
    return { transmitted, received, elapsedMs };
  },

  /** A reader that pauses after every so many events: what it was told, and how many events waited for it at most. */
  async slow({ asked, everyEvents }: { asked: Asked; everyEvents: number }) {
    await warmUp();
    const { to, ...options } = asked;
    const listener = new Listener();
    const sequences: number[] = [];
    let events = 0;
    let mostWaiting = 0;
    const run = ping(to, options);
    for await (const event of run) {
      listener.hear(event);
      if (event.type === 'reply') sequences.push(event.sequence);
      mostWaiting = Math.max(mostWaiting, run.waiting);
      if (++events % everyEvents === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return { told: listener.tell(to, endOf(await run)), sequences, mostWaiting };
  },

  /** The summary and the types of all events of one ping with any options. */
  async one({ to, options, abortAfterMs }: { to: string; options: PingOptions; abortAfterMs?: number }) {
    await warmUp();
    const before = descriptors();
    const events: PingEvent[] = [];
    const signal = abortAfterMs === undefined ? undefined : AbortSignal.timeout(abortAfterMs);
    let end: unknown;
    try {
      const run = ping(to, { ...options, signal });
      for await (const event of run) events.push(event);
      end = await run;
    } catch (error) {
      const { name, code, syscall, hint, message } = error as SondeError;
      end = { error: { name, code, syscall, hint, message } };
    }
    await new Promise((resolve) => setImmediate(resolve));
    return { events, end, left: descriptors() - before };
  },

  /** The same pings in so many threads at once; what each thread was told. */
  async inThreads({ asked, threads }: { asked: Asked[]; threads: number }): Promise<Outcome[]> {
    const answerOf = (worker: Worker) =>
      new Promise<Outcome>((resolve, reject) => {
        let stdout = '';
        worker.stdout.on('data', (chunk) => {
          stdout += chunk;
        });
        worker.on('error', reject);
        worker.on('exit', () => resolve(JSON.parse(stdout)));
      });
    const argv = ['together', JSON.stringify(asked)];
    const file = fileURLToPath(import.meta.url);
    return await Promise.all(Array.from({ length: threads }, () => answerOf(new Worker(file, { argv, stdout: true }))));
  },

  /** One after the other. */
  async inTurn(asked: Asked[]): Promise<Outcome[]> {
    await warmUp();
    const outcomes: Outcome[] = [];
    for (const each of asked) outcomes.push(await outcomeOf(async () => [await pingOne(each)]));
    return outcomes;
  },
});
