/** The TCP port at work inside the lab's network; each scenario tells what its handler heard, for the test to judge. */
import { readdirSync } from 'node:fs';
import { Clock } from '../../../src/net/clock.ts';
import { Interfaces } from '../../../src/net/interfaces.ts';
import { loadNative } from '../../../src/net/native.ts';
import { openTcpPort } from '../../../src/net/tcp-addon-port.ts';
import { LIFE_NS, type TcpPortHandler, type TcpRoundTrip } from '../../../src/net/tcp-port.ts';
import { addressOctets } from '../../lab/addresses.ts';
import { runScenario } from '../../native/programs/scenario.ts';

export interface HeardTcp {
  readonly kind: 'accepted' | 'refused' | 'error';
  readonly token: number;
  /** By the user-space clock, from right before `send`. */
  readonly elapsedNs: number;
  readonly roundTrip: TcpRoundTrip | null;
  readonly error: { readonly origin: string; readonly errno: number; readonly offender: string | null } | null;
}

export interface Connects {
  readonly to: string;
  readonly port: number;
  readonly probes: number;
}

export interface ConnectsOutcome {
  /** What each send answered. */
  readonly answers: readonly number[];
  readonly heard: readonly HeardTcp[];
  /** Sockets of the process before and behind. */
  readonly descriptors: readonly [before: number, after: number];
}

const POLL_MS = 20;

const addon = loadNative();
const clock = new Clock(addon.readClocks);

function openedPort(to: string, port: number) {
  const octets = addressOctets(to);
  const target = { family: octets.length === 4 ? 4 : 6, octets, scope: 0 } as const;
  return openTcpPort({ addon, clock, interfaces: new Interfaces(addon), target, port });
}

const countDescriptors = () => readdirSync('/proc/self/fd').length;

await runScenario({
  /** Probes one after the other, each until it is answered or its life is over. */
  connects: async ({ to, port: number, probes }: Connects): Promise<ConnectsOutcome> => {
    await import('node:timers/promises'); // before descriptors are counted
    const before = countDescriptors();
    const port = openedPort(to, number);
    const heard: HeardTcp[] = [];
    const answers: number[] = [];
    let sentNs = 0;
    const hear = (kind: HeardTcp['kind'], token: number, atNs: number, more: Partial<HeardTcp>) => {
      heard.push({ kind, token, elapsedNs: atNs - sentNs, roundTrip: null, error: null, ...more });
    };
    const handler: TcpPortHandler = {
      accepted: (token, roundTrip, at) => hear('accepted', token, at.monoNs, { roundTrip }),
      refused: (token, roundTrip, at) => hear('refused', token, at.monoNs, { roundTrip }),
      queuedError: (token, { origin, errno, offender }, at) =>
        hear('error', token, at.monoNs, { error: { origin, errno, offender } }),
    };
    for (let token = 1; token <= probes; token++) {
      sentNs = clock.read().monoNs;
      answers.push(port.send(token));
      await new Promise<void>((resolve) => {
        const look = () => {
          port.drain(handler);
          if (port.wakeAtNs < Number.POSITIVE_INFINITY) return;
          clearInterval(timer);
          resolve();
        };
        const timer = setInterval(look, POLL_MS);
        port.watch(look);
      });
    }
    port.watch(null);
    port.close();
    return { answers, heard, descriptors: [before, countDescriptors()] };
  },
  /** Probes that are answered while nobody leaves the event loop a turn. */
  blocked: async ({ to, port: number, probes }: Connects): Promise<readonly number[]> => {
    const port = openedPort(to, number);
    for (let token = 1; token <= probes; token++) port.send(token);
    while (clock.read().monoNs < port.wakeAtNs - LIFE_NS / 2);
    const heard: number[] = [];
    const hear = (token: number) => heard.push(token);
    port.drain({ accepted: hear, refused: hear, queuedError: hear });
    port.close();
    return heard;
  },
  /** Many at once, with the port closed while they are under way. */
  abandons: async ({ to, port: number, probes }: Connects): Promise<ConnectsOutcome> => {
    const before = countDescriptors();
    const port = openedPort(to, number);
    const answers = Array.from({ length: probes }, (_, token) => port.send(token));
    port.close();
    await new Promise((resolve) => setImmediate(resolve));
    return { answers, heard: [], descriptors: [before, countDescriptors()] };
  },
});
