/**
 * Many pings at once in one program: one socket per address family, one timer, one clock. What a library's `ping()` stands on;
 * the command has a socket to itself (addon-backend.ts), because it may set any option on it.
 */
import { AbortSignals } from '../net/abort-signals.ts';
import { AddonPort } from '../net/addon-port.ts';
import { TimerfdAlarm } from '../net/alarm.ts';
import { AlarmClock } from '../net/alarm-clock.ts';
import { Clock } from '../net/clock.ts';
import { enlargeReceiveBuffer } from '../net/echo-socket.ts';
import { openIcmpSocket, passTypes } from '../net/icmp-socket.ts';
import { Interfaces } from '../net/interfaces.ts';
import type { NativeAddon } from '../net/native.ts';
import type { SignalSource } from '../net/pump.ts';
import { SharedSocket } from '../net/shared-socket.ts';
import { type Address, type Family, formatAddress } from '../net/sockaddr.ts';
import { ICMP_ECHOREPLY, ICMP_HEADER_LENGTH } from '../packet/icmp-constants.ts';
import { ICMPV6_ECHO_REPLY } from '../packet/icmp6-constants.ts';
import { drive } from './driver.ts';
import { PingEngine } from './engine.ts';
import type { PingEvent, SummaryEvent } from './events.ts';
import { makePayload } from './message.ts';
import { DEFAULT_INTERVAL_MS, DEFAULT_SIZE, DEFAULT_TIMEOUT_MS } from './options.ts';
import { sharedEchoProtocol } from './shared-protocol.ts';

const NS_PER_MS = 1e6;
const LARGEST_MESSAGE = 65_535;
/** What an Ethernet frame holds: the socket for these reads many packets at a time. Larger ones have another socket. */
const ORDINARY_MESSAGE = 1480;

export interface GroupPingOptions {
  /** Probes; null for no end but `signal`. */
  readonly count: number | null;
  readonly intervalMs?: number;
  /** Octets of payload. */
  readonly size?: number;
  /** How long to wait for a reply while there was none. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: PingEvent) => void;
}

interface Shared {
  readonly socket: SharedSocket;
  /** What replies carry; null where the kernel sees to it. */
  readonly identifier: number | null;
}

export class PingGroup {
  readonly #addon: NativeAddon;
  readonly #clock: Clock;
  readonly #interfaces: Interfaces;
  readonly #alarms: AlarmClock;
  readonly #aborts = new AbortSignals();
  /** By family and largest message. */
  readonly #sockets = new Map<string, Shared>();
  /** How to interrupt each ping that runs, and when it will have ended. */
  readonly #running = new Map<() => void, Promise<unknown>>();
  #isClosed = false;

  constructor(addon: NativeAddon) {
    this.#addon = addon;
    this.#clock = new Clock(addon.readClocks);
    this.#interfaces = new Interfaces(addon);
    this.#alarms = new AlarmClock(
      (onExpiry) => new TimerfdAlarm(addon, onExpiry),
      () => this.#clock.read(),
      // A reply that waits in the socket is not lost because nobody had the time to read it.
      ({ wallNs }) => {
        for (const { socket } of this.#sockets.values()) socket.catchUp(wallNs);
      },
    );
  }

