/** The interfaces that take part, from what the kernel tells of all: rdisc(8), RFC 1256 section 5.1. */
import { AF_INET, IFF_BROADCAST, IFF_LOOPBACK, IFF_MULTICAST, IFF_POINTOPOINT, IFF_UP } from '../../net/constants.ts';
import type { NativeInterface, NativeInterfaceAddress } from '../../net/native.ts';
import { formatIpv4 } from '../../packet/address.ts';
import type { Link, LinkAddress } from '../protocol.ts';

/** Without a netmask an address is alone on its link. */
const HOST_MASK = '255.255.255.255';

export function findLinks(interfaces: readonly NativeInterface[]): readonly Link[] {
  return interfaces.filter(takesPart).flatMap(({ index, name, flags, addresses }) => {
    const own = addresses.filter(({ family }) => family === AF_INET).map((each) => readAddress(each, flags));
    return own.length === 0 ? [] : [{ index, name, isMulticast: (flags & IFF_MULTICAST) !== 0, addresses: own }];
  });
}

function takesPart({ flags }: NativeInterface): boolean {
  const reachesOthers = (flags & (IFF_MULTICAST | IFF_BROADCAST | IFF_POINTOPOINT)) !== 0;
  return (flags & IFF_UP) !== 0 && (flags & IFF_LOOPBACK) === 0 && reachesOthers;
}

function readAddress({ address, netmask, broadcast }: NativeInterfaceAddress, flags: number): LinkAddress {
  const isPair = (flags & IFF_POINTOPOINT) !== 0 && broadcast !== null;
  return {
    address: formatIpv4(address),
    netmask: netmask === null ? HOST_MASK : formatIpv4(netmask),
    peer: isPair ? formatIpv4(broadcast) : null,
  };
}
