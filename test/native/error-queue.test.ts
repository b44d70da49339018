/** The error queue: ICMP errors (ip(7) IP_RECVERR) and transmit stamps (Documentation/networking/timestamping.rst). */
import { describe, expect, it } from 'vitest';
import {
  IP_RECVERR,
  IPV6_RECVERR,
  SO_EE_ORIGIN_ICMP,
  SO_EE_ORIGIN_ICMP6,
  SO_EE_ORIGIN_TIMESTAMPING,
  SO_SELECT_ERR_QUEUE,
  SO_TIMESTAMPING,
  SOF_TIMESTAMPING_OPT_ID,
  SOF_TIMESTAMPING_OPT_TSONLY,
  SOF_TIMESTAMPING_SOFTWARE,
  SOF_TIMESTAMPING_TX_SOFTWARE,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
} from '../../src/net/constants.ts';
import { MessageBatch, NAME_OCTETS, PRESENT, WORD } from '../../src/net/message-batch.ts';
import { WAIT_ERRORS } from '../../src/net/native.ts';
import { decodeSockaddr, type Family } from '../../src/net/sockaddr.ts';
import { addressOctets } from '../lab/addresses.ts';
import { addon, closedPort, fill, LOOPBACK, openUdp, receive, receiveErrors, sendTo } from './support.ts';

const ECONNREFUSED = 111;
const ENOMSG = 42;
const MSG_ERRQUEUE = 0x2000;
const FAMILIES = [4, 6] as const;
/** Destination unreachable, port unreachable: RFC 792, RFC 4443. */
const PORT_UNREACHABLE = {
  4: { origin: SO_EE_ORIGIN_ICMP, type: 3, code: 3 },
  6: { origin: SO_EE_ORIGIN_ICMP6, type: 1, code: 4 },
} as const;
const TRANSMIT_STAMPS =
  SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_TSONLY | SOF_TIMESTAMPING_OPT_ID;

function openReporting(family: Family) {
  const socket = openUdp(family);
  const [level, option] = family === 4 ? [SOL_IP, IP_RECVERR] : [SOL_IPV6, IPV6_RECVERR];
  addon.setsockopt(socket.handle, level, option, 1);
  addon.setsockopt(socket.handle, SOL_SOCKET, SO_SELECT_ERR_QUEUE, 1);
  return socket;
}

