/**
 * Events as lines. What iputils' rdisc said with -v and -d is said in its words and goes to stderr; the routers themselves, which
 * it kept to itself, go to stdout.
 */
import type { Output } from '../cli/pieces.ts';
import { escapeControl } from '../cli/printf.ts';
import type {
  AdvertisedEvent,
  AdvertisementEvent,
  GoneEvent,
  RdiscEvent,
  RecordedEvent,
  RejectedEvent,
  RejectReason,
  RouteEvent,
  SummaryEvent,
} from './events.ts';
import { isMulticastAddress, LIMITED_BROADCAST } from './protocol.ts';

export interface TextOptions {
  readonly verbose: boolean;
  readonly debug: boolean;
  readonly strerror: (errno: number) => string;
  /** The name of a numeric address as far as it is known; null for none, and always with -n. */
  readonly nameOf: (address: string) => string | null;
}

/** The addresses whose names the lines of `event` show. */
export function addressesOf(event: RdiscEvent): readonly string[] {
  switch (event.type) {
    case 'advertisement':
      return [event.source, ...event.routers.map(({ address }) => address)];
    case 'solicitation':
    case 'rejected':
      return [event.source];
    case 'recorded':
    case 'gone':
      return [event.router.address];
    case 'summary':
      return event.defaults;
    case 'listening':
    case 'interfaces':
    case 'solicited':
    case 'advertised':
    case 'send-error':
    case 'join-error':
    case 'route':
      return [];
  }
}

/** 32 bits as `%x` shows them. */
export function formatPreference(preference: number): string {
  return `0x${(preference >>> 0).toString(16)}`;
}

export class RdiscText {
  readonly #options: TextOptions;

  constructor(options: TextOptions) {
    this.#options = options;
  }

  render(event: RdiscEvent): readonly Output[] {
    const { verbose, debug, strerror } = this.#options;
    switch (event.type) {
      case 'listening':
        return debug ? note(`${event.role} on ${namesOf(event.interfaces)}, receiving at ${event.receiveAt}`) : [];
      case 'interfaces':
        return debug ? note(...change('using', event.added), ...change('no longer using', event.removed)) : [];
      case 'solicited':
        return [
          ...this.#way(event.to, event.interface),
          ...(verbose ? note(`Sending solicitation to ${event.to}`) : []),
        ];
      case 'advertised':
        return this.#advertised(event);
      case 'send-error':
        return warn(`sending to ${event.to}${on(event.interface)}: ${strerror(event.errno)}`);
      case 'join-error':
        return warn(`joining ${event.group}${on(event.interface)}: ${strerror(event.errno)}`);
      case 'advertisement':
        return verbose ? this.#advertisement(event) : [];
      case 'solicitation':
        return verbose ? note(`ICMP Router Solicitation from ${this.#who(event.source)}`) : [];
      case 'rejected':
        return verbose ? this.#rejected(event) : [];
      case 'recorded':
        return this.#recorded(event);
      case 'gone':
        return this.#gone(event);
      case 'route':
        return this.#route(event);
      case 'summary':
        return this.#summary(event);
    }
  }

