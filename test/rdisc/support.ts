/**
 * What the tests of rdisc share: links and messages by hand, and a player that runs an engine with made-up clocks against a
 * kernel of which only the route table is played. It does what the driver does and nothing more.
 */
import type { Instant } from '../../src/net/clock.ts';
import { advertisementOf, encodeIrdp, SOLICITATION } from '../../src/packet/irdp.ts';
import type { RdiscEvent } from '../../src/rdisc/events.ts';
import { type HostConfig, HostEngine } from '../../src/rdisc/host/engine.ts';
import type { Action, DiscoveryEngine, Incoming, Link } from '../../src/rdisc/protocol.ts';
import { type RouterConfig, RouterEngine } from '../../src/rdisc/router/engine.ts';

export const SECOND = 1e9;
export const MS = 1e6;

export const ETH0: Link = {
  index: 2,
  name: 'eth0',
  isMulticast: true,
  addresses: [{ address: '192.0.2.9', netmask: '255.255.255.0', peer: null }],
};
export const ETH1: Link = {
  index: 3,
  name: 'eth1',
  isMulticast: true,
  addresses: [{ address: '198.51.100.9', netmask: '255.255.255.0', peer: null }],
};
export const ROUTER = '192.0.2.1';
export const OTHER = '192.0.2.2';

/** An advertisement of `routers` (address and preference) from the first of them, by eth0 to everyone. */
export function advertisement(
  lifetimeSeconds: number,
  routers: readonly (readonly [address: string, preference: number])[],
  facts: Partial<Incoming> = {},
): Incoming {
  const message = advertisementOf(lifetimeSeconds, ['0.0.0.0'], 0);
  const [first] = message.entries;
  const entries = routers.map(([address, preference]) => ({ ...first!, address, preference }));
  return {
    source: routers[0]?.[0] ?? ROUTER,
    destination: '224.0.0.1',
    interfaceIndex: ETH0.index,
    octets: encodeIrdp({ ...message, entries, addressCount: entries.length }),
    ...facts,
  };
}

export function solicitation(facts: Partial<Incoming> = {}): Incoming {
  return {
    source: '192.0.2.77',
    destination: '224.0.0.2',
    interfaceIndex: ETH0.index,
    octets: encodeIrdp(SOLICITATION),
    ...facts,
  };
}

/** `rdisc` with no options. */
export const LISTING: HostConfig = {
  sendTo: '224.0.0.2',
  sendsByRoute: false,
  solicits: true,
  lists: true,
  forever: false,
  acceptAll: false,
  installs: false,
  maximumDelayNs: 0,
  random: () => 0,
};
/** `rdisc -f`, without -s. */
export const LISTENING: HostConfig = { ...LISTING, solicits: false, lists: false, forever: true };
/** `rdisc -f --install`. */
export const INSTALLING: HostConfig = { ...LISTENING, installs: true };
/** `rdisc -r`. */
export const ADVERTISING: RouterConfig = {
  sendTo: '224.0.0.1',
  maximumIntervalSeconds: 600,
  preference: 0,
  random: () => 0,
};

export interface PlayOptions {
  readonly links?: readonly Link[];
  /** What happens at a time since the start. */
  readonly at?: readonly (readonly [afterNs: number, happens: Happening])[];
  /** What the `attempt`-th send is refused with; 0 lets it go. */
  readonly refuse?: (attempt: number) => number;
  /** What the kernel says to a route, instead of doing it. */
  readonly refuseRoute?: (action: Action) => 'exists' | number | null;
  /** Stops to look here. */
  readonly untilNs?: number;
}

export type Happening = Incoming | readonly Link[] | 'interrupted' | 'terminated' | ((player: Player) => void);

export interface Sent {
  readonly atNs: number;
  readonly to: string;
  readonly on: string | null;
  readonly octets: Uint8Array;
}

const STEPS_MAXIMUM = 200_000;

export class Player {
  readonly events: RdiscEvent[] = [];
  readonly sends: Sent[] = [];
  /** The route table: gateways, the newest first. */
  routes: string[] = [];
  /** Every change of routes that was asked for, e.g. `+192.0.2.1`. */
  readonly routeActions: string[] = [];
  status: number | null = null;
  /** Since the start. */
  endedAtNs = Number.NaN;

