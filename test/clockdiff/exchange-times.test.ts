/** Which times of an exchange are believed. The probe was handed to the kernel at 1000 and its reply read at 9000, on the wall clock. */
import { expect, it } from 'vitest';
import { timeExchange } from '../../src/clockdiff/exchange-times.ts';

const [SENT, READ] = [1000, 9000];

it.each([
  ['both stamps', 1500, 8000, { sentNs: 1500, transmitStamp: 'kernel', receivedNs: 8000, receiveStamp: 'kernel' }],
  ['stamps at the very ends', SENT, READ, { sentNs: SENT, receivedNs: READ }],
  [
    'no stamps',
    Number.NaN,
    Number.NaN,
    { sentNs: SENT, transmitStamp: 'user', receivedNs: READ, receiveStamp: 'user' },
  ],
  ['a receive stamp alone', Number.NaN, 8000, { sentNs: SENT, transmitStamp: 'user', receivedNs: 8000 }],
  ['a transmit stamp alone', 1500, Number.NaN, { sentNs: 1500, receivedNs: READ, receiveStamp: 'user' }],
  ['a transmit stamp from before the send', SENT - 1, 8000, { sentNs: SENT, transmitStamp: 'user' }],
  ['a transmit stamp from behind the receipt', 8001, 8000, { sentNs: SENT, transmitStamp: 'user' }],
  ['a receive stamp from before the send', 1500, SENT - 1, { receivedNs: READ, receiveStamp: 'user' }],
  ['a receive stamp from behind the reading', 1500, READ + 1, { receivedNs: READ, receiveStamp: 'user' }],
] as const)('%s: what lies within what the wall clock saw is believed', (_what, stampNs, receiveStampNs, times) => {
  expect(timeExchange({ wallNs: SENT, stampNs }, receiveStampNs, READ)).toMatchObject(times);
});

it('never takes less than no time, though the wall clock went back meanwhile', () => {
  const times = timeExchange({ wallNs: SENT, stampNs: 1500 }, Number.NaN, SENT - 400);
  expect(times).toMatchObject({ sentNs: SENT - 400, receivedNs: SENT - 400, transmitStamp: 'user' });
});
