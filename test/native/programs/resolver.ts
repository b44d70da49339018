/** Lookups that hang, fail, or outlive what started them; and names that only the lab knows. */
import { readdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { loadNative, type SystemError } from '../../../src/net/native.ts';
import { decodeSockaddr, encodeSockaddr, formatAddress } from '../../../src/net/sockaddr.ts';
import { addressOctets } from '../../lab/addresses.ts';
import { runScenario } from './scenario.ts';

export type Question =
  | { readonly name: string; readonly family: number; readonly flags: number }
  | { readonly address: string; readonly flags: number };
export type Answer =
  | { readonly addresses: readonly string[]; readonly canonicalName: string | null }
  | { readonly name: string }
  | { readonly code: string; readonly errno: number; readonly syscall: string; readonly message: string };

function sockaddr(address: string): Uint8Array {
  return encodeSockaddr({ family: address.includes(':') ? 6 : 4, octets: addressOctets(address), scope: 0 });
}

function failure({ code, errno, syscall, message }: SystemError): Answer {
  return { code, errno, syscall, message };
}

function ask(question: Question): Promise<Answer> {
  const addon = loadNative();
  return new Promise((resolve) => {
    if ('address' in question) {
      addon.getnameinfo(sockaddr(question.address), question.flags, (error, name) => {
        resolve(error === null ? { name: name! } : failure(error));
      });
    } else {
      addon.getaddrinfo(question.name, question.family, question.flags, (error, info) => {
        if (error !== null) return resolve(failure(error));
        const addresses = info!.addresses.map((each) => formatAddress(decodeSockaddr(each)!, String));
        resolve({ addresses, canonicalName: info!.canonicalName });
      });
    }
  });
}

const HANGING = { name: 'hostb.lab', family: 0, flags: 0 } as const;
const HANGING_REVERSE = { address: '10.77.3.2', flags: 8 } as const;

await runScenario({
  /** Asks one after the other; a number asks for a name of so many letters. `getnameinfo` does not keep node alive. */
  ask: async ({ questions, useLocale }: { questions: (Question | number)[]; useLocale: boolean }) => {
    if (useLocale) loadNative().useLocale();
    const alive = setInterval(() => {}, 1000);
    const answers: Answer[] = [];
    for (const question of questions) {
      answers.push(await ask(typeof question === 'number' ? { ...HANGING, name: 'a'.repeat(question) } : question));
    }
    clearInterval(alive);
    return answers;
  },

  /** While lookups hang, timers fire in time; then the process exits at once. */
  hangAndExit: async (lookups: number) => {
    for (let i = 0; i < lookups; i++) void ask(i % 2 === 0 ? HANGING : HANGING_REVERSE);
    let worstMs = 0;
    for (let turn = 0; turn < 20; turn++) {
      const before = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 5));
      worstMs = Math.max(worstMs, performance.now() - before - 5);
    }
    console.log(JSON.stringify({ worstMs, exitAt: Date.now() }));
    process.exit(0);
  },

  /** A hanging reverse lookup does not hold the process: it ends when nothing else is to be done. */
  hangAndEnd: () => {
    void ask(HANGING_REVERSE);
    return { exitAt: Date.now() };
  },

  /** Answers come all the while the process exits. */
  exitAmidAnswers: (count: number) => {
    const addon = loadNative();
    let answers = 0;
    for (let i = 0; i < 4 * count; i++) {
      addon.getaddrinfo('127.0.0.1', 0, 4, () => {
        if (++answers === count) process.exit(0);
      });
    }
  },

  /** A lookup in this thread; told when it has begun. For `outlive`. */
  hangInWorker: async () => {
    const { parentPort } = await import('node:worker_threads');
    void ask(HANGING);
    void ask(HANGING_REVERSE);
    parentPort!.postMessage('begun');
  },

  /** The worker that began lookups is gone, and the addon perhaps with it, when they are answered. */
  outlive: async ({ loadHere }: { loadHere: boolean }) => {
    if (loadHere) loadNative();
    const threads = () => readdirSync('/proc/self/task').length;
    const before = threads();
    const worker = new Worker(new URL(import.meta.url), { argv: ['hangInWorker'] });
    await new Promise((resolve) => worker.once('message', resolve));
    await worker.terminate();
    const outlived = threads() - before;
    while (threads() > before) await new Promise((resolve) => setTimeout(resolve, 5));
    return { outlived };
  },

  /** More lookups than the user may have threads: the rest is refused at once. */
  tooManyThreads: (count: number) => {
    const addon = loadNative();
    const codes = new Set<string>();
    let refused = 0;
    for (let i = 0; i < count; i++) {
      try {
        addon.getaddrinfo(HANGING.name, 0, 0, () => {});
      } catch (error) {
        const { code, errno, syscall } = error as SystemError;
        codes.add(`${code} ${errno} ${syscall}`);
        refused++;
      }
    }
    console.log(JSON.stringify({ refused, codes: [...codes] }));
    process.exit(0);
  },
});
