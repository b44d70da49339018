/** Why a run ended without a result, in one line: iputils' words where it has some. */
import type { SummaryEvent } from './events.ts';
import type { UnusableReason } from './reply.ts';

/** What is wrong with a reply; reads behind a count. */
const UNUSABLE: Readonly<Record<UnusableReason, string>> = {
  checksum: 'with a wrong checksum',
  short: 'too short for time stamps',
  identifier: 'with another identifier',
  sequence: 'to a request that was never sent',
  'no-option': 'without an IP timestamp option',
  'malformed-option': 'with a malformed IP option',
  'wrong-flag': 'with an IP timestamp option of another kind',
  unfilled: 'without its time in the IP timestamp option',
};

/** Null where there is a result, or nothing to complain of. */
export function describeEnd(
  host: string,
  { reason, unusable, duplicates, figures }: Pick<SummaryEvent, 'reason' | 'unusable' | 'duplicates' | 'figures'>,
  strerror: (errno: number) => string,
): string | null {
  switch (reason.kind) {
    case 'samples':
    case 'interrupted':
    case 'condition':
      return null;
    case 'deadline':
      return figures === null ? `no usable reply from ${host} until the deadline` : null;
    case 'down':
      return `${host} is down`;
    case 'non-standard':
      return `${host} time transmitted in a non-standard format`;
    case 'unreachable':
      return `${host} is unreachable`;
    case 'refused':
      return `measure: ${strerror(reason.errno)}`;
    case 'unusable':
      return `${host} answers, but no reply can be used: ${listUseless(unusable, duplicates)}`;
  }
}

function listUseless(unusable: SummaryEvent['unusable'], duplicates: number): string {
  const counts = Object.entries(unusable).map(([why, count]) => `${count} ${UNUSABLE[why as UnusableReason]}`);
  return [...counts, ...(duplicates > 0 ? [`${duplicates} duplicate`] : [])].join(', ');
}
