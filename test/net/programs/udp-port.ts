/** The UDP probing port at work inside the lab's network; each scenario tells what its handler heard, for the test to judge. */
import { Clock } from '../../../src/net/clock.ts';
import { Interfaces } from '../../../src/net/interfaces.ts';
import { loadNative } from '../../../src/net/native.ts';
import type { Address } from '../../../src/net/sockaddr.ts';
import { openUdpPort, type UdpPortOptions } from '../../../src/net/udp-addon-port.ts';
import type { UdpPort, UdpPortHandler, UdpProbe } from '../../../src/net/udp-port.ts';
import { addressOctets } from '../../lab/addresses.ts';
import { runScenario } from '../../native/programs/scenario.ts';

export interface HeardUdpError {
  readonly kind: 'error';
  readonly errno: number;
  readonly origin: string;
  readonly type: number;
  readonly code: number;
  readonly info: number;
  readonly offender: string | null;
  readonly destination: string | null;
  readonly destinationPort: number;
  readonly hopLimit: number;
  readonly trafficClass: number;
  readonly stampNs: number | null;
  readonly truncated: boolean;
  readonly quoted: readonly number[];
  readonly quotedOctets: number;
  readonly extensionOctets: number;
}
export interface HeardUdpReply {
  readonly kind: 'reply';
  readonly source: string;
  readonly sourcePort: number;
  readonly hopLimit: number;
  readonly stampNs: number | null;
  readonly payload: readonly number[];
}
export interface HeardUdpStamp {
  readonly kind: 'stamp';
  readonly token: number;
  readonly stampNs: number;
}
export type HeardUdp = HeardUdpError | HeardUdpReply | HeardUdpStamp;

/** A probe as JSON has it; TTL 64, port 44444, no payload and the length of that unless said. */
export type ProbeFacts = Partial<Omit<UdpProbe, 'payload'>> & { readonly payload?: readonly number[] };

export interface Sends {
  readonly to: string;
  readonly scope?: number;
  /** Sent as far as the kernel takes them, as udp-port.ts says; after each batch, what is wanted is waited for. */
  readonly batches: readonly { readonly probes: readonly ProbeFacts[]; readonly until?: Wanted }[];
  readonly room?: number;
}
export type Wanted = Partial<Record<HeardUdp['kind'], number>>;

export interface SendsOutcome {
  readonly family: number;
  readonly pmtuMode: string;
  readonly hasPort: boolean;
  /** For each batch how many went out, and why no more. */
  readonly answers: readonly { readonly taken: number; readonly errno: number }[];
  readonly times: readonly { readonly beforeNs: number; readonly afterNs: number }[];
  readonly heard: readonly HeardUdp[];
}

const PATIENCE_MS = 8000;
const QUOTED_SHOWN = 8;

const addon = loadNative();
const clock = new Clock(addon.readClocks);
const nanOrNull = (stampNs: number) => (Number.isNaN(stampNs) ? null : stampNs);

class Listener {
  readonly heard: HeardUdp[] = [];
  readonly #handler: UdpPortHandler = {
    transmitted: (token, stampNs) => this.heard.push({ kind: 'stamp', token, stampNs }),
    reply: ({ octets, start, end, source, sourcePort, hopLimit, stampNs }) =>
      this.heard.push({
        kind: 'reply',
        source,
        sourcePort,
        hopLimit,
        stampNs: nanOrNull(stampNs),
        payload: [...octets.subarray(start, end)],
      }),
    queuedError: ({ octets, start, end, extensionStart, extensionEnd, extensionFlawed: _, stampNs, ...facts }) =>
      this.heard.push({
        kind: 'error',
        ...facts,
        stampNs: nanOrNull(stampNs),
        quoted: [...octets.subarray(start, Math.min(end, start + QUOTED_SHOWN))],
        quotedOctets: end - start,
        extensionOctets: extensionEnd - extensionStart,
      }),
  };

  sendAll(port: UdpPort, probes: readonly UdpProbe[]): { taken: number; errno: number } {
    let taken = 0;
    while (taken < probes.length) {
      const sent = port.send(probes.slice(taken));
      while (port.drain(this.#handler));
      if (sent < 0) return { taken, errno: -sent };
      taken += sent;
    }
    return { taken, errno: 0 };
  }

  /** Drains, called from the event loop, until as much as is wanted was heard. @throws Error when it never comes */
  async until(port: UdpPort, wanted: Wanted): Promise<void> {
    const isThere = () =>
      Object.entries(wanted).every(([kind, count]) => this.heard.filter((each) => each.kind === kind).length >= count);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        port.watch(null);
        reject(new Error(`wanted ${JSON.stringify(wanted)}, heard ${JSON.stringify(this.heard)}`));
      }, PATIENCE_MS);
      const look = () => {
        while (port.drain(this.#handler));
        if (!isThere()) return;
        clearTimeout(timer);
        port.watch(null);
        resolve();
      };
      port.watch(look);
      look();
    });
  }
}

