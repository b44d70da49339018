/** IPv4 options of a reply as ping prints them behind the time: ../shared/spec/iputils.md section 1.4.3. */
import { escapeControl } from '../cli/printf.ts';
import { isStandardTime } from '../packet/icmp-constants.ts';
import {
  decodeIpOptions,
  type IpOption,
  type RouteOption,
  type TimestampOption,
  usedRouteSlots,
  usedTimestampSlots,
} from '../packet/ip-options.ts';

const UNSPECIFIED = '0.0.0.0';
/** Milliseconds in the low 31 bits; the high one says that they are not since midnight UT (RFC 791). */
const TIME_MASK = 0x7fff_ffff;

/** Addresses whose names an option area will ask for. */
export function addressesInOptions(area: Uint8Array): readonly string[] {
  return decodeIpOptions(area)
    .flatMap((option) => {
      if ('addresses' in option) return option.addresses;
      return option.kind === 'timestamp' ? option.entries.flatMap(({ address }) => address ?? []) : [];
    })
    .filter((address) => address !== UNSPECIFIED);
}

/** Remembers the last recorded route, because an equal one is shown as `(same route)`. */
export class IpOptionsText {
  readonly #nameOf: (address: string) => string | null;
  #lastRoute: string | null = null;

  constructor(nameOf: (address: string) => string | null) {
    this.#nameOf = nameOf;
  }

  /** Text to stand behind the reply's figures, before the newline that ends it. */
  format(area: Uint8Array): string {
    return decodeIpOptions(area)
      .map((option) => this.#one(option))
      .join('');
  }

  #one(option: IpOption): string {
    switch (option.kind) {
      case 'end':
        return '';
      case 'no-operation':
        return '\nNOP';
      case 'record-route':
        return this.#recordRoute(option);
      case 'loose-source-route':
        return `\nLSRR: ${this.#list(option.addresses)}`;
      case 'strict-source-route':
        return `\nSSRR: ${this.#list(option.addresses)}`;
      case 'timestamp':
        return this.#timestamps(option);
      case 'unknown':
        return `\nunknown option ${option.type.toString(16)}`;
      case 'malformed':
        return `\nmalformed option ${option.type.toString(16)}: ${option.reason}`;
    }
  }

  #recordRoute(option: RouteOption): string {
    const recorded = option.addresses.slice(0, usedRouteSlots(option));
    if (recorded.length === 0) return '';
    const route = recorded.join(' ');
    if (route === this.#lastRoute) return '\t(same route)';
    this.#lastRoute = route;
    return `\nRR: ${this.#list(recorded)}`;
  }

  #list(addresses: readonly string[]): string {
    return addresses.map((address) => `\t${this.#who(address)}\n`).join('');
  }

  #who(address: string): string {
    if (address === UNSPECIFIED) return address;
    const name = this.#nameOf(address);
    return name === null || name === address ? address : `${escapeControl(name)} (${address})`;
  }

  #timestamps(option: TimestampOption): string {
    let text = '\nTS: ';
    // Standard and other times are two series: each begins with an absolute value.
    const previous = { standard: null as number | null, other: null as number | null };
    for (const { address, timestamp } of option.entries.slice(0, usedTimestampSlots(option))) {
      if (address !== null) text += `\t${this.#who(address)}`;
      const series = isStandardTime(timestamp) ? 'standard' : 'other';
      const time = timestamp & TIME_MASK;
      const before = previous[series];
      text += before === null ? `\t${time} absolute` : `\t${time - before}`;
      text += series === 'standard' ? '\n' : ' not-standard\n';
      previous[series] = time;
    }
    return option.overflow > 0 ? `${text}Unrecorded hops: ${option.overflow}\n` : text;
  }
}
