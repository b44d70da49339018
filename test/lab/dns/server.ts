/**
 * The DNS server process: argv[2] is the address to serve on. On stdin each line is JSON: a DnsBehaviour to adopt
 * (answered by `ok`) or the string "queries" (answered by the questions seen so far).
 */
import { createSocket } from 'node:dgram';
import { createInterface } from 'node:readline';
import type { DnsBehaviour, SeenQuery } from './behaviour.ts';
import { decodeQuestion, encodeResponse } from './message.ts';
import { lookUp } from './zone.ts';

const PORT = 53;
let behaviour: DnsBehaviour = { mode: 'answer' };
const seen: SeenQuery[] = [];

const socket = createSocket('udp4', (message, peer) => {
  const question = decodeQuestion(message);
  seen.push({ name: question.name, type: question.type });
  const { code, answers } = lookUp(question.name, question.type);
  const respond = (octets: Buffer) => socket.send(octets, peer.port, peer.address);
  const mode = behaviour.only === undefined || behaviour.only === question.type ? behaviour.mode : 'answer';
  switch (mode) {
    case 'answer':
      respond(encodeResponse(question, code, answers));
      break;
    case 'delay':
      setTimeout(() => respond(encodeResponse(question, code, answers)), behaviour.delayMs ?? 0);
      break;
    case 'servfail':
      respond(encodeResponse(question, 'SERVFAIL', []));
      break;
    case 'hang':
      break;
  }
});

socket.bind(PORT, process.argv[2], () => console.log('ready'));

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const request = JSON.parse(line) as DnsBehaviour | 'queries';
    if (request === 'queries') {
      console.log(JSON.stringify(seen));
    } else {
      behaviour = request;
      console.log('ok');
    }
  })
  .on('close', () => process.exit());
