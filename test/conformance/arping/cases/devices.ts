/** Interfaces, named and guessed; targets that no probe can be sent to; and who may probe at all. */
import { OWN_ADDRESS } from '../../../arping/liar/link.ts';
import { DESTINATIONS } from '../../../lab/destinations.ts';
import { HOSTS } from '../../../lab/topology.ts';
import type { Case } from '../command.ts';
import { BROADCAST, DOWN, honest, SECOND_ROUTER_ADDRESS, silent, WITHOUT_ARP } from './addresses.ts';

const T = '10.99.9.251';
const noRoute = { differs: ['no route in words'] } as const;
const refused: Pick<Case, 'run' | 'differs'> = {
  run: { user: 'nobody', noNewPrivileges: true },
  differs: ['refusal in detail'],
};
const withNetRaw = { user: 'nobody', capabilities: ['net_raw'] } as const;

export const DEVICES: readonly Case[] = [
  { args: `-I nope ${T}` },
  { args: `-q -I nope ${T}` },
  { args: `-D -I nope ${T}` },
  { args: `-I arp0:1 ${T}` },
  { args: `-I a/b ${T}` },
  { args: `-I ${'x'.repeat(40)} ${T}` },
  { args: ['-c1', '-I', '', honest(1)] },
  { args: ['-I', 'lo', '-I', '', '-c1', honest(2)] },
  { args: `-I lo ${T}` },
  { args: `-q -I lo ${T}` },
  { args: `-D -I lo ${T}` },
  { args: `-D -q -I lo ${T}` },
  { args: `-U -I lo ${T}` },
  { args: `-I ${DOWN} ${T}` },
  { args: `-D -I ${DOWN} ${T}` },
  { args: `-q -I ${DOWN} ${T}` },
  { args: `-I ${WITHOUT_ARP} ${T}` },
  { args: `-D -I ${WITHOUT_ARP} ${T}` },
  { args: `-c1 -I eth0 ${silent(3)}`, about: 'not where the route leads' },
  { args: `-c1 -I arp0 ${HOSTS.r1.ipv4}`, about: 'likewise' },
  { args: `-c1 -I arp0 10.1.2.3`, about: 'an address that is not on that link' },
];

export const TARGETS: readonly Case[] = [
  { args: `-c1 ${SECOND_ROUTER_ADDRESS}` },
  { args: `-c1 router1.lab` },
  { args: '-c1 hosta.lab' },
  { args: `-c1 ${HOSTS.b.ipv4}`, about: 'behind a router' },
  { args: '127.0.0.1' },
  { args: 'localhost' },
  { args: '-D 127.0.0.1' },
  { args: OWN_ADDRESS },
  { args: '-c1 0.0.0.0' },
  { args: `-c1 -I arp0 ${OWN_ADDRESS}` },
  { args: `-c1 ${BROADCAST}` },
  { args: `-D -c1 ${BROADCAST}` },
  { args: '-c1 255.255.255.255' },
  { args: '-c1 -I arp0 255.255.255.255' },
  { args: '-c1 224.0.0.1' },
  { args: '-c1 0xa630a05', about: 'as inet_aton reads it: 10.99.10.5' },
  { args: '-c1 10.99.2566', about: 'likewise: 10.99.10.6' },
  { args: '::1' },
  { args: 'hostb6.lab' },
  { args: 'nosuch.lab' },
  { args: '-q nosuch.lab' },
  { args: '256.1.1.1' },
  { args: [''] },
  { args: `-c1 ${DESTINATIONS.localUnreachable.ipv4}`, ...noRoute },
  { args: `-c1 ${DESTINATIONS.localProhibited.ipv4}`, ...noRoute },
  { args: `-D -c1 ${DESTINATIONS.localBlackHole.ipv4}`, ...noRoute },
  { args: `-q -c1 ${DESTINATIONS.localUnreachable.ipv4}`, ...noRoute },
  { args: `-c1 -I arp0 ${DESTINATIONS.localProhibited.ipv4}` },
];

export const PRIVILEGES: readonly Case[] = [
  { args: `-c1 ${silent(20)}`, ...refused },
  { args: 'nosuch.lab', ...refused },
  { args: `-I nope ${T}`, ...refused },
  { args: `-q ${T}`, ...refused },
  { args: `-c 0 ${T}`, run: { user: 'nobody', noNewPrivileges: true } },
  { args: '-h', run: { user: 'nobody', noNewPrivileges: true } },
  { args: `-c1 ${honest(21)}`, run: withNetRaw },
  { args: `-c1 -I arp0 ${honest(22)}`, run: withNetRaw },
  { args: `-D -c1 ${honest(23)}`, run: withNetRaw },
];

/** Where no interface has an IPv4 address. */
export const WITHOUT_ADDRESSES: readonly Case[] = [
  { args: '-c1 -I eth0 10.5.5.5' },
  { args: '-q -c1 -I eth0 10.5.5.5' },
  { args: '-D -c1 -I eth0 10.5.5.5' },
  { args: '-c1 -s 0.0.0.0 -I eth0 10.5.5.5' },
  { args: '-c1 10.5.5.5', ...noRoute },
];
