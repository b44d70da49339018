/** PingGroup at work inside the lab's network; each scenario tells what became of each ping, for the test to judge. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isSystemError } from '../../../src/net/errors.ts';
import { IcmpSocketRefused } from '../../../src/net/icmp-socket.ts';
import { loadNative } from '../../../src/net/native.ts';
import type { Address } from '../../../src/net/sockaddr.ts';
import type { PingEvent, SummaryEvent } from '../../../src/ping/events.ts';
import { type GroupPingOptions, PingGroup } from '../../../src/ping/ping-group.ts';
import { addressOctets } from '../../lab/addresses.ts';
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
  /** Descriptors before there was a group, while its pings ran, and after it was closed. */
  readonly descriptors: { readonly before: number; readonly during: number; readonly after: number };
  /** Sockets of either family among those that were open meanwhile. */
  readonly sockets: number;
  readonly warnings: readonly string[];
}

const NS_PER_MS = 1e6;
const addon = loadNative();
const warnings: string[] = [];
process.on('warning', ({ message }) => warnings.push(message));

function address(text: string): Address {
  return { family: text.includes(':') ? 6 : 4, octets: addressOctets(text), scope: 0 };
}

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
  #shortestNs = Number.POSITIVE_INFINITY;

  hear(event: PingEvent): void {
    switch (event.type) {
      case 'reply':
        this.#replies.push(`${event.sequence}${event.duplicate ? '+' : ''}${event.badChecksum ? '!' : ''}`);
        this.#sources.add(event.source);
        this.#shortestNs = Math.min(this.#shortestNs, event.roundTripNs);
        return;
      case 'network-error':
        this.#errors.push(`${event.sequence}: ${event.icmpType}/${event.icmpCode} from ${event.source}`);
        return;
      case 'send-error':
        this.#errors.push(`${event.sequence}: errno ${event.errno}`);
        return;
      case 'local-error':
      case 'unanswered':
      case 'sent':
      case 'short-packet':
      case 'status':
        this.#errors.push(event.type);
        return;
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
      shortestMs: this.#replies.length === 0 ? null : this.#shortestNs / NS_PER_MS,
      errors: this.#errors,
    };
  }
}

function endOf({ reason, transmitted, received, duplicates, corrupted, errors }: SummaryEvent): string {
  const more = Object.entries({ duplicates, corrupted, errors }).filter(([, count]) => count > 0);
  return [`${reason} ${received}/${transmitted}`, ...more.map(([name, count]) => `${count} ${name}`)].join(', ');
}

class ListenerError extends Error {}

function reasonOf(error: unknown): string {
  if (error instanceof ListenerError) return `listener: ${error.message}`;
  if (error instanceof IcmpSocketRefused) return `refused: ${error.message}`;
  if (isSystemError(error)) return `refused: ${error.syscall} ${error.code}`;
  throw error;
}

async function pingOne(group: PingGroup, { to, ...options }: Asked, more: Partial<GroupPingOptions>): Promise<Told> {
  const listener = new Listener();
  const onEvent = (event: PingEvent) => {
    listener.hear(event);
    more.onEvent?.(event);
  };
  try {
    return listener.tell(to, endOf(await group.ping(address(to), { ...options, ...more, onEvent })));
  } catch (error) {
    return listener.tell(to, reasonOf(error));
  }
}

/** A ping of our own address, once: sockets of that family are open from then on. */
async function openFamilies(group: PingGroup, asked: readonly Asked[]): Promise<void> {
  const families = new Set(asked.map(({ to }) => (to.includes(':') ? '::1' : '127.0.0.1')));
  for (const to of families) await pingOne(group, { to, count: 1 }, {});
}

/** What a group leaves behind in a process that has had one already. */
async function outcomeOf(asked: readonly Asked[], run: (group: PingGroup) => Promise<Told[]>): Promise<Outcome> {
  const before = descriptors();
  const group = new PingGroup(addon);
  await openFamilies(group, asked);
  const running = run(group);
  const during = descriptors();
  const sockets = socketsOpen();
  const told = await running;
  await group.close();
  // Handles close in the next turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  return { told, descriptors: { before, during, after: descriptors() }, sockets, warnings };
}

