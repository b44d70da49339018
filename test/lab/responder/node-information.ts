/** Node information replies: RFC 4620, sections 4 and 6. The node is called `node.lab`. */
import { addressOctets } from '../addresses.ts';
import { LIES, type LieName } from './lies.ts';
import { icmpMessage } from './packets.ts';
import type { Reply } from './reply.ts';

export const NODE_INFORMATION_QUERY_TYPE = 139;
const NODE_INFORMATION_REPLY_TYPE = 140;
const QTYPE = { NOOP: 0, NAME: 2, IPV6_ADDRESSES: 3, IPV4_ADDRESSES: 4 } as const;
const CODE = { SUCCESS: 0, REFUSED: 1, UNKNOWN: 2, SENSELESS: 9 } as const;
const NONCE_OFFSET = 8;
const NONCE_OCTETS = 8;
const TIME_TO_LIVE = Buffer.alloc(4);

const NAME = Buffer.from('\x04node\x03lab\x00', 'latin1');

const FAILURES: { readonly [name in LieName]?: number } = {
  informationRefused: CODE.REFUSED,
  informationUnknown: CODE.UNKNOWN,
  informationCode9: CODE.SENSELESS,
};

/** Answers a query; `icmp` is the whole message. */
export function informationReply(lie: LieName, icmp: Buffer): readonly Reply[] {
  const nonce = icmp.subarray(NONCE_OFFSET, NONCE_OFFSET + NONCE_OCTETS);
  const failure = FAILURES[lie];
  const data = failure === undefined ? information(icmp.readUInt16BE(4)) : null;
  const code = failure ?? (data === null ? CODE.UNKNOWN : CODE.SUCCESS);
  const body = Buffer.concat([nonce, data ?? Buffer.alloc(0)]);
  return [{ icmp: icmpMessage(NODE_INFORMATION_REPLY_TYPE, code, icmp.readUInt32BE(4), body) }];
}

function information(qtype: number): Buffer | null {
  switch (qtype) {
    case QTYPE.NOOP:
      return Buffer.alloc(0);
    case QTYPE.NAME:
      return Buffer.concat([TIME_TO_LIVE, NAME]);
    case QTYPE.IPV6_ADDRESSES:
      return addressList([LIES.normal.ipv6, LIES.other.ipv6]);
    case QTYPE.IPV4_ADDRESSES:
      return addressList([LIES.normal.ipv4, LIES.other.ipv4]);
    default:
      return null;
  }
}

function addressList(addresses: readonly string[]): Buffer {
  return Buffer.concat(addresses.flatMap((address) => [TIME_TO_LIVE, addressOctets(address)]));
}
