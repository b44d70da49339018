/**
 * Many pings at once in one program: one socket per address family, one timer, one clock. What a library's `ping()` stands on;
 * the command has a socket to itself (addon-backend.ts), because it may set any option on it.
 */
import { AddonPort } from '../net/addon-port.ts';
import { TimerfdAlarm } from '../net/alarm.ts';
import { AlarmClock } from '../net/alarm-clock.ts';
import { Clock } from '../net/clock.ts';
import { enlargeReceiveBuffer } from '../net/echo-socket.ts';
import { openIcmpSocket, passIcmp6Types, passIcmpTypes } from '../net/icmp-socket.ts';
import { Interfaces } from '../net/interfaces.ts';
import type { NativeAddon } from '../net/native.ts';
import { NO_SIGNALS } from '../net/pump.ts';
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
  readonly #sockets = new Map<Family, Shared>();

  /** @throws SystemError when no timer is to be had. */
  constructor(addon: NativeAddon) {
    this.#addon = addon;
    this.#clock = new Clock(addon.readClocks);
    this.#interfaces = new Interfaces(addon);
    this.#alarms = new AlarmClock(
      (onExpiry) => new TimerfdAlarm(addon, onExpiry),
      () => this.#clock.read(),
    );
  }

  /**
   * Pings one address to the end; rejects when the socket cannot be had, and answers the summary otherwise.
   * @throws IcmpSocketRefused, SystemError
   */
  async ping(target: Address, options: GroupPingOptions): Promise<SummaryEvent> {
    const { socket, identifier } = this.#socketOf(target.family);
    const payload = makePayload(options.size ?? DEFAULT_SIZE, null);
    const port = socket.open(target, ICMP_HEADER_LENGTH + payload.length);
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
        quiet: options.onEvent === undefined,
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
    const signals = options.signal === undefined ? NO_SIGNALS : interruptions(options.signal);
    try {
      const { createAlarm } = this.#alarms;
      await drive({ createAlarm, engine, port, clock: this.#clock, signals, payload, protocol, tight: null });
    } finally {
      port.close();
    }
    return summary!;
  }

  #socketOf(family: Family): Shared {
    const known = this.#sockets.get(family);
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
      messageOctets: LARGEST_MESSAGE,
      replies: identifier === null ? null : { type: replyType, identifier },
      flowInfo: 0,
      interfaceIndex: 0,
      receiveStamps: true,
      transmitStamps: true,
    });
    if (identifier !== null) {
      if (family === 4) passIcmpTypes(this.#addon, opened.handle, [replyType]);
      else passIcmp6Types(this.#addon, opened.handle, [replyType]);
    }
    const shared = { socket: new SharedSocket(core, (words) => globalThis.crypto.getRandomValues(words)), identifier };
    this.#sockets.set(family, shared);
    return shared;
  }

  /** Closes sockets and timer. Pings that are still running never end. */
  close(): void {
    for (const { socket } of this.#sockets.values()) socket.close();
    this.#sockets.clear();
    this.#alarms.close();
  }
}

/** An abort is to a ping what Ctrl-C is to the command: it ends with what is known. */
function interruptions(signal: AbortSignal): typeof NO_SIGNALS {
  return {
    listen: (listener) => {
      if (signal.aborted) listener('SIGINT');
      else signal.addEventListener('abort', () => listener('SIGINT'), { once: true });
    },
  };
}
