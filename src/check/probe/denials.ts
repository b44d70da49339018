/** Who said by ICMP that the target is not to be reached, or not so: the target, somebody on the way, or this machine. */
import { networkInterfaces } from 'node:os';
import { ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, ICMP_HOST_UNREACH } from '../../packet/icmp-constants.ts';
import { ICMPV6_ADDR_UNREACH, ICMPV6_DEST_UNREACH } from '../../packet/icmp6-constants.ts';
import type { Presence } from '../measurement.ts';

export interface IcmpError {
  readonly family: 4 | 6;
  readonly icmpType: number;
  readonly icmpCode: number;
}

const DESTINATION_UNREACHABLE = { 4: ICMP_DEST_UNREACH, 6: ICMPV6_DEST_UNREACH } as const;
/** What our own kernel says of a neighbour that does not answer: that is about the target. */
const HOST_UNREACHABLE = { 4: ICMP_HOST_UNREACH, 6: ICMPV6_ADDR_UNREACH } as const;

export class Denials {
  readonly #isOurs: (address: string) => boolean;
  /** Who, and whether it was the packet filter of this machine. */
  readonly #byOurFilter = new Map<string, boolean>();

  constructor(isOurs: (address: string) => boolean = isOurAddress) {
    this.#isOurs = isOurs;
  }

  /** An ICMP error about one of our probes; what says nothing of reachability is passed over. */
  take(source: string, { family, icmpType, icmpCode }: IcmpError): void {
    if (icmpType !== DESTINATION_UNREACHABLE[family]) return;
    // The datagram would get there if it were smaller.
    if (family === 4 && icmpCode === ICMP_FRAG_NEEDED) return;
    const address = withoutZone(source);
    this.#byOurFilter.set(address, this.#isOurs(address) && icmpCode !== HOST_UNREACHABLE[family]);
  }

  /** Nobody spoke but the packet filter of this machine, which says nothing of the target at `address`. */
  areOurs(address: string): boolean {
    const all = [...this.#byOurFilter.values()];
    return all.length > 0 && all.every((isOurs) => isOurs) && !this.isBy(address);
  }

  isBy(address: string): boolean {
    return this.#byOurFilter.has(withoutZone(address));
  }

  /** Of a target at `address` that did not answer. */
  presenceOf(address: string): Extract<Presence, 'refuses' | 'unreachable' | 'silent'> {
    if (this.isBy(address)) return 'refuses';
    return this.#byOurFilter.size > 0 ? 'unreachable' : 'silent';
  }
}

/** A link-local address is shown with its interface by some, and without by others. */
function withoutZone(address: string): string {
  return address.split('%')[0]!;
}

function isOurAddress(address: string): boolean {
  return Object.values(networkInterfaces()).some((entries) => entries?.some((entry) => entry.address === address));
}
