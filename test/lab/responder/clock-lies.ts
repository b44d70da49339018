/** Hosts with clocks of their own: how each of CLOCK_LIES answers ICMP timestamp messages and IP timestamp options. */
import { addressOctets } from '../addresses.ts';
import { portUnreachable } from './echo-lies.ts';
import { CLOCK_LIES, type ClockLieName } from './lies.ts';
import { icmpMessage, type Packet, PROTOCOL } from './packets.ts';
import type { Reply } from './reply.ts';

const ECHO_REQUEST = 8;
const ECHO_REPLY = 0;
const TIMESTAMP_REQUEST = 13;
const TIMESTAMP_REPLY = 14;
const MESSAGE_OCTETS = 20;
const SHORT_OCTETS = 12;
const HEADER_OCTETS = 20;
const OPTION_TIMESTAMP = 68;
const OPTION_FLAG = 3;
const DAY_MS = 86_400_000;
/** With the lowest octet set it is no time of day with its octets swapped either. */
const NON_STANDARD = 0x800000ff;
const FROZEN = 100_000_000;
const COARSE_MS = 10;
const REQUESTS_UNTIL_CHANGE = 20;
const STEP_MS = 5000;
const MIDNIGHT_AFTER_MS = 3;
const APART_MS = 50;

interface Request {
  /** Requests of this run so far, this one included: told apart by its identifier and address. */
  readonly number: number;
  /** Of the first request of the run. */
  readonly firstMs: number;
}

interface ClockLie {
  readonly aheadMs?: number | ((request: Request) => number);
  readonly thereMs?: number | ((request: Request) => number);
  readonly backMs?: number | ((request: Request) => number);
  /** From what the clock shows, in milliseconds since midnight, to the stamp. */
  readonly stamp?: (ms: number) => number;
  /** What becomes of the right reply. */
  readonly replies?: (right: Reply, request: Request, packet: Packet) => readonly Reply[];
  /** Changes the IP timestamp option of an echo reply. */
  readonly option?: (area: Buffer) => void;
}

const BEHAVIOUR: Readonly<Record<ClockLieName, ClockLie>> = {
  behind: { aheadMs: -1234.4 },
  slowThere: { aheadMs: 250.4, thereMs: 12, backMs: 1 },
  slowBack: { aheadMs: 250.4, thereMs: 1, backMs: 12 },
  jitterThere: { aheadMs: 3_600_000.7, thereMs: jitter, backMs: 1 },
  jitterBack: { aheadMs: -0.5, thereMs: 1, backMs: jitter },
  halfDay: { aheadMs: DAY_MS / 2 - 1000 },
  midnight: { aheadMs: ({ firstMs }) => DAY_MS - MIDNIGHT_AFTER_MS - (firstMs % DAY_MS) },
  swapped: { aheadMs: 250, stamp: swapOctets },
  frozen: { stamp: () => FROZEN },
  steps: { aheadMs: ({ number }) => (number >= REQUESTS_UNTIL_CHANGE ? STEP_MS : 0) },
  coarse: { stamp: (ms) => ms - (ms % COARSE_MS) },
  lossy: { replies: (right, { number }) => (number % 3 === 0 ? [right] : []) },
  twice: { replies: (right) => [right, right] },
  late: { backMs: 1300 },
  wrongIdentifier: { replies: (right) => [changed(right, 4, 1)] },
  wrongSequence: { replies: (right) => [changed(right, 6, 1000)] },
  short: { replies: (right) => [{ ...right, icmp: right.icmp.subarray(0, SHORT_OCTETS) }] },
  badChecksum: { replies: (right) => [{ ...right, wrongChecksum: true }] },
  dies: { replies: (right, { number }) => (number <= REQUESTS_UNTIL_CHANGE ? [right] : []) },
  overflow: {
    option: (area) => {
      area[OPTION_FLAG]! |= 1 << 4;
    },
  },
  unfilled: {},
  nonStandard: { stamp: (ms) => (ms | NON_STANDARD) >>> 0 },
  badThenGood: {
    replies: (right) => [
      { ...right, wrongChecksum: true },
      { ...right, delayMs: 5 },
    ],
  },
  errorThenReply: { replies: (right, _request, packet) => [portUnreachable(packet), { ...right, delayMs: APART_MS }] },
};

