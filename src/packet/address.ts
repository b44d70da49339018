/**
 * Internet addresses as text. What is formatted is what glibc's inet_ntop prints; what is read is what inet_pton reads,
 * and for `parseInetAton` what getaddrinfo takes for a numeric host. No zone (`%eth0`) here: a zone is not part of the
 * address.
 */
export const IPV4_ADDRESS_LENGTH = 4; // octets
export const IPV6_ADDRESS_LENGTH = 16; // octets
const IPV6_GROUPS = 8;
const GROUPS_BEFORE_IPV4 = 6;
const UINT32_LIMIT = 0x1_0000_0000;

/** Dotted quad of the 4 octets at `offset`. @throws RangeError when they are not there. */
export function formatIpv4(bytes: Uint8Array, offset = 0): string {
  if (offset + IPV4_ADDRESS_LENGTH > bytes.length) throw new RangeError('an IPv4 address has 4 octets');
  return `${bytes[offset]}.${bytes[offset + 1]}.${bytes[offset + 2]}.${bytes[offset + 3]}`;
}

/**
 * RFC 5952 text of the 16 octets at `offset`: lower case, no leading zeros, the first of the longest runs of two or
 * more zero groups as `::`. As in glibc, a mapped address (`::ffff:1.2.3.4`) and a compatible one (`::1.2.3.4`, whose
 * seventh group is not zero, so neither `::1` nor `::`) end in a dotted quad. @throws RangeError when the octets are
 * not there.
 */
export function formatIpv6(bytes: Uint8Array, offset = 0): string {
  if (offset + IPV6_ADDRESS_LENGTH > bytes.length) throw new RangeError('an IPv6 address has 16 octets');
  const groups: number[] = [];
  for (let i = 0; i < IPV6_GROUPS; i++) groups.push((bytes[offset + 2 * i]! << 8) | bytes[offset + 2 * i + 1]!);
  const run = longestZeroRun(groups);
  const endsInIpv4 = run.start === 0 && (run.length === 6 || (run.length === 5 && groups[5] === 0xffff));
  const hex = groups.map((group) => group.toString(16));
  const tail = endsInIpv4 ? [formatIpv4(bytes, offset + 2 * GROUPS_BEFORE_IPV4)] : hex.slice(GROUPS_BEFORE_IPV4);
  const words = [...hex.slice(0, GROUPS_BEFORE_IPV4), ...tail];
  if (run.length < 2) return words.join(':');
  return `${words.slice(0, run.start).join(':')}::${words.slice(run.start + run.length).join(':')}`;
}

function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  groups.forEach((group, i) => {
    if (group !== 0) start = i + 1;
    else if (i + 1 - start > best.length) best = { start, length: i + 1 - start };
  });
  return best;
}

/** Four decimal octets without leading zeros, as inet_pton(3) reads them; null for anything else. */
export function parseIpv4(text: string): Uint8Array | null {
  const parts = text.split('.');
  if (parts.length !== IPV4_ADDRESS_LENGTH) return null;
  const bytes = new Uint8Array(IPV4_ADDRESS_LENGTH);
  for (const [i, part] of parts.entries()) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 0xff) return null;
    bytes[i] = Number(part);
  }
  return bytes;
}

/**
 * The forms of inet_aton(3): one to four numbers, each decimal, octal (`0…`) or hexadecimal (`0x…`), the last one
 * filling all octets that are left, so `127.1`, `0x7f000001` and `0` are addresses. Null for anything else, trailing
 * characters included.
 */
export function parseInetAton(text: string): Uint8Array | null {
  const parts = text.split('.').map(parseCNumber);
  const last = parts.pop() ?? null;
  if (last === null || parts.length > 3) return null;
  let address = 0;
  for (const part of parts) {
    if (part === null || part > 0xff) return null;
    address = address * 0x100 + part;
  }
  const lastLimit = UINT32_LIMIT / 0x100 ** parts.length;
  if (last >= lastLimit) return null;
  address = address * lastLimit + last;
  return Uint8Array.of(address / 0x1000000, address / 0x10000, address / 0x100, address);
}

/** A non-negative number as strtoul(3) reads it with base 0; null when a character is left over. */
function parseCNumber(text: string): number | null {
  if (/^0x[0-9a-f]+$/i.test(text)) return Number.parseInt(text.slice(2), 16);
  if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8);
  return /^[1-9][0-9]*$/.test(text) ? Number(text) : null;
}

/** Any text form of RFC 4291 section 2.2, as inet_pton(3) reads it; null for anything else, a zone included. */
export function parseIpv6(text: string): Uint8Array | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [headText = '', tailText] = halves;
  const head = parseGroups(headText, tailText === undefined);
  const tail = parseGroups(tailText ?? '', true);
  if (head === null || tail === null) return null;
  const missing = IPV6_GROUPS - head.length - tail.length;
  if (tailText === undefined ? missing !== 0 : missing < 1) return null;
  const bytes = new Uint8Array(IPV6_ADDRESS_LENGTH);
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  for (const [i, group] of groups.entries()) {
    bytes[2 * i] = group >> 8;
    bytes[2 * i + 1] = group & 0xff;
  }
  return bytes;
}

/** Colon-separated groups; a dotted quad may stand for the last two where `mayEndInIpv4`. No text is no groups. */
function parseGroups(text: string, mayEndInIpv4: boolean): number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const quad = mayEndInIpv4 ? parseIpv4(parts.at(-1) ?? '') : null;
  if (quad !== null) parts.pop();
  const groups: number[] = [];
  for (const part of parts) {
    if (!/^[0-9a-f]{1,4}$/i.test(part)) return null;
    groups.push(Number.parseInt(part, 16));
  }
  if (quad !== null) groups.push((quad[0]! << 8) | quad[1]!, (quad[2]! << 8) | quad[3]!);
  return groups;
}

/** The octets of a dotted quad that we write ourselves. @throws RangeError naming the field when `text` is none. */
export function requireIpv4(field: string, text: string): Uint8Array {
  const bytes = parseIpv4(text);
  if (bytes === null) throw new RangeError(`${field} must be a dotted quad, not ${JSON.stringify(text)}`);
  return bytes;
}

/** The octets of an IPv6 address that we write ourselves. @throws RangeError naming the field when `text` is none. */
export function requireIpv6(field: string, text: string): Uint8Array {
  const bytes = parseIpv6(text);
  if (bytes === null) throw new RangeError(`${field} must be an IPv6 address, not ${JSON.stringify(text)}`);
  return bytes;
}
