/**
 * A router: advertises the addresses of its interfaces at random intervals, answers solicitations, and takes its word back at
 * the end. RFC 1256 section 4; what iputils' rdisc did otherwise is in docs/differences.md.
 */
import type { Instant } from '../../net/clock.ts';
import { advertisementOf, decodeIrdp, encodeIrdp, findFlaw, MAXIMUM_ADDRESSES } from '../../packet/irdp.ts';
import type { EndReason, RdiscEvent, RejectReason } from '../events.ts';
import {
  type Action,
  type DiscoveryEngine,
  destinationOn,
  type Incoming,
  judgeNeighbour,
  LIMITED_BROADCAST,
  type Link,
  type SendAction,
  UNSPECIFIED,
} from '../protocol.ts';

export interface RouterConfig {
  /** The group or the broadcast address that advertisements go to. */
  readonly sendTo: string;
  /** Seconds at most between two advertisements; the least is three quarters of it, the lifetime three times it. */
  readonly maximumIntervalSeconds: number;
  readonly preference: number;
  /** From 0 to before 1. */
  readonly random: () => number;
}

const NS_PER_SECOND = 1e9;
/** Section 4.2, protocol constants. */
const MAX_INITIAL_ADVERT_INTERVAL_NS = 16 * NS_PER_SECOND;
const MAX_INITIAL_ADVERTISEMENTS = 3;
const MAX_RESPONSE_DELAY_NS = 2 * NS_PER_SECOND;
/** Section 4.1: MinAdvertisementInterval and AdvertisementLifetime by default. */
const MINIMUM_SHARE = 0.75;
const LIFETIME_SHARE = 3;

interface LinkState {
  link: Link;
  /** Advertisements to all so far, as far as it matters. */
  sent: number;
  nextAtNs: number;
  /** An answer to all that is put off; several solicitations get one. */
  answerAtNs: number;
  answerTo: string;
}

export class RouterEngine implements DiscoveryEngine {
  readonly #config: RouterConfig;
  readonly #emit: (event: RdiscEvent) => void;
  readonly #lifetimeSeconds: number;
  readonly #states = new Map<number, LinkState>();
  #answers: Action[] = [];
  #transmitted = 0;
  #received = 0;
  #rejected = 0;
  #end: EndReason | null = null;
  #hasTakenLeave = false;

  constructor(config: RouterConfig, emit: (event: RdiscEvent) => void) {
    this.#config = config;
    this.#emit = emit;
    // The field has whole seconds; a moment longer keeps the advertisements before its end.
    this.#lifetimeSeconds = Math.ceil(LIFETIME_SHARE * config.maximumIntervalSeconds);
  }

