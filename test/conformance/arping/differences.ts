/**
 * Every way in which our arping's output is meant to differ from that of Debian's iputils 20221126, with its reason. HEAD means
 * iputils 9900265, of which ../shared/spec/iputils.md tells.
 */
import { type Difference, rewordComplaint, usageText, versionText } from '../differences.ts';

const USAGE = usageText('arping');

const TABLE = {
  'usage text': {
    ...USAGE,
    reason: 'the usage text is in the form that ping has; the list of options is ours, made from the option table',
    iputils: (ran, context) =>
      USAGE.iputils!({ ...ran, stderr: ran.stderr.replace('\nUsage:\n', '\nUsage\n') }, context),
  },
  'version text': versionText('arping'),
  'long options': {
    whose: 'ours',
    reason: 'there are long options, so an unknown one is not taken for letters',
    iputils: rewordComplaint('arping', "invalid option -- '-'", "unrecognized option '--nonsense'"),
  },
  'no route in words': {
    whose: 'ours',
    reason: 'a user cannot know what an "unexpected iov element" is',
    iputils: rewordComplaint(
      'arping',
      'NETLINK_ROUTE unexpected iov element',
      'no route to <target>: <reason>. Please, use option -I.',
    ),
    ours: ({ stdout, stderr }) => ({
      stdout,
      stderr: stderr.replace(/(?<=no route to )[0-9.]+: [\w ]+(?=\. Please)/, '<target>: <reason>'),
    }),
  },
  'refusal in detail': {
    whose: 'ours',
    reason: 'a refused socket is explained, with the commands that mend it',
    iputils: rewordComplaint('arping', 'socket: Operation not permitted', `socket: Operation not permitted <why>`),
    ours: ({ stderr }) => ({
      stderr: stderr.replace(
        / \(AF_PACKET refused for want of CAP_NET_RAW\)\n=> run it with sudo .* setcap cap_net_raw\+ep \S+ .* --cap-add NET_RAW(?=\n)/,
        ' <why>',
      ),
    }),
  },
  'parentheses in full': {
    whose: 'ours',
    reason: 'the reply that ends a run with -w and -c counts like any other; iputils leaves it out of the parentheses',
  },
  'duplicates told': {
    whose: 'ours',
    reason: 'that several hardware addresses have one IPv4 address is what arping is used to find',
    ours: ({ stdout }) => ({ stdout: stdout.replace(/^Duplicate: \d+ hardware addresses for .*\n/m, '') }),
  },
  'any reply will do': {
    whose: 'newer iputils',
    reason:
      'without -w and -c together one reply makes status 0; before, there had to be as many as probes, and no more',
  },
  'replies that -c asks for': {
    whose: 'newer iputils',
    reason: 'b589819: with -w and -c it takes as many replies as -c says; before, as many as probes were sent',
  },
  'unsolicited ends at once': {
    whose: 'newer iputils',
    reason: '5de892d, 4db1de6: -U and -A wait for nothing behind the last probe; before, for an interval',
  },
  'interval 0 ends': {
    whose: 'ours',
    reason: 'with -i 0 the one probe gets a second and -c then ends the run; iputils waits for ever',
  },
  'write error reason': {
    whose: 'newer iputils',
    reason: 'HEAD says why stdout takes nothing',
    iputils: rewordComplaint('arping', 'write error\n', 'write error: No space left on device\n'),
  },
} as const satisfies Readonly<Record<string, Difference>>;

export type DifferenceName = keyof typeof TABLE;

export const DIFFERENCES: Readonly<Record<DifferenceName, Difference>> = TABLE;

/** No case has to name these. */
export const EVERYWHERE: readonly DifferenceName[] = ['usage text'];
