/**
 * The native addon as TypeScript sees it: file descriptors, batches of messages, two clocks, names, interfaces and
 * capabilities. The C behind it (native/) moves octets and control messages and interprets none that a peer sent.
 *
 * Hot functions (`send`, `receive`, `receiveErrors`, `startConnect`, `wait`) answer a negative errno, because a refused datagram
 * is a result there; all others throw a `SystemError`.
 */
import { existsSync } from 'node:fs';

/** A socket or timer that the addon owns. It is closed by `close`, by garbage collection, and when its thread ends. */
export interface NativeHandle {
  readonly __nativeHandle: unique symbol;
}

/** A batch of message records over one ArrayBuffer that JavaScript owns. Its layout is in message-batch.ts. */
export interface NativeBatch {
  readonly __nativeBatch: unique symbol;
}

export interface NativeInterfaceAddress {
  /** AF_INET or AF_INET6. */
  readonly family: number;
  /** 4 or 16 octets, as on the wire. */
  readonly address: Uint8Array;
  readonly netmask: Uint8Array | null;
  /** IPv4 broadcast address; the peer's address where the interface is point-to-point. */
  readonly broadcast: Uint8Array | null;
}

export interface NativeInterface {
  readonly name: string;
  readonly index: number;
  /** IFF_UP and so on, netdevice(7). */
  readonly flags: number;
  readonly mtu: number;
  /** ARPHRD_ETHER and so on. */
  readonly hardwareType: number;
  readonly hardwareAddress: Uint8Array;
  readonly hardwareBroadcast: Uint8Array;
  readonly addresses: readonly NativeInterfaceAddress[];
}

/** Errors of the addon: `code` (`EPERM`, or `EAI_NONAME` from the resolver), `errno` as node has it (negative), `syscall`. */
export interface SystemError extends Error {
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;
}

export interface NativeAddressInfo {
  readonly canonicalName: string | null;
  /** One `struct sockaddr` each, in the resolver's order (RFC 6724). */
  readonly addresses: readonly Uint8Array[];
}

export interface NativeAddon {
  /** socket(2), always close-on-exec and non-blocking. @throws SystemError */
  open(domain: number, type: number, protocol: number): NativeHandle;
  /** Closes the descriptor and stops its watcher. Closing twice is no error. */
  close(handle: NativeHandle): void;
  /** The descriptor, -1 once closed. */
  fd(handle: NativeHandle): number;
  /** bind(2); `address` is a whole `struct sockaddr`. @throws SystemError */
  bind(handle: NativeHandle, address: Uint8Array): void;
  /** connect(2). @throws SystemError */
  connect(handle: NativeHandle, address: Uint8Array): void;
  /** The same for a stream, which connects while others work: answers 0 or -errno, -EINPROGRESS as a rule. */
  startConnect(handle: NativeHandle, address: Uint8Array): number;
  /** getsockname(2): the `struct sockaddr` as octets. @throws SystemError */
  getsockname(handle: NativeHandle): Uint8Array;
  /** setsockopt(2) with an int or with octets. @throws SystemError */
  setsockopt(handle: NativeHandle, level: number, name: number, value: number | Uint8Array): void;
  /** getsockopt(2) into `value`; answers how many octets the kernel wrote. @throws SystemError */
  getsockopt(handle: NativeHandle, level: number, name: number, value: Uint8Array): number;

  /** SO_ATTACH_FILTER: classic BPF as an array of `struct sock_filter`, 64 at most. @throws SystemError */
  attachFilter(handle: NativeHandle, instructions: Uint8Array): void;

  /** Octets of one message record; see message-batch.ts for its words. */
  readonly RECORD_OCTETS: number;
  /**
   * Binds `buffer` (capacity * (RECORD_OCTETS + dataOctets) octets) to kernel message headers. A `nameless` one does not ask
   * where received messages came from. @throws RangeError
   */
  createBatch(buffer: ArrayBuffer, capacity: number, dataOctets: number, nameless?: boolean): NativeBatch;
  /** sendmmsg(2) of records [first, first + count). Answers how many were taken, or -errno when the first was refused. */
  send(handle: NativeHandle, batch: NativeBatch, first: number, count: number, flags: number): number;
  /** recvmmsg(2). Answers how many records were filled, 0 when nothing waits, or -errno. Never blocks. */
  receive(handle: NativeHandle, batch: NativeBatch): number;
  /** The same for the error queue (MSG_ERRQUEUE): ICMP errors, local errors and transmit stamps. */
  receiveErrors(handle: NativeHandle, batch: NativeBatch): number;

  /**
   * Binds a socket, two batches, and numbers (EXCHANGE says what they tell) to one function, which keeps all four alive.
   * @throws SystemError, TypeError
   */
  createExchange(
    handle: NativeHandle,
    sending: NativeBatch,
    receiving: NativeBatch,
    numbers: Float64Array,
  ): NativeExchange;

