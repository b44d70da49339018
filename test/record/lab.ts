/** Runs that are worth recording: each command in each of its forms, against the lab. */
import { DESTINATIONS } from '../lab/destinations.ts';
import type { CommandOptions } from '../lab/run.ts';
import { HOSTS } from '../lab/topology.ts';

const R1 = HOSTS.r1.ipv4;
/** Kathmandu is 5:45 ahead: a replay that reckoned in its own zone would show it. */
const FAR_ZONE = { TZ: 'Asia/Kathmandu', LC_ALL: 'C.UTF-8' };

export interface Case {
  /** The command line; `OUI` stands for a file of vendors. */
  readonly line: string;
  readonly options?: CommandOptions;
  /** Of docs/schema/, unless it is the command's. */
  readonly schema?: string;
  /** What stdout and stderr together must hold: the case is about that. */
  readonly shows: RegExp;
}

const INTERRUPTED: CommandOptions = { signalAt: [{ signal: 'SIGINT', after: /icmp_seq=2/ }] };

export const CASES: readonly Case[] = [
  { line: `ping -c 3 -i .05 ${R1}`, shows: /3 packets transmitted, 3 received/ },
  { line: 'ping -4 -c 3 -i .05 -D hostb4.lab', shows: /^\[\d+\.\d{6}\] 64 bytes from hostb\.lab \(10\.77\.3\.2\)/m },
  { line: `ping -c 2 -i .05 -v -R ${HOSTS.b.ipv4}`, shows: /RR:.*time stamps from/s },
  { line: `ping -c 3 -i .05 -p 00ff -O ${DESTINATIONS.unreachable.ipv4}`, shows: /Destination Host Unreachable/ },
  { line: `ping -c 1 -W .1 ${DESTINATIONS.localFiltered.ipv4}`, shows: /Operation not permitted/ },
  { line: `ping -f -c 300 ${R1}`, shows: /300 packets transmitted/ },
  { line: `ping -q -c 3 -i .05 ${R1}`, shows: /3 received/ },
  { line: `ping -j -c 3 -i .05 -v ${HOSTS.b.ipv6}`, shows: /"seq": 3/ },
  { line: `ping -i .05 ${R1}`, options: INTERRUPTED, shows: /packets transmitted/ },
  { line: `ping --stats --fail-if received<99 -c 2 -i .05 ${R1}`, shows: /received = 2/ },
  { line: `ping --method udp -c 2 -i .05 ${R1}`, shows: /2 received/ },
  { line: 'ping nowhere.lab', shows: /Name or service not known/ },
  { line: 'ping -c 0 host', shows: /invalid/ },
  { line: 'ping -Z host', shows: /Usage/ },
  { line: 'ping -V', shows: /from sonde/ },
  { line: 'tracepath -4 hostb4.lab', shows: /hostb\.lab.*reached/ },
  { line: 'tracepath -4 -v -b hostb4.lab', shows: /quoted \d+/ },
  { line: `tracepath -j ${HOSTS.b.ipv6}`, shows: /"reached"/ },
  { line: `tracepath --parallel -n ${HOSTS.b.ipv4}`, shows: /Resume: pmtu 1300/ },
  { line: 'tracepath --flows 4 -4 hostb4.lab', schema: 'tracepath-flows', shows: /up to 4 flows/ },
  { line: `tracepath --flows 4 -j ${HOSTS.b.ipv4}`, schema: 'tracepath-flows', shows: /"graph"|"flows"/ },
  {
    line: 'tracepath --report --count 3 --interval .1 -4 hostb4.lab',
    schema: 'tracepath-report',
    shows: /jitter: RFC 3550/,
  },
  {
    line: `tracepath --report --count 2 --interval .1 -j ${HOSTS.b.ipv4}`,
    schema: 'tracepath-report',
    shows: /"round-probe"/,
  },
  { line: `tracepath --live ${R1}`, shows: /cannot be recorded/ },
  { line: `arping -c 2 -I eth0 --oui OUI ${R1}`, shows: /Unicast reply/ },
  { line: `arping -c 1 -I eth0 -j ${R1}`, shows: /"source_mac"/ },
  { line: `arping -c 1 -w 1 -I eth0 -q ${R1}`, shows: /^$/ },
  { line: `arping -c 1 -I nowhere0 ${R1}`, shows: /nowhere0/ },
  { line: `clockdiff --samples 5 -u ${R1}`, shows: /^offset=/m },
  { line: `clockdiff --samples 5 --stats ${R1}`, shows: /p95/ },
  { line: `clockdiff --samples 5 -j ${R1}`, shows: /"delta_ms"/ },
  { line: `clockdiff --samples 5 ${R1}`, options: { tty: true, env: FAR_ZONE }, shows: /delta=.*\d\d:\d\d:\d\d \d{4}/ },
  { line: `clockdiff --samples 5 -I ${R1}`, options: { tty: true, env: FAR_ZONE }, shows: /\+0545/ },
  { line: 'rdisc -s -v', shows: /Sending solicitation.*10\.77\.1\.254/s },
  { line: 'rdisc -s -j', shows: /"recorded"/ },
  { line: 'rdisc --daemon', shows: /cannot be recorded/ },
  {
    line: `sweep -t 300 -r 0 hostb4.lab ${R1} ${DESTINATIONS.unreachable.ipv4} nowhere.lab`,
    shows: /3 targets: 2 alive/,
  },
  { line: `sweep -a -s ${R1} ${HOSTS.b.ipv4}`, shows: /^10\.77\.1\.254$/m },
  { line: `sweep -j -c 2 -p 50 ${R1} ${HOSTS.b.ipv4}`, shows: /"target"/ },
  { line: `sweep -q ${R1} ${HOSTS.b.ipv4}`, shows: /2 alive/ },
];