/** As a program's own code does that takes its time. */
function keepBusy(forMs: number): void {
  const endMs = performance.now() + forMs;
  while (performance.now() < endMs);
}

/** Nothing of node's own may be opened for the first time while descriptors are counted. */
async function warmUp(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  socketsOpen();
}

await runScenario({
  /** All at once. */
  async together(asked: Asked[]): Promise<Outcome> {
    await warmUp();
    return await outcomeOf(asked, async (group) => await Promise.all(asked.map((each) => pingOne(group, each, {}))));
  },

  /** All at once, and all aborted by one signal after so many replies in all. */
  async aborted({ asked, replies }: { asked: Asked[]; replies: number }): Promise<Outcome> {
    await warmUp();
    const abort = new AbortController();
    let heard = 0;
    const onEvent = ({ type }: PingEvent) => {
      if (type === 'reply' && ++heard === replies) abort.abort();
    };
    const more = { signal: abort.signal, onEvent };
    return await outcomeOf(asked, async (group) => await Promise.all(asked.map((each) => pingOne(group, each, more))));
  },

  /** All at once, and the group is closed by a listener after so many replies in all. */
  async closed({ asked, replies }: { asked: Asked[]; replies: number }): Promise<Outcome> {
    await warmUp();
    return await outcomeOf(asked, async (group) => {
      let heard = 0;
      let closed: Promise<void> | null = null;
      const onEvent = ({ type }: PingEvent) => {
        if (type === 'reply' && ++heard === replies) closed = group.close();
      };
      const told = await Promise.all(asked.map((each) => pingOne(group, each, { onEvent })));
      await closed;
      return told;
    });
  },

  /** The signal was aborted before they began. */
  async abortedBefore(asked: Asked[]): Promise<Outcome> {
    await warmUp();
    const more = { signal: AbortSignal.abort() };
    return await outcomeOf(asked, async (group) => await Promise.all(asked.map((each) => pingOne(group, each, more))));
  },

  /** All at once; when the last probe of each has left, the thread is busy with something else for so long. */
  async stalled({ asked, afterMs, forMs }: { asked: Asked[]; afterMs: number; forMs: number }): Promise<Outcome> {
    await warmUp();
    return await outcomeOf(asked, async (group) => {
      const running = Promise.all(asked.map((each) => pingOne(group, each, {})));
      setTimeout(() => keepBusy(forMs), afterMs);
      return await running;
    });
  },

  /** All at once; the listener of the first one throws at its second reply. */
  async throwing(asked: Asked[]): Promise<Outcome> {
    await warmUp();
    let replies = 0;
    const onEvent = ({ type }: PingEvent) => {
      if (type === 'reply' && ++replies === 2) throw new ListenerError('broken');
    };
    return await outcomeOf(
      asked,
      async (group) =>
        await Promise.all(asked.map((each, index) => pingOne(group, each, index === 0 ? { onEvent } : {}))),
    );
  },

  /** One ping whose listener keeps the thread busy for so long at every so many-th reply. */
  async blocking({ asked, everyReplies, forMs }: { asked: Asked; everyReplies: number; forMs: number }) {
    const group = new PingGroup(addon);
    let replies = 0;
    const onEvent = ({ type }: PingEvent) => {
      if (type !== 'reply' || ++replies % everyReplies !== 0) return;
      keepBusy(forMs);
    };
    const { to, ...options } = asked;
    const { transmitted, received, elapsedNs } = await group.ping(address(to), { ...options, onEvent });
    await group.close();
    return { transmitted, received, elapsedMs: elapsedNs / NS_PER_MS };
  },

  /** One after the other, each with another group. */
  async groups(asked: Asked[]): Promise<Outcome[]> {
    await warmUp();
    const outcomes: Outcome[] = [];
    for (const each of asked) outcomes.push(await outcomeOf([each], async (group) => [await pingOne(group, each, {})]));
    return outcomes;
  },
});
