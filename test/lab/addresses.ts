/** Addresses between text and octets, for the lab's own use. Only texts that we wrote ourselves come in here. */

/** 4 octets for dotted quads, 16 for IPv6 text with one `::` or none. */
export function addressOctets(text: string): Buffer {
  if (!text.includes(':')) return Buffer.from(text.split('.').map(Number));
  const [left = [], right = []] = text.split('::').map(groups);
  const zeros = Array<number>(8 - left.length - right.length).fill(0);
  return Buffer.from([...left, ...zeros, ...right].flatMap((group) => [group >> 8, group & 0xff]));
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
