/** The process that plays all routers: frames in and out of `eth0`, one line in and one out for each question of a test. */
import { createInterface } from 'node:readline';
import { loadNative } from '../../../src/net/native.ts';
import { readPacket } from '../responder/packets.ts';
import { Schedule } from '../responder/schedule.ts';
import { FrameSocket } from './frames.ts';
import { PathNetwork } from './network.ts';
import type { PathSpec } from './spec.ts';

const DEVICE = 'eth0';
const NS_PER_MS = 1e6;

/** What a test asks: to play a path, or what came for a target. */
export type Question = { readonly play: PathSpec } | { readonly log: string };

const addon = loadNative();
const schedule = new Schedule(addon);
const network = new PathNetwork();
const socket = new FrameSocket(addon, DEVICE, (frame) => {
  const packet = readPacket(frame.payload);
  if (packet === null) return;
  const nowNs = schedule.nowNs();
  for (const { octets, delayMs } of network.receive(packet, nowNs / NS_PER_MS)) {
    if (delayMs === 0) socket.answer(frame, octets);
    else {
      schedule.at(nowNs + delayMs * NS_PER_MS, (waitUntilDue) => {
        waitUntilDue();
        socket.answer(frame, octets);
      });
    }
  }
});

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => console.log(JSON.stringify(reply(JSON.parse(line)))));
lines.on('close', () => process.exit());
console.log('ready');

function reply(question: Question): unknown {
  if ('log' in question) return network.log(question.log);
  network.set(question.play);
  return 'playing';
}
