/** Handles that nobody closes: when a thread is terminated, when the process exits, when no descriptor is left. */
import { readdirSync } from 'node:fs';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { AF_INET, AF_INET6, IPPROTO_ICMP, SOCK_DGRAM, SOCK_RAW } from '../../../src/net/constants.ts';
import { MessageBatch } from '../../../src/net/message-batch.ts';
import { loadNative, type NativeHandle, type SystemError } from '../../../src/net/native.ts';
import { encodeSockaddr } from '../../../src/net/sockaddr.ts';
import { runScenario } from './scenario.ts';

const LOOPBACK = encodeSockaddr({ family: 4, octets: Uint8Array.of(127, 0, 0, 1), scope: 0 });

function countDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Sockets that send to themselves whenever they have received, timers that fire all the time, and lookups. */
function beBusy(onEvent: () => void): void {
  const addon = loadNative();
  for (let i = 0; i < 3; i++) {
    const handle = addon.open(AF_INET, SOCK_DGRAM, 0);
    addon.bind(handle, LOOPBACK);
    const own = addon.getsockname(handle);
    const batch = new MessageBatch(addon, 4, 64);
    const send = () => {
      batch.setWord(0, 0, 10);
      batch.setName(0, own);
      addon.send(handle, batch.native, 0, 1, 0);
    };
    addon.watch(handle, () => {
      addon.receive(handle, batch.native);
      send();
      onEvent();
    });
    send();
    const timer = addon.openTimer();
    addon.watch(timer, () => addon.armTimer(timer, 1));
    addon.armTimer(timer, 1);
    addon.getaddrinfo('127.0.0.1', 0, 4, () => {});
    addon.getnameinfo(LOOPBACK, 1, () => {});
  }
  // One that is watched and silent, one that is open and not watched, one that is closed while it is watched.
  addon.watch(addon.open(AF_INET, SOCK_DGRAM, 0), () => {});
  addon.open(AF_INET6, SOCK_DGRAM, 0);
  const closed = addon.open(AF_INET, SOCK_DGRAM, 0);
  addon.watch(closed, () => {});
  addon.close(closed);
}

async function runWorkers(count: number, exitByThemselves: boolean): Promise<void> {
  const workers = Array.from({ length: count }, () => {
    return new Worker(new URL(import.meta.url), { argv: [exitByThemselves ? 'busyWorkerThatExits' : 'busyWorker'] });
  });
  await Promise.all(
    workers.map(async (worker) => {
      const ended = new Promise<number>((resolve) => worker.once('exit', resolve));
      if (!exitByThemselves) {
        await new Promise((resolve) => worker.once('message', resolve));
        await worker.terminate();
      }
      await ended;
    }),
  );
}

