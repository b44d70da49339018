/** The lab's names, for /etc/hosts and for its DNS server alike. Nothing outside `.lab` has a name. */
import { DESTINATIONS } from './destinations.ts';
import { HOSTS } from './topology.ts';

/** A host name with terminal control sequences: set the window title, then red. Its octets are those of the DNS label. */
export const HOSTILE_NAME = '\x1b]0;owned\x07\x1b[31mred.lab';
/** `bücher.lab` as IDNA writes it. */
export const IDN_NAME = 'xn--bcher-kva.lab';

interface ForwardRecord {
  readonly name: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
  /** The name that this one stands for; its addresses are the answer. */
  readonly alias?: string;
}

/** Names to addresses. */
export const FORWARD: readonly ForwardRecord[] = [
  { name: 'hosta.lab', ...pair(HOSTS.a) },
  { name: 'router1.lab', ...pair(HOSTS.r1) },
  { name: 'router2.lab', ...pair(HOSTS.r2) },
  /** Both families; glibc's getaddrinfo(3) puts IPv6 first. */
  { name: 'hostb.lab', ...pair(HOSTS.b) },
  { name: 'hostb4.lab', ipv4: HOSTS.b.ipv4 },
  { name: 'hostb6.lab', ipv6: HOSTS.b.ipv6 },
  { name: 'alias.lab', alias: 'hostb.lab' },
  { name: 'alias4.lab', alias: 'hostb4.lab' },
  { name: 'hostile.lab', ...pair(DESTINATIONS.hostileName) },
  { name: 'idn.lab', ...pair(DESTINATIONS.idnName) },
  { name: IDN_NAME, ...pair(DESTINATIONS.idnName) },
];

/** Addresses to names. An address that is not here has none. */
export const REVERSE: ReadonlyMap<string, string> = new Map([
  [HOSTS.a.ipv4, 'hosta.lab'],
  [HOSTS.a.ipv6, 'hosta.lab'],
  [HOSTS.r1.ipv4, 'router1.lab'],
  [HOSTS.r1.ipv6, 'router1.lab'],
  [HOSTS.r2.ipv4, 'router2.lab'],
  [HOSTS.r2.ipv6, 'router2.lab'],
  [HOSTS.b.ipv4, 'hostb.lab'],
  [HOSTS.b.ipv6, 'hostb6.lab'],
  [DESTINATIONS.hostileName.ipv4, HOSTILE_NAME],
  [DESTINATIONS.hostileName.ipv6, HOSTILE_NAME],
  [DESTINATIONS.idnName.ipv4, IDN_NAME],
  [DESTINATIONS.idnName.ipv6, IDN_NAME],
]);

const LOCALHOST_LINES = '127.0.0.1 localhost\n::1 localhost ip6-localhost\n';

/** Contents of /etc/hosts with all names; the reverse name of an address is the first of its line: hosts(5). */
export function hostsFile(): string {
  const addresses = new Map<string, string[]>([...REVERSE].map(([address, name]) => [address, [name]]));
  for (const { name, ipv4, ipv6, alias } of FORWARD) {
    const target = FORWARD.find((record) => record.name === alias);
    for (const address of [ipv4 ?? target?.ipv4, ipv6 ?? target?.ipv6]) {
      if (address === undefined) continue;
      addresses.set(address, [...(addresses.get(address) ?? []), name]);
    }
  }
  const lines = [...addresses].map(([address, names]) => {
    const withShort = [...new Set(names)].flatMap((name) => [name, name.replace(/\.lab$/, '')]);
    return `${address} ${withShort.join(' ')}\n`;
  });
  return LOCALHOST_LINES + lines.join('');
}

/** Contents of /etc/hosts where the DNS server is to answer all else. */
export function localhostFile(): string {
  return LOCALHOST_LINES;
}

function pair({ ipv4, ipv6 }: { readonly ipv4: string; readonly ipv6: string }): { ipv4: string; ipv6: string } {
  return { ipv4, ipv6 };
}
