/**
 * Sessions for many pings at once in one program: one socket per address family, one timer, one clock. What the library's
 * `ping()` stands on where no option asks for a socket of its own; the command always has one (addon-backend.ts).
 */
import { AddonPort } from '../net/addon-port.ts';
import { TimerfdAlarm } from '../net/alarm.ts';
import { AlarmClock } from '../net/alarm-clock.ts';
import { Clock } from '../net/clock.ts';
import { openIcmpSocket, passTypes } from '../net/icmp-socket.ts';
import { Interfaces } from '../net/interfaces.ts';
import type { NativeAddon } from '../net/native.ts';
import { SharedSocket } from '../net/shared-socket.ts';
import { type Address, type Family, formatAddress } from '../net/sockaddr.ts';
import { enlargeReceiveBuffer } from '../net/socket-buffers.ts';
import { ICMP_ECHOREPLY, ICMP_HEADER_LENGTH } from '../packet/icmp-constants.ts';
import { ICMPV6_ECHO_REPLY } from '../packet/icmp6-constants.ts';
import type { Session } from './backend.ts';
import { echoProbePort } from './echo-prober.ts';
import { sharedEchoProtocol } from './shared-protocol.ts';

const LARGEST_MESSAGE = 65_535;
/** What an Ethernet frame holds: the socket for these reads many packets at a time. Larger ones have another socket. */
const ORDINARY_MESSAGE = 1480;

interface Shared {
  readonly socket: SharedSocket;
  /** What replies carry; null where the kernel sees to it. */
  readonly identifier: number | null;
}

export class SharedSessions {
  readonly clock: Clock;
  /** All alarms are on one timer, which is open while there are any. */
  readonly createAlarm: AlarmClock['createAlarm'];
  readonly #addon: NativeAddon;
  readonly #interfaces: Interfaces;
  /** By family and largest message. */
  readonly #sockets = new Map<string, Shared>();

  constructor(addon: NativeAddon) {
    this.#addon = addon;
    this.clock = new Clock(addon.readClocks);
    this.#interfaces = new Interfaces(addon);
    const alarms = new AlarmClock(
      (onExpiry) => new TimerfdAlarm(addon, onExpiry),
      () => this.clock.read(),
      // A reply that waits in the socket is not lost because nobody had the time to read it.
      ({ wallNs }) => {
        for (const { socket } of this.#sockets.values()) socket.catchUp(wallNs);
      },
    );
    this.createAlarm = alarms.createAlarm;
  }

  /**
   * A session towards one address for payloads of `size` octets; the caller closes its port. `host` is what the target is
   * called. @throws IcmpSocketRefused, SystemError
   */
  open(target: Address, host: string, size: number): Session {
    const messageOctets = ICMP_HEADER_LENGTH + size;
    const { socket, identifier } = this.#socketFor(target.family, messageOctets);
    const port = socket.open(target, messageOctets);
    const targetText = formatAddress(target, this.#interfaces.nameOf);
    return {
      port: echoProbePort(port, sharedEchoProtocol(target.family, identifier, port)),
      isNodeQuery: false,
      family: target.family,
      host,
      target,
      targetText,
      shownTarget: targetText,
      sourceText: '',
      identifier,
      shownIdentifier: identifier,
      flowLabel: null,
      isBroadcast: false,
      isMulticast: false,
      isLiteral: host === targetText,
    };
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
      clock: this.clock,
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

  /** Closes the sockets. To be called once every port is closed; the next session opens them anew. */
  close(): void {
    for (const { socket } of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }
}
