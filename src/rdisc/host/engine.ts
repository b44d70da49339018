/**
 * A host: solicits, hears advertisements, keeps the table of routers, and says which default routes there should be. RFC 1256
 * section 5; what iputils' rdisc did otherwise is in docs/differences.md.
 */
import type { Instant } from '../../net/clock.ts';
import { decodeIrdp, encodeIrdp, findFlaw, type RouterAdvertisement, SOLICITATION } from '../../packet/irdp.ts';
import type { AdvertisedRouter, EndReason, RdiscEvent, RejectReason } from '../events.ts';
import {
  type Action,
  type DiscoveryEngine,
  destinationOn,
  type Incoming,
  judgeNeighbour,
  type Link,
  type NoNeighbour,
  type RouteAction,
  type SendAction,
} from '../protocol.ts';
import { describeOutcome, RouteLedger } from './route-ledger.ts';
import { factsOf, type Gone, type Recorded, RouterTable } from './router-table.ts';
import { Solicitor } from './solicitor.ts';

export interface HostConfig {
  /** Where solicitations go. */
  readonly sendTo: string;
  /** One message for all links: `sendTo` is neither a group nor the limited broadcast address. */
  readonly sendsByRoute: boolean;
  readonly solicits: boolean;
  /** Ends when the routers had their time to answer. */
  readonly lists: boolean;
  /** Goes on though none answers. */
  readonly forever: boolean;
  readonly acceptAll: boolean;
  readonly installs: boolean;
  /** The first solicitation waits for up to so long, at random, so that a site's hosts do not start all at once. */
  readonly maximumDelayNs: number;
  /** From 0 to before 1. */
  readonly random: () => number;
}

const EXIT_OK = 0;
const EXIT_NO_ROUTER = 5;

export class HostEngine implements DiscoveryEngine {
  readonly #config: HostConfig;
  readonly #emit: (event: RdiscEvent) => void;
  readonly #table = new RouterTable();
  readonly #routes = new RouteLedger();
  readonly #solicitor = new Solicitor();
  #links: readonly Link[] = [];
  #hasFound = false;
  #transmitted = 0;
  #received = 0;
  #rejected = 0;
  #end: EndReason | null = null;
  /** Kept for the summary: the routes go before it is told. */
  #defaults: readonly string[] = [];

  constructor(config: HostConfig, emit: (event: RdiscEvent) => void) {
    this.#config = config;
    this.#emit = emit;
  }

