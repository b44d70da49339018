/** The IP options that lies put on their replies: RFC 791, section 3.1. */
import { addressOctets } from '../addresses.ts';
import { LIES } from './lies.ts';

const END = 0;
const NO_OPERATION = 1;
const RECORD_ROUTE = 7;
const TIMESTAMP = 68;
const LOOSE_SOURCE_ROUTE = 131;
const ROUTER_ALERT = 0x94;
/** Copied, class 0, number 30: for experiments (RFC 4727). */
const EXPERIMENT = 158;
const AREA_OCTETS = 40;

const OTHER = addressOctets(LIES.other.ipv4);
const GATEWAY = addressOctets(LIES.gateway.ipv4);

const NON_STANDARD = 0x80000000;
/** 10:19:20.298 UT as milliseconds since midnight. */
const STAMP_MS = 37_160_298;

export const IP_OPTIONS = {
  recordRoute: padded([
    RECORD_ROUTE,
    39,
    16,
    ...OTHER,
    ...GATEWAY,
    ...addressOctets(LIES.recordRoute.ipv4),
    ...zeros(24),
  ]),
  timestampsOnly: padded([TIMESTAMP, 12, 13, 2 << 4, ...word(NON_STANDARD + 5), ...word(STAMP_MS)]),
  timestampsAndAddresses: padded([
    TIMESTAMP,
    20,
    21,
    1,
    ...OTHER,
    ...word(STAMP_MS),
    ...GATEWAY,
    ...word(STAMP_MS + 12),
  ]),
  sourceRoute: padded([LOOSE_SOURCE_ROUTE, 11, 4, ...GATEWAY, ...OTHER]),
  unknownOption: padded([ROUTER_ALERT, 4, 0, 0]),
  optionLengthZero: padded([RECORD_ROUTE, 0, 4, ...zeros(5)]),
  optionLengthOne: padded([RECORD_ROUTE, 1, 4, ...zeros(5)]),
  optionPastHeader: padded([RECORD_ROUTE, 39, 4, ...zeros(5)]),
  optionGarbage: padded([
    EXPERIMENT,
    AREA_OCTETS,
    ...Buffer.from('\x1b[2J\x07\r\n"\'<>\\%s%n\0'.padEnd(38, '\xff'), 'latin1'),
  ]),
  optionNops: Buffer.alloc(AREA_OCTETS, NO_OPERATION),
} as const;

function padded(octets: readonly number[]): Buffer {
  return Buffer.from([...octets, ...Array<number>((4 - (octets.length % 4)) % 4).fill(END)]);
}

function zeros(count: number): number[] {
  return Array<number>(count).fill(0);
}

function word(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
