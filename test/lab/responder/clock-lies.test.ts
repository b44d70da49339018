/** The liar's clocks, looked at octet by octet: what clockdiff makes of them is in test/clockdiff. */
import { describe, expect, it } from 'vitest';
import { addressOctets } from '../addresses.ts';
import { HOSTS } from '../topology.ts';
import { answer } from './answer.ts';
import { CLOCK_LIES, type ClockLieName } from './lies.ts';
import { readPacket, writePacket } from './packets.ts';
import type { Reply } from './reply.ts';

/** 10:00:00.0006 UT of some day. */
const ARRIVED_MS = 20_000 * 86_400_000 + 36_000_000.6;
let run = 0;

/** What a clock answers to the requests 1 to `count` of one run, each `apartMs` after the one before. */
function answers(name: ClockLieName, count = 1, apartMs = 1, options = '', type = 13): readonly Reply[][] {
  const identifier = ++run;
  return Array.from({ length: count }, (_, index) => {
    const icmp = Buffer.alloc(20);
    icmp[0] = type;
    icmp.writeUInt16BE(identifier, 4);
    icmp.writeUInt16BE(index + 1, 6);
    const packet = writePacket({
      source: addressOctets(HOSTS.liarSide.ipv4),
      destination: addressOctets(CLOCK_LIES[name]),
      hopLimit: 64,
      options: Buffer.from(options, 'hex'),
      wrongChecksum: false,
      icmp,
    });
    return [...answer(readPacket(packet)!, ARRIVED_MS + index * apartMs)];
  });
}

const stampsOf = ({ icmp }: Reply) => [icmp.readUInt32BE(12), icmp.readUInt32BE(16)];

describe('a clock of the liar', () => {
  it.each([
    ['behind', 36_000_000 - 1234, undefined], // .6 - .4 is cut off
    ['slowThere', 36_000_000 + 263, 13], // .6 + 250.4 + 12
    ['slowBack', 36_000_000 + 252, 13],
    ['halfDay', 79_199_000, undefined],
    ['coarse', 36_000_000, undefined],
    ['frozen', 100_000_000, undefined],
    ['swapped', 0xfa51_2502, undefined], // 36,000,250 = 0x022551fa
    ['nonStandard', 0x8225_51ff, undefined],
  ] as const)('shows %s', (name, stamp, delayMs) => {
    const [[reply]] = answers(name) as [[Reply]];
    expect(reply.icmp[0]).toBe(14);
    expect(stampsOf(reply)).toEqual([stamp, stamp]);
    expect(reply.delayMs).toBe(delayMs);
  });

  it('passes midnight three milliseconds after the first request', () => {
    const stamps = answers('midnight', 6).map(([reply]) => stampsOf(reply!)[0]);
    expect(stamps).toEqual([86_399_997, 86_399_998, 86_399_999, 0, 1, 2]);
  });

  it('steps, dies and loses by the number of the request', () => {
    const stepped = answers('steps', 20).map(([reply]) => stampsOf(reply!)[0]!);
    expect([stepped[18], stepped[19]]).toEqual([36_000_018, 36_005_019]);
    expect(
      answers('dies', 22)
        .map((replies) => replies.length)
        .slice(18),
    ).toEqual([1, 1, 0, 0]);
    expect(answers('lossy', 6).map((replies) => replies.length)).toEqual([0, 0, 1, 0, 0, 1]);
  });

  it('fills the slots that are its own in an IP timestamp option', () => {
    const [us, him] = ['0a580001', addressOctets(CLOCK_LIES.behind).toString('hex')];
    const asked = `44240d03${us}00000001${him}00000000${him}00000000${us}00000000`;
    const [[reply]] = answers('behind', 1, 1, asked, 8) as [[Reply]];
    const stamp = (36_000_000 - 1234).toString(16).padStart(8, '0');
    expect(reply.options!.toString('hex')).toBe(`44241d03${us}00000001${him}${stamp}${him}${stamp}${us}00000000`);
    expect(reply.icmp[0]).toBe(0);
    const [[plain]] = answers('behind', 1, 1, '', 8) as [[Reply]];
    expect(plain.options).toBeUndefined();
  });
});
