/** Events as NDJSON, tracepath -j: one valid object a line and nothing else; docs/schema/tracepath.json describes them. */
import { toConditionLine } from '../cli/conditions.ts';
import { formatLine } from '../cli/json-line.ts';
import { formatMilliseconds } from '../cli/printf.ts';
import type { IcmpExtension, IcmpExtensionObject } from '../packet/icmp-extensions.ts';
import { extensionFlaws } from '../packet/icmp-extensions.ts';
import type { AnswerEvent, SentProbe, SummaryEvent, TracepathEvent } from './events.ts';
import type { Extension, ExtensionObject, LostProbeLine, ProbeLine, SummaryLine, TracepathLine } from './lines.ts';

export interface JsonOptions {
  /** The target as the user named it, and its address. */
  readonly host: string;
  readonly target: string;
  readonly epochSeconds: number;
  readonly strerror: (errno: number) => string;
  readonly nameOf: (address: string) => string | null;
}

const NS_PER_US = 1e3;
const NS_PER_MS = 1e6;
const NS_PER_SECOND = 1e9;

export class TracepathJson {
  readonly #options: JsonOptions;

  constructor(options: JsonOptions) {
    this.#options = options;
  }

  /** The lines for one event, each with its newline. */
  render(event: TracepathEvent): string {
    const verdicts = event.type === 'summary' ? event.conditions : [];
    return [...verdicts.map(toConditionLine), this.#toLine(event)].map(formatLine).join('');
  }

  #toLine(event: TracepathEvent): TracepathLine {
    switch (event.type) {
      case 'answer':
        return this.#answer(event);
      case 'lost':
        return {
          type: 'probe',
          ...describeProbe(event.probe),
          attempt: event.attempt ?? undefined,
          result: 'lost',
          host: null,
          time: null,
          rtt_ns: null,
          timestamp: this.#unix(event.wallNs),
        };
      case 'reply':
        return {
          type: 'reply',
          hop: event.hop,
          ...this.#named(event.address),
          port: event.port,
          bytes: event.octets,
          timestamp: this.#unix(event.wallNs),
        };
      case 'no-reply':
        return { type: 'no-reply', hop: event.hop };
      case 'send-failed':
        return { type: 'send-failed', hop: event.hop, errno: event.errno, error: this.#options.strerror(event.errno) };
      case 'hop':
        return {
          type: 'hop',
          hop: event.hop,
          sent: event.sent,
          answered: event.answered,
          hosts: event.addresses.map((address) => this.#named(address)),
          time: formatTime(event.bestNs),
          rtt_ns: roundOrNull(event.bestNs),
        };
      case 'mtu':
        return {
          type: 'mtu',
          behind_hop: event.behindHop,
          ...this.#named(event.address),
          before: event.before,
          after: event.after,
        };
      case 'black-hole':
        return {
          type: 'black-hole',
          behind_hop: event.behindHop,
          hop: event.hop,
          passes: event.passes,
          fails: event.fails,
        };
      case 'too-many-hops':
        return { type: 'too-many-hops', mtu: event.mtu };
      case 'summary':
        return this.#summary(event);
    }
  }

  #answer(event: AnswerEvent): ProbeLine {
    const { probe, address, outcome } = event;
    return {
      type: 'probe',
      ...(probe === null ? {} : describeProbe(probe)),
      hop: event.hop,
      hop_guessed: !event.isHopKnown || undefined,
      result: outcome,
      ...this.#named(address),
      local: address === null || undefined,
      time: formatTime(event.roundTripNs),
      rtt_ns: roundOrNull(event.roundTripNs),
      stamps: event.roundTripNs === null ? undefined : { transmit: event.transmitStamp, receive: event.receiveStamp },
      mtu: outcome === 'mtu' ? event.mtu : undefined,
      info: outcome === 'mtu' ? event.info : undefined,
      error: outcome === 'hop' || outcome === 'reached' ? undefined : this.#options.strerror(event.errno),
      errno: event.errno,
      icmp_type: address === null ? undefined : event.icmpType,
      icmp_code: address === null ? undefined : event.icmpCode,
      ttl: event.hopLimit ?? undefined,
      tos: event.trafficClass ?? undefined,
      return_hops: event.returnHops ?? undefined,
      quoted_bytes: address === null ? undefined : event.quotedOctets,
      quoted_destination: event.quotedDestination ?? undefined,
      quoted_port: event.quotedDestination === null ? undefined : event.quotedPort,
      corrupted: event.corrupted || undefined,
      extension: event.extension === null ? undefined : describeExtension(event.extension),
      timestamp: this.#unix(event.wallNs),
    };
  }

  #named<Address extends string | null>(
    address: Address,
  ): { readonly host: Address; readonly name: string | undefined } {
    return { host: address, name: address === null ? undefined : (this.#options.nameOf(address) ?? undefined) };
  }

  #summary(event: SummaryEvent): SummaryLine {
    return {
      type: 'summary',
      reason: event.reason,
      host: this.#options.host,
      address: this.#options.target,
      mtu: event.mtu,
      hops: event.hops,
      back: event.back,
      sent: event.sent,
      answered: event.answered,
      time: Math.round(event.elapsedNs / NS_PER_MS),
    };
  }

  /** Seconds since 1970, to the microsecond: as far as a double goes. */
  #unix(wallNs: number): number {
    return Math.round((this.#options.epochSeconds + wallNs / NS_PER_SECOND) * 1e6) / 1e6;
  }
}

function describeProbe({ hop, port, octets }: SentProbe): Pick<LostProbeLine, 'hop' | 'port' | 'bytes'> {
  return { hop, port, bytes: octets };
}

/** Milliseconds with three decimals, as in ping -j. */
function formatTime(ns: number | null): string | null {
  return ns === null ? null : formatMilliseconds(Math.trunc(ns / NS_PER_US));
}

function roundOrNull(ns: number | null): number | null {
  return ns === null ? null : Math.round(ns);
}

function describeExtension(extension: IcmpExtension): Extension {
  const flaws = extensionFlaws(extension);
  return {
    objects: extension.kind === 'structure' ? extension.objects.map(describeObject) : [],
    checksum_ok: extension.kind === 'structure' ? extension.checksumOk : null,
    flaws: flaws.length === 0 ? undefined : flaws,
  };
}

function describeObject({ classNumber, cType, body, content }: IcmpExtensionObject): ExtensionObject {
  const common = { class: classNumber, c_type: cType };
  switch (content.kind) {
    case 'mpls-label-stack':
      return {
        ...common,
        mpls: content.labels.map(({ label, experimental, bottomOfStack, ttl }) => ({
          label,
          traffic_class: experimental,
          bottom_of_stack: bottomOfStack,
          ttl,
        })),
      };
    case 'interface-information': {
      const { role, index, address, name, mtu } = content;
      return { ...common, interface: { role, index, address, name, mtu } };
    }
    case 'interface-identification':
    case 'unknown':
    case 'malformed':
      return { ...common, octets: [...body].map((octet) => octet.toString(16).padStart(2, '0')).join('') };
  }
}
