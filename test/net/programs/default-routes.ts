/**
 * A table of default routes on eth0 that does what it is told: `add <gateway>`, `remove <gateway>`, `close`; `keep` drops all
 * privileges but the one for routes, `drop` that one too.
 */
import { createInterface } from 'node:readline';
import { CAP_NET_ADMIN } from '../../../src/net/constants.ts';
import { DefaultRouteTable } from '../../../src/net/default-routes.ts';
import { loadNative } from '../../../src/net/native.ts';
import { dropPrivileges } from '../../../src/net/privileges.ts';
import { requireIpv4 } from '../../../src/packet/address.ts';

const addon = loadNative();
const { index } = addon.interfaces().find(({ name }) => name === 'eth0')!;
const table = new DefaultRouteTable(addon);

function obey(word: string, gateway: string): string {
  if (word === 'add') return String(table.add(requireIpv4('gateway', gateway), index));
  if (word === 'remove') return String(table.remove(requireIpv4('gateway', gateway), index));
  if (word === 'keep' || word === 'drop') {
    dropPrivileges(addon, word === 'keep' ? 1 << CAP_NET_ADMIN : 0);
    return addon.capabilities().effective.toString(16);
  }
  table.close();
  return 'closed';
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const [word = '', gateway = ''] = line.split(' ');
  console.log(obey(word, gateway));
});
console.log('ready');
