/** What a command may do, dropping it, and what to tell a user who may not. */
import { readFileSync } from 'node:fs';
import type { IcmpSocketRefused } from './icmp-socket.ts';
import type { NativeAddon } from './native.ts';

/**
 * Gives up every capability of every thread for good, and no_new_privs with it; this thread alone may keep those of `keep`, a
 * mask. To be called once all sockets are open and before the first octet from the network is read.
 * @throws Error when a thread keeps its capabilities.
 */
export function dropPrivileges(addon: NativeAddon, keep = 0): void {
  const left = addon.dropCapabilities(keep);
  if (left !== 0) throw new Error(`capabilities could not be dropped in ${left < 0 ? 'the other' : left} threads`);
}

const GROUP_RANGE = '/proc/sys/net/ipv4/ping_group_range';

/** Which socket was refused and the exact commands that mend it, as one message of two lines. */
export function explainRefusal(refused: IcmpSocketRefused): string {
  const kinds: string[] = [];
  const mends: string[] = [];
  if (refused.datagram?.code === 'EACCES') {
    kinds.push(`SOCK_DGRAM by net.ipv4.ping_group_range (${readGroupRange()})`);
    mends.push('sysctl -w net.ipv4.ping_group_range="0 2147483647"');
  } else if (refused.datagram !== null) {
    kinds.push(`SOCK_DGRAM by the kernel (${refused.datagram.code})`);
  }
  if (refused.raw.code === 'EPERM') {
    kinds.push('SOCK_RAW for want of CAP_NET_RAW');
    mends.push(`setcap cap_net_raw+ep ${process.execPath}`);
  } else {
    kinds.push(`SOCK_RAW by the kernel (${refused.raw.code})`);
  }
  const what = `${refused.message} (ICMP${refused.family === 6 ? 'v6' : ''} refused: ${kinds.join(', ')})`;
  return mends.length === 0 ? what : `${what}\n=> as root: ${mends.join('   or   ')}`;
}

function readGroupRange(): string {
  try {
    return `"${readFileSync(GROUP_RANGE, 'utf8').trim().replace(/\s+/g, ' ')}"`;
  } catch {
    return 'not readable';
  }
}
