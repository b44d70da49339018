/** -N: node information queries (RFC 4620). The liar answers for a node called node.lab. */
import { DESTINATIONS } from '../../../lab/destinations.ts';
import { LIES } from '../../../lab/responder/lies.ts';
import type { Case } from '../command.ts';
import { B4, B6 } from './destinations.ts';
import { counts, header6, transcript } from './text.ts';

const node = LIES.normal.ipv6;
const nobody = { user: 'nobody', capabilities: ['net_raw'] } as const;

/** ICMP errors are told and counted. */
function failed(host: string, line: string): Pick<Case, 'differs' | 'expect' | 'takesMs'> {
  const stdout = transcript(header6(host, host), [line], host, counts(1, 0, ', +1 errors'));
  return { differs: ['node information errors'], expect: { stdout }, takesMs: 0 };
}

export const NODE_INFORMATION: readonly Case[] = [
  { args: '-N help' },
  { args: '-N name', differs: ['usage error exit 2'], expect: { status: 2 } },
  { args: `-N foo -c1 ${node}` },
  { args: `-N NAME -c1 ${node}` },
  { args: `-N name=1 -c1 ${node}` },
  { args: ['-N', '', '-c1', node] },
  { args: `-N name -c1 ${node}` },
  { args: `-N name -c2 -i.2 ${node}` },
  { args: `-N name -c1 ${node}`, run: nobody },
  { args: `-N name -q -c1 ${node}` },
  { args: `-N name -D -c1 ${node}` },
  { args: `-N name -s 100 -c1 ${node}` },
  { args: `-N fqdn -c1 ${node}` },
  { args: `-N ipv6 -c1 ${node}` },
  { args: `-N ipv6-all -c1 ${node}` },
  { args: `-N ipv6-compatible -c1 ${node}` },
  { args: `-N ipv6-global -c1 ${node}` },
  { args: `-N ipv6-linklocal -c1 ${node}` },
  { args: `-N ipv6-sitelocal -c1 ${node}` },
  { args: `-N ipv4 -c1 ${node}` },
  { args: `-N ipv4-all -c1 ${node}` },
  { args: `-N ipv6 -N ipv6-all -c1 ${node}` },
  { args: `-N ipv6-global -N ipv6-linklocal -c1 ${node}` },
  { args: `-N name -N ipv6 -c1 ${node}`, about: 'two kinds of query' },
  { args: `-N name -N subject-ipv6=${node} -c1 ${node}` },
  { args: `-N name -N subject-ipv4=10.88.0.9 -c1 ${node}` },
  { args: `-N name -N subject-name=node.lab -c1 ${node}` },
  { args: `-N name -N subject-name=node -c1 ${node}` },
  { args: `-N name -N subject-fqdn=node.lab -c1 ${node}` },
  { args: `-N subject-ipv6=${node} -c1 ${node}`, about: 'no kind of query' },
  { args: `-N subject-name=node.lab -c1 ${node}` },
  { args: `-N subject-ipv4=1.2.3.4 -N subject-name=x -c1 ${node}`, about: 'two subjects' },
  { args: `-N subject-ipv6=x -c1 ${node}` },
  { args: `-N subject-ipv4=x -c1 ${node}` },
  { args: `-N name -c1 ${B4}`, about: 'an ordinary ping' },
  { args: '-N name -c1 hostb4.lab' },
  { args: `-4 -N name -c1 ${B4}` },
  { args: `-N name -c1 ${LIES.informationRefused.ipv6}` },
  { args: `-N name -c1 ${LIES.informationUnknown.ipv6}` },
  { args: `-N name -c1 ${LIES.informationCode9.ipv6}`, differs: ['node information code'] },
  { args: `-N name -c1 -W.3 ${B6}`, about: 'Linux answers none' },
  {
    args: `-N name -c1 -W1 ${DESTINATIONS.noRoute.ipv6}`,
    ...failed(DESTINATIONS.noRoute.ipv6, 'From fd77:1::fe icmp_seq=1 Destination unreachable: No route'),
  },
  {
    args: `-N name -t1 -c1 -W1 ${B6}`,
    ...failed(B6, 'From fd77:1::fe icmp_seq=1 Time exceeded: Hop limit'),
  },
];
