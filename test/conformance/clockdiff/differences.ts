/** Every way in which our clockdiff's output is meant to differ from that of Debian's iputils 20221126, with its reason. */
import { type Difference, rewordComplaint, usageText, versionText } from '../differences.ts';

const USAGE = usageText('clockdiff');

const TABLE = {
  'faster than a millisecond': {
    whose: 'newer iputils',
    reason:
      '471942d: waits 1 ms at least; before, a host whose replies take less than that and a little was called down',
    isRare: true,
  },
  'version text': versionText('clockdiff'),
  'usage text': {
    ...USAGE,
    iputils: (ran, context) => {
      const stderr = ran.stderr.replace(/^\nUsage:\n/, '\nUsage\n');
      return { stderr, ...USAGE.iputils?.({ ...ran, stderr }, context) };
    },
  },
  'near word asked for': {
    whose: 'ours',
    reason: 'a message about a mistyped word names the word that may have been meant',
    iputils: rewordComplaint(
      'clockdiff',
      'invalid time-format argument: isoo',
      "invalid time-format argument: isoo; did you mean 'iso'?",
    ),
  },
  'long options': { whose: 'ours', reason: 'a long name for each letter; --samples, --interval, --backend' },
  'refusal in detail': {
    whose: 'ours',
    reason: 'which socket was refused, for want of what, and the command that mends it',
    iputils: ({ stderr }) => ({
      stderr: stderr.replace(
        /^clockdiff: socket: Operation not permitted\n$/,
        'clockdiff: socket: Operation not permitted (ICMP refused: SOCK_RAW for want of CAP_NET_RAW)\n' +
          '=> as root: setcap cap_net_raw+ep <node>\n',
      ),
    }),
    ours: ({ stderr }) => ({ stderr: stderr.replace(/(?<=setcap cap_net_raw\+ep )\S+(?=\n$)/, '<node>') }),
  },
  'nice not needed': {
    whose: 'ours',
    reason: 'kernel stamps do not care who runs when, so a run without CAP_SYS_NICE goes on',
  },
  'useless replies told': {
    whose: 'ours',
    reason: 'a host that answers is not down: we say what is wrong with its replies, and how many there were',
  },
  'wrong checksum refused': {
    whose: 'ours',
    reason: 'raw sockets see replies whose checksum is wrong; a stamp from one of them is worth nothing',
  },
  'swapped octets read': {
    whose: 'ours',
    reason: 'stamps in the other octet order (Windows) are read as such, with a warning',
  },
  'stamps that are no time of day': {
    whose: 'ours',
    reason: 'beyond 86,400,000 a stamp is not standard either, whatever its high bit says',
  },
  'late replies waited for': {
    whose: 'ours',
    reason: 'a late reply tells how long the next one must be waited for',
  },
} as const satisfies Readonly<Record<string, Difference>>;

export type DifferenceName = keyof typeof TABLE;
export const DIFFERENCES: Readonly<Record<DifferenceName, Difference>> = TABLE;

/** These need not be named by each case. */
export const EVERYWHERE: readonly DifferenceName[] = ['version text', 'usage text'];
