/** The six commands as runs in the lab, each with a target that answers and with such as fail. */
import { DESTINATIONS } from '../lab/destinations.ts';
import type { Stage } from '../lab/stage.ts';
import { HOSTS } from '../lab/topology.ts';

export interface TestedCommand {
  readonly title: string;
  /** docs/schema/<schema>.json. */
  readonly schema: string;
  /** Argument vector behind the stage's folder of commands. */
  readonly argv: readonly [launcher: string, ...words: readonly string[]];
  /** A run that goes on for seconds at least, and tells something from its beginning on. */
  readonly long: string;
  /** A run that is over soon. */
  readonly short: string;
  /** A run to an address that nobody answers for; null where that takes more than ten seconds (its own suite has it). */
  readonly silent: string | null;
  /** A run to what a router, or our own kernel, calls unreachable; null likewise. */
  readonly unreachable: string | null;
  /** Its operand is a target. */
  readonly unresolvable: string;
  /** What only the command's own options can get wrong. */
  readonly mistakes: readonly string[];
  /** Whether it needs a privilege where net.ipv4.ping_group_range is closed. */
  readonly isPrivileged: boolean;
}

const SILENT_NEIGHBOUR = DESTINATIONS.noNeighbour.ipv4;
const BLACK_HOLE = DESTINATIONS.blackHole.ipv4;

export const COMMANDS: readonly TestedCommand[] = [
  {
    title: 'ping',
    schema: 'ping',
    argv: ['ping', '-j'],
    long: `-i 0.02 ${HOSTS.r1.ipv4}`,
    short: `-c 2 -i 0.05 ${HOSTS.r1.ipv4}`,
    silent: `-c 2 -i 0.1 -W 0.2 ${BLACK_HOLE}`,
    unreachable: `-c 1 ${DESTINATIONS.unreachable.ipv4}`,
    unresolvable: 'nosuch.lab',
    mistakes: ['-c 0 127.0.0.1', '-c x 127.0.0.1', '-I nosuch0 127.0.0.1', '-N bogus ::1'],
    isPrivileged: true,
  },
  {
    title: 'tracepath',
    schema: 'tracepath',
    argv: ['tracepath', '-j'],
    long: `-n -m 5 ${DESTINATIONS.farBlackHole.ipv4}`,
    short: `-n ${HOSTS.r1.ipv4}`,
    silent: `-n --parallel -m 2 ${BLACK_HOLE}`,
    unreachable: `-n ${DESTINATIONS.unreachable.ipv4}`,
    unresolvable: 'nosuch.lab',
    mistakes: ['-m x 127.0.0.1', '-p 0x 127.0.0.1', '-l 1 127.0.0.1'],
    isPrivileged: false,
  },
  {
    title: 'tracepath --flows',
    schema: 'tracepath-flows',
    argv: ['tracepath', '-j', '--flows', '8'],
    long: `-n -m 5 ${DESTINATIONS.farBlackHole.ipv4}`,
    short: `-n ${HOSTS.r1.ipv4}`,
    silent: `-n -m 1 ${BLACK_HOLE}`,
    unreachable: `-n ${DESTINATIONS.unreachable.ipv4}`,
    unresolvable: 'nosuch.lab',
    mistakes: ['-m x 127.0.0.1'],
    isPrivileged: false,
  },
  {
    title: 'tracepath --report',
    schema: 'tracepath-report',
    argv: ['tracepath', '-j', '--report', '-c', '2', '-i', '0.1'],
    long: `-n -c 100 ${HOSTS.r1.ipv4}`,
    short: `-n ${HOSTS.r1.ipv4}`,
    silent: `-n -m 1 ${BLACK_HOLE}`,
    unreachable: `-n ${DESTINATIONS.unreachable.ipv4}`,
    unresolvable: 'nosuch.lab',
    mistakes: ['-m x 127.0.0.1'],
    isPrivileged: false,
  },
  {
    title: 'arping',
    schema: 'arping',
    argv: ['arping', '-j'],
    long: `-I eth0 ${HOSTS.r1.ipv4}`,
    short: `-c 1 -I eth0 ${HOSTS.r1.ipv4}`,
    silent: `-c 1 -I eth0 ${SILENT_NEIGHBOUR}`,
    unreachable: null,
    unresolvable: '-I eth0 nosuch.lab',
    mistakes: ['-c 0 127.0.0.1', '-I nosuch0 127.0.0.1', '-s 300.1.1.1 127.0.0.1', '-I lo 127.0.0.1'],
    isPrivileged: true,
  },
  {
    title: 'clockdiff',
    schema: 'clockdiff',
    argv: ['clockdiff', '-j'],
    long: `--samples 1000 --interval 0.01 ${HOSTS.r1.ipv4}`,
    short: `--samples 3 --interval 0.01 ${HOSTS.r1.ipv4}`,
    silent: null,
    unreachable: DESTINATIONS.localFiltered.ipv4,
    unresolvable: 'nosuch.lab',
    mistakes: ['--samples 0 127.0.0.1', '--samples x 127.0.0.1'],
    isPrivileged: true,
  },
  {
    title: 'rdisc',
    schema: 'rdisc',
    argv: ['rdisc', '-j'],
    long: '-n -f',
    short: '-n',
    silent: null,
    unreachable: null,
    unresolvable: 'nosuch.lab',
    mistakes: ['-r -T 3', '-r -p x', 'a b c'],
    isPrivileged: true,
  },
  {
    title: 'sonde sweep',
    schema: 'sweep',
    argv: ['sonde', 'sweep', '-j'],
    long: `--rate 200 10.77.0.0/20`,
    short: `-t 200 ${HOSTS.r1.ipv4} ${HOSTS.a.ipv4}`,
    silent: `-t 200 -r 0 ${BLACK_HOLE}`,
    unreachable: `-t 500 ${DESTINATIONS.unreachable.ipv4}`,
    unresolvable: 'nosuch.lab',
    mistakes: ['--rate x 127.0.0.1', '127.0.0.1/99', '--shard 3/2 127.0.0.1'],
    isPrivileged: true,
  },
];

/** The whole command line, `words` behind what makes it a JSON run of this command. */
export function commandLine(stage: Stage, { argv: [launcher, ...first] }: TestedCommand, words: string): string[] {
  return [stage.command(launcher), ...first, ...words.split(' ').filter((word) => word !== '')];
}

/** As its diagnostics begin. */
export function diagnosticName({ argv: [launcher, second] }: TestedCommand): string {
  return launcher === 'sonde' ? `${launcher} ${second}` : launcher;
}
