/** What is told of a reply. Nothing in it may alias the port's buffer. */
import { describe, expect, it } from 'vitest';
import { answerDetails, measuredAsWhole, messageDetails, replyEvent } from '../../src/ping/reply.ts';
import { CONFIG, icmp, packetOf, ROUTER, ramp, TARGET } from './support.ts';

const MEASURED = { ns: 1500, transmitStamp: 'kernel', receiveStamp: 'user' } as const;
const COUNTED = { sequence: 2, source: TARGET, wallNs: 7, measured: MEASURED, duplicate: false };

describe('the details of a reply', () => {
  it('are none where it came back as it was sent', () => {
    expect(messageDetails(packetOf(icmp({ type: 0 })), false, CONFIG)).toEqual({
      answer: 'echo-reply',
      octets: 64,
      hopLimit: 57,
      badChecksum: false,
      truncated: false,
      mismatch: null,
      message: null,
      ipOptions: null,
    });
  });

  it('do not compare what came back short', () => {
    const short = packetOf(icmp({ type: 0, data: new Uint8Array(55) }));
    expect(messageDetails(short, true, CONFIG)).toMatchObject({ truncated: true, mismatch: null, badChecksum: true });
    const longer = packetOf(icmp({ type: 0, data: ramp(60) }));
    expect(messageDetails(longer, false, CONFIG)).toMatchObject({ octets: 68, truncated: false, mismatch: null });
  });

  it('are copies: the port reads the next packet into the same octets', () => {
    const message = icmp({ type: 0, data: new Uint8Array(56) });
    const packet = packetOf(message, { optionsStart: 4, optionsEnd: 8 });
    const details = messageDetails(packet, false, { ...CONFIG, keepMessages: true });
    packet.octets.fill(0x5a);
    expect(details).toMatchObject({ answer: 'node-information', message, ipOptions: new Uint8Array(4).fill(0xa5) });
    expect(details.mismatch).toEqual({ offset: 16, expected: 16, received: 0, payload: new Uint8Array(56) });
  });

  it('of another method are what it says, and nothing odd', () => {
    const time = { roundTripNs: 1.6, clock: 'kernel' } as const;
    const answer = { kind: 'syn-ack', sequence: 1, source: TARGET, octets: 0, hopLimit: null, time } as const;
    const nothing = { truncated: false, badChecksum: false, mismatch: null, message: null, ipOptions: null };
    expect(answerDetails(answer)).toEqual({ answer: 'syn-ack', octets: 0, hopLimit: null, ...nothing });
    expect(measuredAsWhole(time)).toEqual({ ns: 2, transmitStamp: 'kernel', receiveStamp: 'kernel' });
  });
});

describe('the event of a reply', () => {
  const details = messageDetails(packetOf(icmp({ type: 0 })), false, CONFIG);

  it('has what was measured and counted, and by which identifier the run is shown', () => {
    expect(replyEvent({ ...CONFIG, shownIdentifier: 9 }, { ...COUNTED, duplicate: true }, details)).toEqual({
      type: 'reply',
      wallNs: 7,
      source: TARGET,
      sequence: 2,
      identifier: 9,
      roundTripNs: 1500,
      transmitStamp: 'kernel',
      receiveStamp: 'user',
      duplicate: true,
      differentAddress: false,
      ...details,
    });
  });

  it('says that it came from elsewhere, unless many may answer', () => {
    const elsewhere = { ...COUNTED, source: ROUTER };
    expect(replyEvent(CONFIG, elsewhere, details).differentAddress).toBe(true);
    expect(replyEvent({ ...CONFIG, manyMayAnswer: true }, elsewhere, details).differentAddress).toBe(false);
  });
});
