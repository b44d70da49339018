/**
 * Paths as data: routers that no kernel plays, played by one process behind a link of A's.
 *
 *   const path = await startPath(lab, { target: { ipv4: '10.99.1.1' }, hops: routers(5), end: { is: 'port-unreachable' } });
 *   await lab.run('a', ['tracepath', '-n', '10.99.1.1']);
 *   await path.log('10.99.1.1');   // what arrived: TTL, ports, octets, in order
 *   await path.change(spec);       // another route to the same target, or one more target
 *   await path.stop();             // before lab.close()
 *
 * Which path a packet takes is chosen by its destination, so one process plays many paths at once and tests can run side by
 * side. Routers get addresses by their number in the order of writing, the first one is 1: 10.99.0.<number> and
 * fd99::<number>. A spec with both addresses in `target` is one path for both families, with counters in common.
 */

/** Paths lie behind these prefixes: A has a route for them. */
export const PATH_PREFIX = { ipv4: '10.99.0.0/16', ipv6: 'fd99::/64' } as const;
/** A's own addresses on the link to the paths. */
export const PATH_SIDE = { ipv4: '10.98.0.1', ipv6: 'fd98::1' } as const;
export const PATH_DEVICE = 'path0';
/** Of the link to the paths; no MTU of a router counts that is larger. */
export const PATH_MTU_OCTETS = 1500;

export interface PathSpec {
  /** A packet to one of these addresses takes this path. */
  readonly target: { readonly ipv4?: string; readonly ipv6?: string };
  /** In the order of the way: the first stretch holds the router that answers TTL 1. */
  readonly hops: readonly Stretch[];
  /** Port unreachable unless said. */
  readonly end?: EndSpec;
}

/** One router, or branches of which a packet takes one; they join again behind it. */
export type Stretch = RouterSpec | Split;

export interface Split {
  /** An empty branch leads straight to what follows; branches may split again. */
  readonly branches: readonly (readonly Stretch[])[];
  /**
   * What chooses the branch. `hash`: the flow (both addresses, protocol, both ports), by FNV-1a. `turn`: the flow too, but
   * the first one seen takes the first branch, the next one the second, so that a test knows. `packet`: each packet the next.
   */
  readonly by: 'hash' | 'turn' | 'packet';
}

/** Which of the things that come one after another are meant, counted from 1. */
export interface Which {
  /** Each k-th: 3 means 3, 6, 9, … */
  readonly every?: number;
  /** The first n. */
  readonly first?: number;
  /** All behind the first n. */
  readonly after?: number;
}

/** How somebody on the path answers. */
export interface Answering {
  /** Another address than the number gives. With several, each answer comes from the next. */
  readonly ipv4?: string | readonly string[];
  readonly ipv6?: string | readonly string[];
  readonly silent?: boolean;
  /** Answers that are lost on their way. */
  readonly losesAnswers?: Which;
  /** No more answers than this in a second that begins with the first of them: ICMP rate limiting. */
  readonly answersPerSecond?: number;
  readonly delayMs?: number;
  /** How often each answer is sent; once unless said. */
  readonly copies?: number;
  /** TTL that answers set out with; 64 unless said. */
  readonly initialTtl?: number;
  /** Hops of the way back; as many as of the way there unless said. */
  readonly returnHops?: number;
  readonly quote?: QuoteSpec;
  /** Objects of RFC 4884 behind the quote. Not with "packet too big" and "fragmentation needed". */
  readonly objects?: readonly ExtensionObject[];
}

export interface RouterSpec extends Answering {
  /** Packets that are lost here instead of being answered or passed on. */
  readonly losesPackets?: Which;
  /** MTU of the link behind this router: what is larger is answered with it. */
  readonly mtuOctets?: number;
  /** What the answer says instead: 0, as before RFC 1191, or a lie. */
  readonly mtuSaid?: number;
  /** What is larger is dropped without a word: a PMTU black hole. */
  readonly blackHole?: boolean;
  /** Answers with this error what it should pass on; the types and codes are the family's. */
  readonly refuses?: { readonly ipv4?: ErrorKind; readonly ipv6?: ErrorKind };
}

/** Type and code of an ICMP error. */
export type ErrorKind = readonly [type: number, code: number];

export interface EndSpec extends Answering {
  readonly is: 'port-unreachable' | 'udp-echo' | 'silent' | 'prohibited';
  readonly losesPackets?: Which;
}

/** How an error quotes the packet; as much of it as a message may hold unless said. */
export interface QuoteSpec {
  /** Octets behind the IP header: 8 is all that RFC 792 asks for, the UDP header. */
  readonly dataOctets?: number;
  /** The traffic class in the quote, as a router rewrote it on the way. */
  readonly typeOfService?: number;
  /** The octets behind the UDP header: all zero, or all inverted. */
  readonly payload?: 'zero' | 'inverted';
}

/** One object of RFC 4884; `body` in hex. */
export interface ExtensionObject {
  readonly classNumber: number;
  readonly cType: number;
  readonly body: string;
}

/** RFC 4950: a label stack of [label, traffic class, time to live], outermost first. */
export function mplsStack(...entries: readonly (readonly [label: number, trafficClass: number, ttl: number])[]) {
  const words = entries.map(([label, trafficClass, ttl], index) => {
    const isBottom = index === entries.length - 1;
    return ((label << 12) | (trafficClass << 9) | (isBottom ? 0x100 : 0) | ttl) >>> 0;
  });
  return { classNumber: 1, cType: 1, body: words.map((word) => word.toString(16).padStart(8, '0')).join('') };
}

/** RFC 5837: the incoming interface by index and name. */
export function incomingInterface(index: number, name: string): ExtensionObject {
  const INDEX_AND_NAME = 0x0a;
  const padded = Buffer.alloc(Math.ceil((name.length + 1) / 4) * 4);
  padded[0] = padded.length;
  padded.write(name, 1, 'ascii');
  return {
    classNumber: 2,
    cType: INDEX_AND_NAME,
    body: index.toString(16).padStart(8, '0') + padded.toString('hex'),
  };
}

/** `count` routers in a row, each as `make` says of its place in this row (from 1). */
export function routers(count: number, make: (place: number) => RouterSpec = () => ({})): RouterSpec[] {
  return Array.from({ length: count }, (_, index) => make(index + 1));
}

/** The address that the `number`-th router of a spec has unless it names another. */
export function routerAddress(family: 4 | 6, number: number): string {
  return family === 4 ? `10.99.0.${number}` : `fd99::${number.toString(16)}`;
}
