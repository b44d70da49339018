/** The liar's process: whole Ethernet frames in and out of `eth0`, as the kernel on this side has no address there. */
import { MessageBatch, PRESENT, WORD } from '../../../src/net/message-batch.ts';
import { loadNative } from '../../../src/net/native.ts';
import { answer } from './answer.ts';
import { readPacket } from './packets.ts';
import { replyPacket } from './reply.ts';
import { Schedule } from './schedule.ts';

const DEVICE = 'eth0';
const AF_PACKET = 17;
const SOCK_RAW = 3;
/** packet(7). */
const ETH_P_ALL = 0x0003;
const SOL_PACKET = 263;
const PACKET_IGNORE_OUTGOING = 23;
/** socket(7); the "force" one may exceed net.core.rmem_max. */
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const RECEIVE_BUFFER_OCTETS = 8 << 20;
/** timestamping.rst of the kernel: software stamps on reception, and their delivery. */
const SO_TIMESTAMPING = 37;
const STAMP_RECEIVED = (1 << 3) | (1 << 4);

const HARDWARE_ADDRESS_OCTETS = 6;
const ETHERNET_HEADER_OCTETS = 14;
const FRAME_OCTETS = 2048;
const BATCH = 128;

const addon = loadNative();
const schedule = new Schedule(addon);
const socket = addon.open(AF_PACKET, SOCK_RAW, 0);
addon.setsockopt(socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
addon.setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER_OCTETS);
addon.setsockopt(socket, SOL_SOCKET, SO_TIMESTAMPING, STAMP_RECEIVED);
addon.bind(socket, sockaddrLl(addon.interfaces().find(({ name }) => name === DEVICE)!.index));

const incoming = new MessageBatch(addon, BATCH, FRAME_OCTETS);
const outgoing = new MessageBatch(addon, BATCH, FRAME_OCTETS);

addon.watch(socket, () => {
  for (let count = addon.receive(socket, incoming.native); count > 0; count = addon.receive(socket, incoming.native)) {
    for (let index = 0; index < count; index++) answerFrame(index);
  }
});

process.stdin.on('end', () => process.exit()).resume();
console.log('ready');

/** Answers the frame in record `index` of `incoming`: at once, or at the times that its replies name. */
function answerFrame(index: number): void {
  const frame = Buffer.from(incoming.data(index)); // A copy: replies that wait keep hold of it.
  const packet = readPacket(frame.subarray(ETHERNET_HEADER_OCTETS));
  if (packet === null) return;
  const prompt: Buffer[] = [];
  for (const reply of answer(packet, arrivedMs(index))) {
    const outgoingFrame = Buffer.concat([ethernetHeader(frame), replyPacket(packet, reply)]);
    if (reply.delayMs === undefined) prompt.push(outgoingFrame);
    else schedule.at(arrivalNs(index) + reply.delayMs * 1e6, (waitUntilDue) => send([outgoingFrame], waitUntilDue));
  }
  if (prompt.length > 0) send(prompt);
}

/** When the kernel received the frame, on CLOCK_MONOTONIC. */
function arrivalNs(index: number): number {
  if (!incoming.has(index, PRESENT.STAMP)) return schedule.nowNs();
  const [seconds, nanoseconds] = [
    incoming.word(index, WORD.STAMP_SECONDS),
    incoming.word(index, WORD.STAMP_NANOSECONDS),
  ];
  return schedule.monotonicNs(seconds, nanoseconds);
}

/** The same on CLOCK_REALTIME, in milliseconds. */
function arrivedMs(index: number): number {
  if (!incoming.has(index, PRESENT.STAMP)) return Date.now();
  return incoming.word(index, WORD.STAMP_SECONDS) * 1e3 + incoming.word(index, WORD.STAMP_NANOSECONDS) / 1e6;
}

/** The link has no ARP, so the sender used its own hardware address for both ends; the answer may do the same. */
function ethernetHeader(request: Buffer): Buffer {
  const source = request.subarray(HARDWARE_ADDRESS_OCTETS, 2 * HARDWARE_ADDRESS_OCTETS);
  return Buffer.concat([source, source, request.subarray(2 * HARDWARE_ADDRESS_OCTETS, ETHERNET_HEADER_OCTETS)]);
}

/** Sends up to BATCH frames in one go, having waited with all of them ready. */
function send(frames: readonly Buffer[], waitUntilDue = () => {}): void {
  frames.forEach((frame, index) => {
    outgoing.room(index).set(frame);
    outgoing.setWord(index, WORD.LENGTH, frame.length);
  });
  waitUntilDue();
  for (let first = 0; first < frames.length; ) {
    const taken = addon.send(socket, outgoing.native, first, frames.length - first, 0);
    if (taken < 0) throw new Error(`send: ${addon.errnoName(-taken)}`);
    first += taken;
  }
}

/** `struct sockaddr_ll` for all protocols on one interface: packet(7). */
function sockaddrLl(interfaceIndex: number): Uint8Array {
  const octets = Buffer.alloc(20);
  const family = Uint16Array.of(AF_PACKET);
  octets.set(new Uint8Array(family.buffer), 0);
  octets.writeUInt16BE(ETH_P_ALL, 2);
  octets.set(new Uint8Array(Int32Array.of(interfaceIndex).buffer), 4);
  return octets;
}