await runScenario({
  busyWorker: () => {
    let events = 0;
    beBusy(() => {
      if (++events === 20) parentPort!.postMessage('busy');
    });
  },
  busyWorkerThatExits: () => {
    let events = 0;
    beBusy(() => {
      if (++events === 20) process.exit(0); // in a worker this ends the thread
    });
  },

  /** Many workers, each ended in the midst of its events. The first one makes what node makes once. */
  workers: async ({
    count,
    loadHere,
    exitByThemselves,
  }: {
    count: number;
    loadHere: boolean;
    exitByThemselves: boolean;
  }) => {
    if (loadHere) loadNative();
    await runWorkers(1, exitByThemselves);
    const before = countDescriptors();
    const AT_ONCE = 10;
    for (let done = 0; done < count; done += AT_ONCE) await runWorkers(AT_ONCE, exitByThemselves);
    return { before, after: countDescriptors() };
  },

  exitFromCallback: () => {
    let events = 0;
    beBusy(() => {
      if (++events === 50) process.exit(0);
    });
  },
  exitAtOnce: () => {
    beBusy(() => {});
    process.exit(0);
  },
  /** Nothing keeps the loop: handles are open, and none is watched. */
  endWithOpenHandles: () => {
    const addon = loadNative();
    globalThis.keep = Array.from({ length: 100 }, () => [addon.open(AF_INET, SOCK_DGRAM, 0), addon.openTimer()]);
    return isMainThread;
  },
  throwWithOpenHandles: () => {
    beBusy(() => {
      throw new Error('on purpose');
    });
  },
  /** node opens its debugger for SIGUSR1, listener or not; until the signal has its default meaning back. */
  defaultSignal: () => {
    const addon = loadNative();
    const SIGUSR1 = 10;
    const refused = [0, -1, 9, 65].map((signal) => {
      try {
        addon.defaultSignal(signal);
        return 'no error';
      } catch (error) {
        const { code, errno, syscall } = error as SystemError;
        return `${code} ${errno} ${syscall}`;
      }
    });
    console.log(JSON.stringify(refused));
    addon.defaultSignal(SIGUSR1);
    process.kill(process.pid, SIGUSR1);
    setInterval(() => {}, 1000);
  },
  closeInExitListener: () => {
    const addon = loadNative();
    const handle = addon.open(AF_INET, SOCK_DGRAM, 0);
    addon.watch(handle, () => {});
    process.on('exit', () => {
      addon.close(handle);
      addon.open(AF_INET, SOCK_DGRAM, 0);
    });
    process.exit(0);
  },

  /** Opens until no descriptor is left, twice, and tells the errors. `prlimit --nofile` sets the limit. */
  exhaust: () => {
    const addon = loadNative();
    const before = countDescriptors();
    const describe = (act: () => unknown) => {
      try {
        act();
        return 'no error';
      } catch (error) {
        const { code, errno, syscall } = error as SystemError;
        return `${code} ${errno} ${syscall}`;
      }
    };
    const rounds = [0, 1].map(() => {
      const handles: NativeHandle[] = [];
      let error = 'no error';
      while (error === 'no error') {
        error = describe(() => handles.push(addon.open(AF_INET, SOCK_DGRAM, 0)));
      }
      const others = [
        describe(() => addon.openTimer()),
        describe(() => addon.interfaces()),
        describe(() => addon.watch(handles[0]!, () => {})), // an epoll instance is there already
      ];
      for (let i = 0; i < 1000; i++) describe(() => addon.open(AF_INET, SOCK_DGRAM, 0));
      for (const handle of handles) addon.close(handle);
      return { opened: handles.length, error, others };
    });
    return { before, after: countDescriptors(), rounds };
  },

  /** A user without privileges who asks for raw sockets again and again. */
  refused: () => {
    const addon = loadNative();
    const before = countDescriptors();
    const codes = new Set<string>();
    for (let i = 0; i < 5000; i++) {
      try {
        addon.open(AF_INET, SOCK_RAW, IPPROTO_ICMP);
      } catch (error) {
        codes.add((error as SystemError).code);
      }
    }
    return { before, after: countDescriptors(), codes: [...codes] };
  },

  /** The addon loaded twice into one thread: two instances, each with its own handles. */
  loadTwice: async () => {
    const load = () => {
      const module = { exports: {} as ReturnType<typeof loadNative> };
      process.dlopen(module, process.env['SONDE_ADDON']!);
      return module.exports;
    };
    const [one, two] = [load(), load()];
    const before = countDescriptors();
    const timers = [one.openTimer(), two.openTimer()] as const;
    const fired: string[] = [];
    one.watch(timers[0], () => fired.push('one'));
    two.watch(timers[1], () => fired.push('two'));
    one.armTimer(timers[0], 1);
    two.armTimer(timers[1], 1);
    while (fired.length < 2) await turn();
    one.close(timers[0]);
    two.close(timers[1]);
    return { fired: fired.sort(), leaked: countDescriptors() - before };
  },
});

declare global {
  var keep: unknown;
}
