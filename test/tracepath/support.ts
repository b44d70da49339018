/**
 * What the tests of tracepath share: a path as data, a kernel that refuses what is too long for its own link, and a player that
 * runs an engine against them with made-up clocks. The player does what the driver does and nothing more. Nothing reads a clock.
 */
import type { Instant } from '../../src/net/clock.ts';
import type { QueuedUdpError, UdpProbe, UdpReply } from '../../src/net/udp-port.ts';
import { SerialEngine } from '../../src/tracepath/engine.ts';
import type { AnswerEvent, SummaryEvent, TracepathEvent } from '../../src/tracepath/events.ts';
import { ParallelEngine } from '../../src/tracepath/parallel/engine.ts';
import { type TextOptions, TracepathText } from '../../src/tracepath/text.ts';
import type { TraceConfig, TraceEngine } from '../../src/tracepath/trace.ts';
import { NO_LIMITS } from './probing/support.ts';

export const MS = 1e6;
export const SECOND = 1e9;
export const TARGET = '192.0.2.7';
export const TARGET6 = '2001:db8::7';
export const BASE_PORT = 44_444;

/** errno values of asm-generic/errno.h. */
export const ERRNO = {
  EPERM: 1,
  EAGAIN: 11,
  EACCES: 13,
  EPROTO: 71,
  EMSGSIZE: 90,
  ENOPROTOOPT: 92,
  ENETUNREACH: 101,
  ENOBUFS: 105,
  ETIMEDOUT: 110,
  ECONNREFUSED: 111,
  EHOSTUNREACH: 113,
} as const;

/** `tracepath 192.0.2.7` */
export const CONFIG: TraceConfig = {
  family: 4,
  isMapped: false,
  wireTarget: TARGET,
  maxHops: 30,
  basePort: BASE_PORT,
  length: 65_535,
  blackHoles: false,
  limits: NO_LIMITS,
};

export const CONFIG6: TraceConfig = { ...CONFIG, family: 6, wireTarget: TARGET6, length: 128_000 };

export const ENGINES = { serial: SerialEngine, parallel: ParallelEngine } as const;

const QUOTE_OFFSET = 8;

/** An entry of the error queue about `probe`, quoting all of its header; the octets are not at the start of their buffer. */
export function errorAbout(
  probe: Pick<UdpProbe, 'destinationPort' | 'payload'>,
  facts: Partial<QueuedUdpError>,
): QueuedUdpError {
  const quoted = probe.payload;
  const octets = new Uint8Array(quoted.length + 2 * QUOTE_OFFSET).fill(0xa5);
  octets.set(quoted, QUOTE_OFFSET);
  const end = QUOTE_OFFSET + quoted.length;
  return {
    errno: ERRNO.EHOSTUNREACH,
    origin: 'icmp',
    type: 11,
    code: 0,
    info: 0,
    offender: '10.0.0.1',
    destination: TARGET,
    destinationPort: probe.destinationPort,
    hopLimit: 64,
    trafficClass: 0,
    stampNs: Number.NaN,
    truncated: false,
    octets,
    start: QUOTE_OFFSET,
    end,
    extensionStart: end,
    extensionEnd: end,
    extensionFlawed: false,
    ...facts,
  };
}

/** What comes of a probe: refused at once, or answers after a while. */
export interface Fate {
  readonly refused?: number;
  /** Queued together with the refusal. */
  readonly queued?: QueuedUdpError;
  readonly answers?: readonly {
    readonly afterNs: number;
    readonly error?: QueuedUdpError;
    readonly reply?: UdpReply;
  }[];
}

export type Network = (probe: UdpProbe, nowNs: number) => Fate;

export interface Played {
  readonly events: readonly TracepathEvent[];
  /** Every probe that the network took, with its time. */
  readonly sent: readonly (UdpProbe & { readonly atNs: number })[];
  readonly endedNs: number;
}

/** The wall clock of the tests is ahead of the monotonic one by this much. */
const WALL_AHEAD_NS = 5 * SECOND;

export interface PlayOptions {
  readonly config?: TraceConfig;
  readonly interruptAtNs?: number;
  /** The kernel takes so many probes of a batch at most. */
  readonly batch?: number;
  readonly stamps?: boolean;
}

const STEPS_MAXIMUM = 100_000;