  /** A name may be anybody's choice. */
  #who(address: string): string {
    const name = this.#options.nameOf(address);
    return name === null || name === address ? address : `${escapeControl(name)} (${address})`;
  }

  /** rdisc's -d tells how a message leaves to all. */
  #way(to: string, device: string | null): readonly Output[] {
    if (!this.#options.debug || device === null) return [];
    if (isMulticastAddress(to)) return note(`Multicast to interface ${device}`);
    return to === LIMITED_BROADCAST ? note(`Broadcast to ${to} on ${device}`) : [];
  }

  #advertised({ to, interface: device, addresses, preference, lifetimeSeconds }: AdvertisedEvent): readonly Output[] {
    const { verbose } = this.#options;
    const what = `${addresses.join(', ')}, preference ${formatPreference(preference)}, lifetime ${lifetimeSeconds}`;
    return [...this.#way(to, device), ...(verbose ? note(`Sending advertisement to ${to}: ${what}`) : [])];
  }

  #advertisement({ source, isSourceNear, lifetimeSeconds, routers }: AdvertisementEvent): readonly Output[] {
    const rows = routers.map(({ address, preference, ignored }) => {
      const why = ignored === null ? '' : ` (ignored: ${IGNORED[ignored]})`;
      return `\taddress ${this.#who(address)}, preference ${formatPreference(preference)}${why}`;
    });
    const far = isSourceNear ? [] : [`\tsource ${source} not directly connected`];
    return note(`ICMP Router Advertise from ${this.#who(source)}, lifetime ${lifetimeSeconds}`, ...far, ...rows);
  }

  #rejected({ message, source, reason }: RejectedEvent): readonly Output[] {
    const kind = message === 'advertisement' ? 'Advertise' : 'Solicitation';
    return note(`ICMP Router ${kind} from ${this.#who(source)}: ${describeReason(reason)}`);
  }

  #recorded({ change: what, router }: RecordedEvent): readonly Output[] {
    const { debug } = this.#options;
    const { address, interface: device, preference, lifetimeSeconds, isEligible } = router;
    const record = debug
      ? note(`Recording ${address}, ttl ${lifetimeSeconds}, preference ${formatPreference(preference)}`)
      : [];
    if (what === 'renewed') return record;
    const none = isEligible ? '' : ', not a default router';
    const line = `${this.#who(address)} on ${device}: preference ${preference}, lifetime ${lifetimeSeconds} s${none}\n`;
    return [...record, { stream: 'stdout', text: line }];
  }

  #gone({ reason, router }: GoneEvent): readonly Output[] {
    return [{ stream: 'stdout', text: `${this.#who(router.address)} on ${router.interface}: ${GONE[reason]}\n` }];
  }

  #route({ action, gateway, interface: device, outcome, errno }: RouteEvent): readonly Output[] {
    const what = `${action === 'add' ? 'Add' : 'Delete'} default route to ${gateway}${on(device)}`;
    switch (outcome) {
      case 'done':
        return [{ stream: 'stdout', text: `${what}\n` }];
      case 'exists':
        return warn(`${what}: there already, left alone`);
      case 'failed':
        return warn(`${what}: ${this.#options.strerror(errno ?? 0)}`);
    }
  }

  #summary(event: SummaryEvent): readonly Output[] {
    switch (event.reason) {
      case 'listed':
        return this.#defaults(event);
      case 'no-router':
        return warn(noRouter(event));
      case 'interrupted':
      case 'terminated':
      case 'error': {
        const goodbye = event.role === 'router' && event.reason === 'terminated' ? note('terminated') : [];
        const counts = `${event.transmitted} packets transmitted, ${event.received} packets received, `;
        return [...goodbye, { stream: 'stdout', text: `\n----${event.sendTo} rdisc Statistics----\n${counts}\n` }];
      }
    }
  }

  #defaults({ defaults }: SummaryEvent): readonly Output[] {
    if (defaults.length === 0) return warn('none of these is a default router');
    return defaults.map((address) => ({ stream: 'stdout', text: `default router ${this.#who(address)}\n` }));
  }
}

const IGNORED = {
  'off-link': 'not directly connected',
  'own-address': 'our own address',
  'not-a-host': 'no address of a host',
} as const;

const GONE = {
  expired: 'lifetime is over',
  withdrawn: 'withdrawn',
  interface: 'no longer directly connected',
  'table-full': 'forgotten, too many routers',
} as const;

/** rdisc's words where it had some. */
export function describeReason(reason: RejectReason): string {
  switch (reason.kind) {
    case 'unreadable':
      return `Too short, ${reason.octets} octets`;
    case 'bad-checksum':
      return 'Bad checksum';
    case 'bad-code':
      return `Code = ${reason.code}`;
    case 'no-addresses':
      return 'No addresses';
    case 'bad-entry-size':
      return `Words/addr = ${reason.entryWords}`;
    case 'too-short':
      return `Too short ${reason.haveOctets}, ${reason.neededOctets}`;
    case 'far-source':
      return 'source not directly connected';
    case 'other-interface':
      return 'came by an interface that takes no part';
  }
}

function noRouter({ sendTo, interfaces, transmitted, received }: SummaryEvent): string {
  if (interfaces.length === 0) return 'no interface to solicit on: none is up with an IPv4 address and reaches others';
  if (received > 0)
    return `no router: none of ${received} advertisements names a neighbour on ${namesOf(interfaces)} (-v tells)`;
  return `no router answers at ${sendTo} on ${namesOf(interfaces)} (${transmitted} sent)`;
}

function namesOf(interfaces: readonly string[]): string {
  return interfaces.length === 0 ? 'no interface' : interfaces.join(', ');
}

function change(what: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`${what} ${names.join(', ')}`];
}

function on(device: string | null): string {
  return device === null ? '' : ` on ${device}`;
}

/** What was asked for with -v or -d. */
function note(...lines: readonly string[]): readonly Output[] {
  return lines.map((line) => ({ stream: 'stderr', text: `${line}\n`, bare: true }));
}

/** What everybody must know. */
function warn(line: string): readonly Output[] {
  return [{ stream: 'stderr', text: `${line}\n` }];
}
