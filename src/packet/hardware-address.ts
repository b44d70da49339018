/** Hardware addresses as text: octets in hex, as ip(8) and arping(8) show them. */

const LONGEST = 32; // octets, MAX_ADDR_LEN of linux/netdevice.h

/** `02:77:01:00:00:FE`, of any length; '' for none. */
export function formatHardwareAddress(octets: Uint8Array): string {
  return [...octets].map((octet) => octet.toString(16).toUpperCase().padStart(2, '0')).join(':');
}

/** Octets of one or two hex digits, separated by `:` or `-` throughout; null for anything else, a single octet included. */
export function parseHardwareAddress(text: string): Uint8Array | null {
  if (!/^[0-9a-f]{1,2}(?:(?::[0-9a-f]{1,2})+|(?:-[0-9a-f]{1,2})+)$/i.test(text)) return null;
  const octets = text.split(/[:-]/).map((digits) => Number.parseInt(digits, 16));
  return octets.length <= LONGEST ? Uint8Array.from(octets) : null;
}