  setLinks(now: Instant, links: readonly Link[]): void {
    const { solicits, maximumDelayNs, random } = this.#config;
    this.#links = links;
    if (solicits) this.#solicitor.setLinks(now.monoNs, links, () => Math.floor(random() * maximumDelayNs));
    const byIndex = new Map(links.map((link) => [link.index, link]));
    const gone = this.#table.keepLinks(({ link, address }) => {
      const present = byIndex.get(link.index);
      return present !== undefined && judgeNeighbour(present, address) === null;
    });
    this.#tellGone(now, gone);
  }

  receive(now: Instant, message: Incoming): void {
    if (this.#end !== null || this.#isOwnEcho(message)) return;
    const decoded = decodeIrdp(message.octets);
    if (!decoded.ok) return this.#reject(now, message, { kind: 'unreadable', octets: message.octets.length });
    const flaw = findFlaw(decoded.value);
    if (flaw !== null) return this.#reject(now, message, flaw);
    if (decoded.value.message.kind === 'solicitation') return; // another host's
    const links = this.#links.filter(
      ({ index }) => message.interfaceIndex === null || index === message.interfaceIndex,
    );
    if (links.length === 0) return this.#reject(now, message, { kind: 'other-interface' });
    this.#takeAdvertisement(now, message, decoded.value.message, links);
  }

  /** Multicast comes back to who sent it: a router on this very machine is nobody's answer. */
  #isOwnEcho({ source }: Incoming): boolean {
    return this.#links.some(({ addresses }) => addresses.some(({ address }) => address === source));
  }

  #takeAdvertisement(
    now: Instant,
    message: Incoming,
    advertisement: RouterAdvertisement,
    links: readonly Link[],
  ): void {
    const { lifetimeSeconds, entries } = advertisement;
    this.#received++;
    this.#solicitor.desist(message.interfaceIndex);
    const judged = entries.map((entry) => ({ entry, ...findLink(links, entry.address) }));
    const routers: AdvertisedRouter[] = judged.map(({ entry, ignored }) => ({
      address: entry.address,
      preference: entry.preference,
      ignored,
    }));
    this.#emit({
      type: 'advertisement',
      wallNs: now.wallNs,
      source: message.source,
      isSourceNear: findLink(links, message.source).ignored !== 'off-link',
      interface: message.interfaceIndex === null ? null : links[0]!.name,
      lifetimeSeconds,
      routers,
    });
    for (const { entry, link, ignored } of judged) {
      if (ignored !== null) continue;
      const change = this.#table.record(now.monoNs, link, entry.address, entry.preference, lifetimeSeconds);
      if (change === null) continue;
      if ('reason' in change) this.#tellGone(now, [change]);
      else this.#tellRecorded(now, change);
    }
    this.#tellGone(now, this.#table.trim());
  }

  #tellRecorded({ wallNs }: Instant, { change, record }: Recorded): void {
    this.#hasFound = true;
    this.#routes.hear(record);
    this.#emit({ type: 'recorded', wallNs, change, router: factsOf(record) });
  }

  #tellGone({ wallNs }: Instant, gone: readonly Gone[]): void {
    for (const { reason, record } of gone) this.#emit({ type: 'gone', wallNs, reason, router: factsOf(record) });
  }

  #reject({ wallNs }: Instant, { source }: Incoming, reason: RejectReason): void {
    this.#rejected++;
    this.#emit({ type: 'rejected', wallNs, message: 'advertisement', source, reason });
  }

  interrupt(_now: Instant, reason: 'interrupted' | 'terminated'): void {
    this.#end ??= reason;
  }

  advance(now: Instant): readonly Action[] {
    if (this.#end !== null) return this.cleanUp();
    this.#tellGone(now, this.#table.expire(now.monoNs));
    const defaults = this.#table.chooseDefaults(this.#config.acceptAll);
    this.#defaults = defaults.map(({ address }) => address);
    this.#end = this.#findEnd(now.monoNs);
    if (this.#end !== null) return this.cleanUp();
    return [...this.#solicit(now), ...(this.#config.installs ? this.#routes.plan(defaults) : [])];
  }

  #findEnd(nowNs: number): EndReason | null {
    const { solicits, lists, forever } = this.#config;
    if (lists && this.#hasFound && nowNs >= this.#solicitor.answersUntilNs) return 'listed';
    const givesUp = solicits && !forever && !this.#hasFound && this.#solicitor.isExhausted(nowNs);
    return givesUp ? 'no-router' : null;
  }

  #solicit({ monoNs, wallNs }: Instant): readonly Action[] {
    const { sendTo, sendsByRoute } = this.#config;
    const due = this.#solicitor.takeDue(monoNs);
    const links = sendsByRoute && due.length > 0 ? [null] : due;
    return links.map((link) => {
      const to = (link === null ? null : destinationOn(link, sendTo)) ?? sendTo;
      const event = { type: 'solicited', wallNs, to, interface: link?.name ?? null } as const;
      return { type: 'send', to, link, octets: encodeIrdp(SOLICITATION), event };
    });
  }

  sent({ wallNs }: Instant, { to, link, event }: SendAction, errno: number): void {
    if (errno === 0) {
      this.#transmitted++;
      this.#emit(event);
    } else {
      this.#emit({ type: 'send-error', wallNs, to, interface: link?.name ?? null, errno });
    }
  }

  routed({ wallNs }: Instant, action: RouteAction, outcome: 'done' | 'exists' | number): void {
    if (!this.#routes.enter(action, outcome)) return;
    this.#emit({
      type: 'route',
      wallNs,
      action: action.type === 'add-route' ? 'add' : 'remove',
      gateway: action.gateway,
      interface: action.link.name,
      ...describeOutcome(outcome),
    });
  }

  get isOver(): boolean {
    return this.#end !== null;
  }

  get wakeAtNs(): number {
    if (this.#end !== null) return Number.POSITIVE_INFINITY;
    const { solicits, lists, forever } = this.#config;
    // Listing ends, and giving up begins, when the time for answers is over.
    const waits = solicits && (lists || (!forever && !this.#hasFound));
    const endNs = waits ? this.#solicitor.answersUntilNs : Number.POSITIVE_INFINITY;
    return Math.min(this.#solicitor.nextAtNs, this.#table.nextExpiryNs, endNs);
  }

  cleanUp(): readonly Action[] {
    return this.#config.installs ? this.#routes.plan([]) : [];
  }

  finish({ wallNs }: Instant): number {
    const reason = this.#end ?? 'error';
    this.#emit({
      type: 'summary',
      wallNs,
      role: 'host',
      reason,
      sendTo: this.#config.sendTo,
      interfaces: this.#links.map(({ name }) => name),
      transmitted: this.#transmitted,
      received: this.#received,
      rejected: this.#rejected,
      routers: this.#table.all.map(factsOf),
      defaults: this.#defaults,
    });
    return reason === 'no-router' ? EXIT_NO_ROUTER : EXIT_OK;
  }
}

/** The link on which `address` is a neighbour, or why it is one on none. `links` is not empty. */
function findLink(
  links: readonly Link[],
  address: string,
): { readonly link: Link; readonly ignored: NoNeighbour | null } {
  const judged = links.map((link) => ({ link, ignored: judgeNeighbour(link, address) }));
  return (
    judged.find(({ ignored }) => ignored === null) ?? judged.find(({ ignored }) => ignored !== 'off-link') ?? judged[0]!
  );
}
