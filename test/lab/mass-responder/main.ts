/**
 * Plays every IPv4 address behind a link at once: holds back all echo requests until there are as many as asked for, and then
 * answers them in a random order, with lies mixed in. What becomes of a target is in the last octet of its address: see
 * fates.ts. It speaks `hold <count>`, and says `held <count>` when it has answered them all.
 */
import { createInterface } from 'node:readline';
import { MessageBatch, WORD } from '../../../src/net/message-batch.ts';
import { loadNative } from '../../../src/net/native.ts';
import { fateOf } from './fates.ts';

const DEVICE = 'eth0';
const AF_PACKET = 17;
const SOCK_RAW = 3;
const ETH_P_IP = 0x0800;
const SOL_PACKET = 263;
const PACKET_IGNORE_OUTGOING = 23;
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
/** More than the requests of a run take up in the kernel, as this process may have to wait for a processor. */
const RECEIVE_BUFFER_OCTETS = 256 << 20;

const ETHERNET_OCTETS = 14;
const IP_SOURCE = ETHERNET_OCTETS + 12;
const IP_DESTINATION = ETHERNET_OCTETS + 16;
const ICMP = ETHERNET_OCTETS + 20;
const FRAME_OCTETS = ICMP + 64;
/** Inside the ICMP message: the sweep's tag, and the index that it covers. */
const TAG = ICMP + 8;
const INDEX = ICMP + 16;

const BATCH = 128;
/** Some 40,000 frames a second, so that no receive buffer on the way needs to hold them all. */
const PAUSE_MS = 3;

const addon = loadNative();
const socket = addon.open(AF_PACKET, SOCK_RAW, 0);
addon.setsockopt(socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
addon.setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER_OCTETS);
addon.bind(socket, sockaddrLl(addon.interfaces().find(({ name }) => name === DEVICE)!.index));
const incoming = new MessageBatch(addon, BATCH, FRAME_OCTETS);
const outgoing = new MessageBatch(addon, BATCH, FRAME_OCTETS);

let wanted = 0;
let held: Buffer = Buffer.alloc(0);
let count = 0;

addon.watch(socket, () => {
  for (let received = addon.receive(socket, incoming.native); received > 0; ) {
    for (let index = 0; index < received; index++) hold(incoming.data(index));
    received = addon.receive(socket, incoming.native);
  }
});

createInterface({ input: process.stdin })
  .on('line', (line) => {
    wanted = Number(/^hold (\d+)$/.exec(line)?.[1]);
    held = Buffer.alloc(wanted * FRAME_OCTETS);
    count = 0;
  })
  .on('close', () => process.exit());
console.log('ready');

function hold(frame: Uint8Array): void {
  if (count === wanted || frame.length !== FRAME_OCTETS || frame[ICMP] !== 8) return;
  held.set(frame, count * FRAME_OCTETS);
  count++;
  if (count === wanted) void answerAll();
}

/** Frames to be sent, each made when its turn comes: which request, and what is done to its reply. */
async function answerAll(): Promise<void> {
  const replies: number[] = [];
  for (let request = 0; request < count; request++) {
    const { lies, truths } = fateOf(held[request * FRAME_OCTETS + IP_DESTINATION + 3]!);
    for (const number of lies.keys()) replies.push(request * 8 + number + 1);
    for (let copy = 0; copy < truths; copy++) replies.push(request * 8);
  }
  shuffle(replies);
  for (let first = 0; first < replies.length; first += BATCH) {
    const batch = replies.slice(first, first + BATCH);
    for (const [slot, reply] of batch.entries()) {
      const frame = makeReply(Math.floor(reply / 8), reply % 8);
      outgoing.room(slot).set(frame);
      outgoing.setWord(slot, WORD.LENGTH, frame.length);
    }
    for (let sent = 0; sent < batch.length; ) {
      const taken = addon.send(socket, outgoing.native, sent, batch.length - sent, 0);
      if (taken > 0) sent += taken;
      else await pause();
    }
    await pause();
  }
  console.log(`held ${count}`);
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}

function requestFrame(request: number): Buffer {
  return held.subarray(request * FRAME_OCTETS, (request + 1) * FRAME_OCTETS);
}

/** The true reply (`variant` 0), or the lie of that number from 1 on. */
function makeReply(request: number, variant: number): Buffer {
  const own = requestFrame(request);
  const frame = Buffer.from(own);
  own.copy(frame, IP_SOURCE, IP_DESTINATION, IP_DESTINATION + 4);
  own.copy(frame, IP_DESTINATION, IP_SOURCE, IP_SOURCE + 4);
  frame[ICMP] = 0;
  const lie = variant === 0 ? null : fateOf(frame[IP_SOURCE + 3]!).lies[variant - 1]!;
  switch (lie) {
    case 'wrong-tag':
      frame[TAG + (request % 8)]! ^= 1 << (request % 7);
      break;
    case 'other-index':
      frame.writeUInt32BE(frame.readUInt32BE(INDEX) ^ 1, INDEX);
      break;
    case 'other-cookie':
      // The whole message of another target's probe: a right cookie from the wrong address.
      requestFrame((request + 1) % count).copy(frame, ICMP, ICMP);
      frame[ICMP] = 0;
      break;
    case 'other-address':
      frame[IP_SOURCE + 3]! ^= 1;
      break;
    case null:
    case undefined:
      break;
  }
  writeChecksum(frame, ETHERNET_OCTETS, 20, 10);
  writeChecksum(frame, ICMP, FRAME_OCTETS - ICMP, 2);
  return frame;
}

/** RFC 1071. */
function writeChecksum(frame: Buffer, start: number, octets: number, field: number): void {
  frame.writeUInt16BE(0, start + field);
  let sum = 0;
  for (let offset = start; offset < start + octets; offset += 2) sum += frame.readUInt16BE(offset);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  frame.writeUInt16BE(~sum & 0xffff, start + field);
}

function shuffle(values: number[]): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [values[last], values[other]] = [values[other]!, values[last]!];
  }
}

/** `struct sockaddr_ll` for IPv4 on one interface: packet(7). */
function sockaddrLl(interfaceIndex: number): Uint8Array {
  const octets = Buffer.alloc(20);
  octets.set(new Uint8Array(Uint16Array.of(AF_PACKET).buffer), 0);
  octets.writeUInt16BE(ETH_P_IP, 2);
  octets.set(new Uint8Array(Int32Array.of(interfaceIndex).buffer), 4);
  return octets;
}