describe.each(FAMILIES)('over IPv%d', (family) => {
  it('tells all of a port unreachable error: who, what, of which packet', () => {
    const { handle } = openReporting(family);
    const nobody = closedPort(family);
    const sent = new Uint8Array(40).map((_, index) => index);
    expect(sendTo(handle, nobody, sent)).toBe(1);
    const batch = new MessageBatch(addon, 4, 64);
    expect(receiveErrors(handle, batch)).toBe(1);
    expect(batch.word(0, WORD.PRESENT)).toBe(PRESENT.ERROR | PRESENT.OFFENDER);
    expect({
      errno: batch.word(0, WORD.ERROR_ERRNO),
      origin: batch.word(0, WORD.ERROR_ORIGIN),
      type: batch.word(0, WORD.ERROR_TYPE),
      code: batch.word(0, WORD.ERROR_CODE),
      info: batch.word(0, WORD.ERROR_INFO),
      data: batch.word(0, WORD.ERROR_DATA),
    }).toEqual({ errno: ECONNREFUSED, ...PORT_UNREACHABLE[family], info: 0, data: 0 });
    expect(batch.word(0, WORD.FLAGS) & MSG_ERRQUEUE).toBe(MSG_ERRQUEUE);
    const offender = decodeSockaddr(batch.field(0, WORD.OFFENDER, NAME_OCTETS))!;
    expect([...offender.octets]).toEqual([...addressOctets(LOOPBACK[family])]);
    expect(decodeSockaddr(batch.field(0, WORD.NAME, NAME_OCTETS))).toEqual(decodeSockaddr(nobody));
    expect(batch.data(0)).toEqual(sent); // what was quoted, behind its IP and UDP headers
    expect(addon.receiveErrors(handle, batch.native)).toBe(0);
  });

  it('reports a pending error once by itself, as the answer of the next call, and keeps it in the queue', () => {
    for (const call of ['receive', 'send'] as const) {
      const { handle, name } = openReporting(family);
      sendTo(handle, closedPort(family));
      expect(addon.wait(handle, 5e9)).toBe(WAIT_ERRORS);
      const batch = new MessageBatch(addon, 1, 64);
      const ask = () => (call === 'receive' ? addon.receive(handle, batch.native) : sendTo(handle, name));
      expect(ask(), call).toBe(-ECONNREFUSED);
      expect(ask(), call).toBe(call === 'receive' ? 0 : 1);
      expect(addon.receiveErrors(handle, batch.native)).toBe(1);
    }
  });

  it('keeps errors and packets apart', () => {
    const { handle, name } = openReporting(family);
    sendTo(handle, closedPort(family), Uint8Array.of(1));
    const errors = new MessageBatch(addon, 4, 64);
    const packets = new MessageBatch(addon, 4, 64);
    expect(receiveErrors(handle, errors)).toBe(1);
    sendTo(handle, name, Uint8Array.of(2));
    expect(receive(handle, packets)).toBe(1);
    expect([...errors.data(0), ...packets.data(0)]).toEqual([1, 2]);
    expect([addon.receive(handle, packets.native), addon.receiveErrors(handle, errors.native)]).toEqual([0, 0]);
  });

  it('answers many errors with one call, in the order of the packets', () => {
    const { handle } = openReporting(family);
    const nobody = closedPort(family);
    for (let octet = 0; octet < 10; octet++) {
      // Each send is answered by the error of the one before, once.
      while (sendTo(handle, nobody, Uint8Array.of(octet)) !== 1);
    }
    const batch = new MessageBatch(addon, 16, 8);
    const seen: number[] = [];
    let calls = 0;
    while (seen.length < 10) {
      const count = receiveErrors(handle, batch);
      calls++;
      for (let index = 0; index < count; index++) seen.push(batch.data(index)[0]!);
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(calls).toBeLessThan(10);
  });

  it('stamps each sending, counts them from 0, and keeps their order', () => {
    const { handle, name } = openUdp(family);
    addon.setsockopt(handle, SOL_SOCKET, SO_TIMESTAMPING, TRANSMIT_STAMPS);
    const clocks = new Float64Array(3);
    const wallNs = () => {
      addon.readClocks(clocks);
      return BigInt(clocks[1]!) * 1_000_000_000n + BigInt(clocks[2]!);
    };
    const before = wallNs();
    const sending = new MessageBatch(addon, 8, 4);
    for (let index = 0; index < 8; index++) fill(sending, index, Uint8Array.of(index), name);
    for (let round = 0; round < 4; round++) expect(addon.send(handle, sending.native, 0, 8, 0)).toBe(8);
    const batch = new MessageBatch(addon, 64, 64);
    const keys: number[] = [];
    let last = before;
    while (keys.length < 32) {
      const count = receiveErrors(handle, batch);
      for (let index = 0; index < count; index++) {
        expect(batch.has(index, PRESENT.ERROR) && batch.has(index, PRESENT.STAMP)).toBe(true);
        expect(batch.word(index, WORD.ERROR_ORIGIN)).toBe(SO_EE_ORIGIN_TIMESTAMPING);
        expect(batch.word(index, WORD.ERROR_ERRNO)).toBe(ENOMSG);
        expect(batch.word(index, WORD.ERROR_INFO)).toBe(0); // SCM_TSTAMP_SND
        expect(batch.word(index, WORD.LENGTH)).toBe(0); // OPT_TSONLY
        keys.push(batch.word(index, WORD.ERROR_DATA));
        const stamp =
          BigInt(batch.word(index, WORD.STAMP_SECONDS)) * 1_000_000_000n +
          BigInt(batch.word(index, WORD.STAMP_NANOSECONDS));
        expect(stamp).toBeGreaterThanOrEqual(last);
        last = stamp;
      }
    }
    expect(last).toBeLessThanOrEqual(wallNs());
    expect(keys).toEqual(Array.from({ length: 32 }, (_, key) => key));
    // A stamp is no error: the socket goes on.
    const packets = new MessageBatch(addon, 64, 4);
    expect(receive(handle, packets)).toBe(32);
  });
});