function toProbe({ payload = [], ...facts }: ProbeFacts): UdpProbe {
  const defaults = { destinationPort: 44_444, hopLimit: 64, payloadOctets: payload.length, token: 0 };
  return { ...defaults, ...facts, payload: Uint8Array.from(payload) };
}

function addressOf(text: string, scope = 0): Address {
  return { family: text.includes(':') ? 6 : 4, octets: addressOctets(text), scope };
}

function open(target: Address, options: Partial<UdpPortOptions> = {}): UdpPort {
  const interfaces = new Interfaces(addon);
  return openUdpPort({ addon, clock, interfaces, target, largestPayloadOctets: 1472, ...options });
}

await runScenario({
  sends: async ({ to, scope, batches, room }: Sends): Promise<SendsOutcome> => {
    const port = open(addressOf(to, scope), room === undefined ? {} : { largestPayloadOctets: room });
    const listener = new Listener();
    const answers: { taken: number; errno: number }[] = [];
    const times: { beforeNs: number; afterNs: number }[] = [];
    for (const { probes, until } of batches) {
      const beforeNs = clock.read().wallNs;
      answers.push(listener.sendAll(port, probes.map(toProbe)));
      times.push({ beforeNs, afterNs: clock.read().wallNs });
      await listener.until(port, until ?? {});
    }
    const { family, pmtuMode, sourcePort } = port;
    port.close();
    return { family, pmtuMode, hasPort: sourcePort > 0, answers, times, heard: listener.heard };
  },

  /** Two ports that send each other datagrams over loopback; answers what the first one heard. */
  converse: async ({ address, octets }: { address: string; octets: number }) => {
    const first = open(addressOf(address), { sourcePort: 0 });
    const second = open(addressOf(address), { source: addressOf(address), largestPayloadOctets: octets });
    const listener = new Listener();
    const payload = Array.from({ length: octets }, (_, index) => index & 0xff);
    second.send([toProbe({ destinationPort: first.sourcePort, hopLimit: 33, payload })]);
    await listener.until(first, { reply: 1 });
    const [reply] = listener.heard.filter((each) => each.kind === 'reply');
    const fromSecond = reply?.sourcePort === second.sourcePort;
    first.close();
    second.close();
    return { ...reply, fromSecond };
  },

  /** Sends to a closed port of this host again and again, without looking at the queue meanwhile. */
  pending: async ({ address, count }: { address: string; count: number }) => {
    const port = open(addressOf(address));
    const answers = Array.from({ length: count }, (_, token) => port.send([toProbe({ token, payload: [token] })]));
    const listener = new Listener();
    await listener.until(port, { error: count, stamp: count });
    port.close();
    return { answers, heard: listener.heard };
  },

  /** What `send` throws for probes that cannot be, and `openUdpPort` for a source that is not ours. */
  refusals: () => {
    const port = open(addressOf('127.0.0.1'), { largestPayloadOctets: 100 });
    const attempt = (action: () => unknown) => {
      try {
        return action();
      } catch (error) {
        return [(error as Error).name, (error as NodeJS.ErrnoException).code ?? null];
      }
    };
    const outcomes = [
      attempt(() => port.send([toProbe({ payloadOctets: 101 })])),
      attempt(() => port.send([toProbe({ payload: [1, 2, 3], payloadOctets: 2 })])),
      attempt(() => open(addressOf('127.0.0.1'), { source: addressOf('192.0.2.1') })),
      attempt(() => open(addressOf('127.0.0.1'), { sourcePort: port.sourcePort })),
      attempt(() => port.send([])),
    ];
    port.close();
    port.close();
    return outcomes;
  },
});
