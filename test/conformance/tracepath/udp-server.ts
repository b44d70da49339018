/** Answers UDP datagrams to a few ports of its host with as many octets as the second argument says, for both families. */
import { createSocket } from 'node:dgram';

const PORTS = 3;
const [firstPort = 0, octets = 0] = process.argv.slice(2).map(Number);

const bound = Array.from({ length: PORTS }, (_, index) => {
  const socket = createSocket('udp6');
  socket.on('message', (_message, { address, port }) => socket.send(Buffer.alloc(octets, 'x'), port, address));
  return new Promise<void>((resolve) => socket.bind(firstPort + index, '::', resolve));
});
process.stdin.on('end', () => process.exit(0)).resume();
await Promise.all(bound);
console.log('ready');