  readonly #engine: DiscoveryEngine;
  readonly #options: PlayOptions;
  readonly #startNs = 7_000_000 * SECOND + 321;
  #nowNs = this.#startNs;
  #attempts = 0;

  constructor(make: (emit: (event: RdiscEvent) => void) => DiscoveryEngine, options: PlayOptions) {
    this.#options = options;
    this.#engine = make((event) => this.events.push(event));
  }

  get now(): Instant {
    return { monoNs: this.#nowNs, wallNs: this.#nowNs - this.#startNs };
  }

  get elapsedNs(): number {
    return this.#nowNs - this.#startNs;
  }

  run(): this {
    const { links = [ETH0], at = [], untilNs = Number.POSITIVE_INFINITY } = this.#options;
    const due = [...at].sort(([a], [b]) => a - b);
    this.#engine.setLinks(this.now, links);
    for (let step = 0; step < STEPS_MAXIMUM; step++) {
      while (due[0] !== undefined && due[0][0] <= this.elapsedNs) this.#happen(due.shift()![1]);
      this.#work();
      if (this.#engine.isOver) return this.#finish();
      const next = Math.min(this.#engine.wakeAtNs - this.#startNs, due[0]?.[0] ?? Number.POSITIVE_INFINITY);
      if (next <= this.elapsedNs) throw new Error(`asked to be woken ${this.elapsedNs - next} ns ago: it would spin`);
      if (next > untilNs || next === Number.POSITIVE_INFINITY) return this;
      this.#nowNs = this.#startNs + next;
    }
    throw new Error(`not at an end after ${STEPS_MAXIMUM} steps`);
  }

  #finish(): this {
    this.#perform(this.#engine.cleanUp());
    this.endedAtNs = this.elapsedNs;
    this.status = this.#engine.finish(this.now);
    return this;
  }

  #happen(what: Happening): void {
    if (typeof what === 'function') what(this);
    else if (what === 'interrupted' || what === 'terminated') this.#engine.interrupt(this.now, what);
    else if ('octets' in what) this.#engine.receive(this.now, what);
    else this.#engine.setLinks(this.now, what);
  }

  #work(): void {
    for (let round = 0; ; round++) {
      if (round > 100) throw new Error('the engine does not come to rest');
      const actions = this.#engine.advance(this.now);
      if (actions.length === 0) return;
      this.#perform(actions);
    }
  }

  #perform(actions: readonly Action[]): void {
    for (const action of actions) {
      if (action.type === 'send') {
        const errno = this.#options.refuse?.(this.#attempts++) ?? 0;
        const { to, link, octets } = action;
        if (errno === 0) this.sends.push({ atNs: this.elapsedNs, to, on: link?.name ?? null, octets });
        this.#engine.sent(this.now, action, errno);
      } else {
        this.#engine.routed(this.now, action, this.#changeRoute(action));
      }
    }
  }

  #changeRoute(action: Exclude<Action, { type: 'send' }>): 'done' | 'exists' | number {
    const { type, gateway } = action;
    this.routeActions.push(`${type === 'add-route' ? '+' : '-'}${gateway}`);
    const refused = this.#options.refuseRoute?.(action) ?? null;
    if (refused !== null) return refused;
    if (type === 'remove-route') this.routes = this.routes.filter((route) => route !== gateway);
    else if (this.routes.includes(gateway)) return 'exists';
    else this.routes.unshift(gateway);
    return 'done';
  }

  /** The events of one type, in order. */
  of<Type extends RdiscEvent['type']>(type: Type): Extract<RdiscEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<RdiscEvent, { type: Type }> => event.type === type);
  }

  get summary() {
    const [summary, second] = this.of('summary');
    if (summary === undefined || second !== undefined) throw new Error('there is not exactly one summary');
    return summary;
  }

  /** Seconds since the start at which something left. */
  get sendSeconds(): number[] {
    return this.sends.map(({ atNs }) => atNs / SECOND);
  }
}

export function playHost(config: HostConfig, options: PlayOptions = {}): Player {
  return new Player((emit) => new HostEngine(config, emit), options).run();
}

export function playRouter(config: RouterConfig, options: PlayOptions = {}): Player {
  return new Player((emit) => new RouterEngine(config, emit), options).run();
}
