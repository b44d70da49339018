/** What needs a network of its own: interfaces, links with an MTU, ICMP sockets, packet sockets. */
import {
  AF_INET,
  AF_INET6,
  AF_PACKET,
  IP_MTU_DISCOVER,
  IP_OPTIONS,
  IP_RECVERR,
  IP_RECVOPTS,
  IPPROTO_ICMP,
  IPV6_MTU_DISCOVER,
  IPV6_RECVERR,
  SO_SELECT_ERR_QUEUE,
  SO_TIMESTAMPING,
  SOCK_DGRAM,
  SOCK_RAW,
  SOF_TIMESTAMPING_OPT_ID,
  SOF_TIMESTAMPING_OPT_TSONLY,
  SOF_TIMESTAMPING_SOFTWARE,
  SOF_TIMESTAMPING_TX_SOFTWARE,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
} from '../../../src/net/constants.ts';
import { MessageBatch, NAME_OCTETS, PRESENT, WORD } from '../../../src/net/message-batch.ts';
import { loadNative, type NativeHandle } from '../../../src/net/native.ts';
import { decodeSockaddr, encodeSockaddr, formatAddress } from '../../../src/net/sockaddr.ts';
import { addressOctets } from '../../lab/addresses.ts';
import { runScenario } from './scenario.ts';

const addon = loadNative();
const PMTUDISC_DO = 2;
const PATIENCE_NS = 5e9;

function sockaddr(address: string, port = 0): Uint8Array {
  return encodeSockaddr({ family: address.includes(':') ? 6 : 4, octets: addressOctets(address), scope: 0 }, port);
}

function untilSome(handle: NativeHandle, read: () => number): number {
  for (let patience = 50; patience > 0; patience--) {
    const count = read();
    if (count > 0) return count;
    addon.wait(handle, PATIENCE_NS / 50);
  }
  throw new Error('nothing came');
}

function nameIn(batch: MessageBatch, index: number, word: number): string | null {
  const address = decodeSockaddr(batch.field(index, word, NAME_OCTETS));
  return address === null ? null : formatAddress(address, () => null);
}

function queuedError(batch: MessageBatch) {
  return {
    errno: batch.word(0, WORD.ERROR_ERRNO),
    origin: batch.word(0, WORD.ERROR_ORIGIN),
    type: batch.word(0, WORD.ERROR_TYPE),
    code: batch.word(0, WORD.ERROR_CODE),
    info: batch.word(0, WORD.ERROR_INFO),
    offender: nameIn(batch, 0, WORD.OFFENDER),
    destination: nameIn(batch, 0, WORD.NAME),
    octets: batch.word(0, WORD.LENGTH),
  };
}

export interface Probe {
  readonly to: string;
  readonly octets: number;
}

/** `htons(ETH_P_ALL)`: every packet, packet(7). */
const ETH_P_ALL = 0x0300;
const SOL_PACKET = 263;
const PACKET_AUXDATA = 8;

