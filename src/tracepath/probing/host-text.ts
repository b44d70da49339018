/** How an address stands in a text: -b and -n decide which of name and address are shown, and where. */
import { escapeControl } from '../../cli/printf.ts';

export interface HostOptions {
  readonly both: boolean;
  readonly numeric: boolean;
  readonly nameOf: (address: string) => string | null;
}

/** Names come from the network: what would steer a terminal is shown as `\ooo`. */
export function showHost(address: string, { both, numeric, nameOf }: HostOptions): string {
  if (numeric && !both) return address;
  const name = escapeControl(nameOf(address) ?? address);
  if (!both) return name;
  return numeric ? `${address} (${name})` : `${name} (${address})`;
}
