/** The clocks, identifiers and descriptors in ping's output. */
import type { Mask, MaskTable } from '../mask.ts';

/** What only some cases may hide, each by name. */
export type ExtraMask =
  | 'identifier'
  | 'descriptors'
  | 'IP time stamps'
  | 'three decimals'
  | 'flow label'
  | 'quoted header'
  | 'dots';

/** Microseconds as milliseconds with three decimals. */
const MILLISECONDS = String.raw`\d+\.\d{3}`;
/** 0.304, 5.75, 16.3 or 124. */
const ROUND_TRIP = String.raw`(?:0\.\d{3}|[1-9]\.\d\d|[1-9]\d\.\d|[1-9]\d{2,})`;

const CLOCKS: MaskTable<ExtraMask>['always'] = [
  { pattern: new RegExp(`(?<= time=)${ROUND_TRIP}(?= ms)`, 'g'), mask: '<round trip>', unless: 'three decimals' },
  { pattern: /(?<=% packet loss, time )\d+(?=ms$)/gm, mask: '<elapsed>' },
  { pattern: new RegExp(`(?<=^rtt min/avg/max/mdev = )${figures(4)}(?= ms)`, 'gm'), mask: '<figures>' },
  { pattern: new RegExp(`(?<=ipg/ewma )${figures(2)}(?= ms$)`, 'gm'), mask: '<figures>' },
  { pattern: new RegExp(`(?<=% loss, min/avg/ewma/max = )${figures(4)}(?= ms$)`, 'gm'), mask: '<figures>' },
  { pattern: /(?<=^\[)\d{10}\.\d{6}(?=\] )/gm, mask: '<now>' },
];

const EXTRA: Readonly<Record<ExtraMask, readonly Mask[]>> = {
  identifier: [{ pattern: /(?<= ident=)\d{1,5}(?= )/g, mask: '<identifier>' }],
  descriptors: [{ pattern: /(?<=\bsock[46]\.fd: )\d+(?= )/g, mask: '<descriptor>' }],
  'IP time stamps': [
    { pattern: /(?<=\t)\d+(?= absolute$)/gm, mask: '<time of day>' },
    { pattern: /(?<=\t)-?\d+$/gm, mask: '<difference>' },
  ],
  /** The kernel's choice. */
  'flow label': [{ pattern: /(?<= , flow 0x)[0-9a-f]{5}(?=, )/g, mask: '<label>' }],
  /** The kernel's choice of an IP identification, and the checksum that follows from it. */
  'quoted header': [
    { pattern: /(?<=^ 4 {2}5 {2}00 [0-9a-f]{4} )[0-9a-f]{4}(?= {3}\d [0-9a-f]{4} {2}40 {2}01 )/gm, mask: '<id>' },
    { pattern: /(?<=^ 4 {2}5 {2}00 [0-9a-f]{4} <id> {3}\d [0-9a-f]{4} {2}40 {2}01 )[0-9a-f]{4}(?= )/gm, mask: '<sum>' },
  ],
  /** As many as the time allowed. */
  dots: [
    { pattern: /(?<=^\.\.)\.+$/gm, mask: '<dots>' },
    { pattern: /^\d+(?= packets transmitted, 0 received, 100% packet loss)/gm, mask: '<sent>' },
  ],
  'three decimals': [{ pattern: new RegExp(`(?<= time=)${MILLISECONDS}(?= ms)`, 'g'), mask: '<round trip>' }],
};

function figures(count: number): string {
  return Array<string>(count).fill(MILLISECONDS).join('/');
}

export const MASKS: MaskTable<ExtraMask> = { always: CLOCKS, extra: EXTRA };
