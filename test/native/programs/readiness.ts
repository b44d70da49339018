/** Callbacks that throw, in a process that may die of it. */
import { AF_INET, SOCK_DGRAM } from '../../../src/net/constants.ts';
import { MessageBatch } from '../../../src/net/message-batch.ts';
import { loadNative } from '../../../src/net/native.ts';
import { encodeSockaddr } from '../../../src/net/sockaddr.ts';
import { runScenario } from './scenario.ts';

const LOOPBACK = { family: 4, octets: Uint8Array.of(127, 0, 0, 1), scope: 0 } as const;

/** A UDP socket that has one datagram to read. */
function withDatagram() {
  const addon = loadNative();
  const handle = addon.open(AF_INET, SOCK_DGRAM, 0);
  addon.bind(handle, encodeSockaddr(LOOPBACK));
  const batch = new MessageBatch(addon, 1, 4);
  batch.setName(0, addon.getsockname(handle));
  const send = () => {
    batch.setWord(0, 0, 1);
    batch.setName(0, addon.getsockname(handle));
    addon.send(handle, batch.native, 0, 1, 0);
  };
  send();
  return { addon, handle, batch, send };
}

await runScenario({
  /** Nobody catches: node prints the error and ends with status 1. */
  throwUncaught: () => {
    const { addon, handle } = withDatagram();
    addon.watch(handle, () => {
      throw new Error('thrown on purpose');
    });
  },
  /** Somebody catches: the watcher goes on, and so do both other watchers. */
  throwCaught: async () => {
    const { addon, handle, batch, send } = withDatagram();
    const caught: string[] = [];
    process.on('uncaughtException', (error, origin) => caught.push(`${origin}: ${error.message}`));
    let calls = 0;
    await new Promise<void>((resolve) => {
      addon.watch(handle, () => {
        addon.receive(handle, batch.native);
        calls++;
        if (calls === 3) {
          addon.watch(handle, null);
          resolve();
        } else {
          send();
        }
        throw new Error(`call ${calls}`);
      });
    });
    await new Promise((resolve) => setImmediate(resolve));
    addon.close(handle);
    return { calls, caught };
  },
  /** The same for answers of the resolver, and for timers. */
  throwElsewhere: async () => {
    const addon = loadNative();
    const caught: string[] = [];
    process.on('uncaughtException', (error) => caught.push(error.message));
    const timer = addon.openTimer();
    addon.watch(timer, () => {
      addon.close(timer);
      throw new Error('timer');
    });
    addon.armTimer(timer, 1);
    addon.getaddrinfo('127.0.0.1', 0, 0, () => {
      throw new Error('getaddrinfo');
    });
    addon.getnameinfo(encodeSockaddr(LOOPBACK), 0, () => {
      throw new Error('getnameinfo');
    });
    while (caught.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    return caught.sort();
  },
  /** A callback runs in an async context: promises settled in it are followed before the next event. */
  microtasks: async () => {
    const { addon, handle, batch } = withDatagram();
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      addon.watch(handle, () => {
        addon.receive(handle, batch.native);
        addon.watch(handle, null);
        process.nextTick(() => order.push('tick'));
        Promise.resolve().then(() => order.push('microtask'));
        setImmediate(() => {
          order.push('immediate');
          resolve();
        });
        order.push('callback');
      });
    });
    return order;
  },
});