/** 1 to 9 ms, in no order. */
function jitter({ number }: Request): number {
  return 1 + ((number * 5) % 9);
}

const runs = new Map<string, { number: number; readonly firstMs: number }>();

export function answerWithClock(name: ClockLieName, packet: Packet, arrivedMs: number): readonly Reply[] {
  const { body } = packet;
  const isAsked = body[0] === TIMESTAMP_REQUEST || body[0] === ECHO_REQUEST;
  if (packet.protocol !== PROTOCOL.ICMP || !isAsked || body.length < MESSAGE_OCTETS) return [];
  const lie: ClockLie = BEHAVIOUR[name];
  const request = count(`${name} ${packet.source.toString('hex')} ${body.readUInt16BE(4)}`, arrivedMs);
  const { aheadMs, thereMs, backMs, stamp = (ms) => ms } = lie;
  const there = resolve(thereMs, request);
  const clockMs = Math.floor(arrivedMs + there + resolve(aheadMs, request));
  const reading = stamp(((clockMs % DAY_MS) + DAY_MS) % DAY_MS);
  const isEcho = body[0] === ECHO_REQUEST;
  const right: Reply = isEcho ? echoReply(name, packet, reading) : timestampReply(body, reading);
  const delayMs = there + resolve(backMs, request);
  const timed = delayMs === 0 ? right : { ...right, delayMs };
  return lie.replies === undefined ? [timed] : lie.replies(timed, request, packet);
}

function count(run: string, arrivedMs: number): Request {
  const state = runs.get(run) ?? { number: 0, firstMs: arrivedMs };
  state.number++;
  runs.set(run, state);
  return state;
}

function resolve(value: number | ((request: Request) => number) | undefined, request: Request): number {
  return typeof value === 'function' ? value(request) : (value ?? 0);
}

function timestampReply(body: Buffer, reading: number): Reply {
  const stamps = Buffer.from(body.subarray(8, MESSAGE_OCTETS));
  stamps.writeUInt32BE(reading, 4);
  stamps.writeUInt32BE(reading, 8);
  return { icmp: icmpMessage(TIMESTAMP_REPLY, 0, body.readUInt32BE(4), stamps) };
}

/** Fills in the slots that are this host's, as every host on the way does: RFC 791 section 3.1. */
function echoReply(name: ClockLieName, packet: Packet, reading: number): Reply {
  const icmp = icmpMessage(ECHO_REPLY, 0, packet.body.readUInt32BE(4), packet.body.subarray(8));
  const area = Buffer.from(packet.octets.subarray(HEADER_OCTETS, packet.octets.length - packet.body.length));
  if (area[0] !== OPTION_TIMESTAMP) return { icmp };
  const own = addressOctets(CLOCK_LIES[name]);
  let pointer = area[2]! - 1;
  while (name !== 'unfilled' && pointer + 8 <= area[1]! && area.subarray(pointer, pointer + 4).equals(own)) {
    area.writeUInt32BE(reading, pointer + 4);
    pointer += 8;
  }
  area[2] = pointer + 1;
  BEHAVIOUR[name].option?.(area);
  return { icmp, options: area };
}

function changed(reply: Reply, offset: number, by: number): Reply {
  const icmp = Buffer.from(reply.icmp);
  icmp.writeUInt16BE((icmp.readUInt16BE(offset) + by) & 0xffff, offset);
  return { ...reply, icmp };
}

function swapOctets(word: number): number {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(word);
  return octets.readUInt32LE();
}
