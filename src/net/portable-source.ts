/** Which address the kernel would use towards a target, asked with node's own UDP socket: see source-address.ts. */
import { createSocket } from 'node:dgram';
import { fromNodeError } from './portable-errors.ts';

/** Any port does: nothing is sent. */
const PROBE_PORT = 1025;

/**
 * Our own end of a UDP socket connected to `target`, numeric. Rejects with a SystemError (connect: ENETUNREACH, EACCES for
 * a broadcast without `mayBroadcast`).
 */
export async function askNodeForSource(target: string, mayBroadcast: boolean): Promise<string> {
  const socket = createSocket(target.includes(':') ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      // Declared without the error that node passes in fact.
      const answer = ((error?: Error) => (error ? reject(error) : resolve())) as () => void;
      if (!mayBroadcast) return socket.connect(PROBE_PORT, target, answer);
      // Node sets options on bound sockets only; port 0 takes any.
      socket.bind(0, () => {
        socket.setBroadcast(true);
        socket.connect(PROBE_PORT, target, answer);
      });
    });
    return socket.address().address;
  } catch (error) {
    throw fromNodeError(error as NodeJS.ErrnoException, 'connect');
  } finally {
    socket.close();
  }
}