await runScenario({
  interfaces: () =>
    addon.interfaces().map((each) => ({
      ...each,
      hardwareAddress: [...each.hardwareAddress],
      hardwareBroadcast: [...each.hardwareBroadcast],
      addresses: each.addresses.map(({ family, address, netmask, broadcast }) => ({
        family,
        address: [...address],
        netmask: netmask === null ? null : [...netmask],
        broadcast: broadcast === null ? null : [...broadcast],
      })),
    })),

  /** Sends UDP that must not be fragmented, and tells what `send` and the error queue say. */
  tooBig: ({ to, octets }: Probe) => {
    const v6 = to.includes(':');
    const handle = addon.open(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
    const [level, discover, reportErrors] = v6
      ? [SOL_IPV6, IPV6_MTU_DISCOVER, IPV6_RECVERR]
      : [SOL_IP, IP_MTU_DISCOVER, IP_RECVERR];
    addon.setsockopt(handle, level, discover, PMTUDISC_DO);
    addon.setsockopt(handle, level, reportErrors, 1);
    addon.setsockopt(handle, SOL_SOCKET, SO_SELECT_ERR_QUEUE, 1);
    const sending = new MessageBatch(addon, 1, octets);
    sending.setWord(0, WORD.LENGTH, octets);
    sending.setName(0, sockaddr(to, 4000));
    const answer = addon.send(handle, sending.native, 0, 1, 0);
    const batch = new MessageBatch(addon, 1, 2000);
    untilSome(handle, () => addon.receiveErrors(handle, batch.native));
    return { answer, error: queuedError(batch) };
  },

  /** Pings 127.0.0.1 with record route on a socket of either kind, and tells the options of the reply. */
  recordRoute: (kind: 'datagram' | 'raw') => {
    const handle = addon.open(AF_INET, kind === 'raw' ? SOCK_RAW : SOCK_DGRAM, IPPROTO_ICMP);
    addon.setsockopt(handle, SOL_IP, IP_RECVOPTS, 1);
    // RFC 791: type 7, 39 octets, nine slots; one octet of padding.
    const option = Uint8Array.of(7, 39, 4, ...Array<number>(36).fill(0), 0);
    addon.setsockopt(handle, SOL_IP, IP_OPTIONS, option);
    const sending = new MessageBatch(addon, 1, 8);
    sending.room(0).set([8, 0, 0xe5, 0xca, 0x12, 0x34, 0, 1]); // ~(0x0800 + 0x1234 + 1) = 0xe5ca
    sending.setWord(0, WORD.LENGTH, 8);
    sending.setName(0, sockaddr('127.0.0.1'));
    const answer = addon.send(handle, sending.native, 0, 1, 0);
    const batch = new MessageBatch(addon, 4, 200);
    // A raw socket on loopback sees its own request first.
    for (;;) {
      const count = untilSome(handle, () => addon.receive(handle, batch.native));
      for (let index = 0; index < count; index++) {
        const data = batch.data(index);
        const header = kind === 'raw' ? (data[0]! & 15) * 4 : 0;
        if (data[header] !== 0) continue;
        return {
          answer,
          options: [...batch.field(index, WORD.OPTIONS, batch.word(index, WORD.OPTIONS_LENGTH))],
          inHeader: [...data.subarray(Math.min(header, 20), header)],
        };
      }
    }
  },

  /** Sends a frame on `lo` from one packet socket and receives it on another, with its auxiliary data and its stamp. */
  packetSocket: () => {
    const handle = addon.open(AF_PACKET, SOCK_RAW, ETH_P_ALL);
    const index = addon.interfaces().find(({ name }) => name === 'lo')!.index;
    const name = new DataView(new ArrayBuffer(20));
    name.setUint16(0, AF_PACKET, true);
    name.setUint16(2, 0x88b5); // an ethertype for experiments, IEEE 802
    name.setUint32(4, index, true);
    const address = new Uint8Array(name.buffer);
    addon.bind(handle, address);
    addon.setsockopt(handle, SOL_PACKET, PACKET_AUXDATA, 1);
    addon.setsockopt(
      handle,
      SOL_SOCKET,
      SO_TIMESTAMPING,
      SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID | SOF_TIMESTAMPING_OPT_TSONLY,
    );
    const frame = [...Array(12).fill(0), 0x88, 0xb5, 1, 2, 3, 4];
    const sending = new MessageBatch(addon, 1, 20);
    sending.room(0).set(frame);
    sending.setWord(0, WORD.LENGTH, frame.length);
    sending.setName(0, address);
    const answer = addon.send(handle, sending.native, 0, 1, 0);
    const batch = new MessageBatch(addon, 1, 64);
    untilSome(handle, () => addon.receive(handle, batch.native));
    const received = {
      data: [...batch.data(0)],
      nameOctets: batch.word(0, WORD.NAME_LENGTH),
      hasAuxiliary: batch.has(0, PRESENT.AUXILIARY),
      vlan: batch.word(0, WORD.AUXILIARY_VLAN),
    };
    const errors = new MessageBatch(addon, 1, 64);
    untilSome(handle, () => addon.receiveErrors(handle, errors.native));
    const stamp = {
      isStamped: errors.has(0, PRESENT.ERROR) && errors.has(0, PRESENT.STAMP),
      origin: errors.word(0, WORD.ERROR_ORIGIN),
      key: errors.word(0, WORD.ERROR_DATA),
    };
    return { answer, frame, received, stamp };
  },
});