  /**
   * Calls `callback` from the event loop whenever packets or queued errors wait; null stops. Keeps the loop alive. A stream's is
   * called once: when its connect has come to an end, in whatever way, which SO_ERROR tells.
   */
  watch(handle: NativeHandle, callback: (() => void) | null): void;
  /** ppoll(2); blocks this thread. For a stream, until its connect has come to an end. Answers WAIT_PACKETS and WAIT_ERRORS as bits, 0 when timed out, -errno (-EINTR). */
  wait(handle: NativeHandle, timeoutNs: number): number;

  /** timerfd on CLOCK_MONOTONIC; use with `watch`. @throws SystemError */
  openTimer(): NativeHandle;
  /** Arms for the absolute `deadlineNs` on CLOCK_MONOTONIC (a past one fires at once), 0 disarms. @throws SystemError */
  armTimer(timer: NativeHandle, deadlineNs: number): void;

  /** Reads both clocks together: out[0] CLOCK_MONOTONIC ns; out[1] s and out[2] ns of CLOCK_REALTIME. */
  readClocks(out: Float64Array): void;

  interfaces(): NativeInterface[];
  /** Columns of the terminal on `fd`, 0 where it is none. */
  terminalColumns(fd: number): number;

  /** capget(2) of this thread: effective, permitted, inheritable. */
  capabilities(): { readonly effective: bigint; readonly permitted: bigint; readonly inheritable: bigint };
  /**
   * Sets no_new_privs and empties all capability sets of every thread of the process, for good. The calling thread alone may
   * keep those of `keep`, a mask of the first 32 (capabilities(7)), as far as it has them.
   * Answers how many threads could not be reached (0 as a rule). @throws SystemError
   */
  dropCapabilities(keep?: number): number;

  /** getaddrinfo(3) on a thread of its own, so that a hanging resolver delays neither the loop nor the exit. */
  getaddrinfo(
    name: string,
    family: number,
    flags: number,
    callback: (error: SystemError | null, info: NativeAddressInfo | null) => void,
  ): void;
  /** getnameinfo(3) likewise; `null` where the address has no name. */
  getnameinfo(
    address: Uint8Array,
    flags: number,
    callback: (error: SystemError | null, name: string | null) => void,
  ): void;

  /** setlocale(LC_CTYPE, ""): lets the resolver read and write names beyond ASCII. For commands: it is the whole process's. */
  useLocale(): void;

  /** Gives a signal its default meaning back, whatever node does with it. For commands. @throws SystemError */
  defaultSignal(signal: number): void;

  /** strerror(3), C locale. */
  strerror(errno: number): string;
  /** `ENETUNREACH` for 101, and so on. */
  errnoName(errno: number): string;
}

/**
 * Sends records 0, 1, … of `count`, and behind each receives one message into the record of the same number; stops at the
 * first one that is refused, or that nothing answers at once. Answers how many were sent. @throws SystemError (EBADF), RangeError
 */
export type NativeExchange = (count: number, flags: number) => number;

/**
 * What an exchange tells in its numbers. CLOCKS: both clocks before the first send, as `readClocks` has them. RECEIVED: how many
 * messages came. REFUSED: errno of the send that was refused, FAILED: errno of the receive that failed, or 0; either ends the
 * exchange. MOMENTS: CLOCK_MONOTONIC in ns before the first send, and then after each receive.
 */
export const EXCHANGE = { CLOCKS: 0, RECEIVED: 3, REFUSED: 4, FAILED: 5, MOMENTS: 6 } as const;

/** Bits of what `wait` answers. */
export const WAIT_PACKETS = 1;
export const WAIT_ERRORS = 2;

/** The package's folder from the bundle (dist/), and from the library (dist/library/) and the sources (src/net/). */
const ROOTS = ['..', '../..'].map((path) => `${import.meta.dirname}/${path}`);
const ADDON = 'native/build/Release/sonde.node';

/** Whether the addon can be built here: what npm installs has no build script. */
export function isCheckout(): boolean {
  return ROOTS.some((root) => existsSync(`${root}/scripts/build.mjs`));
}

let loaded: NativeAddon | undefined;

/** Loads the addon once per thread. SONDE_ADDON names another binary (sanitizer builds, other Node versions). @throws Error */
export function loadNative(): NativeAddon {
  if (loaded !== undefined) return loaded;
  const override = process.env['SONDE_ADDON'];
  const file = override ?? ROOTS.map((root) => `${root}/${ADDON}`).find((path) => existsSync(path));
  if (file === undefined) {
    const message = isCheckout()
      ? 'the native addon is not built: run `npm run build` (it needs make and a C compiler)'
      : 'the native addon is missing: run `npm install --force sonde`';
    throw Object.assign(new Error(message), { code: 'ERR_SONDE_ADDON_MISSING' });
  }
  const module = { exports: {} as NativeAddon };
  process.dlopen(module, file);
  loaded = module.exports;
  return loaded;
}
