/**
 * Every way in which our ping's output is meant to differ from that of Debian's iputils 20221126, with its reason. A commit
 * is one of iputils' own; HEAD means 9900265, of which ../shared/spec/iputils.md tells.
 */
import { type Difference, rewordComplaint, usageText, versionText } from '../differences.ts';

const TABLE = {
  // What newer iputils prints.
  'v6 header form': {
    whose: 'newer iputils',
    reason: '14472fc, bc3f2e3: `PING host (addr)`; before, `PING host(addr)` or `PING host(reverse name (addr))`',
    iputils: ({ stdout }) => ({
      stdout: stdout.replace(/^PING ([^ (]*)\((?:[^\n]* \()?([0-9a-fA-F:.]+(?:%[^\s()]+)?)\)\)? /m, 'PING $1 ($2) '),
    }),
  },
  'empty canonical name': {
    whose: 'newer iputils',
    reason:
      'c68afd5: with -4 the resolver names a host of both families in its IPv6 entry only; then the argument is shown',
    iputils: ({ stdout }, { destination }) => ({
      stdout: stdout
        .replace(/^PING {2}\(/m, `PING ${destination} (`)
        .replace(/^--- {2}ping/m, `--- ${destination} ping`),
    }),
  },
  'no name, no parentheses': {
    whose: 'newer iputils',
    reason: 'bc3f2e3: an address without a name is shown once; before, as `addr (addr)`',
    iputils: ({ stdout }) => ({ stdout: stdout.replace(/(?<=^\t|^RR: \t|from |^From )([0-9a-f.:]+) \(\1\)/gm, '$1') }),
  },
  'unreachable code 5/6 names': {
    whose: 'newer iputils',
    reason: 'c4c7d52: ICMPv6 unreachable codes 5 and 6 have names (RFC 4443)',
    iputils: ({ stdout }) => ({
      stdout: stdout
        .replaceAll('Unknown code 5', 'Source address failed ingress/egress policy')
        .replaceAll('Unknown code 6', 'Reject route to destination'),
    }),
  },
  'cannot flood message': {
    whose: 'newer iputils',
    reason: 'fb75557: the complaint says which interval to use',
    iputils: rewordComplaint(
      'ping',
      'cannot flood; minimal interval allowed for user is 2ms',
      'cannot flood, minimal interval for user must be >= 2 ms, use -i 0.002 (or higher)',
    ),
  },
  'too short interval message': {
    whose: 'newer iputils',
    reason: 'fb75557, for broadcast and multicast',
    iputils: ({ stdout, stderr }) => {
      const reword = (text: string) =>
        text.replace(
          /(broadcast|multicast) ping with too short interval: \d+/,
          'minimal interval for $1 ping for user must be >= 1000 ms, use -i 1 (or higher)',
        );
      return { stdout: reword(stdout), stderr: reword(stderr) };
    },
  },
  'usage error exit 2': {
    whose: 'newer iputils',
    reason: '294a65f: a missing destination ends with status 2, as other usage errors; before, 1',
  },
  '-i -1 refused': { whose: 'newer iputils', reason: '2a63b94: a negative interval is an error; before, it was taken' },
  '-W range': {
    whose: 'newer iputils',
    reason: 'f7d1989: -W from 4295 s on does not fit the timer; before, it overflowed',
  },
  '-s range': {
    whose: 'newer iputils',
    reason: "1e24c5b, db6257a: -s ends at the kernel's maximum, status 1; before, every send failed, or worse",
  },
  '-M probe': { whose: 'newer iputils', reason: 'e123cab' },
  '-3': { whose: 'newer iputils', reason: '48ae5c9: always three decimals' },
  '-H': { whose: 'newer iputils', reason: 'dd5a81a: names for numeric destinations too' },
  'PTR lookup variable': {
    whose: 'newer iputils',
    reason: '6fc68b1: IPUTILS_PING_PTR_LOOKUP=0 is as -n, with a warning',
  },
  'mark warned once': {
    whose: 'newer iputils',
    reason: '1c08152: one warning for both sockets, and which capability is missing',
    iputils: ({ stderr }) => ({
      stderr: stderr.replace(
        /^(ping: WARNING: failed to set mark: \d+: Operation not permitted\n)\1$/m,
        '$1ping: => missing cap_net_admin+p or cap_net_raw+p (since Linux 5.17) capability?\n',
      ),
    }),
  },
  'ai lines on stderr': {
    whose: 'newer iputils',
    reason: 'what -v tells of the resolver is a diagnostic like the socket line, and that has no empty line behind',
    iputils: ({ stdout, stderr }) => {
      const lines = stdout.match(/^ai->.*\n/gm) ?? [];
      const told = lines.map((line) => `ping: ${line}`).join('');
      return {
        stdout: stdout.replace(/^ai->.*\n/gm, ''),
        stderr: stderr.replace(/^(ping: sock4\.fd: .*\n)\n/m, `$1${told}`),
      };
    },
  },
  'checksum checked again': {
    whose: 'newer iputils',
    reason: 'bacf1b7: 20221126 takes every IPv4 checksum for right',
  },
  'version deferred': {
    whose: 'newer iputils',
    reason: 'since there is -j, -V waits until all options are read, so a wrong one behind it is told instead',
  },
  'pattern line at once': {
    whose: 'newer iputils',
    reason: '-p prints its line where it stands: also before a later error, and unless -q came earlier',
  },
  'write error reason': {
    whose: 'newer iputils',
    reason: 'a failed write of stdout says why; 20221126 has no reason behind `write error`',
    iputils: rewordComplaint('ping', 'write error\n', 'write error: No space left on device\n'),
  },
  'flood write error': {
    whose: 'newer iputils',
    reason: '0f12e6d: a mark that cannot be written is lost; 20221126 tries for ever',
  },
  'sendmsg error reported': {
    whose: 'newer iputils',
    reason: 'a refused send that nothing in the error queue explains is told; 20221126 is silent in most cases',
  },

  // What we do otherwise.
  'usage text': usageText('ping'),
  'version text': versionText('ping'),
  'long options': {
    whose: 'ours',
    reason: 'we have them, so an unknown one is complained of by its name',
    iputils: rewordComplaint('ping', "invalid option -- '-'", "unrecognized option '--nonsense'"),
  },
  'linger recomputed': {
    whose: 'ours',
    reason:
      'after the last probe we wait for twice the longest round trip so far; iputils fixes that time when the last probe ' +
      'leaves, at 10 s if nothing had come back by then, though replies come afterwards',
  },
  'EMSGSIZE ends at once': {
    whose: 'ours',
    reason: 'when a local error completes -c, nothing is waited for; iputils waits for the linger time',
  },
  'link-local source': {
    whose: 'ours',
    reason:
      'with -I and a link-local target the header shows the source that is used; iputils shows `::`, and as no device has ' +
      'that, warns that the source might be on another',
    iputils: ({ stdout, stderr }) => ({
      stdout: stdout.replace(/(?<=^PING .* from ):: (?=eth0: )/m, 'fe80::77:1ff:fe00:1 '),
      stderr: stderr.replace(/^ping: Warning: source address might be selected on device other than: eth0\n/m, ''),
    }),
  },
  'IP options on datagram sockets': {
    whose: 'ours',
    reason: 'the kernel hands IP options of a reply to datagram sockets too; iputils asks for known ones only',
  },
  'echoed time stamps ignored': {
    whose: 'ours',
    reason:
      'a peer may send back any time stamp (CVE-2025-47268, CVE-2025-48964), so round trips are reckoned from our own ' +
      'notes: no wrong figures, no countermeasures against clocks',
    iputils: ({ stdout, stderr }) => ({
      stdout: stdout
        .replace(/(?<= time=)\d+\.?\d*(?= ms)/g, '<round trip>')
        .replace(/(?<=^rtt min\/avg\/max\/mdev = )[\d./-]+(?= ms)/m, '<figures>'),
      stderr: stderr.replace(/^ping: Warning: (?:time of day goes back|invalid tv_u?sec).*\n/gm, ''),
    }),
    isRare: true,
  },
  'never-sent sequence not counted': {
    whose: 'ours',
    reason: 'a reply to a request that was never sent is forged or a stranger; iputils counts it, up to -100 % loss',
  },
  'EPERM reported': {
    whose: 'ours',
    reason: "a firewall's refusal is told, as iputils did before and does again; 20221126 is silent",
  },
  'refusal in detail': {
    whose: 'ours',
    reason: 'says for each kind of socket what was missing and which command would help',
    iputils: ({ stderr }) => ({
      stderr: stderr.replace(
        /(?:^ping: socktype: SOCK_RAW\nping: socket: Operation not permitted\n)+^ping: => missing .*\n/gm,
        'ping: socket: Operation not permitted <why>\n',
      ),
    }),
    ours: ({ stderr }) => ({
      stderr: stderr
        .replace(/^ping: sock4\.fd: -1 .*\n/m, '')
        .replace(/^(ping: socket: Operation not permitted) \(ICMP.* CAP_NET_RAW\)\n=> as root: .*\n/m, '$1 <why>\n'),
    }),
  },
  'source routes for root': {
    whose: 'ours',
    reason:
      'the option takes a capability, which iputils with libcap does not raise here, so even root is refused; ours sends ' +
      '(and no router of the lab accepts source routes)',
  },
  'control characters escaped': {
    whose: 'ours',
    reason: 'a name from the network must not command the terminal',
    iputils: ({ stdout }) => ({
      stdout: stdout.replace(
        /[\x00-\x08\x0b-\x1f\x7f]/g,
        (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
      ),
    }),
  },
  'slow names': {
    whose: 'ours',
    reason:
      'a line waits for a name for a quarter of a second at most, and probes never; iputils waits as long as it takes',
  },
  'quoted header in network order': {
    whose: 'ours',
    reason: 'the header that -v dumps is shown in network order; iputils forgets to swap its 16-bit fields',
    iputils: ({ stdout }) => ({
      stdout: stdout.replace(/^ 4 {2}5 {2}00 5400 (\S+) {3}0 0040 /gm, ' 4  5  00 0054 $1   2 0000 '),
    }),
  },
  'closed stdout': {
    whose: 'ours',
    reason: 'node puts /dev/null in place of a closed descriptor before we run, so there is no write error to tell of',
  },
  'node information code': {
    whose: 'ours',
    reason: 'an unknown code is shown as the number it is, where iputils swaps its octets',
    iputils: ({ stdout }) => ({ stdout: stdout.replace('unknown code(900)', 'unknown code(09)') }),
  },
  'node information errors': {
    whose: 'ours',
    reason: 'ICMP errors about a -N query are told; iputils knows only echo requests and waits in vain',
  },
  'truncated newline': {
    whose: 'ours',
    reason: 'a truncated reply ends its line, as in 20221126; HEAD glues the next line to it',
    iputils: ({ stdout }) => ({ stdout: stdout.replace(/\(truncated\)(?!\n)/g, '(truncated)\n') }),
    isRare: true,
  },
  'numbers in full': {
    whose: 'ours',
    reason: 'a number must be one: for -Q and -F iputils takes nothing for 0, and for -Q a negative one as it comes',
  },
  'adapts without stamps': {
    whose: 'ours',
    reason: 'round trips are known without a stamp in the payload, so -A follows them for -s below 16 too',
  },
  'lost complaint': {
    whose: 'ours',
    reason: 'the exit status is that of what went wrong, also when stderr takes no word of it; iputils makes it 1',
  },
  'hops first': {
    whose: 'ours',
    reason:
      'a source route takes a privilege that is given up before the target is looked up, so hops are complained of first',
  },
  'unrelated ICMP shown': {
    whose: 'ours',
    reason:
      'with -v root sees ICMP errors about other packets, as spec section 1.4.4 has it; 20221126 shows none of these',
    ours: ({ stdout }) => ({
      stdout: stdout.replace(/^From [0-9.]+: (?!icmp_seq=).*\n(?:Vr HL TOS .*\n.*\n)?/gm, ''),
    }),
  },
  'overflow warned once': {
    whose: 'ours',
    reason: 'a number that overflows is out of range and no more; 20221126 also warns of empty garbage behind it',
    iputils: ({ stderr }) => ({
      stderr: stderr.replace(
        'ping: option argument contains garbage: \nping: this will become fatal error in the future\n',
        '',
      ),
    }),
  },
  'stamp sources with -v': {
    whose: 'ours',
    reason:
      '-v says on stderr whose clock the two times of a round trip come from, and says it again when that changes',
    ours: ({ stdout, stderr }) => ({ stdout: withoutStampSources(stdout), stderr: withoutStampSources(stderr) }),
  },
} as const satisfies Readonly<Record<string, Difference>>;

/** Both streams, because a case may have them in one. */
function withoutStampSources(text: string): string {
  return text.replace(
    /^ping: time stamps from icmp_seq=\d+ on: sent by the .* clock, received by the .* clock\n/gm,
    '',
  );
}

export type DifferenceName = keyof typeof TABLE;

export const DIFFERENCES: Readonly<Record<DifferenceName, Difference>> = TABLE;

/** These need not be named by each case: every IPv6 header and every usage text is so. */
export const EVERYWHERE: readonly DifferenceName[] = [
  'v6 header form',
  'usage text',
  'truncated newline',
  'stamp sources with -v',
];
