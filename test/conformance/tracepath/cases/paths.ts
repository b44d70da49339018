/** What happens to probes on their way: refusals, prohibitions, silence, narrow links. */
import { DESTINATIONS } from '../../../lab/destinations.ts';
import type { Case } from '../command.ts';
import { ANSWERING_PORT, B4, B6, R1, R1_V6 } from './destinations.ts';

/** Both families of a destination of the lab, by addresses alone. */
function both({ ipv4, ipv6 }: { readonly ipv4?: string; readonly ipv6?: string }, about?: string): Case[] {
  return [ipv4, ipv6].flatMap((address) => {
    if (address === undefined) return [];
    const oneCase = { args: `-n ${address}` };
    return about === undefined ? [oneCase] : [{ ...oneCase, about }];
  });
}

/** Those that take long come first, so that the others fill the time. */
export const PATHS: readonly Case[] = [
  { args: `-n -m 2 ${DESTINATIONS.farBlackHole.ipv4}`, about: 'silent from hop 2 on' },
  { args: `-n -m 2 ${DESTINATIONS.farBlackHole.ipv6}`, about: 'silent from hop 2 on' },
  { args: `-n -m 1 ${DESTINATIONS.blackHole.ipv4}`, about: 'silent at once, four attempts' },
  { args: `-n -m 1 ${DESTINATIONS.blackHole.ipv6}`, about: 'silent at once, four attempts' },
  { args: `-n -m 1 -l 1400 ${DESTINATIONS.blackHole.ipv4}`, about: 'silent, three attempts' },
  ...both({ ipv4: R1, ipv6: R1_V6 }, 'the next hop'),
  ...both({ ipv4: '127.0.0.1', ipv6: '::1' }, 'ourselves'),
  ...both({ ipv4: '10.77.1.1', ipv6: 'fd77:1::1' }, 'ourselves, by another address'),
  // A router's route says five times in a row that it leads nowhere, then once in a second (error_burst of its route table): so
  // there is but one case of these for each router of a lab in IPv4.
  ...both(DESTINATIONS.noRoute),
  ...both(DESTINATIONS.farUnreachable),
  ...both({ ipv6: DESTINATIONS.unreachable.ipv6 }),
  ...both({ ipv6: DESTINATIONS.prohibited.ipv6 }),
  ...both(DESTINATIONS.rejectedNet),
  ...both(DESTINATIONS.rejectedHost),
  ...both(DESTINATIONS.rejectedProtocol),
  ...both(DESTINATIONS.rejectedPort),
  ...both(DESTINATIONS.netProhibited),
  ...both(DESTINATIONS.hostProhibited),
  ...both(DESTINATIONS.adminProhibited),
  ...both(DESTINATIONS.policyFail),
  ...both(DESTINATIONS.rejectRoute),
  ...both(DESTINATIONS.noNeighbour),
  ...both(DESTINATIONS.noFarNeighbour),
  // Refused by our own kernel.
  ...both(DESTINATIONS.localUnreachable),
  ...both(DESTINATIONS.localProhibited),
  ...both(DESTINATIONS.localBlackHole),
  ...both(DESTINATIONS.localNoRoute),
  ...both(DESTINATIONS.localFiltered),
  { args: '-n 255.255.255.255' },
  { args: `-n ${DESTINATIONS.broadcast.ipv4}` },
  { args: `-n -m 1 -l 200 ${DESTINATIONS.allHosts.ipv4}` },
  // Somebody listens.
  { args: `-n -p ${ANSWERING_PORT} ${B4}` },
  { args: `-n -p ${ANSWERING_PORT} ${B6}`, alone: true },
  { args: `-n -l 1300 ${B4}/${ANSWERING_PORT}` },
  { args: `-n -l 1300 -p ${ANSWERING_PORT - 1} ${B4}`, about: 'somebody listens at the port of the second probe' },
  { args: `-n -l 1300 -p ${ANSWERING_PORT - 2} ${B6}`, about: 'somebody listens at the port of the third probe' },
];

/** Without any privilege, and as root. */
export const USERS: readonly Case[] = [
  { args: `-n ${B4}`, run: { user: 'nobody' } },
  { args: `-n ${B6}`, run: { user: 'nobody' }, alone: true },
  { args: `-n ${B4}`, run: { user: 'nobody', noNewPrivileges: true } },
  { args: `-n ${B4}`, run: { capabilities: [] } },
  { args: `-n -m 1 ${B4}`, run: { user: 'nobody' } },
  { args: 'hostb4.lab', run: { user: 'nobody' } },
  { args: '-n ::1', run: { user: 'nobody' } },
];

/** In a lab whose routers and hosts answer with other TTLs than usual, so that the way back seems longer. */
export const ASYMMETRY: readonly Case[] = [
  { args: `-n ${B4}` },
  { args: `-n ${B6}` },
  { args: B4 },
  { args: `-n -m 2 ${B6}` },
  { args: `-n ${R1}` },
  { args: `-n ${DESTINATIONS.unreachable.ipv4}` },
];

/** In a lab where R2's ICMP errors are lost. */
export const SILENT_ROUTER: readonly Case[] = [
  { args: `-n -l 1200 ${B4}`, about: 'hop 2 is silent, hop 3 answers' },
  { args: `-n -l 1280 ${B6}`, about: 'hop 2 is silent, hop 3 answers' },
  { args: `-n -m 3 ${B4}`, about: 'a path MTU black hole' },
];

/** In a lab whose R1 has told no such thing yet. */
export const PROHIBITED: readonly Case[] = both({ ipv4: DESTINATIONS.prohibited.ipv4 });

/** In a namespace without addresses and routes. */
export const NOWHERE: readonly Case[] = [
  { args: `-n ${B4}` },
  { args: `-n ${B6}` },
  { args: '-n 127.0.0.1' },
  { args: '-n ::1' },
  { args: '-n fe80::1%eth0' },
];

/** One after the other, with the kernel's memory of path MTUs. */
export const CACHED: readonly Case[] = [
  { args: `-n ${B4}`, forget: true },
  { args: `-n ${B6}`, forget: true },
  { args: `-n -l 1500 ${B4}`, forget: true },
  { args: `-n -l 1300 ${B4}` },
  {
    args: `-n ${B4}`,
    about: 'not for the first time',
    differs: ['path MTU probed'],
    expect: {
      stdout: [
        ' 1?: [LOCALHOST]                      pmtu 1500',
        ` 1:  ${R1.padEnd(52)}<time>ms `,
        ` 1:  ${R1.padEnd(52)}<time>ms `,
        ` 2:  ${R1.padEnd(52)}<time>ms pmtu 1400`,
        ` 2:  ${'10.77.2.2'.padEnd(52)}<time>ms `,
        ` 3:  ${'10.77.2.2'.padEnd(52)}<time>ms pmtu 1300`,
        ` 3:  ${B4.padEnd(52)}<time>ms reached`,
        '     Resume: pmtu 1300 hops 3 back 3 \n',
      ].join('\n'),
    },
  },
];
