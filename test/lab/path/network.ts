/** What becomes of a packet on the paths: from a packet and its time to the answers it gets. Counts, and reads no clock. */
import { addressOctets } from '../addresses.ts';
import type { Packet } from '../responder/packets.ts';
import { type AnswerFrom, type AnswerKind, answerPacket } from './answers.ts';
import type { Answering, EndSpec, PathSpec, RouterSpec, Split, Stretch, Which } from './spec.ts';
import { routerAddress } from './spec.ts';

export interface Answer {
  readonly octets: Buffer;
  readonly delayMs: number;
}

/** One packet that came, for tests to look at. */
export interface Arrival {
  readonly atMs: number;
  readonly hopLimit: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly octets: number;
  readonly trafficClass: number;
  readonly dontFragment: boolean;
}

/** RFC 791: a field of 16 bits, of which this is one. */
const DONT_FRAGMENT = 0x4000;
const MS_PER_SECOND = 1000;
const DEFAULT_TTL = 64;

export class PathNetwork {
  readonly #paths = new Map<string, Path>();

  /** Takes the place of what led to the same targets before. */
  set(spec: PathSpec): void {
    const path = new Path(spec);
    for (const address of targetsOf(spec)) this.#paths.set(keyOf(addressOctets(address)), path);
  }

  receive(packet: Packet, nowMs: number): readonly Answer[] {
    return this.#paths.get(keyOf(packet.destination))?.receive(packet, nowMs) ?? [];
  }

  /** What has arrived for a target. */
  log(target: string): readonly Arrival[] {
    return this.#paths.get(keyOf(addressOctets(target)))?.log ?? [];
  }
}

function targetsOf({ target }: PathSpec): string[] {
  return [target.ipv4, target.ipv6].filter((address) => address !== undefined);
}

function keyOf(address: Buffer): string {
  return address.toString('latin1');
}

class Path {
  readonly log: Arrival[] = [];
  readonly #stretches: readonly (Router | Fork)[];
  readonly #end: End;

  constructor({ hops, end }: PathSpec) {
    const numbers = { routers: 0, forks: 0 };
    this.#stretches = hops.map((stretch) => layOut(stretch, numbers));
    this.#end = new End(end ?? { is: 'port-unreachable' });
  }

  receive(packet: Packet, nowMs: number): readonly Answer[] {
    const facts = factsOf(packet, nowMs);
    this.log.push(facts);
    const flow = flowOf(packet);
    const routers = this.#stretches.flatMap((stretch) => stretch.take(flow));
    for (const [index, router] of routers.entries()) {
      const answers = router.receive(packet, facts, index + 1);
      if (answers !== 'pass') return answers;
    }
    return this.#end.receive(packet, facts, routers.length + 1);
  }
}

function factsOf(packet: Packet, atMs: number): Arrival {
  const { octets, family, body } = packet;
  return {
    atMs,
    hopLimit: octets[family === 4 ? 8 : 7]!,
    sourcePort: body.length < 4 ? 0 : body.readUInt16BE(0),
    destinationPort: body.length < 4 ? 0 : body.readUInt16BE(2),
    octets: octets.length,
    trafficClass: family === 4 ? octets[1]! : (octets.readUInt16BE(0) >> 4) & 0xff,
    dontFragment: family === 6 || (octets.readUInt16BE(6) & DONT_FRAGMENT) !== 0,
  };
}

/** The octets that tell one flow from another. */
function flowOf({ source, destination, protocol, body }: Packet): Buffer {
  return Buffer.concat([source, destination, Buffer.of(protocol), body.subarray(0, 4)]);
}

function layOut(stretch: Stretch, numbers: { routers: number; forks: number }): Router | Fork {
  if (!('branches' in stretch)) return new Router(stretch, ++numbers.routers);
  const salt = numbers.forks++;
  const branches = stretch.branches.map((branch) => branch.map((each) => layOut(each, numbers)));
  return new Fork(stretch.by, branches, salt);
}

/** Chooses a branch for each packet. */
class Fork {
  readonly #by: Split['by'];
  readonly #branches: readonly (readonly (Router | Fork)[])[];
  /** Makes two forks in a row choose differently. */
  readonly #salt: number;
  readonly #flows = new Map<string, number>();
  #packets = 0;

  constructor(by: Split['by'], branches: readonly (readonly (Router | Fork)[])[], salt: number) {
    this.#by = by;
    this.#branches = branches;
    this.#salt = salt;
  }

  take(flow: Buffer): readonly Router[] {
    return this.#branches[this.#choose(flow) % this.#branches.length]!.flatMap((stretch) => stretch.take(flow));
  }

