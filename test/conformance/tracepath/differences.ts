/**
 * Every way in which our tracepath's output is meant to differ from that of Debian's iputils 20221126, with its reason. A commit
 * is one of iputils' own; HEAD means 9900265, of which ../shared/spec/iputils.md tells.
 */
import { type Difference, rewordComplaint, usageText, versionText } from '../differences.ts';

const TABLE = {
  // What newer iputils prints.
  'path MTU probed': {
    whose: 'newer iputils',
    reason:
      'a75feb0: IP_PMTUDISC_PROBE, so that a probe may be larger than the path MTU that the kernel has cached, and one of 65536 ' +
      'octets over loopback is refused by an ICMP error; 20221126 has IP_PMTUDISC_DO',
  },
  'v4-mapped minimum': {
    whose: 'newer iputils',
    reason:
      '65e3837: a packet to a v4-mapped target needs 28 octets for its headers, which are those of IPv4; before, 48',
  },
  'write error reason': {
    whose: 'newer iputils',
    reason: 'a failed write of stdout says why; 20221126 has no reason behind `write error`',
    iputils: rewordComplaint('tracepath', 'write error\n', 'write error: No space left on device\n'),
  },

  // What we do otherwise.
  'usage text': usageText('tracepath'),
  'version text': versionText('tracepath'),
  'long options': {
    whose: 'ours',
    reason: 'we have them, so an unknown one is complained of by its name',
    iputils: rewordComplaint('tracepath', "invalid option -- '-'", "unrecognized option '--nonsense'"),
  },
  'control characters': {
    whose: 'ours',
    reason: 'a name from the DNS must not steer the terminal',
    iputils: ({ stdout }) => ({
      stdout: stdout.replaceAll('\x1b]0;owned\x07\x1b[31mred.lab            ', '\\033]0;owned\\007\\033[31mred.lab   '),
    }),
  },
  'address for a failed lookup': {
    whose: 'ours',
    reason: 'where the name server fails, the address says more than `???`',
  },
  'columns of wide names': {
    whose: 'ours',
    reason: 'names are padded by characters, so that columns stand below each other; iputils counts octets',
    iputils: ({ stdout }) => ({ stdout: stdout.replace(/(?<=bücher\.lab.*)(?=<time>)/, ' ') }),
  },
  'v4-mapped length': {
    whose: 'ours',
    reason:
      "a v4-mapped target begins with IPv4's 65535 octets; iputils tries IPv6's 128000, which no IPv4 packet can have",
  },
  'ports up to 65535': {
    whose: 'ours',
    reason:
      'behind port 65535 the ring goes on below the first port; iputils sends to port 0, which the kernel refuses',
  },
  interrupted: {
    whose: 'ours',
    reason: 'a run that is interrupted says what it knows so far: what iputils had to say is lost in its buffer',
  },
  'closed stdout': {
    whose: 'ours',
    reason: 'node puts /dev/null in place of a closed descriptor before we run, so there is no write error to tell of',
  },
} as const satisfies Readonly<Record<string, Difference>>;

export type DifferenceName = keyof typeof TABLE;

export const DIFFERENCES: Readonly<Record<DifferenceName, Difference>> = TABLE;

/** No case has to name these. */
export const EVERYWHERE: readonly DifferenceName[] = ['usage text'];
