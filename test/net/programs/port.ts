/** AddonPort at work inside the lab's network; each scenario tells what its handler heard, for the test to judge. */
import { execFileSync } from 'node:child_process';
import { AddonPort, type AddonPortOptions } from '../../../src/net/addon-port.ts';
import { Clock } from '../../../src/net/clock.ts';
import {
  AF_INET,
  IP_MTU_DISCOVER,
  IP_OPTIONS,
  IP_TTL,
  IPV6_MTU_DISCOVER,
  IPV6_UNICAST_HOPS,
  SO_TIMESTAMPING,
  SOCK_DGRAM,
  SOF_TIMESTAMPING_RX_SOFTWARE,
  SOF_TIMESTAMPING_SOFTWARE,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
} from '../../../src/net/constants.ts';
import { openIcmpSocket, passIcmp6Types, passIcmpTypes } from '../../../src/net/icmp-socket.ts';
import { Interfaces } from '../../../src/net/interfaces.ts';
import { MessageBatch, PRESENT } from '../../../src/net/message-batch.ts';
import { loadNative, type NativeHandle } from '../../../src/net/native.ts';
import type { IcmpPort, PortHandler, SocketType } from '../../../src/net/port.ts';
import { type Address, encodeSockaddr } from '../../../src/net/sockaddr.ts';
import { writeIcmp6Echo, writeIcmpEcho } from '../../../src/packet/icmp-echo.ts';
import { addressOctets } from '../../lab/addresses.ts';
import { runScenario, type Scenario } from '../../native/programs/scenario.ts';

export interface Target {
  /** Numeric, without a zone. */
  readonly to: string;
  readonly scope?: number;
  readonly type: SocketType;
}

export interface HeardPacket {
  readonly kind: 'packet';
  readonly message: { readonly type: number; readonly identifier: number; readonly sequence: number };
  readonly octets: number;
  readonly source: string;
  readonly hopLimit: number;
  /** Null where there is none. */
  readonly stampNs: number | null;
  readonly options: readonly number[];
}
export interface HeardError {
  readonly kind: 'error';
  readonly errno: number;
  readonly origin: string;
  readonly type: number;
  readonly code: number;
  readonly info: number;
  readonly offender: string | null;
  readonly destination: string | null;
  /** The first octets of what is quoted. */
  readonly quoted: readonly number[];
}
export interface HeardStamp {
  readonly kind: 'stamp';
  readonly token: number;
  readonly stampNs: number;
}
export type Outcome<T> = { readonly value: T } | { readonly error: string };
export type Heard = HeardPacket | HeardError | HeardStamp;

/** One call of `send`, between two readings of the clock. */
export interface Sent {
  readonly token: number;
  readonly errno: number;
  readonly beforeNs: number;
  readonly afterNs: number;
}

const ECHO = { 4: { request: 8, reply: 0 }, 6: { request: 128, reply: 129 } } as const;
const IDENTIFIER = 0x1d1d;
const PATIENCE_MS = 8000;
const PMTUDISC_DO = 2;

const addon = loadNative();
const clock = new Clock(addon.readClocks);

const open = new Set<Prober>();

class Prober {
  readonly port: IcmpPort;
  readonly handle: NativeHandle;
  readonly heard: Heard[] = [];
  readonly sent: Sent[] = [];
  readonly #family: 4 | 6;
  readonly #identifier: number;

