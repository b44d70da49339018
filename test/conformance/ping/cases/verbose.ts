/** -v: sockets, addresses, identifiers, and on raw sockets whatever else comes in, so one command at a time. */
import { DESTINATIONS } from '../../../lab/destinations.ts';
import { ICMP_ERRORS, LIES } from '../../../lab/responder/lies.ts';
import type { Case } from '../command.ts';
import { B4, B6 } from './destinations.ts';

const verbose = { masks: ['descriptors', 'identifier'], differs: ['ai lines on stderr'] } as const;
const withHeader = {
  masks: [...verbose.masks, 'quoted header'],
  differs: [...verbose.differs, 'quoted header in network order'],
} as const;
const broadcast = DESTINATIONS.broadcast.ipv4;

export const VERBOSE: readonly Case[] = [
  { args: `-v -c1 ${B4}`, ...verbose },
  { args: `-v -c1 ${B6}`, ...verbose },
  { args: '-v -c1 ::1', ...verbose },
  { args: '-v -4 -c1 127.0.0.1', ...verbose },
  { args: '-v -6 -c1 ::1', ...verbose },
  { args: '-v -c1 hostb.lab', ...verbose },
  { args: '-v -c1 hostb4.lab', ...verbose },
  { args: '-v -c1 alias.lab', ...verbose },
  { args: '-v -4 -c1 alias.lab', ...verbose, differs: ['ai lines on stderr', 'empty canonical name'] },
  { args: '-v -c1 nosuch.lab', ...verbose },
  { args: `-v -c1 ${B4}`, ...verbose, run: { user: 'nobody', capabilities: ['net_raw'] } },
  { args: `-v -q -c1 ${B4}`, ...verbose },
  { args: `-v -c2 -i.2 -t1 ${B4}`, ...verbose },
  { args: `-v -c1 ${ICMP_ERRORS.destinationUnreachable(1)}`, ...verbose },
  { args: `-v -e 301 -c1 ${B4}`, masks: ['descriptors'], differs: ['ai lines on stderr'] },
  { args: `-v -e 302 -c1 ${B6}`, masks: ['descriptors'], differs: ['ai lines on stderr'] },
  { args: `-v -e 0 -c1 ${B4}`, ...verbose },
  { args: `-v -b -c2 -i.2 ${broadcast}`, ...verbose },
  { args: `-v -I eth0 -c2 -i.2 ${DESTINATIONS.allHosts.ipv4}`, ...verbose },
  { args: `-v -c2 -i.2 ${DESTINATIONS.allHosts.ipv6}%eth0`, ...verbose },
  { args: `-v -R -c2 -i.2 ${B4}`, ...verbose },
  { args: `-v -N name -c1 ${LIES.normal.ipv6}`, ...verbose },
  { args: `-v -c2 -i.2 ${LIES.duplicate.ipv4}`, ...verbose },
  { args: `-v -c1 -W.3 ${LIES.short.ipv4}`, ...verbose },
  { args: `-v -c1 -W.3 ${LIES.short.ipv6}`, ...verbose },
];

/** An error that is not about our probes, which root sees with -v. */
const unrelated = {
  ...verbose,
  differs: [...(verbose.differs ?? []), 'unrelated ICMP shown'],
} as const satisfies Partial<Case>;

/** What only a raw socket gets to see. */
export const VERBOSE_RAW: readonly Case[] = [
  ...VERBOSE,
  { args: `-v -c1 -W.3 ${LIES.errorQuotesStranger.ipv4}`, ...unrelated },
  { args: `-v -c1 -W.3 ${LIES.errorQuotesGarbage.ipv4}`, ...unrelated },
  { args: `-v -c1 -W.3 ${LIES.errorQuotesHalfHeader.ipv4}`, ...unrelated },
  { args: `-v -c1 -W.3 ${LIES.errorQuotesHalfIcmp.ipv4}`, ...unrelated },
  { args: `-v -c1 -W.3 ${LIES.errorQuotesStranger.ipv6}`, ...verbose },
  { args: `-v -c1 -W.3 ${ICMP_ERRORS.redirect(1)}`, ...verbose, ...withHeader },
  { args: `-v -c1 -W.3 ${ICMP_ERRORS.sourceQuench}`, ...verbose, ...withHeader },
  { args: `-v -q -c1 -W.3 ${LIES.errorQuotesStranger.ipv4}`, ...verbose },
  { args: `-f -c2 -W.3 ${LIES.errorQuotesStranger.ipv4}` },
  {
    args: `-v -c1 -W.3 ${LIES.errorQuotesStranger.ipv4}`,
    ...verbose,
    run: { user: 'nobody', capabilities: ['net_raw'] },
  },
];
