/** The liar's process: whole Ethernet frames in and out of `arp0`, where the kernel has no address and stays silent. */
import { MessageBatch, WORD } from '../../../src/net/message-batch.ts';
import { loadNative } from '../../../src/net/native.ts';
import { encodeSockaddrLl } from '../../../src/net/sockaddr-ll.ts';
import { formatIpv4 } from '../../../src/packet/address.ts';
import { ARPOP_REPLY, ARPOP_REQUEST, ARPOP_RREQUEST, decodeArp } from '../../../src/packet/arp.ts';
import { decodeEthernet, ETH_P_ARP, ETH_P_RARP } from '../../../src/packet/ethernet.ts';
import { answer, answerReverse, type TimedFrame } from './answer.ts';

const DEVICE = 'arp0';
const AF_PACKET = 17;
const SOCK_RAW = 3;
const ETH_P_ALL = 0x0003;
const SOL_PACKET = 263;
const PACKET_IGNORE_OUTGOING = 23;
const FRAME_OCTETS = 2048;
const BATCH = 64;

const addon = loadNative();
const socket = addon.open(AF_PACKET, SOCK_RAW, 0);
addon.setsockopt(socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
const { index } = addon.interfaces().find(({ name }) => name === DEVICE)!;
addon.bind(socket, encodeSockaddrLl(ETH_P_ALL, index));
const incoming = new MessageBatch(addon, BATCH, FRAME_OCTETS);
const outgoing = new MessageBatch(addon, 1, FRAME_OCTETS);
/** How many times each address was asked for. */
const asked = new Map<string, number>();

addon.watch(socket, () => {
  for (let count = addon.receive(socket, incoming.native); count > 0; count = addon.receive(socket, incoming.native)) {
    for (let record = 0; record < count; record++)
      for (const each of answersTo(incoming.data(record).slice())) tell(each);
  }
});
process.stdin.on('end', () => process.exit()).resume();
console.log('ready');

function answersTo(octets: Uint8Array): readonly TimedFrame[] {
  const frame = decodeEthernet(octets);
  if (!frame.ok || (frame.value.type !== ETH_P_ARP && frame.value.type !== ETH_P_RARP)) return [];
  const packet = decodeArp(frame.value.payload);
  if (!packet.ok) return [];
  if (packet.value.operation === ARPOP_RREQUEST) return answerReverse(packet.value);
  // An announcement is a request too, or with -A a reply, and nothing to be answered.
  if (packet.value.operation === ARPOP_REPLY || packet.value.operation !== ARPOP_REQUEST) return [];
  const target = formatIpv4(packet.value.targetProtocol);
  if (target === formatIpv4(packet.value.senderProtocol)) return [];
  const before = asked.get(target) ?? 0;
  asked.set(target, before + 1);
  return answer({ packet: packet.value, isBroadcast: frame.value.destination[0] === 0xff, before });
}

function tell({ afterMs, octets }: TimedFrame): void {
  if (afterMs > 0) setTimeout(send, afterMs, octets);
  else send(octets);
}

function send(octets: Uint8Array): void {
  outgoing.room(0).set(octets);
  outgoing.setWord(0, WORD.LENGTH, octets.length);
  const taken = addon.send(socket, outgoing.native, 0, 1, 0);
  if (taken < 0) throw new Error(`send: ${addon.errnoName(-taken)}`);
}