  constructor({ to, scope = 0, type }: Target, options: Partial<AddonPortOptions> = {}, identifier = IDENTIFIER) {
    this.#family = to.includes(':') ? 6 : 4;
    this.#identifier = identifier;
    open.add(this);
    const socket = openIcmpSocket(addon, this.#family, type === 'raw');
    this.handle = socket.handle;
    const reply = ECHO[this.#family].reply;
    const target: Address = { family: this.#family, octets: addressOctets(to), scope };
    this.port = new AddonPort({
      addon,
      clock,
      interfaces: new Interfaces(addon),
      socket,
      target,
      messageOctets: 2000,
      replies: type === 'raw' ? { type: reply, identifier } : null,
      flowInfo: 0,
      interfaceIndex: 0,
      receiveStamps: true,
      transmitStamps: true,
      ...options,
    });
    if (type === 'raw') {
      if (this.#family === 4) passIcmpTypes(addon, socket.handle, [reply]);
      else passIcmp6Types(addon, socket.handle, [reply]);
    }
  }

  /** Sends an echo request of so many octets whose sequence is the token's low 16 bits. */
  send(token: number, octets = 64): Sent {
    const { outgoing } = this.port;
    outgoing.fill(token & 0xff, 8, octets);
    const { request } = ECHO[this.#family];
    if (this.#family === 4) writeIcmpEcho(outgoing, 0, request, this.#identifier, token & 0xffff, octets - 8);
    else writeIcmp6Echo(outgoing, 0, request, this.#identifier, token & 0xffff);
    const beforeNs = clock.read().wallNs;
    const errno = this.port.send(octets, token, false);
    const afterNs = clock.read().wallNs;
    const sent = { token, errno, beforeNs, afterNs };
    this.sent.push(sent);
    return sent;
  }

  readonly #handler: PortHandler = {
    transmitted: (token, stampNs) => this.heard.push({ kind: 'stamp', token, stampNs }),
    packet: ({ octets, start, end, optionsStart, optionsEnd, source, hopLimit, stampNs }) => {
      const view = new DataView(octets.buffer, start, end - start);
      this.heard.push({
        kind: 'packet',
        message: { type: view.getUint8(0), identifier: view.getUint16(4), sequence: view.getUint16(6) },
        octets: end - start,
        source,
        hopLimit,
        stampNs: Number.isNaN(stampNs) ? null : stampNs,
        options: [...octets.subarray(optionsStart, optionsEnd)],
      });
    },
    queuedError: ({ octets, start, end, ...error }) => {
      const { errno, origin, type, code, info, offender, destination } = error;
      const quoted = [...octets.subarray(start, Math.min(end, start + 8))];
      this.heard.push({ kind: 'error', errno, origin, type, code, info, offender, destination, quoted });
    },
  };

  drain(): boolean {
    return this.port.drain(this.#handler);
  }

  count(kind: Heard['kind']): number {
    return this.heard.filter((each) => each.kind === kind).length;
  }

  /** Drains until as much as is wanted was heard. @throws Error when it never comes */
  until(wanted: Partial<Record<Heard['kind'], number>>): void {
    const giveUpAt = performance.now() + PATIENCE_MS;
    const isMissing = () => Object.entries(wanted).some(([kind, count]) => this.count(kind as Heard['kind']) < count);
    while (isMissing()) {
      if (!this.drain()) this.port.wait(10e6);
      if (performance.now() > giveUpAt) {
        throw new Error(`wanted ${JSON.stringify(wanted)}, heard ${JSON.stringify(this.heard)}`);
      }
    }
  }

  /** What else is there, once everything has come to rest. */
  rest(): void {
    while (this.drain());
  }
}

function pause(milliseconds: number): void {
  const sleeper = addon.openTimer();
  addon.wait(sleeper, milliseconds * 1e6);
  addon.close(sleeper);
}

function run(command: string, ...argv: string[]): void {
  execFileSync(command, argv, { env: { PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin' } });
}

/** Ways to have a send refused by this host, and to let it pass again. */
const REFUSALS = {
  EPERM: {
    begin: () => {
      run('nft', 'add table inet refusal; add chain inet refusal out { type filter hook output priority 0; }');
      run('nft', 'add rule inet refusal out meta l4proto { icmp, icmpv6 } drop');
    },
    end: () => run('nft', 'delete table inet refusal'),
    octets: 64,
  },
  EMSGSIZE: { begin: () => {}, end: () => {}, octets: 1600 },
  ENETUNREACH: {
    begin: () => {
      for (const family of ['-4', '-6']) run('ip', family, 'rule', 'add', 'pref', '1', 'unreachable');
    },
    end: () => {
      for (const family of ['-4', '-6']) run('ip', family, 'rule', 'del', 'pref', '1');
    },
    octets: 64,
  },
} as const;

/**
 * The kernel stamps what it receives from when the first socket asks for it, but turns that on by a work queue: packets of
 * the first moment may come without. Waits for that moment to be over.
 */
function awaitReceiveStamps(): void {
  const handle = addon.open(AF_INET, SOCK_DGRAM, 0);
  addon.bind(handle, encodeSockaddr({ family: 4, octets: addressOctets('127.0.0.1'), scope: 0 }));
  addon.setsockopt(handle, SOL_SOCKET, SO_TIMESTAMPING, SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE);
  const sending = new MessageBatch(addon, 1, 4);
  sending.setName(0, addon.getsockname(handle));
  const receiving = new MessageBatch(addon, 1, 4);
  do {
    addon.send(handle, sending.native, 0, 1, 0);
    while (addon.receive(handle, receiving.native) !== 1) addon.wait(handle, 1e9);
  } while (!receiving.has(0, PRESENT.STAMP));
  addon.close(handle);
}

const scenarios: Readonly<Record<string, Scenario>> = {
  echo: ({ target, count, together }: { target: Target; count: number; together: boolean }) => {
    const prober = new Prober(target);
    awaitReceiveStamps();
    for (let token = 1; token <= count; token++) {
      prober.send(token);
      if (!together) prober.until({ packet: token, stamp: token });
    }
    prober.until({ packet: count, stamp: count });
    prober.rest();
    const drainedNs = clock.read().wallNs;
    const { family, socketType, abilities } = prober.port;
    prober.port.close();
    return { heard: prober.heard, sent: prober.sent, drainedNs, port: { family, socketType, abilities } };
  },

  /** Replies to the first probes are thrown away, so that those left are ahead of their stamps in the queues. */
  stampsBehind: ({ target, count, lost }: { target: Target; count: number; lost: number }) => {
    const prober = new Prober(target);
    for (let token = 1; token <= count; token++) prober.send(token);
    const batch = new MessageBatch(addon, 1, 100);
    for (let packets = 0; packets < lost; ) {
      packets += Math.max(0, addon.receive(prober.handle, batch.native));
    }
    prober.until({ packet: count - lost, stamp: count });
    return prober.heard;
  },

  withoutStamps: (target: Target) => {
    const prober = new Prober(target, { receiveStamps: false, transmitStamps: false });
    for (const token of [1, 2, 3]) {
      prober.send(token);
      prober.until({ packet: token });
    }
    return { heard: prober.heard, abilities: prober.port.abilities };
  },

  /**
   * Rounds of two probes that leave, one or two that are refused, and one that leaves, some time apart. With `drained`
   * the stamps are read after each, else only at the end.
   */
  refusals: ({ target, how, drained }: { target: Target; how: keyof typeof REFUSALS; drained: boolean }) => {
    const { begin, end, octets } = REFUSALS[how];
    const prober = new Prober(target);
    const v6 = target.to.includes(':');
    addon.setsockopt(prober.handle, v6 ? SOL_IPV6 : SOL_IP, v6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER, PMTUDISC_DO);
    let token = 0;
    let taken = 0;
    const sendGood = () => {
      prober.send(++token);
      taken++;
      if (drained) prober.until({ packet: taken, stamp: taken });
      pause(3);
    };
    sendGood();
    for (let round = 0; round < 3; round++) {
      sendGood();
      sendGood();
      begin();
      for (let refused = 0; refused <= round % 2; refused++) prober.send(++token, octets);
      end();
      pause(3);
      sendGood();
    }
    prober.until({ packet: taken });
    prober.rest();
    return { heard: prober.heard, sent: prober.sent };
  },

  /** An echo request that dies on its way. */
  hopLimit: ({ target, hops }: { target: Target; hops: number }) => {
    const prober = new Prober(target);
    const v6 = target.to.includes(':');
    addon.setsockopt(prober.handle, v6 ? SOL_IPV6 : SOL_IP, v6 ? IPV6_UNICAST_HOPS : IP_TTL, hops);
    prober.send(7);
    prober.until({ error: 1, stamp: 1 });
    return prober.heard;
  },

  /** A message that is too large for its own link, with DF. */
  tooLong: (target: Target) => {
    const prober = new Prober(target);
    const v6 = target.to.includes(':');
    addon.setsockopt(prober.handle, v6 ? SOL_IPV6 : SOL_IP, v6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER, PMTUDISC_DO);
    const { errno } = prober.send(9, 1600);
    prober.until({ error: 1 });
    return { errno, heard: prober.heard };
  },

  /** Two programs that ping at once from raw sockets, and a third socket without the filter. */
  foreign: (to: string) => {
    const one = new Prober({ to, type: 'raw' }, {}, 0x1111);
    const two = new Prober({ to, type: 'raw' }, {}, 0x2222);
    const all = new Prober({ to, type: 'raw' }, { replies: null }, 0x3333);
    for (let token = 1; token <= 5; token++) {
      one.send(token);
      two.send(token);
    }
    all.until({ packet: 10 });
    const identifiers = ({ heard }: Prober) => {
      return heard.flatMap((each) => (each.kind === 'packet' ? [each.message.identifier] : []));
    };
    // Whatever was to come to the others has come: the third socket got the same packets.
    one.rest();
    two.rest();
    return { one: identifiers(one), two: identifiers(two), all: identifiers(all).sort() };
  },

  /** What comes through the filter by type: to B's echo replies, and to R1's "time exceeded". */
  filters: (to: string) => {
    const v6 = to.includes(':');
    const { reply } = ECHO[v6 ? 6 : 4];
    const timeExceeded = v6 ? 3 : 11;
    const seen = [[reply], [timeExceeded], [reply, timeExceeded], []].map((types) => {
      const prober = new Prober({ to, type: 'raw' }, { replies: null });
      const witness = new Prober({ to, type: 'raw' }, { replies: null });
      const pass = v6 ? passIcmp6Types : passIcmpTypes;
      pass(addon, prober.handle, types);
      pass(addon, witness.handle, [reply, timeExceeded]);
      const setHops = (hops: number) => {
        addon.setsockopt(prober.handle, v6 ? SOL_IPV6 : SOL_IP, v6 ? IPV6_UNICAST_HOPS : IP_TTL, hops);
      };
      prober.send(1);
      witness.until({ packet: 1 });
      setHops(1);
      prober.send(2);
      witness.until({ packet: 2 });
      prober.rest();
      const heard = prober.heard.flatMap((each) => (each.kind === 'packet' ? [each.message.type] : []));
      prober.port.close();
      witness.port.close();
      return heard;
    });
    return seen;
  },

  recordRoute: (type: SocketType) => {
    const prober = new Prober({ to: '127.0.0.1', type });
    const option = Uint8Array.of(7, 11, 4, ...Array<number>(8).fill(0), 0);
    addon.setsockopt(prober.handle, SOL_IP, IP_OPTIONS, option);
    prober.send(3);
    prober.until({ packet: 1 });
    return prober.heard.filter(({ kind }) => kind === 'packet');
  },

  /** By the event loop, and with a callback that is taken away again. */
  watch: async (target: Target) => {
    const prober = new Prober(target);
    let wakes = 0;
    prober.port.watch(() => {
      wakes++;
      prober.rest();
    });
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    for (let token = 1; token <= 3; token++) {
      prober.send(token);
      while (prober.count('packet') < token || prober.count('stamp') < token) await turn();
    }
    const sofar = wakes;
    for (let i = 0; i < 100; i++) await turn();
    const idle = wakes - sofar;
    prober.port.watch(null);
    prober.send(4);
    prober.port.wait(1e9);
    for (let i = 0; i < 20; i++) await turn();
    const stopped = wakes - sofar - idle;
    prober.port.close();
    return { idle, stopped, wakes: sofar };
  },

  /** Echoes of many sizes, as large as a datagram can be: each comes back whole. */
  sizes: ({ target, sizes }: { target: Target; sizes: number[] }) => {
    const prober = new Prober(target, { messageOctets: Math.max(...sizes) });
    sizes.forEach((octets, index) => {
      prober.send(index, octets);
      prober.until({ packet: index + 1 });
    });
    return prober.heard.flatMap((each) => (each.kind === 'packet' ? [each.octets] : []));
  },

  /** A link-local target: by its scope, and by the interface that packets must leave by. */
  linkLocal: ({ to, index }: { to: string; index: number }) => {
    const byScope = new Prober({ to, scope: index, type: 'datagram' });
    byScope.send(1);
    byScope.until({ packet: 1 });
    const byInterface = new Prober({ to, type: 'raw' }, { interfaceIndex: index });
    byInterface.send(1);
    byInterface.until({ packet: 1 });
    return [byScope, byInterface].map(({ heard }) =>
      heard.flatMap((each) => (each.kind === 'packet' ? [each.source] : [])),
    );
  },
};

await runScenario({
  /** One scenario with each of several arguments: starting a process takes longer than most of them. */
  each: async ({ scenario, list }: { scenario: string; list: unknown[] }) => {
    const outcomes: Outcome<unknown>[] = [];
    for (const argument of list) {
      try {
        outcomes.push({ value: await scenarios[scenario]!(argument) });
      } catch (error) {
        outcomes.push({ error: (error as Error).stack ?? String(error) });
      }
      for (const prober of open) prober.port.close();
      open.clear();
    }
    return outcomes;
  },
});
