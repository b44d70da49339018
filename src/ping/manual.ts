/** The prose of ping(8). */
import type { Manual } from '../cli/manual-page.ts';
import type { PingOptionName } from './options.ts';
import { PING_WORDS } from './vocabulary.ts';

export const MANUAL: Manual<PingOptionName> = {
  description: [
    'One ICMP or ICMPv6 echo request after the other goes to the destination; each reply is told in a line, and so is each ' +
      'ICMP error about one of our requests. A summary follows when the run ends: by `-c`, by `-w`, or by an interrupt. ' +
      'SIGQUIT prints how things stand, and the run goes on.',
    'The round trip is the difference of two time stamps of the kernel, of sending and of receiving, where the kernel gives them. ' +
      'No time that comes back in a packet is believed. `-v` tells whose clock was used, and `-j` tells it for each reply.',
    'Called as ping4 or ping6 it uses that family only.',
  ],
  options: {
    adaptive: 'Send the next probe when the last one is answered: about one is under way at any time.',
    broadcast: 'Allow an IPv4 broadcast address as the destination.',
    'sticky-source':
      'Bind the socket to the source address that is chosen at the start, and keep it if the route changes.',
    count: 'Stop when so many replies have come. With `-w`: go on until so many have come, or until the deadline.',
    identifier:
      'Put this identifier, 0 to 65535, into the requests. On a datagram socket it is the one that the kernel binds to. 0 asks for a raw socket.',
    flood:
      'Send without waiting between probes, or at the pace of `-i`. A dot is printed for a probe and taken back for a reply. ' +
      'Only root may have an interval below 2 ms.',
    'flow-label': 'IPv6 flow label, 20 bits, decimal or with 0x. 0 lets the kernel choose one.',
    'force-lookup': 'Look names up in any case, also with `-f` and where the destination is an address.',
    interval:
      'Seconds from one probe to the next, 1 unless said. Fractions have a point in every locale. The schedule is absolute: a late wake-up moves no later probe.',
    interface: 'The name of an interface to send by, or an address to send from. May be given twice, for one of each.',
    preload: 'Send so many probes at once at the start. More than 3 are for root.',
    mark: 'Set the firewall mark of the packets. Needs CAP_NET_ADMIN or CAP_NET_RAW; without it a warning is told.',
    pmtudisc:
      'How to treat the path MTU: `do` never fragments, `want` fragments here where that is needed, `dont` clears the ' +
      'DF bit, `probe` sets it and pays no heed to the known path MTU.',
    'node-information':
      'Send an ICMPv6 node information query (RFC 4620) in place of an echo. `-N` `help` lists the queries. Needs a raw socket.',
    method:
      'How to probe. `icmp`: echo requests. `udp`: datagrams to a port where nobody listens, answered by an ICMP error; needs no ' +
      'privilege. `tcp`: how long a connection takes to be accepted or refused; needs none either. `auto`: the first of these that is answered.',
    numeric: 'Print addresses and look no name up.',
    outstanding: 'When a probe is due and the one before was not answered, print a line that says so.',
    pattern: 'Fill the payload with up to 16 octets given in hex, again and again.',
    quiet: 'Print the first line and the summary only.',
    tos: 'Type of service of IPv4 or traffic class of IPv6, 0 to 255, decimal or with 0x.',
    'bypass-routing':
      'Send past the routing tables to a host on an attached network. With hops: make the source route a strict one.',
    'record-route':
      'Ask the routers to record their addresses in the IPv4 header, which has room for nine. Many ignore it.',
    size: 'Data octets in a probe, 56 unless said; 8 octets of ICMP header come before them.',
    sndbuf: 'Size of the socket send buffer in octets.',
    ttl: 'Time to live of IPv4 or hop limit of IPv6, 0 to 255.',
    'ip-timestamp':
      'Ask for time stamps in the IPv4 header: `tsonly` stamps alone, `tsandaddr` with the addresses of those who stamped, ' +
      '`tsprespec` of the hosts given as hops.',
    'user-latency':
      'Time from user space to user space, by the monotonic clock, in place of the time stamps of the kernel.',
    verbose:
      'Tell also of duplicates from multicast groups, of messages that are not about our probes (root, raw sockets), of the ' +
      'identifier, and of the clocks that gave the round trip.',
    deadline: 'Stop after this time, however many probes were sent or answered.',
    timeout:
      'How long to wait for replies behind the last probe, in seconds, while none has come: 10 unless said, 0 for ever. ' +
      'After a reply it is twice the longest round trip.',
    backend:
      '`addon` is our own, with everything; `raw-socket` is the npm package of that name, which needs CAP_NET_RAW and has neither ' +
      'time stamps of the kernel nor an error queue.',
  },
  sections: [
    {
      title: 'PRIVILEGES',
      paragraphs: [
        'An ICMP datagram socket needs none where `net.ipv4.ping_group_range` admits the group of the user. Otherwise ' +
          'CAP_NET_RAW opens a raw socket: `setcap cap_net_raw+ep` for the node binary. Sockets are opened first; then every ' +
          'capability is dropped in all threads, before anything from the network is read.',
      ],
    },
    {
      title: 'ENVIRONMENT',
      paragraphs: [
        '`$IPUTILS_PING_PTR_LOOKUP` set to 0 starts as with `-n`. `$POSIXLY_CORRECT` ends the options at the first operand. ' +
          '`$COLUMNS`, `$NO_COLOR`, `$FORCE_COLOR` and `$TERM` shape the long help.',
      ],
    },
  ],
  words: [['Words of ping:', PING_WORDS]],
  differences: [
    'Round trips come from time stamps of the kernel on both sides, and are smaller.',
    'The pace does not drift, and a slow name server delays no probe.',
    'Every letter has a long name.',
    'A reply to a sequence that was never sent is neither shown nor counted.',
    'Where a socket is refused, the message says what was refused and what mends it.',
  ],
  seeAlso: ['tracepath(8)', 'arping(8)', 'sonde(8)', 'sonde-sweep(8)', 'icmp(7)', 'ip(7)', 'capabilities(7)'],
};