  /**
   * Pings one address to the end and answers the summary. Rejects with what `onEvent` throws, and when no socket is to be had.
   * @throws RangeError for options that cannot be, IcmpSocketRefused, SystemError, Error once the group is closed
   */
  ping(target: Address, options: GroupPingOptions): Promise<SummaryEvent> {
    checkOptions(options);
    if (this.#isClosed) throw new Error('this group of pings is closed');
    let interrupt = () => {};
    const signals: SignalSource = {
      listen: (listener) => {
        interrupt = () => listener('SIGINT');
        if (options.signal?.aborted === true) interrupt();
      },
    };
    const ended = this.#run(target, options, signals);
    const stop = () => interrupt();
    const { signal } = options;
    // An abort is to a ping what Ctrl-C is to the command: it ends with what is known.
    const stopListening = signal === undefined ? () => {} : this.#aborts.listen(signal, stop);
    const settled = ended.finally(() => {
      stopListening();
      this.#running.delete(stop);
    });
    this.#running.set(stop, settled);
    return settled;
  }

  async #run(target: Address, options: GroupPingOptions, signals: SignalSource): Promise<SummaryEvent> {
    const payload = makePayload(options.size ?? DEFAULT_SIZE, null);
    const messageOctets = ICMP_HEADER_LENGTH + payload.length;
    const { socket, identifier } = this.#socketFor(target.family, messageOctets);
    const port = socket.open(target, messageOctets);
    let summary: SummaryEvent | null = null;
    const protocol = sharedEchoProtocol(target.family, identifier, port);
    const engine = new PingEngine(
      {
        family: target.family,
        target: formatAddress(target, this.#interfaces.nameOf),
        identifier,
        protocol,
        shownIdentifier: identifier,
        count: options.count,
        intervalNs: (options.intervalMs ?? DEFAULT_INTERVAL_MS) * NS_PER_MS,
        preload: 1,
        deadlineNs: 0,
        lingerNs: (options.timeoutMs ?? DEFAULT_TIMEOUT_MS) * NS_PER_MS,
        adaptive: false,
        privileged: false,
        reportUnanswered: false,
        quiet: false,
        verbose: false,
        manyMayAnswer: false,
        payload,
        userStamps: false,
        emitSent: false,
      },
      (event) => {
        if (event.type === 'summary') summary = event;
        options.onEvent?.(event);
      },
    );
    try {
      const { createAlarm } = this.#alarms;
      await drive({ createAlarm, engine, port, clock: this.#clock, signals, payload, protocol, tight: null });
    } finally {
      port.close();
    }
    return summary!;
  }

  #socketFor(family: Family, octets: number): Shared {
    const messageOctets = octets <= ORDINARY_MESSAGE ? ORDINARY_MESSAGE : LARGEST_MESSAGE;
    const key = `${family} ${messageOctets}`;
    const known = this.#sockets.get(key);
    if (known !== undefined) return known;
    const opened = openIcmpSocket(this.#addon, family, false);
    enlargeReceiveBuffer(this.#addon, opened);
    const replyType = family === 4 ? ICMP_ECHOREPLY : ICMPV6_ECHO_REPLY;
    const identifier = opened.type === 'raw' ? globalThis.crypto.getRandomValues(new Uint16Array(1))[0]! : null;
    const core = new AddonPort({
      addon: this.#addon,
      clock: this.#clock,
      interfaces: this.#interfaces,
      socket: opened,
      target: { family, octets: new Uint8Array(family === 4 ? 4 : 16), scope: 0 },
      messageOctets,
      replies: identifier === null ? null : { type: replyType, identifier },
      flowInfo: 0,
      interfaceIndex: 0,
      receiveStamps: true,
      transmitStamps: true,
    });
    passTypes(this.#addon, opened, [replyType]);
    const shared = { socket: new SharedSocket(core, (words) => globalThis.crypto.getRandomValues(words)), identifier };
    this.#sockets.set(key, shared);
    return shared;
  }

  /** Ends all pings that run with what is known, as an abort does, and closes the sockets once they have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const running = [...this.#running];
    for (const [interrupt] of running) interrupt();
    await Promise.allSettled(running.map(([, ended]) => ended));
    for (const { socket } of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }
}

/** @throws RangeError naming the option */
function checkOptions({ count, intervalMs = 0, size = 0, timeoutMs = 0 }: GroupPingOptions): void {
  const isWhole = (value: number, minimum: number) => Number.isSafeInteger(value) && value >= minimum;
  if (count !== null && !isWhole(count, 1)) throw new RangeError(`count must be a whole number from 1 on: ${count}`);
  if (!isWhole(size, 0) || ICMP_HEADER_LENGTH + size > LARGEST_MESSAGE) {
    throw new RangeError(`size must be 0 to ${LARGEST_MESSAGE - ICMP_HEADER_LENGTH}: ${size}`);
  }
  for (const [name, value] of Object.entries({ intervalMs, timeoutMs })) {
    if (!Number.isFinite(value) || value < 0) throw new RangeError(`${name} must be a number from 0 on: ${value}`);
  }
}
