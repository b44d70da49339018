/** Events as NDJSON, rdisc -j: one valid object a line and nothing else. docs/schema/rdisc.json describes them. */
import { formatLine } from '../cli/json-line.ts';
import type { RdiscEvent, RejectReason, RouterFacts, SummaryEvent } from './events.ts';
import type { EventLine, RejectedLine, Router, SummaryLine } from './lines.ts';
import { describeReason } from './text.ts';

const NS_PER_SECOND = 1e9;

export interface JsonOptions {
  readonly epochSeconds: number;
  readonly strerror: (errno: number) => string;
  readonly nameOf: (address: string) => string | null;
}

/** Who has it all but for the time, which every event has. */
type Untimed<Line> = Line extends EventLine ? Omit<Line, 'timestamp'> : never;

export class RdiscJson {
  readonly #options: JsonOptions;

  constructor(options: JsonOptions) {
    this.#options = options;
  }

  /** The line for one event, newline included. Every event has one: who reads JSON can leave lines out himself. */
  render(event: RdiscEvent): string {
    return formatLine({ ...this.#toLine(event), timestamp: this.#unix(event.wallNs) });
  }

  #toLine(event: RdiscEvent): Untimed<EventLine> {
    const { nameOf } = this.#options;
    switch (event.type) {
      case 'listening':
        return {
          type: event.type,
          role: event.role,
          send_to: event.sendTo,
          receive_at: event.receiveAt,
          interfaces: event.interfaces,
        };
      case 'interfaces':
        return { type: event.type, added: event.added, removed: event.removed };
      case 'solicited':
        return { type: event.type, to: event.to, interface: event.interface };
      case 'advertised':
        return {
          type: event.type,
          to: event.to,
          interface: event.interface,
          addresses: event.addresses,
          preference: event.preference,
          lifetime: event.lifetimeSeconds,
        };
      case 'send-error':
        return { type: event.type, to: event.to, interface: event.interface, ...this.#refusal(event.errno) };
      case 'join-error':
        return { type: event.type, group: event.group, interface: event.interface, ...this.#refusal(event.errno) };
      case 'advertisement':
        return {
          type: event.type,
          host: event.source,
          name: nameOf(event.source) ?? undefined,
          directly_connected: event.isSourceNear,
          interface: event.interface,
          lifetime: event.lifetimeSeconds,
          routers: event.routers.map(({ address, preference, ignored }) => ({ address, preference, ignored })),
        };
      case 'solicitation':
        return {
          type: event.type,
          host: event.source,
          name: nameOf(event.source) ?? undefined,
          interface: event.interface,
          answer: event.answer,
        };
      case 'rejected':
        return {
          type: event.type,
          message: event.message,
          host: event.source,
          name: nameOf(event.source) ?? undefined,
          reason: event.reason.kind,
          error: describeReason(event.reason),
          ...reasonFigures(event.reason),
        };
      case 'recorded':
        return { type: event.type, change: event.change, ...this.#router(event.router) };
      case 'gone':
        return { type: event.type, reason: event.reason, ...this.#router(event.router) };
      case 'route':
        return {
          type: event.type,
          action: event.action,
          gateway: event.gateway,
          interface: event.interface,
          outcome: event.outcome,
          ...(event.errno === null ? {} : this.#refusal(event.errno)),
        };
      case 'summary':
        return this.#summary(event);
    }
  }

  #refusal(errno: number): { readonly errno: number; readonly error: string } {
    return { errno, error: this.#options.strerror(errno) };
  }

  #router({ address, interface: device, preference, lifetimeSeconds, isEligible }: RouterFacts): Router {
    return {
      address,
      name: this.#options.nameOf(address) ?? undefined,
      interface: device,
      preference,
      lifetime: lifetimeSeconds,
      eligible: isEligible,
    };
  }

  #summary(event: SummaryEvent): Untimed<SummaryLine> {
    return {
      type: event.type,
      reason: event.reason,
      role: event.role,
      send_to: event.sendTo,
      interfaces: event.interfaces,
      transmitted: event.transmitted,
      received: event.received,
      rejected: event.rejected,
      routers: event.role === 'host' ? event.routers.map((router) => this.#router(router)) : undefined,
      defaults: event.role === 'host' ? event.defaults : undefined,
    };
  }

  /** Seconds since 1970, to the microsecond: as far as a double goes. */
  #unix(wallNs: number): number {
    return Math.round((this.#options.epochSeconds + wallNs / NS_PER_SECOND) * 1e6) / 1e6;
  }
}

function reasonFigures(reason: RejectReason): Pick<RejectedLine, 'code' | 'words' | 'bytes' | 'needed'> {
  switch (reason.kind) {
    case 'bad-code':
      return { code: reason.code };
    case 'bad-entry-size':
      return { words: reason.entryWords };
    case 'too-short':
      return { bytes: reason.haveOctets, needed: reason.neededOctets };
    case 'unreadable':
      return { bytes: reason.octets };
    case 'bad-checksum':
    case 'no-addresses':
    case 'far-source':
    case 'other-interface':
      return {};
  }
}
