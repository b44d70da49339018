/** What the tests of the addon share: sockets on loopback that close themselves, and waiting for what they bring. */
import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { onTestFinished } from 'vitest';
import { AF_INET, AF_INET6, SOCK_DGRAM } from '../../src/net/constants.ts';
import { MessageBatch } from '../../src/net/message-batch.ts';
import { loadNative, type NativeHandle, type SystemError } from '../../src/net/native.ts';
import { decodeSockaddr, encodeSockaddr, type Family } from '../../src/net/sockaddr.ts';
import { addressOctets } from '../lab/addresses.ts';

export const addon = loadNative();

/** ip(7), ipv6(7), socket(7): options that only tests set. */
export const OPTION = {
  SO_RCVBUF: 8,
  SO_TYPE: 3,
  IP_PKTINFO: 8,
  IP_RECVTOS: 13,
  IP_MTU_DISCOVER: 10,
  IPV6_V6ONLY: 26,
  IPV6_RECVTCLASS: 66,
  IPV6_UNICAST_HOPS: 16,
  IPV6_MTU_DISCOVER: 23,
} as const;
export const PMTUDISC_DO = 2;

export const LOOPBACK: Readonly<Record<Family, string>> = { 4: '127.0.0.1', 6: '::1' };
const PATIENCE_MS = 10_000;
const NS_PER_MS = 1e6;

/** A `struct sockaddr` for a numeric address without a zone. */
export function sockaddr(address: string, port = 0): Uint8Array {
  return encodeSockaddr({ family: address.includes(':') ? 6 : 4, octets: addressOctets(address), scope: 0 }, port);
}

/** A socket of any kind, closed when the test ends. */
export function open(domain: number, type: number, protocol = 0): NativeHandle {
  const handle = addon.open(domain, type, protocol);
  onTestFinished(() => addon.close(handle));
  return handle;
}

export function openTimer(): NativeHandle {
  const timer = addon.openTimer();
  onTestFinished(() => addon.close(timer));
  return timer;
}

export interface UdpSocket {
  readonly handle: NativeHandle;
  /** Where to send to. */
  readonly name: Uint8Array;
  readonly port: number;
}

/** A UDP socket bound to a free port of the loopback address. */
export function openUdp(family: Family = 4): UdpSocket {
  const handle = open(family === 4 ? AF_INET : AF_INET6, SOCK_DGRAM);
  addon.bind(handle, sockaddr(LOOPBACK[family]));
  const name = addon.getsockname(handle);
  return { handle, name, port: decodeSockaddr(name)!.port };
}

/** A name on loopback where no UDP socket listens: the port was ours a moment ago. */
export function closedPort(family: Family = 4): Uint8Array {
  const handle = addon.open(family === 4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0);
  addon.bind(handle, sockaddr(LOOPBACK[family]));
  const name = addon.getsockname(handle);
  addon.close(handle);
  return name;
}

/** A batch of one record with `data` for `to`, ready to be sent. */
export function message(data: Uint8Array, to?: Uint8Array): MessageBatch {
  const batch = new MessageBatch(addon, 1, data.length);
  fill(batch, 0, data, to);
  return batch;
}

/** Lays one message into record `index`. */
export function fill(batch: MessageBatch, index: number, data: Uint8Array, to?: Uint8Array): void {
  batch.room(index).set(data);
  batch.setWord(index, 0, data.length);
  if (to !== undefined) batch.setName(index, to);
}

/** Sends one datagram; answers what `send` answered. */
export function sendTo(handle: NativeHandle, to: Uint8Array | undefined, data: Uint8Array = Uint8Array.of(1)): number {
  return addon.send(handle, message(data, to).native, 0, 1, 0);
}

/** Waits until `read` answers other than 0. @throws Error when nothing comes */
export function untilSome(handle: NativeHandle, read: () => number): number {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (let count = read(); ; count = read()) {
    if (count !== 0) return count;
    if (performance.now() > giveUpAt) throw new Error('nothing came');
    addon.wait(handle, 100 * NS_PER_MS);
  }
}

/** Waits for packets; answers how many, or -errno. */
export function receive(handle: NativeHandle, batch: MessageBatch): number {
  return untilSome(handle, () => addon.receive(handle, batch.native));
}

/** Waits for entries of the error queue. */
export function receiveErrors(handle: NativeHandle, batch: MessageBatch): number {
  return untilSome(handle, () => addon.receiveErrors(handle, batch.native));
}

/** The error that `act` throws. @throws Error when it throws none */
export function thrownBy(act: () => unknown): SystemError {
  try {
    act();
  } catch (error) {
    return error as SystemError;
  }
  throw new Error('nothing was thrown');
}

/** The parts of a system error that programs look at. */
export function parts(error: SystemError | null): { code: string; errno: number; syscall: string } | null {
  return error === null ? null : { code: error.code, errno: error.errno, syscall: error.syscall };
}

/** Open descriptors of this process (and the one that reading the folder takes, always). */
export function countDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** A full garbage collection, and the turn of the event loop in which finalizers run. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  gc();
  await new Promise((resolve) => setImmediate(resolve));
  gc();
  await new Promise((resolve) => setImmediate(resolve));
}

/** Resolves in a later turn of the event loop, when `condition` holds. @throws Error when it never does */
export async function until(condition: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > giveUpAt) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Turns of the event loop, each through its poll phase. */
export async function loopTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Reproducible pseudo-random 32-bit numbers (xorshift32). */
export function randomNumbers(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
