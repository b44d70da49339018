/**
 * Every function, well and badly, many times over, in two threads; then the end of the process in good order, so that
 * LeakSanitizer can say what is left (scripts/sanitize.mjs runs this).
 */
import { Worker } from 'node:worker_threads';
import { AF_INET, AF_INET6, IP_RECVERR, SOCK_DGRAM, SOL_IP } from '../../../src/net/constants.ts';
import { MessageBatch } from '../../../src/net/message-batch.ts';
import { loadNative, type NativeAddon, type NativeHandle } from '../../../src/net/native.ts';
import { encodeSockaddr } from '../../../src/net/sockaddr.ts';
import { runScenario } from './scenario.ts';

const LOOPBACK = encodeSockaddr({ family: 4, octets: Uint8Array.of(127, 0, 0, 1), scope: 0 });
const ROUNDS = 30;

function refuse(act: () => unknown): void {
  try {
    act();
  } catch {
    return;
  }
  throw new Error('this should have been refused');
}

function misuse(addon: NativeAddon): void {
  const closed = addon.open(AF_INET, SOCK_DGRAM, 0);
  addon.close(closed);
  const none = {} as never;
  const detached = new ArrayBuffer(addon.RECORD_OCTETS);
  const batch = addon.createBatch(detached, 1, 0);
  structuredClone(detached, { transfer: [detached] });
  const timer = addon.openTimer();
  for (const act of [
    () => addon.open(9999, 0, 0),
    () => addon.bind(closed, LOOPBACK),
    () => addon.bind(timer, LOOPBACK),
    () => addon.connect(none, LOOPBACK),
    () => addon.receive(timer, batch),
    () => addon.send(timer, none, 0, 1, 0),
    () => addon.createBatch(new ArrayBuffer(8), 1, 0),
    () => addon.createBatch(none, 1, 0),
    () => addon.watch(timer, none),
    () => addon.watch(closed, () => {}),
    () => addon.getaddrinfo('localhost\0', 0, 0, () => {}),
    () => addon.getaddrinfo('localhost', 0, 0, none),
    () => addon.getnameinfo(new Uint8Array(200), 0, () => {}),
    () => addon.getnameinfo(LOOPBACK, 0, none),
    () => addon.setsockopt(timer, SOL_IP, 1, 1),
    () => addon.attachFilter(timer, new Uint8Array(8)),
  ]) {
    refuse(act);
  }
  addon.close(timer);
}

async function use(addon: NativeAddon): Promise<NativeHandle> {
  const handle = addon.open(AF_INET, SOCK_DGRAM, 0);
  addon.bind(handle, LOOPBACK);
  addon.setsockopt(handle, SOL_IP, IP_RECVERR, 1);
  const batch = new MessageBatch(addon, 64, 100);
  for (let index = 0; index < 64; index++) {
    batch.setWord(index, 0, 100);
    batch.setName(index, addon.getsockname(handle));
  }
  addon.send(handle, batch.native, 0, 64, 0);
  await new Promise<void>((resolve) => addon.watch(handle, resolve));
  addon.receive(handle, batch.native);
  addon.receiveErrors(handle, batch.native);
  addon.watch(handle, () => {});
  const timer = addon.openTimer();
  await new Promise<void>((resolve) => {
    addon.watch(timer, resolve);
    addon.armTimer(timer, 1);
  });
  addon.interfaces();
  addon.capabilities();
  const answers = [
    new Promise<void>((resolve) => addon.getaddrinfo('localhost', AF_INET, 2, () => resolve())),
    new Promise<void>((resolve) => addon.getaddrinfo('::1', AF_INET6, 0, () => resolve())),
    new Promise<void>((resolve) => addon.getaddrinfo('::1', AF_INET, 0, () => resolve())),
    new Promise<void>((resolve) => addon.getnameinfo(LOOPBACK, 1, () => resolve())),
    new Promise<void>((resolve) => addon.getnameinfo(new Uint8Array(3), 1, () => resolve())),
  ];
  await Promise.all(answers);
  addon.close(timer);
  return handle;
}

async function useAll(): Promise<void> {
  const addon = loadNative();
  for (let round = 0; round < ROUNDS; round++) {
    misuse(addon);
    const handle = await use(addon);
    addon.watch(handle, null); // half of them are left to the clean-up
    if (round % 2 === 0) addon.close(handle);
  }
}

await runScenario({
  all: async () => {
    await useAll();
    const worker = new Worker(new URL(import.meta.url), { argv: ['worker'] });
    await new Promise((resolve) => worker.once('exit', resolve));
    return 'done';
  },
  worker: useAll,
});
