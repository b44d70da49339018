/**
 * Performs what an engine decides: sends, sets routes, joins groups on interfaces as they come, reads what waits, hands signals
 * over. However a run ends, what it has set is taken back.
 */
import type { Alarm } from '../net/alarm.ts';
import type { Clock } from '../net/clock.ts';
import { type Gate, pump, type SignalSource, type Turn } from '../net/pump.ts';
import type { Signal } from '../net/signals.ts';
import type { Session } from './backend.ts';
import type { RdiscEvent } from './events.ts';
import type { Action, DiscoveryEngine, Incoming, Link } from './protocol.ts';

/** Interfaces are looked at this often, also where nobody tells of changes: rdisc(8). */
const LOOK_INTERVAL_NS = 30e9;

export interface DriverOptions {
  readonly engine: DiscoveryEngine;
  readonly session: Session;
  readonly clock: Clock;
  readonly signals: SignalSource;
  /** Shut while those who are told of events lag behind. */
  readonly gate?: Gate | null;
  readonly createAlarm: (onExpiry: () => void) => Alarm;
  /** The group that messages are received at; null where none is to be joined. */
  readonly group: string | null;
  readonly emit: (event: RdiscEvent) => void;
  /** All that is needed is open, and the links are these. @throws to end the run before it begins */
  readonly onListening: (links: readonly Link[], joined: number) => void;
}

export class RdiscDriver {
  readonly #options: DriverOptions;
  #links: readonly Link[] = [];
  /** Indices of links on which the group is joined. */
  readonly #joined = new Set<number>();
  #lookAtNs = Number.NEGATIVE_INFINITY;

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  /** Runs to the end and answers the exit status. The caller closes the session. */
  async run(): Promise<number> {
    const { engine, session, clock, signals, gate = null, createAlarm, onListening } = this.#options;
    const { port, watchLinks } = session;
    this.#look(false);
    onListening(this.#links, this.#joined.size);
    const lookSoon = () => {
      this.#lookAtNs = Number.NEGATIVE_INFINITY;
    };
    const watchers = watchLinks === null ? [] : [noting(watchLinks, lookSoon)];
    try {
      await pump({
        createAlarm,
        sockets: [port.watch, ...watchers],
        signals,
        onSignal: (signal) => {
          if (signal === 'SIGHUP') lookSoon();
          else this.#interrupt(signal);
        },
        turn: () => this.#turn(),
        gate,
      });
    } finally {
      this.#perform(engine.cleanUp());
    }
    return engine.finish(clock.read());
  }

  #interrupt(signal: Signal): void {
    const { engine, clock } = this.#options;
    engine.interrupt(clock.read(), signal === 'SIGTERM' ? 'terminated' : 'interrupted');
  }

  #turn(): Turn {
    const { engine, session, clock } = this.#options;
    if (clock.read().monoNs >= this.#lookAtNs) this.#look(true);
    const more = session.port.drain(this.#receive);
    for (let actions = engine.advance(clock.read()); actions.length > 0; actions = engine.advance(clock.read())) {
      this.#perform(actions);
    }
    if (engine.isOver) return 'done';
    return more ? 'again' : Math.min(engine.wakeAtNs, this.#lookAtNs);
  }

  readonly #receive = (message: Incoming): void => {
    this.#options.engine.receive(this.#options.clock.read(), message);
  };

  #perform(actions: readonly Action[]): void {
    const { engine, session, clock } = this.#options;
    for (const action of actions) {
      switch (action.type) {
        case 'send':
          engine.sent(clock, action, session.port.send(action.octets, action.to, action.link));
          break;
        case 'add-route':
          if (session.routes !== null) engine.routed(clock, action, session.routes.add(action.gateway, action.link));
          break;
        case 'remove-route':
          if (session.routes !== null) engine.routed(clock, action, session.routes.remove(action.gateway, action.link));
          break;
      }
    }
  }

  /** Reads the interfaces anew; joins the group on those that are new. `tells`: not at the start, where all are. */
  #look(tells: boolean): void {
    const { engine, session, clock, emit } = this.#options;
    const before = this.#links;
    this.#links = session.readLinks();
    const now = clock.read();
    this.#lookAtNs = now.monoNs + LOOK_INTERVAL_NS;
    const added = without(this.#links, before);
    const removed = without(before, this.#links);
    for (const link of removed) this.#leave(link);
    for (const link of added) this.#join(link);
    if (tells && added.length + removed.length > 0) {
      emit({ type: 'interfaces', wallNs: now.wallNs, added: added.map(nameOf), removed: removed.map(nameOf) });
    }
    engine.setLinks(now, this.#links);
  }

  #join(link: Link): void {
    const { session, clock, group, emit } = this.#options;
    if (group === null || !link.isMulticast) return;
    const errno = session.port.join(group, link);
    if (errno === 0) this.#joined.add(link.index);
    else emit({ type: 'join-error', wallNs: clock.wallNs, group, interface: link.name, errno });
  }

  #leave(link: Link): void {
    const { session, group } = this.#options;
    if (group === null || !this.#joined.delete(link.index)) return;
    session.port.leave(group, link);
  }
}

const nameOf = ({ name }: Link) => name;

function without(links: readonly Link[], others: readonly Link[]): readonly Link[] {
  const indices = new Set(others.map(({ index }) => index));
  return links.filter(({ index }) => !indices.has(index));
}

/** The same watch, with `note` called before each callback. */
function noting(watch: Session['watchLinks'] & object, note: () => void): Session['watchLinks'] & object {
  return (callback) =>
    watch(
      callback === null
        ? null
        : () => {
            note();
            callback();
          },
    );
}