export function play(kind: keyof typeof ENGINES, network: Network, options: PlayOptions = {}): Played {
  const { config = CONFIG, interruptAtNs = Number.POSITIVE_INFINITY, batch = 32, stamps = false } = options;
  const events: TracepathEvent[] = [];
  const sent: (UdpProbe & { atNs: number })[] = [];
  const engine: TraceEngine = new ENGINES[kind](config, (event) => events.push(event));
  let pending: { readonly atNs: number; readonly error?: QueuedUdpError; readonly reply?: UdpReply }[] = [];
  let nowNs = 0;
  const now = (): Instant => ({ monoNs: nowNs, wallNs: nowNs + WALL_AHEAD_NS });
  const deliver = () => {
    const due = pending.filter(({ atNs }) => atNs <= nowNs);
    pending = pending.filter(({ atNs }) => atNs > nowNs);
    for (const { error, reply, atNs } of due) {
      if (error !== undefined)
        engine.queuedError({ ...error, stampNs: stamps ? atNs + WALL_AHEAD_NS : error.stampNs }, now());
      if (reply !== undefined) engine.reply(reply, now());
    }
  };
  for (let steps = 0; steps < STEPS_MAXIMUM; steps++) {
    deliver();
    if (nowNs >= interruptAtNs) engine.interrupt(now());
    const step = engine.next(now());
    if (step === 'done') return { events, sent, endedNs: nowNs };
    if (step === 'wait') {
      nowNs = Math.max(nowNs, Math.min(engine.wakeAtNs, interruptAtNs, ...pending.map(({ atNs }) => atNs)));
      continue;
    }
    let taken = 0;
    for (const probe of engine.batch.slice(0, batch)) {
      const fate = network(probe, nowNs);
      if (fate.refused !== undefined) {
        if (taken > 0) break;
        if (fate.queued !== undefined) engine.queuedError(fate.queued, now());
        engine.refused(fate.refused, now());
        break;
      }
      taken++;
      sent.push({ ...probe, atNs: nowNs });
      pending.push(...(fate.answers ?? []).map(({ afterNs, ...answer }) => ({ atNs: nowNs + afterNs, ...answer })));
    }
    if (taken > 0) {
      engine.sent(taken);
      if (stamps) for (const probe of sent.slice(-taken)) engine.transmitted(probe.token, nowNs + WALL_AHEAD_NS);
    }
    pending.sort((a, b) => a.atNs - b.atNs);
  }
  throw new Error(`no end after ${STEPS_MAXIMUM} steps`);
}

/** A router or the target. `mtu` is that of the link to it. */
export interface Node {
  readonly address: string;
  readonly mtu?: number;
  readonly rttNs?: number;
  /** Says nothing about probes whose TTL ends there. */
  readonly silent?: boolean;
  /** Says nothing about packets that do not fit the next link. */
  readonly noTooBig?: boolean;
  /** TTL of its answers when they arrive. */
  readonly hopLimit?: number;
  /** Refuses whatever goes further: errno and ICMP code. */
  readonly refuses?: readonly [errno: number, type: number, code: number];
}

const OVERHEAD = { 4: 28, 6: 48 } as const;

/** A network that behaves as it should, along `nodes`; the last one is the target. The link to the first is our own. */
export function route(nodes: readonly Node[], config: TraceConfig = CONFIG): Network {
  const isV4 = config.family === 4;
  const origin = isV4 ? 'icmp' : 'icmp6';
  const common = { origin, destination: config.wireTarget } as const;
  return (probe) => {
    const octets = probe.payloadOctets + OVERHEAD[config.family];
    const ownMtu = nodes[0]?.mtu ?? 1500;
    if (octets > ownMtu) {
      const local = errorAbout(probe, {
        errno: ERRNO.EMSGSIZE,
        origin: 'local',
        type: 0,
        info: ownMtu,
        offender: null,
        hopLimit: -1,
      });
      return {
        refused: ERRNO.EMSGSIZE,
        queued: { ...local, destinationPort: isV4 ? 0 : probe.destinationPort, end: local.start },
      };
    }
    const answer = (node: Node, facts: Partial<QueuedUdpError>): Fate => {
      const { address, rttNs = MS, hopLimit = 64 - nodes.indexOf(node) } = node;
      return {
        answers: [{ afterNs: rttNs, error: errorAbout(probe, { ...common, offender: address, hopLimit, ...facts }) }],
      };
    };
    for (const [index, node] of nodes.entries()) {
      if (index === nodes.length - 1) {
        return node.silent === true
          ? {}
          : answer(node, { errno: ERRNO.ECONNREFUSED, type: isV4 ? 3 : 1, code: isV4 ? 3 : 4 });
      }
      if (probe.hopLimit === index + 1)
        return node.silent === true ? {} : answer(node, { type: isV4 ? 11 : 3, code: 0 });
      if (node.refuses !== undefined) {
        const [errno, type, code] = node.refuses;
        return answer(node, { errno, type, code });
      }
      const mtu = nodes[index + 1]!.mtu ?? 1500;
      if (octets > mtu) {
        const tooBig = { errno: ERRNO.EMSGSIZE, type: isV4 ? 3 : 2, code: isV4 ? 4 : 0, info: mtu };
        return node.noTooBig === true ? {} : answer(node, tooBig);
      }
    }
    return {};
  };
}

/** `count` routers 10.0.0.1 and on, then the target. */
export function routers(count: number, facts: Partial<Node> = {}): Node[] {
  return [
    ...Array.from({ length: count }, (_, index) => ({ address: `10.0.0.${index + 1}`, ...facts })),
    { address: TARGET },
  ];
}

export const TEXT: TextOptions = {
  verbose: false,
  both: false,
  numeric: true,
  strerror: (errno) => `error ${errno}`,
  nameOf: () => null,
};

/** The lines of a run, stderr marked. */
export function textOf(events: readonly TracepathEvent[], options: Partial<TextOptions> = {}): string {
  const text = new TracepathText({ ...TEXT, ...options });
  return events
    .flatMap((event) => text.render(event))
    .map((output) => (output.stream === 'stdout' ? output.text : `stderr: ${output.text}`))
    .join('');
}

export function answersOf({ events }: Played): AnswerEvent[] {
  return events.filter((event) => event.type === 'answer');
}

export function summaryOf({ events }: Played): SummaryEvent {
  const last = events.at(-1);
  if (last?.type !== 'summary') throw new Error('the last event is no summary');
  return last;
}