  /** A link that is new starts as at system start-up (section 4.3): at once, and then at short intervals. */
  setLinks(now: Instant, links: readonly Link[]): void {
    const present = new Set(links.map(({ index }) => index));
    for (const index of this.#states.keys()) if (!present.has(index)) this.#states.delete(index);
    for (const link of links) {
      const state = this.#states.get(link.index);
      if (state !== undefined) state.link = link;
      else {
        const idle = { answerAtNs: Number.POSITIVE_INFINITY, answerTo: this.#config.sendTo };
        this.#states.set(link.index, { link, sent: 0, nextAtNs: now.monoNs, ...idle });
      }
    }
  }

  receive(now: Instant, message: Incoming): void {
    if (this.#end !== null) return;
    const decoded = decodeIrdp(message.octets);
    if (!decoded.ok) return this.#reject(now, message, { kind: 'unreadable', octets: message.octets.length });
    const flaw = findFlaw(decoded.value);
    if (flaw !== null) return this.#reject(now, message, flaw);
    if (decoded.value.message.kind === 'advertisement') return; // another router's, or our own
    const state = this.#findState(message);
    if (state === null)
      return this.#reject(now, message, { kind: message.interfaceIndex === null ? 'far-source' : 'other-interface' });
    if (message.source === UNSPECIFIED) return this.#answerAll(now, message, state);
    const judged = judgeNeighbour(state.link, message.source);
    // Not to an address that many would answer for.
    if (judged === 'off-link' || judged === 'not-a-host') return this.#reject(now, message, { kind: 'far-source' });
    this.#received++;
    this.#emit({
      type: 'solicitation',
      wallNs: now.wallNs,
      source: message.source,
      interface: state.link.name,
      answer: 'unicast',
    });
    this.#answers.push(...this.#advertise(now, state.link, message.source, this.#lifetimeSeconds));
  }

  /** Where the socket does not tell by which link a message came, its source does. */
  #findState({ interfaceIndex, source }: Incoming): LinkState | null {
    if (interfaceIndex !== null) return this.#states.get(interfaceIndex) ?? null;
    const near = [...this.#states.values()].find(({ link }) => judgeNeighbour(link, source) !== 'off-link');
    return near ?? (source === UNSPECIFIED && this.#states.size === 1 ? [...this.#states.values()][0]! : null);
  }

  /** Who has no address yet is answered as all are, after a random delay in which others may ask the same: section 4.3. */
  #answerAll({ monoNs, wallNs }: Instant, { source, destination }: Incoming, state: LinkState): void {
    this.#received++;
    this.#emit({ type: 'solicitation', wallNs, source, interface: state.link.name, answer: 'to-all' });
    state.answerTo = destination === LIMITED_BROADCAST ? LIMITED_BROADCAST : this.#config.sendTo;
    if (state.answerAtNs !== Number.POSITIVE_INFINITY) return;
    state.answerAtNs = monoNs + Math.floor(this.#config.random() * MAX_RESPONSE_DELAY_NS);
  }

  #reject({ wallNs }: Instant, { source }: Incoming, reason: RejectReason): void {
    this.#rejected++;
    this.#emit({ type: 'rejected', wallNs, message: 'solicitation', source, reason });
  }

  interrupt(_now: Instant, reason: 'interrupted' | 'terminated'): void {
    this.#end ??= reason;
  }

  advance(now: Instant): readonly Action[] {
    const answers = this.#answers.splice(0);
    if (this.#end !== null) return [...answers, ...this.#takeLeave(now)];
    return [...answers, ...[...this.#states.values()].flatMap((state) => this.#advertiseWhatIsDue(now, state))];
  }

  #advertiseWhatIsDue(now: Instant, state: LinkState): readonly Action[] {
    const isAnswer = state.answerAtNs <= now.monoNs;
    if (!isAnswer && state.nextAtNs > now.monoNs) return [];
    const to = isAnswer ? state.answerTo : this.#config.sendTo;
    state.sent++;
    state.nextAtNs = now.monoNs + this.#drawInterval(state.sent);
    state.answerAtNs = Number.POSITIVE_INFINITY;
    return this.#advertise(now, state.link, to, this.#lifetimeSeconds);
  }

  /** "Not in units of whole seconds": uniform from the least interval to the largest, and short at first. */
  #drawInterval(sent: number): number {
    const maximumNs = this.#config.maximumIntervalSeconds * NS_PER_SECOND;
    const minimumNs = MINIMUM_SHARE * maximumNs;
    const drawnNs = Math.floor(minimumNs + this.#config.random() * (maximumNs - minimumNs));
    return sent <= MAX_INITIAL_ADVERTISEMENTS ? Math.min(drawnNs, MAX_INITIAL_ADVERT_INTERVAL_NS) : drawnNs;
  }

  /** All addresses of the link, in as few messages as they fit into. */
  #advertise({ wallNs }: Instant, link: Link, wantedTo: string, lifetimeSeconds: number): Action[] {
    const { preference } = this.#config;
    const to = destinationOn(link, wantedTo);
    if (to === null) return [];
    // The same address may stand there with two prefixes.
    const all = [...new Set(link.addresses.map(({ address }) => address))];
    const actions: Action[] = [];
    for (let at = 0; at < all.length; at += MAXIMUM_ADDRESSES) {
      const addresses = all.slice(at, at + MAXIMUM_ADDRESSES);
      const octets = encodeIrdp(advertisementOf(lifetimeSeconds, addresses, preference));
      const event = {
        type: 'advertised',
        wallNs,
        to,
        interface: link.name,
        addresses,
        preference,
        lifetimeSeconds,
      } as const;
      actions.push({ type: 'send', to, link, octets, event });
    }
    return actions;
  }

  /** A router that stops says so, with a lifetime of 0: section 4.3. */
  #takeLeave(now: Instant): readonly Action[] {
    if (this.#hasTakenLeave) return [];
    this.#hasTakenLeave = true;
    return [...this.#states.values()].flatMap(({ link }) => this.#advertise(now, link, this.#config.sendTo, 0));
  }

  sent({ wallNs }: Instant, { to, link, event }: SendAction, errno: number): void {
    if (errno === 0) {
      this.#transmitted++;
      this.#emit(event);
    } else {
      this.#emit({ type: 'send-error', wallNs, to, interface: link?.name ?? null, errno });
    }
  }

  /** A router asks for no routes. */
  routed(): void {}

  get isOver(): boolean {
    return this.#end !== null;
  }

  get wakeAtNs(): number {
    if (this.#end !== null) return Number.POSITIVE_INFINITY;
    const deadlines = [...this.#states.values()].flatMap(({ nextAtNs, answerAtNs }) => [nextAtNs, answerAtNs]);
    return Math.min(Number.POSITIVE_INFINITY, ...deadlines);
  }

  cleanUp(): readonly Action[] {
    return [];
  }

  finish({ wallNs }: Instant): number {
    this.#emit({
      type: 'summary',
      wallNs,
      role: 'router',
      reason: this.#end ?? 'error',
      sendTo: this.#config.sendTo,
      interfaces: [...this.#states.values()].map(({ link }) => link.name),
      transmitted: this.#transmitted,
      received: this.#received,
      rejected: this.#rejected,
      routers: [],
      defaults: [],
    });
    return 0;
  }
}