  #choose(flow: Buffer): number {
    switch (this.#by) {
      case 'packet':
        return this.#packets++;
      case 'hash':
        return hash(flow, this.#salt);
      case 'turn': {
        const key = keyOf(flow);
        const turn = this.#flows.get(key) ?? this.#flows.size;
        this.#flows.set(key, turn);
        return turn;
      }
    }
  }
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a, with its high half folded in, since its lowest bit is no more than the parity of the octets' lowest bits. */
function hash(octets: Buffer, salt: number): number {
  let value = FNV_OFFSET;
  for (const octet of [salt, ...octets]) value = Math.imul(value ^ octet, FNV_PRIME) >>> 0;
  return (value ^ (value >>> 16)) >>> 0;
}

/** Somebody on the path who may answer. */
class Station {
  readonly #spec: Answering;
  readonly #losesAnswers: Counter;
  #answers = 0;
  #second = { beganMs: Number.NEGATIVE_INFINITY, answers: 0 };

  constructor(spec: Answering) {
    this.#spec = spec;
    this.#losesAnswers = new Counter(spec.losesAnswers);
  }

  /** `own` is the address where the spec names none. */
  answer(packet: Packet, { atMs }: Arrival, distance: number, kind: AnswerKind, own: string): readonly Answer[] {
    const { silent, copies, delayMs, initialTtl, returnHops, quote, objects } = this.#spec;
    if (silent === true || !this.#isAllowed(atMs) || this.#losesAnswers.next()) return [];
    const from: AnswerFrom = {
      address: this.#nextAddress(packet.family) ?? own,
      hopLimit: (initialTtl ?? DEFAULT_TTL) - ((returnHops ?? distance) - 1),
      quote: quote ?? {},
      objects: objects ?? [],
    };
    const answer = { octets: answerPacket(packet, kind, from), delayMs: delayMs ?? 0 };
    return Array<Answer>(copies ?? 1).fill(answer);
  }

  #isAllowed(atMs: number): boolean {
    if (this.#spec.answersPerSecond === undefined) return true;
    if (atMs - this.#second.beganMs >= MS_PER_SECOND) this.#second = { beganMs: atMs, answers: 0 };
    return ++this.#second.answers <= this.#spec.answersPerSecond;
  }

  #nextAddress(family: 4 | 6): string | undefined {
    const given = family === 4 ? this.#spec.ipv4 : this.#spec.ipv6;
    return typeof given === 'string' ? given : given?.[this.#answers++ % given.length];
  }
}

class Router {
  readonly #spec: RouterSpec;
  readonly #number: number;
  readonly #station: Station;
  readonly #losesPackets: Counter;

  constructor(spec: RouterSpec, number: number) {
    this.#spec = spec;
    this.#number = number;
    this.#station = new Station(spec);
    this.#losesPackets = new Counter(spec.losesPackets);
  }

  take(): readonly Router[] {
    return [this];
  }

  receive(packet: Packet, facts: Arrival, distance: number): readonly Answer[] | 'pass' {
    const { refuses, mtuOctets, mtuSaid, blackHole } = this.#spec;
    const { family } = packet;
    const answer = (kind: AnswerKind) =>
      this.#station.answer(packet, facts, distance, kind, routerAddress(family, this.#number));
    if (this.#losesPackets.next()) return [];
    // A kernel looks at the TTL before it looks for a route and its MTU.
    if (facts.hopLimit <= distance) return answer({ is: 'time-exceeded' });
    const refusal = family === 4 ? refuses?.ipv4 : refuses?.ipv6;
    if (refusal !== undefined) return answer({ is: 'error', type: refusal[0], code: refusal[1] });
    if (mtuOctets === undefined || facts.octets <= mtuOctets || !facts.dontFragment) return 'pass';
    return blackHole === true ? [] : answer({ is: 'too-big', mtuOctets: mtuSaid ?? mtuOctets });
  }
}

class End {
  readonly #spec: EndSpec;
  readonly #station: Station;
  readonly #losesPackets: Counter;

  constructor(spec: EndSpec) {
    this.#spec = spec;
    this.#station = new Station(spec);
    this.#losesPackets = new Counter(spec.losesPackets);
  }

  receive(packet: Packet, facts: Arrival, distance: number): readonly Answer[] {
    const { is } = this.#spec;
    if (this.#losesPackets.next() || is === 'silent') return [];
    return this.#station.answer(packet, facts, distance, { is }, textOf(packet.destination));
  }
}

/** Tells of each thing that comes whether it is meant. */
class Counter {
  readonly #which: Which;
  #count = 0;

  constructor(which: Which = {}) {
    this.#which = which;
  }

  next(): boolean {
    const { every, first, after } = this.#which;
    const place = ++this.#count;
    return (
      (every !== undefined && place % every === 0) ||
      (first !== undefined && place <= first) ||
      (after !== undefined && place > after)
    );
  }
}

/** An address as text that `addressOctets` reads again. */
function textOf(address: Buffer): string {
  if (address.length === 4) return address.join('.');
  return Array.from({ length: 8 }, (_, group) => address.readUInt16BE(2 * group).toString(16)).join(':');
}
